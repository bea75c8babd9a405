"""Mistakes in reading pictures: what counts as read, what is looked for, and where it is said to be."""

from typing import Final

from tests.planted.bug import Bug

DECODING: Final = "kiosk/services/scanner/decoding.py"
GATES: Final = "kiosk/services/scanner/gates.py"
VIEWS: Final = "kiosk/services/scanner/views.py"
READING: Final = "tests/services/scanner/test_decoding.py::test_"
COUNTED: Final = ("tests/services/scanner/test_gates.py",)

BUGS: Final = (
    # -- what counts
    Bug("one engine is enough twice", "gates", GATES, "FROM_ONE: Final = 3", "FROM_ONE: Final = 2", COUNTED),
    Bug("one reading of bars is enough", "gates", GATES, "FROM_BOTH: Final = 2", "FROM_BOTH: Final = 1", COUNTED),
    Bug(
        "two readings of one engine are two engines",
        "gates",
        GATES,
        "len({reading.found.reader for reading in same}) > 1",
        "len(same) > 1",
        COUNTED,
    ),
    Bug(
        "one engine that reads a code twice in a picture counts twice",
        "gates",
        GATES,
        "[_Reading(one, at) for one in once]",
        "[_Reading(one, at) for one in sound]",
        COUNTED,
    ),
    Bug(
        "readings are never forgotten",
        "gates",
        GATES,
        "if at - reading.at < WINDOW_S]",
        "if at >= reading.at]",
        COUNTED,
    ),
    Bug("nothing speaks against a reading", "gates", GATES, " + rivals\n", "\n", COUNTED),
    Bug("a rival is one for ever", "gates", GATES, "at - reading.at < RIVAL_S and ", "", COUNTED),
    Bug("codes anywhere are rivals", "gates", GATES, " and _is_at_one_place(reading.found, one)", "", COUNTED),
    Bug("check digits are not looked at", "gates", GATES, " and has_right_check_digit(one.text))", ")", COUNTED),
    Bug(
        "every kind of code is let through",
        "gates",
        GATES,
        "if one.symbology in self._wanted and is_sound(one)",
        "if is_sound(one)",
        COUNTED,
    ),
    Bug("a QR code waits as bars do", "gates", GATES, "if one.symbology is Symbology.QR:", "if not one.text:", COUNTED),
    Bug(
        "a code is where the last of its readings has it",
        "corners",
        GATES,
        "confirmed.setdefault((one.symbology, one.text), one)",
        "confirmed[one.symbology, one.text] = one",
        COUNTED,
    ),
    # -- what is looked for
    Bug(
        "the second engine is not asked",
        "two engines",
        DECODING,
        "found = [*found, *self._second_opinion(seen.whole, found)] if found else",
        "found = found if found else",
        (f"{READING}a_bar_code_is_read_by_both_engines_so_that_one_picture_shows_whether_they_agree",),
    ),
    Bug(
        "fragments end the search",
        "ITF",
        DECODING,
        "return [one for one in found if is_sound(one)]",
        "return list(found)",
        (f"{READING}an_itf_code_that_is_not_14_digits_long_is_not_read",),
    ),
    Bug(
        "an Italian pharmacy's number is read",
        "Code 39",
        DECODING,
        '"Code39Std"',
        '"Code39"',
        (f"{READING}a_code_39_that_could_be_an_italian_pharmacys_is_read_as_it_stands",),
    ),
    Bug(
        "bytes are taken for UTF-8",
        "grammar",
        DECODING,
        'data.decode("latin-1")',
        'data.decode("utf-8", "replace")',
        (f"{READING}bytes_beyond_ascii_arrive_recognisably_so",),
    ),
    Bug(
        "an idle camera looks as hard as a busy one",
        "idle",
        DECODING,
        "1 if self._in_vain >= _IN_VAIN else _LOOKS_PER_PICTURE",
        "_LOOKS_PER_PICTURE",
        (f"{READING}with_nobody_in_front_a_picture_gets_fewer_looks_until_something_new_is_held_up",),
    ),
    Bug(
        "something new that is held up is looked at as if nobody were there",
        "idle",
        DECODING,
        '"""Something new is held up: look as hard as at first."""\n        self._in_vain = 0',
        '"""Something new is held up: look as hard as at first."""',
        (f"{READING}with_nobody_in_front_a_picture_gets_fewer_looks_until_something_new_is_held_up",),
    ),
    Bug(
        "the look that found something goes last",
        "looks",
        DECODING,
        "if found := self._looks[0](seen):\n                return found\n            self._looks.rotate(-1)\n",
        "self._looks.rotate(-1)\n            if found := self._looks[-1](seen):\n                return found\n",
        (f"{READING}the_look_that_found_something_is_tried_first_in_the_next_picture",),
    ),
    Bug(
        "bars are not straightened",
        "looks",
        VIEWS,
        "(bars.x, bars.y), bars.angle, zoom)",
        "(bars.x, bars.y), 0, zoom)",
        (f"{READING}bars_that_lie_across_and_are_half_drowned_in_noise_are_read",),
    ),
    Bug(
        "a strip does not know the way back",
        "corners",
        VIEWS,
        "view.back @ np.vstack(",
        "np.eye(2, 3) @ np.vstack(",
        (f"{READING}the_corners_of_a_turned_bar_code_are_around_it_too",),
    ),
    Bug(
        "faint bars stay faint",
        "looks",
        VIEWS,
        "return View(self._stretched(pixels, (_FIELD, 1))",
        "return View(pixels",
        (f"{READING}bars_that_are_hardly_darker_than_their_paper_are_read_in_noise",),
    ),
)
