"""Mistakes about the camera: light, motion, a code that stays, what becomes of it, and what people see of it."""

from typing import Final

from tests.planted.bug import Bug

ATTENTION: Final = "kiosk/services/scanner/attention.py"
LIGHT: Final = "kiosk/services/scanner/light.py"
EYE: Final = "kiosk/services/scanner/eye.py"
CAMERA: Final = "kiosk/services/scanner/camera.py"
SOURCE: Final = "kiosk/services/scanner/source.py"
FINDER: Final = "kiosk/ui/widgets/viewfinder.py"
SCREEN: Final = "kiosk/ui/screens/scan.py"

OF_ATTENTION: Final = ("tests/services/scanner/test_attention.py",)
OF_LIGHT: Final = ("tests/services/scanner/test_light.py",)
OF_EYE: Final = ("tests/services/scanner/test_eye.py",)
OF_FINDER: Final = ("tests/ui/test_viewfinder.py",)


def _camera(*tests: str) -> tuple[str, ...]:
    return tuple(f"tests/services/scanner/test_camera.py::test_{name}" for name in tests)


BUGS: Final = (
    # -- motion, and codes that stay
    Bug(
        "the difference of two bytes wraps around",
        "motion",
        ATTENTION,
        'difference = one.astype("int16") - other',
        "difference = one - other",
        OF_ATTENTION,
    ),
    Bug("noise moves", "motion", ATTENTION, "MOVED_BY: Final = 12", "MOVED_BY: Final = 1", OF_ATTENTION),
    Bug("a fly moves", "motion", ATTENTION, "MOVED_SHARE: Final = 0.003", "MOVED_SHARE: Final = 0.0", OF_ATTENTION),
    Bug(
        "what comes slowly is never seen",
        "motion",
        ATTENTION,
        "if moved or was_awake:",
        "if True:",
        OF_ATTENTION,
    ),
    Bug(
        "who has gone is still searched for",
        "advice",
        ATTENTION,
        "        elif not was_awake:\n            self._searching_since = None\n",
        "",
        OF_ATTENTION,
    ),
    Bug(
        "a code that is held up long is scanned again each second",
        "one scan",
        ATTENTION,
        "        here.update({one.text: at for one in found if one.text in here})\n",
        "",
        OF_ATTENTION,
    ),
    Bug(
        "only a confirmed reading shows that a code stays",
        "one scan",
        ATTENTION,
        "for one in found if one.text in here",
        "for one in confirmed if one.text in here",
        OF_ATTENTION,
    ),
    Bug(
        "a code stays for ever",
        "held up anew",
        ATTENTION,
        "if at - seen < AWAY_S",
        "if at >= seen",
        OF_ATTENTION,
    ),
    Bug(
        "every reading counts",
        "gates",
        ATTENTION,
        "for one in confirmed if one.text not in here",
        "for one in found if one.text not in here",
        OF_ATTENTION,
    ),
    # -- light
    Bug("white is glare at once", "advice", LIGHT, " and searching_s > GLARE_AFTER_S", "", OF_LIGHT),
    Bug("one picture is proof", "advice", LIGHT, "at - self._since >= self._lasts_s", "at >= self._since", OF_LIGHT),
    Bug("one lit corner is black", "black", LIGHT, "int(cells.max()) <= BLACK", "int(cells.mean()) <= BLACK", OF_LIGHT),
    # -- a picture
    Bug(
        "every picture is read",
        "a core at rest",
        EYE,
        "if is_awake else ([], [])",
        "if True else ([], [])",
        OF_EYE,
    ),
    Bug("a covered camera is frozen", "frozen", EYE, " or is_black(cells) or is_white(cells)", "", OF_EYE),
    Bug("nothing is ever frozen", "frozen", EYE, "return Sight.FROZEN if", "return Sight.SEEING if", OF_EYE),
    Bug(
        "corners are told as if nothing were cut off",
        "frame",
        EYE,
        "(corner.x * wide - left) / width",
        "corner.x",
        OF_EYE,
    ),
    Bug("corners are not mirrored", "frame", EYE, "Corner(1 - x if self._mirror else x, y)", "Corner(x, y)", OF_EYE),
    Bug(
        "a code that was there before it is asked for has to go first",
        "asked for",
        EYE,
        "            self._held, self._known = Held(), []\n",
        "            pass\n",
        OF_EYE,
    ),
    Bug(
        "a code that stays is read in every picture",
        "a core in use",
        EYE,
        "            self._known = found\n",
        "            pass\n",
        OF_EYE,
    ),
    Bug(
        "a code that came beside another is not seen",
        "a core in use",
        EYE,
        "known, self._known = self._known, []",
        "known = self._known",
        OF_EYE,
    ),
    # -- a camera's life
    Bug(
        "pictures wait in a line",
        "newest only",
        CAMERA,
        "            self._thing = thing\n",
        "            self._thing = self._thing or thing\n",
        _camera("only_the_newest_picture_waits"),
    ),
    Bug(
        "every picture is unpacked",
        "a core at rest",
        CAMERA,
        " if now - taken + _JITTER_S >= self._every_s else None",
        "",
        _camera("while_nothing_happens_most_pictures_are_not_even_unpacked"),
    ),
    Bug(
        "a camera that went is missing, as if it had never been there",
        "lost",
        CAMERA,
        "return Sight.LOST if cause is Sight.MISSING and self._state.openings else cause",
        "return cause",
        _camera("a_camera_that_is_unplugged_is_lost_and_comes_back_by_itself"),
    ),
    Bug(
        "what stands still is not opened anew",
        "frozen",
        CAMERA,
        "                self._stuck.set()\n",
        "                pass\n",
        _camera("a_camera_that_shows_the_same_picture_is_frozen_opened_anew_and_seen_with_again"),
    ),
    Bug(
        "a camera that says nothing more counts as seeing",
        "silent",
        CAMERA,
        "elif now - came > setting.frozen_s:",
        "elif False:",
        _camera("a_camera_that_gives_no_picture_any_more_is_frozen"),
    ),
    Bug(
        "the pauses grow for ever",
        "comes back",
        CAMERA,
        "                self._waits = pauses(*self._setting.retry_s)\n            self._change(s",
        "                pass\n            self._change(s",
        _camera("the_pauses_are_short_again_after_it_was_seen_with"),
    ),
    Bug(
        "a film that ended is never closed",
        "left behind",
        CAMERA,
        "                    source.close()\n            except",
        "                    self._leaked = [*getattr(self, '_leaked', ()), source]\n            except",
        _camera("after_many_unpluggings_nothing_is_left_behind"),
    ),
    Bug(
        "a bug in a thread leaves it seeing",
        "our own bugs",
        CAMERA,
        "                self._change(sight=Sight.FAILED)\n                self._stop.set()\n",
        "                self._stop.set()\n",
        _camera("a_bug_in_a_thread_is_reported_and_the_camera_no_longer_counts_as_seeing"),
    ),
    Bug(
        "what is read after the end is delivered",
        "close",
        CAMERA,
        "for bridge in (self._codes, self._changes, self._shots):",
        "for bridge in (self._changes, self._shots):",
        _camera("after_close_nothing_is_delivered_and_it_may_be_closed_again"),
    ),
    Bug(
        "pictures are shown to nobody",
        "shown",
        CAMERA,
        "        self._shown = (width, height)\n",
        "        self._shown = (width or 160, height or 120)\n",
        _camera("pictures_are_shown_while_they_are_asked_for"),
    ),
    Bug(
        "the first picture says whether it is black",
        "doctor",
        CAMERA,
        "for picture in reversed(pictures) if",
        "for picture in pictures if",
        _camera("the_last_of_a_few_pictures_says_whether_it_sees"),
    ),
    # -- what people see
    Bug(
        "the next person sees the picture of the one before",
        "private",
        FINDER,
        "        self.wanted.emit(0, 0)\n        self._forget()\n",
        "        self.wanted.emit(0, 0)\n",
        OF_FINDER,
    ),
    Bug(
        "pictures are made while nobody sees them",
        "a core at rest",
        FINDER,
        "        self.wanted.emit(0, 0)\n",
        "",
        OF_FINDER,
    ),
    Bug("bars have a frame like a line", "frame", FINDER, "_FLATTEST = 0.3", "_FLATTEST = 0.0", OF_FINDER),
    Bug(
        "the frame flips when a reading begins at another corner",
        "frame",
        FINDER,
        "for n in range(4)), key",
        "for n in range(1)), key",
        OF_FINDER,
    ),
    Bug("a reading that fails once takes the frame away", "frame", FINDER, "_LINGERS = 4", "_LINGERS = 0", OF_FINDER),
    Bug(
        "without a camera a picture is promised",
        "words",
        SCREEN,
        "if not self._viewfinder.is_there:",
        "if False:",
        OF_FINDER,
    ),
)
