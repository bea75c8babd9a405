"""What a small picture tells about the light."""

import numpy as np
import pytest

from kiosk.domain.picture import Advice
from kiosk.services.scanner.attention import CELLS
from kiosk.services.scanner.light import GLARE_AFTER_S, STILL_AFTER_S, Steady, advise, is_black


def even(grey):
    return np.full((CELLS[1], CELLS[0]), grey, dtype=np.uint8)


def with_patch(grey, patch, share):
    """An even picture, with a patch of another grey that has this share of it."""
    cells = even(grey)
    cells[: round(share * CELLS[1]), :] = patch
    return cells


@pytest.mark.parametrize(("grey", "black"), [(0, True), (16, True), (20, True), (40, False), (128, False)])
def test_a_covered_camera_is_black_and_a_dim_room_is_not(grey, black):
    assert is_black(even(grey)) is black


def test_one_lit_corner_is_not_black():
    assert not is_black(with_patch(5, 90, 0.02))


@pytest.mark.parametrize(
    ("cells", "advice"),
    [
        (even(10), Advice.COVERED),
        (with_patch(20, 90, 0.1), Advice.DARK),
        (even(40), Advice.DARK),
        (even(70), None),
        (even(128), None),
        (with_patch(90, 255, 0.5), None),  # the white of a telephone
        (with_patch(90, 255, 0.8), Advice.BRIGHT),
        (even(255), Advice.BRIGHT),
    ],
)
def test_what_would_help_is_said_at_once_when_it_is_the_light(cells, advice):
    assert advise(cells, 0.0) is advice


def test_white_is_only_glare_when_something_is_held_up_in_vain():
    lamp = with_patch(110, 255, 0.05)
    assert advise(lamp, 0.0) is None
    assert advise(lamp, GLARE_AFTER_S + 0.1) is Advice.GLARE


def test_in_good_light_who_moves_in_vain_is_told_to_hold_still():
    assert advise(even(128), STILL_AFTER_S - 0.1) is None
    assert advise(even(128), STILL_AFTER_S + 0.1) is Advice.STILL


def test_a_value_changes_only_when_another_has_lasted():
    steady = Steady("a", 1.0)
    seen = [("b", 10.0), ("b", 10.9), ("a", 10.95), ("b", 11.0), ("b", 11.9), ("b", 12.0), ("a", 12.1)]
    assert [steady.take(value, at) for value, at in seen] == ["a", "a", "a", "a", "a", "b", "b"]
