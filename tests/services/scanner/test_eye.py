"""One picture after another: what is read, told and shown."""

from dataclasses import replace

import numpy as np
import pytest

from kiosk.domain.picture import Advice, Corner, Shot
from kiosk.services.scanner.eye import BLACK_S, Eye
from kiosk.services.scanner.gates import Found, Reader, Symbology
from kiosk.services.scanner.sight import Sight
from tests.support.film import noise

EAN = Found(
    Symbology.EAN13, "8801043036016", (Corner(0.5, 0.4), Corner(0.75, 0.4), Corner(0.75, 0.6), Corner(0.5, 0.6))
)
NOT_SHOWN = (0, 0)
WALL = noise(40)


class Finds:
    """Finds the same in every picture, and counts."""

    def __init__(self, *found) -> None:
        self.found = list(found)
        self.looks = self.begins = 0

    def begin(self) -> None:
        self.begins += 1

    def look(self, grey) -> list[Found]:
        assert grey.ndim == 2
        self.looks += 1
        return self.found


class Agrees:
    """Everything that is found counts."""

    def take(self, found, at) -> list[Found]:
        return list(found)


class Doubts:
    """Nothing counts."""

    def take(self, found, at) -> list[Found]:
        return []


def an_eye(*found, mirror=False):
    decoder = Finds(*found)
    return Eye(decoder, Agrees(), mirror=mirror, frozen_s=3.0), decoder


def look_for(eye, pictures, start, *, every_s=0.25, shown=NOT_SHOWN):
    return [eye.look(picture, start + n * every_s, shown) for n, picture in enumerate(pictures)]


def covered(picture):
    """The same with a hand before it."""
    changed = picture.copy()
    changed[100:300, 100:400] = 30
    return changed


def test_while_nothing_happens_no_picture_is_read():
    eye, decoder = an_eye()
    look_for(eye, WALL, 10.0)
    looks = decoder.looks
    seen = look_for(eye, WALL, 20.0)
    assert decoder.looks == looks
    assert not any(one.is_awake for one in seen)


def test_what_comes_is_read_in_the_very_picture_that_it_woke_the_eye_with():
    eye, decoder = an_eye(EAN)
    decoder.found = []
    look_for(eye, WALL, 10.0)
    decoder.found, before = [EAN], decoder.begins
    seen = eye.look(covered(WALL[0]), 30.0, NOT_SHOWN)
    assert seen.codes == [EAN.text]
    assert seen.is_awake
    assert decoder.begins == before + 1


def test_a_code_that_is_read_keeps_it_awake():
    eye, _ = an_eye(EAN)
    assert all(one.is_awake for one in look_for(eye, WALL, 10.0))


def test_a_code_that_stays_is_looked_at_in_every_second_picture_and_told_in_each():
    eye, decoder = an_eye(EAN)
    eye.look(WALL[0], 10.0, (64, 48))
    before = decoder.looks
    seen = look_for(eye, WALL[1:21], 10.1, every_s=0.07, shown=(64, 48))
    assert decoder.looks == before + 10
    assert [one.shot.codes for one in seen] == [(EAN.corners,)] * 20


def test_a_code_that_comes_beside_one_that_stays_is_read():
    eye, decoder = an_eye(EAN)
    look_for(eye, WALL[:5], 10.0, every_s=0.07)
    decoder.found = [EAN, replace(EAN, symbology=Symbology.QR, text="0xabc")]
    seen = look_for(eye, WALL[5:9], 10.4, every_s=0.07)
    assert [code for one in seen for code in one.codes] == ["0xabc"]


def test_the_same_picture_for_seconds_is_frozen_until_another_comes():
    eye, _ = an_eye()
    seen = look_for(eye, [WALL[0]] * 20, 10.0)
    assert [one.sight for one in seen] == [Sight.SEEING] * 12 + [Sight.FROZEN] * 8
    assert eye.look(WALL[1], 16.0, NOT_SHOWN).sight is Sight.SEEING


def test_pictures_that_differ_only_by_their_noise_are_not_frozen():
    eye, _ = an_eye()
    assert {one.sight for one in look_for(eye, WALL, 10.0)} == {Sight.SEEING}


@pytest.mark.parametrize("grey", [0, 255])
def test_a_picture_that_shows_nothing_may_well_be_the_same(grey):
    eye, _ = an_eye()
    seen = look_for(eye, [np.full_like(WALL[0], grey)] * 40, 10.0)
    assert Sight.FROZEN not in {one.sight for one in seen}


