"""Joins a window to a flow: what the flow shows is drawn, what a person wants is submitted."""

from collections.abc import Callable

from kiosk.flows.intents import Intent
from kiosk.flows.observable import Observable
from kiosk.flows.views import Shown
from kiosk.ui.window import KioskWindow


def bind(
    window: KioskWindow, shown: Observable[Shown], submit: Callable[[Intent], None], call_staff: Callable[[], None]
) -> Callable[[], None]:
    """Join them; call what comes back to part them."""
    window.intent.connect(submit)
    window.help_requested.connect(call_staff)
    unsubscribe = shown.subscribe(window.render)

    def part() -> None:
        unsubscribe()
        window.intent.disconnect(submit)
        window.help_requested.disconnect(call_staff)

    return part
