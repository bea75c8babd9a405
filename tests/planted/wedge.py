"""Mistakes about a scanner that types like a keyboard: what is a scan, what is a person's, what reaches nothing."""

from typing import Final

from tests.planted.bug import Bug

WEDGE: Final = "kiosk/services/scanner/wedge.py"
GATE: Final = "kiosk/ui/wedge.py"
WINDOW: Final = "kiosk/ui/window.py"
PURE: Final = ("tests/services/scanner/test_wedge.py",)
TYPED: Final = ("tests/ui/test_wedge.py",)
SCAN: Final = "a scan is one code"
PERSON: Final = "a person typing never is a scan"
NOTHING: Final = "a combination reaches nothing"

BUGS: Final = (
    Bug("a slow scanner is a person", SCAN, WEDGE, "GAP_S: Final = 0.035", "GAP_S: Final = 0.025", PURE),
    Bug("a quick person is a scanner", PERSON, WEDGE, "GAP_S: Final = 0.035", "GAP_S: Final = 0.06", PURE),
    Bug("a person who rolls keys is a scanner", PERSON, WEDGE, "LEAST: Final = 6", "LEAST: Final = 4", PURE),
    Bug(
        "a scan that a busy machine tore is two codes",
        SCAN,
        WEDGE,
        "return END_S if self._is_scan and self._text[-1] not in ENDS else GAP_S",
        "return GAP_S",
        PURE,
    ),
    Bug(
        "two scans that are asked for late are one",
        SCAN,
        WEDGE,
        "if self._is_scan and self._text[-1] not in ENDS else",
        "if self._is_scan else",
        PURE,
    ),
    Bug(
        "a pause between two keys is not looked at",
        PERSON,
        WEDGE,
        "ended = self.end() if at - self._last > self.patience_s else Sifted()",
        "ended: Sifted[K] = Sifted()",
        PURE,
    ),
    Bug(
        "the first keys of a scan come back",
        SCAN,
        WEDGE,
        "            self._held.clear()\n",
        "            pass\n",
        PURE,
    ),
    Bug(
        "a combination comes back",
        NOTHING,
        WEDGE,
        "        elif text != COMBINATION:\n",
        "        else:\n",
        PURE,
    ),
    Bug(
        "a combination leaves no trace in the code",
        NOTHING,
        WEDGE,
        "self._text = (self._text + text)[",
        'self._text = (self._text + text.replace(COMBINATION, ""))[',
        PURE,
    ),
    Bug("a flood is kept whole", "bounded", WEDGE, "[: LONGEST_TEXT + 1]", "", PURE),
    Bug("a flood is cut to a code", "bounded", WEDGE, "[: LONGEST_TEXT + 1]", "[:LONGEST_TEXT]", PURE),
    Bug(
        "a code of nothing but Enter is forgotten",
        "refused and counted",
        WEDGE,
        "text.rstrip(ENDS) or text",
        "text.rstrip(ENDS)",
        PURE,
    ),
    Bug(
        "a key that goes up comes back without its scan",
        SCAN,
        WEDGE,
        "        if not self._is_scan:\n            self._held.append(key)\n",
        "        self._held.append(key)\n",
        (*PURE, *TYPED),
    ),
    Bug(
        "a shortcut has a key before the gate",
        NOTHING,
        GATE,
        "                event.accept()\n",
        "                pass\n",
        TYPED,
    ),
    Bug(
        "a combination is typing",
        NOTHING,
        GATE,
        "        return COMBINATION\n    printable",
        "        return event.text()\n    printable",
        TYPED,
    ),
    Bug(
        "a key without a character is passed on",
        NOTHING,
        GATE,
        "return _TEXTS.get(event.key(), printable) or COMBINATION",
        "return _TEXTS.get(event.key(), printable)",
        TYPED,
    ),
    Bug(
        "a combination that is held down is passed on",
        NOTHING,
        GATE,
        "            return text == COMBINATION\n",
        "            return False\n",
        TYPED,
    ),
    Bug(
        "a key that repeats is a scanner's",
        PERSON,
        GATE,
        "        if event.isAutoRepeat():",
        "        if event.isAutoRepeat() and text == COMBINATION:",
        TYPED,
    ),
    Bug(
        "a key comes up before it went down",
        PERSON,
        GATE,
        "        self._wedge.release(event.clone())\n        return True\n",
        "        return False\n",
        TYPED,
    ),
    Bug(
        "keys that wait behind a busy loop come too late",
        SCAN,
        GATE,
        "        if self._silence.interval() > 0:\n",
        "        if self._silence.interval() < 0:\n",
        TYPED,
    ),
    Bug(
        "what is given back is held again",
        PERSON,
        GATE,
        "        self._is_giving_back = True\n",
        "        self._is_giving_back = False\n",
        TYPED,
    ),
    Bug(
        "the time of handling counts, and not that of the key",
        SCAN,
        GATE,
        "event.timestamp() / 1000",
        "__import__('time').monotonic()",
        TYPED,
    ),
    Bug(
        "going about is typing",
        "refused and counted",
        GATE,
        '"\\b",  # a person',
        '" ",  # a person',
        TYPED,
    ),
    Bug(
        "anybody can close the window of a till",
        "nobody leaves the program",
        WINDOW,
        "event.setAccepted(not self.isFullScreen())",
        "event.accept()",
        TYPED,
    ),
    Bug(
        "the doctor misses a scanner where one types",
        "the doctor is right",
        "kiosk/tools/doctor.py",
        "        if not config.scanner.wedge:\n",
        "        if config.scanner.port != '':\n",
        ("tests/test_cli.py", "-k", "misses_a_scanner"),
    ),
    Bug(
        "a scanner that types is said to be well",
        "nobody can know",
        "kiosk/services/devices.py",
        'DeviceState("wedge", None, Said(',
        'DeviceState("wedge", True, Said(',
        ("tests/services/test_devices.py",),
    ),
    Bug(
        "a till with such a scanner has no gate",
        SCAN,
        "kiosk/app.py",
        "    if till.wedge is not None:\n",
        "    if till.wedge is None and till.config.scanner.wedge:\n",
        ("tests/end_to_end/test_wedge.py", "-k", "log"),
    ),
)
