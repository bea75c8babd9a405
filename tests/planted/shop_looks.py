"""Mistakes in what a shop looks like: pictures, the aids in the header, gaps, and the typefaces that are looked for."""

from typing import Final

from tests.planted.bug import Bug

FILES: Final = "kiosk/ui/pictures.py"
PICTURE: Final = "kiosk/ui/widgets/picture.py"
HERO: Final = "kiosk/ui/widgets/hero.py"
BASKET: Final = "kiosk/ui/screens/basket.py"
METHOD: Final = "kiosk/ui/screens/method.py"
HEADER: Final = "kiosk/ui/widgets/header.py"
FACE: Final = "kiosk/ui/face.py"
WINDOW: Final = "kiosk/ui/window.py"
AIDS: Final = "kiosk/ui/screens/aids.py"
LABELS: Final = "kiosk/ui/widgets/labels.py"
FACES: Final = "kiosk/ui/faces.py"
DOCTOR: Final = "kiosk/tools/doctor.py"
LIST: Final = "kiosk/flows/basket.py"

PICTURES: Final = ("tests/ui/test_pictures.py",)
OPENED: Final = ("tests/ui/test_aids.py",)
GAPS: Final = ("tests/ui/test_format.py", "-k", "three_millimetres")
TYPEFACES: Final = ("tests/tools/test_doctor_faces.py",)
ALONE: Final = ("tests/ui/test_faces.py", "-k", "stand_alone")
PARTED: Final = ("tests/ui/test_faces.py", "-k", "is_parted")

