"""How staff see the camera."""

import asyncio
from typing import Any

import pytest

from kiosk.domain.words import in_words
from kiosk.services.devices import TillDevices
from kiosk.services.scanner.sight import CameraState, Sight
from kiosk.services.text import Text
from tests.support.clock import FakeClock


class Room:
    """A journal on a disk that has room."""

    async def has_room(self):
        return True


def camera_row(devices):
    """Whether it is well, and what is said of it."""
    row = next(one for one in asyncio.run(devices.states()) if one.name == "camera")
    return row.is_well, in_words(row.detail, Text.load("ko"))


@pytest.fixture
def devices():
    parts: Any = (Room(), None, FakeClock())  # nothing is printed
    return TillDevices(*parts, has_scanner=False)


def test_without_a_camera_it_is_not_in_use(devices):
    assert camera_row(devices) == (None, "쓰지 않음")


@pytest.mark.parametrize("sight", Sight)
def test_only_a_camera_that_sees_is_well_and_one_that_is_being_opened_may_be(devices, sight):
    devices.add_camera(lambda: CameraState(sight))
    is_well, words = camera_row(devices)
    assert is_well is {Sight.SEEING: True, Sight.OPENING: None}.get(sight, False)
    assert words


def test_what_it_has_read_is_counted_as_it_is_now(devices):
    states = iter((CameraState(Sight.SEEING, codes=1), CameraState(Sight.SEEING, codes=7)))
    devices.add_camera(lambda: next(states))
    assert camera_row(devices) == (True, "정상, 1번 읽음")
    assert camera_row(devices) == (True, "정상, 7번 읽음")
