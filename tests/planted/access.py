"""Mistakes about who needs it larger, clearer, lower or slower: what they get, keep, reach, and can read."""

from typing import Final

from tests.planted.bug import Bug

ACCESS: Final = "kiosk/flows/access.py"
STAGE: Final = "kiosk/flows/stage.py"
SESSION: Final = "kiosk/flows/session.py"
THEME: Final = "kiosk/ui/theme.py"
WINDOW: Final = "kiosk/ui/window.py"
FACE: Final = "kiosk/ui/face.py"
PAGES: Final = "kiosk/ui/widgets/pages.py"
AIDS: Final = "kiosk/ui/widgets/aids.py"
CONFIG: Final = "kiosk/services/config.py"
METHOD: Final = "kiosk/ui/screens/method.py"
SCAN: Final = "kiosk/ui/screens/scan.py"
FLOW: Final = ("tests/flows/test_access.py",)
SCREEN: Final = ("tests/ui/test_access.py",)
AT_ONCE: Final = ("tests/ui/test_access.py", "-k", "in_sight_at_once")
PARTED: Final = ("tests/ui/test_pages.py",)
BRANDED: Final = ("tests/ui/test_brand.py",)
SET: Final = ("tests/services/test_config.py",)
LOOKS: Final = (
    "tests/ui/test_looks.py::test_every_screen_keeps_the_rules_where_things_have_other_places[low-1080x1920-ko]",
)
COLOURS: Final = ("tests/ui/test_looks.py::test_every_screen_keeps_the_rules_in_every_colour[contrast-1280x800]",)

BUGS: Final = (
    # -- what is switched on, and for whom
    Bug("an aid is never switched off", "switch", ACCESS, "not self.has(aid)", "True", FLOW),
    Bug(
        "the next customer finds the aids of the one before",
        "reset",
        STAGE,
        'help_code="", access=USUAL)',
        'help_code="")',
        FLOW,
    ),
    Bug(
        "a till that is shut cannot be read in high contrast",
        "switch",
        STAGE,
        "        if isinstance(intent, SwitchAid):\n",
        "        if isinstance(intent, SwitchAid) and not self._shut_by:\n",
        FLOW,
    ),
    Bug(
        "who switches an aid is taken for nobody",
        "time",
        STAGE,
        "        self.touch()\n        self.shown.publish(replace(self.shown.value, access",
        "        self.shown.publish(replace(self.shown.value, access",
        FLOW,
    ),
    # -- time
    Bug("who listens is hurried", "time", ACCESS, "self.large_print or self.voice", "self.large_print", FLOW),
    Bug(
        "the last screen hurries everybody",
        "time",
        SESSION,
        "self._stage.times.read_s",
        "self._stage.pace.read_s",
        FLOW,
    ),
    Bug(
        "the warning hurries everybody",
        "time",
        STAGE,
        "self._clock.within(self.times.warning_s",
        "self._clock.within(self.pace.warning_s",
        FLOW,
    ),
    # -- what is seen
    Bug("large print is not twice as large", "size", THEME, "body=24,", "body=18,", SCREEN),
    Bug(
        "a low screen is offered where everything is within reach",
        "low",
        THEME,
        "return not self.is_small and (",
        "return (",
        SCREEN,
    ),
    Bug(
        "staff see the customer's look",
        "staff",
        WINDOW,
        "self._face(USUAL if is_of_staff(shown.view) else shown.access)",
        "self._face(shown.access)",
        SCREEN,
    ),
    Bug(
        "each switch builds the look anew",
        "time",
        WINDOW,
        "if look not in self._faces:",
        "if look not in self._faces or look != USUAL:",
        SCREEN,
    ),
    Bug(
        "that an aid is on is not said", "voice", AIDS, '"access.on" if is_on else "access.off"', '"access.off"', SCREEN
    ),
    Bug(
        "what failed is on another page than the one that is shown",
        "page",
        METHOD,
        "self.pages.bring(self._tenders.last if self._failed else self._tenders)",
        "self.pages.bring(self._tenders)",
        AT_ONCE,
    ),
    Bug(
        "who turns the page is brought back to what failed",
        "page",
        METHOD,
        "if self.pages is not None and self._failed != self._brought:",
        "if self.pages is not None:",
        ("tests/ui/test_access.py", "-k", "turns_the_page_away"),
    ),
    Bug(
        "of what is higher than a page the edge is turned to",
        "page",
        "kiosk/ui/widgets/pages.py",
        "first = 0 if layout is None else layout.contentsRect().top()",
        "first = 0",
        AT_ONCE,
    ),
    Bug(
        "where to hold a code pushes what went wrong off the page",
        "page",
        SCAN,
        "self._hint.setVisible(not (view.problem and needs_room and not self.lifts))",
        "self._hint.show()",
        AT_ONCE,
    ),
    Bug(
        "what to hold pushes what went wrong off the page",
        "page",
        SCAN,
        "self._title.setVisible(not (view.problem and self.theme.is_small and self.theme.is_paged))",
        "self._title.show()",
        AT_ONCE,
    ),
    Bug("that an aid is on is told by colour alone", "colour", AIDS, '"check" if is_on else _ICONS', "_ICONS", SCREEN),
    Bug(
        "the screen stays high",
        "low",
        FACE,
        "        if self._panel is not None:\n            column.addWidget(self._panel)\n",
        "",
        LOOKS,
    ),
    Bug("high contrast is pale", "contrast", THEME, 'second="#2B2826"', 'second="#767676"', (*COLOURS, *BRANDED)),
    # -- pages
    Bug(
        "a page cuts what has room on one",
        "pages",
        PAGES,
        "not any(span.is_cut(end) for span in whole) and ",
        "",
        PARTED,
    ),
    Bug("a heading stays behind", "pages", PAGES, "max(better or good,", "max(good,", PARTED),
    Bug(
        "a line that was scanned is out of sight",
        "pages",
        PAGES,
        "        self._kept = widget\n",
        "        self._kept = None\n",
        SCREEN,
    ),
    Bug(
        "the focus is on another page", "pages", PAGES, "application.focusChanged.connect(self._follow)", "pass", SCREEN
    ),
    Bug(
        "a voice is offered that nobody has",
        "voice",
        THEME,
        "return self.language in self.spoken",
        "return True",
        SCREEN,
    ),
    # -- the store's own
    Bug("any colour will do", "brand", CONFIG, "< READABLE", "< 1", SET),
    Bug(
        "words in the colour of the store cannot be read",
        "brand",
        THEME,
        "accent_soft=soft if contrast(accent, soft) >= READABLE else white",
        "accent_soft=soft",
        BRANDED,
    ),
)
