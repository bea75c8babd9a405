"""The corpus and the video that cameras are tried on."""

from itertools import pairwise

import numpy as np
import pytest

from kiosk.services.scanner.decoding import Decoder
from tests.pictures import approach, draw
from tests.pictures.clips import FRAMES, clip, planned
from tests.pictures.codes import MAKERS, some_code
from tests.pictures.conditions import KINDS
from tests.pictures.measure import Seen, summed
from tests.pictures.video import EAN


def as_one(frames):
    return np.stack(frames)


def test_the_same_seed_gives_the_same_clip_and_another_another():
    one, again, other = clip(1, 12), clip(1, 12), clip(2, 12)
    assert one.codes == again.codes
    assert np.array_equal(as_one(one.frames), as_one(again.frames))
    assert one.codes != other.codes


def test_a_clip_is_a_hand_that_is_never_quite_still():
    frames = clip(1, 0).frames
    assert len(frames) == FRAMES
    assert all(not np.array_equal(before, after) for before, after in pairwise(frames))


@pytest.mark.parametrize("size", [(640, 480), (1280, 720)])
def test_clips_show_the_same_codes_in_every_size(size):
    shown = clip(1, 3, size)
    assert shown.codes == clip(1, 3).codes
    assert {frame.shape for frame in shown.frames} == {size[::-1]}


def test_a_corpus_has_every_condition_with_every_kind_of_code_and_nobody_too():
    told = {planned(number) for number in range(len(KINDS) * len(MAKERS) * 20 // 19)}
    assert told == {(kind, of) for kind in KINDS for of in MAKERS} | {("nobody", "nothing")}


def test_the_hand_brings_a_code_into_view_holds_it_and_takes_it_away():
    frames, decoder = approach(empty=3, coming=4, held=5), Decoder()
    assert len(frames) == 2 * 3 + 2 * 4 + 5
    assert {frame.shape for frame in frames} == {(480, 640, 3)}
    read = [{one.text for one in decoder.look(frame.mean(axis=2).astype(np.uint8))} for frame in frames]
    assert read[:3] == read[-3:] == [set()] * 3
    assert read[7:12] == [{EAN.text}] * 5


def test_a_code_is_drawn_onto_grey_and_onto_colour():
    grey, colour = np.full((200, 400), 128, dtype=np.uint8), np.full((200, 400, 3), 128, dtype=np.uint8)
    for picture in (grey, colour):
        draw(picture, EAN, (10, 10))
    assert {one.text for one in Decoder().look(grey)} == {EAN.text}
    assert np.array_equal(colour, np.repeat(grey[:, :, None], 3, axis=2))


def test_the_figures_count_what_was_missed_what_was_wrong_and_in_which_frame_it_was_read():
    seen = [
        Seen("ours", "noise", "ean13", 2, (), (1.0, 3.0)),
        Seen("ours", "noise", "ean13", 0, ("wrong",), (1.0, 3.0)),
        Seen("ours", "nobody", "nothing", 0, (), (5.0, 7.0)),
        Seen("pyzbar alone", "noise", "ean13", 0, (), (9.0, 9.0)),
    ]
    ours = summed(seen, "ours")
    assert (ours.clips, ours.missed, ours.wrong, ours.frames[0], ours.took_ms[2], ours.idle_ms) == (
        2,
        1,
        1,
        2,
        2.0,
        6.0,
    )


def test_a_coupon_never_begins_with_the_pair_that_would_not_be_printed():
    numbers = [some_code("coupon", np.random.default_rng(seed)).text for seed in range(1000)]
    assert {len(number) for number in numbers} == {17}
    assert [number for number in numbers if number.startswith("99")] == []
