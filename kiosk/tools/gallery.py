"""`kiosk gallery`: every screen in every format, look and language as a picture, and a sheet of them per screen."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QEventLoop, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from kiosk.domain.errors import OperatingError
from kiosk.flows.access import USUAL, Access
from kiosk.flows.manager.views import STAFF_VIEWS
from kiosk.flows.views import Shown, View
from kiosk.services.config import SCREENS_MM
from kiosk.services.resources import resource
from kiosk.services.text import Text, languages
from kiosk.tools.progress import progress
from kiosk.tools.samples import GALLERY, VIEWS
from kiosk.tools.staff_samples import STAFF
from kiosk.ui.theme import Theme
from kiosk.ui.window import KioskWindow

MODES: Final[Mapping[str, Access]] = MappingProxyType(
    {
        "normal": USUAL,
        "large_print": Access(large_print=True),
        "contrast": Access(contrast=True),
        "low": Access(low=True),
        "all": Access(large_print=True, contrast=True, low=True, voice=True),
    }
)
OFFERED: Final = ("normal", "large_print", "contrast", "low")
"""Of the modes, those that are drawn unless others are named."""

AIDS: Final = "aids"
"""The name of the aids, which are opened over another screen."""

SAMPLES: Final[Mapping[str, View]] = MappingProxyType({**VIEWS, **STAFF, AIDS: VIEWS["method_part_paid"]})

_STAFF_WORDS: Final = ("ko",)
"""What the samples of staff screens are written in. Their words come with the view."""

_ROUNDS = 3
"""Layouts within layouts come to rest one after the other."""

_THUMB = 420
"""How high a picture is on a sheet [px]."""
_GAP = 14
_QUALITY = 80
"""Of 100, how little the PNG is packed: a quarter larger, and much sooner written."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One of the gallery.

    Attributes:
        screen: Name of the sample.
        size: Of the window [px].
        mode: Name of the look.
        language: Of its words.
    """

    screen: str
    size: tuple[int, int]
    mode: str
    language: str

    @property
    def file(self) -> str:
        """Its name below the folder."""
        return f"{self.screen}/{self.size[0]}x{self.size[1]}_{self.mode}_{self.language}.png"


def theme_for(size: tuple[int, int]) -> Theme:
    """The usual look of a screen that we know, with nothing that moves."""
    px_per_mm = size[0] / SCREENS_MM[size][0]
    return Theme(QSize(*size), px_per_mm, resource("fonts"), resource("icons"), reduced_motion=True)


def pictures(screens: Sequence[str], modes: Sequence[str], spoken: Sequence[str], theme: Theme) -> Iterator[Picture]:
    """Those of a format. A mode that its screen does not offer is left out.

    Staff have the usual look only, and one language.
    """
    size = (theme.size.width(), theme.size.height())
    for mode in modes:
        wanted = MODES[mode]
        if wanted.low and not wanted.large_print and theme.fitting(wanted) == USUAL:
            continue
        for screen in screens:
            is_for_staff = isinstance(SAMPLES[screen], STAFF_VIEWS)
            if is_for_staff and wanted != USUAL:
                continue
            for language in _STAFF_WORDS if is_for_staff else spoken:
                yield Picture(screen, size, mode, language)


def gallery(out: Path, screens: Sequence[str], modes: Sequence[str], spoken: Sequence[str], text: Text) -> int:
    """Draw them all.

    Raises:
        OperatingError: there is no such screen, mode or language, or the folder cannot be written.
    """
    screens, modes, spoken = screens or GALLERY, modes or OFFERED, spoken or languages()
    _check(screens, SAMPLES)
    _check(modes, MODES)
    _check(spoken, languages())
    application = QApplication.instance() or QApplication([])
    themes = [theme_for(size) for size in SCREENS_MM]
    wanted = [list(pictures(screens, modes, spoken, theme)) for theme in themes]
    count = sum(map(len, wanted))
    show = progress(text("gallery.drawing"))
    thumbs: dict[Picture, QImage] = {}
    with ThreadPoolExecutor(os.cpu_count()) as writers:
        written = []
        for theme, mine in zip(themes, wanted, strict=True):
            window = KioskWindow(theme, cache(Text.load), settle_ms=0)
            window.show()
            for picture in mine:
                image = draw(window, picture)
                thumbs[picture] = image.scaledToHeight(_THUMB, Qt.TransformationMode.SmoothTransformation)
                written.append(writers.submit(_write, image, out / picture.file))
                show(len(written), count)
            window.close()
        for screen in screens:
            sheet = draw_sheet({one: thumb for one, thumb in thumbs.items() if one.screen == screen})
            written.append(writers.submit(_write, sheet, out / f"{screen}.png"))
        for one in written:
            one.result()
    del application
    print(text("gallery.done", count=count, folder=str(out)))
    return 0


def _check(names: Sequence[str], known: Iterable[str]) -> None:
    for name in names:
        if name not in known:
            raise OperatingError("gallery.no_such_name", name=name, names=", ".join(known))


def draw(window: KioskWindow, picture: Picture) -> QImage:
    """What the window shows of it."""
    window.render(Shown(SAMPLES[picture.screen], picture.language, access=MODES[picture.mode]))
    window.show_aids(are_open=picture.screen == AIDS)
    for _ in range(_ROUNDS):
        QApplication.processEvents()
    while window.pictures.is_busy:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    return window.grab().toImage()


def draw_sheet(thumbs: Mapping[Picture, QImage]) -> QImage:
    """A screen at a glance: a row for each format and language, its modes beside each other."""
    rows: dict[tuple[object, str], list[QImage]] = {}
    for picture, thumb in thumbs.items():
        rows.setdefault((picture.size, picture.language), []).append(thumb)
    width = max(sum(thumb.width() + _GAP for thumb in row) for row in rows.values()) + _GAP
    whole = QImage(width, len(rows) * (_THUMB + _GAP) + _GAP, QImage.Format.Format_RGB32)
    whole.fill(QColor("#8A8A8A"))
    painter = QPainter(whole)
    for at, row in enumerate(rows.values()):
        left = _GAP
        for thumb in row:
            painter.drawImage(left, _GAP + at * (_THUMB + _GAP), thumb)
            left += thumb.width() + _GAP
    painter.end()
    return whole


def _write(image: QImage, file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OperatingError("gallery.unwritable", file=str(file), reason=str(error)) from error
    if not image.save(str(file), quality=_QUALITY):
        raise OperatingError("gallery.unwritable", file=str(file), reason="")