def test_black_for_seconds_is_black_and_light_is_seen_again():
    eye, _ = an_eye()
    seen = look_for(eye, noise(20, grey=8), 10.0)
    assert [one.sight for one in seen].index(Sight.BLACK) * 0.25 == BLACK_S
    seen = look_for(eye, WALL, 15.0)
    assert seen[-1].sight is Sight.SEEING


# -- what is shown


def shot_of(eye, size, picture=WALL[0]) -> Shot:
    shot = eye.look(picture, 10.0, size).shot
    assert isinstance(shot, Shot)
    return shot


def test_nothing_is_shown_to_nobody():
    eye, _ = an_eye(EAN)
    assert eye.look(WALL[0], 10.0, NOT_SHOWN).shot is None


def test_a_shot_is_as_large_as_it_was_asked_for():
    eye, _ = an_eye()
    shot = shot_of(eye, (300, 200))
    assert (shot.width, shot.height, len(shot.pixels)) == (300, 200, 300 * 200 * 4)


def pixels(shot):
    return np.frombuffer(shot.pixels, dtype=np.uint8).reshape(shot.height, shot.width, 4)


def test_colours_stay_and_a_mirror_swaps_the_sides():
    picture = np.zeros((480, 640, 3), dtype=np.uint8)
    picture[:, :320] = (200, 100, 50)  # blue, green, red
    for mirror, side in ((False, 0), (True, -1)):
        eye, _ = an_eye(mirror=mirror)
        shown = pixels(shot_of(eye, (64, 48), picture))
        assert tuple(shown[24, side, :3]) == (200, 100, 50)
        assert tuple(shown[24, -1 - side, :3]) == (0, 0, 0)


def test_the_middle_is_cut_out_to_the_shape_that_is_wanted():
    picture = np.zeros((480, 640, 3), dtype=np.uint8)
    picture[:, 80:560] = 255
    eye, _ = an_eye()
    assert pixels(shot_of(eye, (100, 100), picture))[:, :, :3].min() == 255
    picture[:] = 0
    picture[120:360, :] = 255
    assert pixels(shot_of(eye, (160, 60), picture))[:, :, :3].min() == 255


@pytest.mark.parametrize(("mirror", "xs"), [(False, (0.5, 0.75)), (True, (0.5, 0.25))])
def test_the_corners_of_a_code_are_where_it_is_shown(mirror, xs):
    eye, _ = an_eye(EAN, mirror=mirror)
    ((first, second, *_),) = shot_of(eye, (64, 48)).codes
    assert (first.x, second.x) == pytest.approx(xs)
    assert first.y == pytest.approx(0.4)


def test_the_corners_follow_what_is_cut_off():
    eye, _ = an_eye(EAN)
    ((_, second, *_),) = shot_of(eye, (100, 100)).codes
    # 640 wide, 480 of them shown, from 80 on: 0.75 * 640 is 480, 400 into what is shown
    assert (second.x, second.y) == pytest.approx((400 / 480, 0.4))


def test_a_reading_that_does_not_count_has_no_frame():
    eye = Eye(Finds(EAN), Doubts(), mirror=False, frozen_s=3.0)
    seen = eye.look(WALL[0], 10.0, (64, 48))
    assert seen.codes == []
    assert shot_of(eye, (64, 48)).codes == ()


def test_a_code_that_is_held_up_already_is_the_answer_when_one_is_asked_for():
    eye, _ = an_eye(EAN)
    look_for(eye, WALL, 10.0)
    assert eye.look(WALL[0], 20.0, (64, 48)).codes == [EAN.text]
    assert eye.look(WALL[1], 20.1, (64, 48)).codes == []
    assert eye.look(WALL[2], 20.2, NOT_SHOWN).codes == []


def test_a_code_that_both_engines_read_has_one_frame():
    strip = tuple(Corner(0.1, 0.1) for _ in range(4))
    eye, _ = an_eye(EAN, replace(EAN, reader=Reader.ZBAR, corners=strip))
    assert eye.look(WALL[0], 10.0, NOT_SHOWN).codes == [EAN.text]
    assert shot_of(eye, (64, 48)).codes == (EAN.corners,)


def test_a_reading_that_does_not_count_keeps_nothing_awake():
    eye = Eye(Finds(EAN), Doubts(), mirror=False, frozen_s=3.0)
    assert not look_for(eye, WALL, 10.0)[-1].is_awake


def test_advice_is_given_when_its_reason_has_lasted():
    eye, _ = an_eye()
    seen = look_for(eye, noise(10, grey=35), 10.0, every_s=0.1, shown=(64, 48))
    assert (seen[0].shot.advice, seen[-1].shot.advice) == (None, Advice.DARK)