BUGS: Final = (
    # -- pictures
    Bug(
        "a picture is read while the screen waits",
        "files",
        FILES,
        'Thread(target=_read_into, args=(self._read, self._reading), name="picture", daemon=True).start()',
        "_read_into(self._read, self._reading)",
        (*PICTURES, "-k", "another_thread"),
    ),
    Bug(
        "the thread that reads asks Qt what it has read",
        "files",
        FILES,
        '    if b"<svg" in content[:_DRAWING_WITHIN]:\n',
        "    if QImage.fromData(content).isNull():\n",
        (*PICTURES, "-k", "nothing_of_qt"),
    ),
    Bug(
        "pictures fill the memory",
        "files",
        FILES,
        "        while len(self._kept) > 1 and self.bytes_kept > self._most_bytes:\n",
        "        while len(self._kept) > 10_000:\n",
        (*PICTURES, "-k", "bounded"),
    ),
    Bug(
        "files that are no pictures fill the memory",
        "files",
        FILES,
        "LEAST_BYTES)\n",
        "0)\n",
        (*PICTURES, "-k", "bounded"),
    ),
    Bug(
        "a picture is read anew each time it is seen",
        "files",
        FILES,
        "        if wanted in self._kept:\n",
        "        if wanted in self._kept and not self._kept[wanted].isNull() and not self._waiting and False:\n",
        (*PICTURES, "-k", "read_once"),
    ),
    Bug(
        "of many pictures the last page comes last",
        "files",
        FILES,
        "self._waiting.popitem()\n",
        "self._waiting.popitem(last=False)\n",
        (*PICTURES, "-k", "wanted_last"),
    ),
    Bug(
        "who leafs fast leaves more and more to be read",
        "files",
        FILES,
        "            if len(self._waiting) > MOST_WAITING:\n",
        "            if len(self._waiting) > 10_000:\n",
        (*PICTURES, "-k", "wanted_last"),
    ),
    Bug(
        "a photograph lies on its side",
        "files",
        FILES,
        "ImageOps.exif_transpose(image)",
        "image.copy()",
        (*PICTURES, "-k", "upright"),
    ),
    Bug(
        "of a photograph less is unpacked than is shown",
        "files",
        FILES,
        "image.draft(None, (longest, longest))",
        "image.draft(None, (longest // 6, longest // 6))",
        (*PICTURES, "-k", "sharp"),
    ),
    Bug(
        "a photograph of any size is unpacked",
        "files",
        FILES,
        " if image.width * image.height <= MOST_PIXELS else None",
        "",
        (*PICTURES, "-k", "too_large"),
    ),
    Bug(
        "nothing is seen through a picture",
        "files",
        FILES,
        "Format_RGBA8888",
        "Format_RGBX8888",
        (*PICTURES, "-k", "seen_through"),
    ),
    Bug(
        "a drawing of any length is drawn while the screen waits",
        "files",
        FILES,
        " if len(content) <= MOST_DRAWING_BYTES else None",
        "",
        (*PICTURES, "-k", "hold_up_the_screen"),
    ),
    Bug(
        "a drawing lies beside its place",
        "files",
        FILES,
        "beyond.width() / 2, beyond.height() / 2",
        "beyond.width(), beyond.height()",
        (*PICTURES, "-k", "drawing_comes"),
    ),
    Bug(
        "after a picture that could not be tried no other comes",
        "files",
        FILES,
        "    finally:\n",
        "    except ValueError:\n",
        (*PICTURES, "-k", "even_be_tried"),
    ),
    Bug(
        "a picture that fills its place hangs over",
        "files",
        FILES,
        "ImageOps.contain(upright, room) if wanted.is_whole else ImageOps.fit(upright, room)",
        "ImageOps.contain(upright, room)",
        (*PICTURES, "-k", "fills"),
    ),
    Bug(
        "a picture that has arrived is not drawn",
        "tile",
        PICTURE,
        "        if wanted == self._asked:\n            self.update()\n",
        "        pass\n",
        (*PICTURES, "-k", "by_itself"),
    ),
    Bug(
        "a broken picture leaves its tile empty",
        "tile",
        PICTURE,
        "        elif picture is not None:\n",
        "        elif not self._path:\n",
        (*PICTURES, "-k", "broken"),
    ),
    Bug(
        "a photograph stands in a box of another colour",
        "tile",
        PICTURE,
        "colours.card if is_photograph else ground",
        "ground",
        (*PICTURES, "-k", "arrives"),
    ),
    Bug(
        "all products have one colour",
        "tile",
        PICTURE,
        "colours.tints[self._tint % len(colours.tints)]",
        "colours.tints[0]",
        (*PICTURES, "-k", "category or first_sign"),
    ),
    Bug(
        "a line has another colour than its product",
        "tile",
        LIST,
        'category=product.category if product else "",',
        'category="",',
        ("tests/flows/test_basket_view.py",),
    ),
    Bug(
        "the store's picture is gone until the next one is here",
        "hero",
        HERO,
        "        self._at += 1\n",
        "        self._at += 1\n        self._shown = QPixmap()\n",
        (*PICTURES, "-k", "stands_until"),
    ),
    Bug(
        "a file of the store that is no picture ends the round",
        "hero",
        HERO,
        "            del self._paths[self._at % len(self._paths)]\n",
        "            return\n",
        ("tests/ui/test_brand.py", "-k", "pictures_of_the_store"),
    ),
    # -- the aids in the header
    Bug(
        "the button for the aids opens nothing",
        "aids",
        FACE,
        "        self._header.aids.clicked.connect(self.aids_toggled)\n",
        "",
        (*OPENED, "-k", "closes_them"),
    ),
    Bug(
        "the aids cannot be closed",
        "aids",
        FACE,
        "            self._aids.closed.connect(self.aids_toggled)\n",
        "",
        (*OPENED, "-k", "said_nothing"),
    ),
    Bug(
        "a switch among the aids does nothing",
        "aids",
        FACE,
        "            self._aids.intent.connect(self.intent)\n",
        "",
        (*OPENED, "-k", "switched"),
    ),
    Bug(
        "what was paid is hidden behind the aids",
        "aids",
        WINDOW,
        "    return type(before) is not type(now) or (\n",
        "    return (\n",
        (*OPENED, "-k", "never_hidden"),
    ),
    Bug(
        "a scan is hidden behind the aids",
        "aids",
        WINDOW,
        "before.notice_serial != now.notice_serial",
        "False",
        (*OPENED, "-k", "scanned"),
    ),
    Bug(
        "a double tap opens the aids and closes them",
        "aids",
        WINDOW,
        "        if not self._settled.isActive():\n",
        "        if True:\n",
        (*OPENED, "-k", "double_tap"),
    ),
    Bug(
        "a new look has the screen, not the aids that were open",
        "aids",
        WINDOW,
        "with_aids=self._has_aids)",
        "with_aids=self._has_aids and shown.access == USUAL)",
        (*OPENED, "-k", "stay_open"),
    ),
    Bug(
        "the aids are silent",
        "aids",
        "kiosk/ui/screens/aids.py",
        "return (self._title, self._note, *self._aids.tiles, self._close)",
        "return ()",
        (*OPENED, "-k", "read_aloud"),
    ),
    Bug(
        "staff find a button for aids that are not theirs",
        "aids",
        HEADER,
        "        self.aids.setVisible(not staff)\n",
        "",
        (*OPENED, "-k", "staff_are"),
    ),
    # -- gaps, words, typefaces
    Bug(
        "payment methods stand close together on a small screen",
        "gap",
        METHOD,
        "        self._grid.setSpacing(self.theme.gap)\n",
        "        self._grid.setSpacing(self.theme.gap // 2 if self.theme.is_small else self.theme.gap)\n",
        GAPS,
    ),
    Bug(
        "what stands below the header stands close to it",
        "gap",
        HEADER,
        "column.setContentsMargins(theme.margin, edge, theme.margin, theme.gap)",
        "column.setContentsMargins(theme.margin, edge, theme.margin, edge)",
        GAPS,
    ),
    Bug(
        "a word of the total is torn",
        "words",
        LABELS,
        "map(_NO_END.join, self.said.split(",
        "map(str, self.said.split(",
        ("tests/ui/test_faces.py", "-k", "torn"),
    ),
    Bug(
        "a Japanese or Chinese sign stands alone",
        "last line",
        LABELS,
        "_NO_END.join(last)",
        "last",
        ALONE,
    ),
    Bug(
        "a sign of a sentence stands alone",
        "last line",
        LABELS,
        "self._is_heading or _END.search(words) is not None",
        "self._is_heading",
        ("tests/ui/test_faces.py", "-k", "without_spaces"),
    ),
    Bug("a word stands alone", "last line", LABELS, "{before}{_NO_BREAK}{end}", "{before} {end}", ALONE),
    Bug(
        "a long end has no room and all of it is parted",
        "last line",
        LABELS,
        "sign[0][-_LAST_SIGNS:]",
        "sign[0]",
        ALONE,
    ),
    Bug("a long end has no room", "last line", LABELS, "joined if metrics", "joined if words or metrics", PARTED),
    Bug(
        "a code that is not known is told on a page that nobody sees",
        "refused",
        BASKET,
        "self._notice if self._is_refused and self.above is None else row",
        "row",
        ("tests/ui/test_access.py", "-k", "why_nothing_was_added"),
    ),
    Bug(
        "the doctor looks for the Korean typeface only",
        "doctor",
        DOCTOR,
        '    yield from _typefaces(set(config.kiosk.languages) - {"ko", "en"})\n',
        "",
        TYPEFACES,
    ),
    Bug(
        "a typeface that is not there is taken for another one",
        "doctor",
        FACES,
        "raw.familyName() == face and ",
        "",
        TYPEFACES,
    ),
)
