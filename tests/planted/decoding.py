"""Mistakes in reading pictures: what counts as read, what is looked for, and where it is said to be."""

from typing import Final

from tests.planted.bug import Bug

DECODING: Final = "kiosk/services/scanner/decoding.py"
GATES: Final = "kiosk/services/scanner/gates.py"
VIEWS: Final = "kiosk/services/scanner/views.py"
READ: Final = ("tests/services/scanner/test_decoding.py",)
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
    # -- what is looked for
    Bug(
        "the second engine is not asked",
        "two engines",
        DECODING,
        "found = [*found, *self._second_opinion(seen.whole, found)] if found else",
        "found = found if found else",
        READ,
    ),
    Bug(
        "fragments end the search",
        "ITF",
        DECODING,
        "return [one for one in found if is_sound(one)]",
        "return list(found)",
        READ,
    ),
    Bug("an Italian pharmacy's number is read", "Code 39", DECODING, '"Code39Std"', '"Code39"', READ),
    Bug(
        "bytes are taken for UTF-8",
        "grammar",
        DECODING,
        'data.decode("latin-1")',
        'data.decode("utf-8", "replace")',
        READ,
    ),
    Bug(
        "an idle camera looks as hard as a busy one",
        "idle",
        DECODING,
        "1 if self._in_vain >= _IN_VAIN else _LOOKS_PER_PICTURE",
        "_LOOKS_PER_PICTURE",
        READ,
    ),
    Bug(
        "something new that is held up is looked at as if nobody were there",
        "idle",
        DECODING,
        '"""Something new is held up: look as hard as at first."""\n        self._in_vain = 0',
        '"""Something new is held up: look as hard as at first."""',
        READ,
    ),
    Bug(
        "the look that found something goes last",
        "looks",
        DECODING,
        "if found := self._looks[0](seen):\n                return found\n            self._looks.rotate(-1)\n",
        "self._looks.rotate(-1)\n            if found := self._looks[-1](seen):\n                return found\n",
        READ,
    ),
    Bug(
        "bars are not straightened",
        "looks",
        VIEWS,
        "(bars.x, bars.y), bars.angle, zoom)",
        "(bars.x, bars.y), 0, zoom)",
        READ,
    ),
    Bug(
        "a strip does not know the way back",
        "corners",
        VIEWS,
        "view.back @ np.vstack(",
        "np.eye(2, 3) @ np.vstack(",
        READ,
    ),
    Bug(
        "faint bars stay faint",
        "looks",
        VIEWS,
        "return View(self._stretched(pixels, (_FIELD, 1))",
        "return View(pixels",
        READ,
    ),
)
