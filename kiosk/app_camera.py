"""The camera of a till, put together: what it reads goes where every scanner's codes go, what it sees to the screen."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

import structlog

from kiosk.services.config import Config
from kiosk.services.scanner.sight import CameraState

if TYPE_CHECKING:
    from kiosk.domain.picture import Shot
    from kiosk.services.scanner.camera import Camera
    from kiosk.ui.widgets.viewfinder import Viewfinders

log = structlog.get_logger("kiosk")


def open_camera(config: Config, on_code: Callable[[str], None], viewfinders: "Viewfinders | None") -> "Camera":
    """Begin to read with the camera that is configured, on threads of its own.

    Args:
        config: Names the camera.
        on_code: Gets each code, on the loop.
        viewfinders: Where customers see what it sees; None where nobody does.
    """
    # a till without a camera starts without what reads pictures
    from kiosk.services.scanner.camera import Camera, setting_of

    def on_state(state: CameraState) -> None:
        log.info("camera", sight=state.sight, width=state.width, height=state.height)
        if viewfinders is not None:
            viewfinders.be_there(is_there=state.sees)

    def on_shot(shot: "Shot") -> None:
        if viewfinders is not None:
            viewfinders.draw_shot(shot)

    camera = Camera(setting_of(config), on_code, on_state, on_shot, asyncio.get_running_loop())
    if viewfinders is not None:
        viewfinders.wanted.connect(camera.show)
    camera.start()
    return camera
