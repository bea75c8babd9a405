"""How everything looks: colours, sizes in millimetres, type. Large print and high contrast are other values, not code.

Sizes come from the configured width of the screen, never from the resolution that a screen reports of itself.
"""

from dataclasses import dataclass
from math import ceil, hypot
from pathlib import Path
from typing import Final, Literal

from PySide6.QtCore import QSize
from PySide6.QtGui import QFont

from kiosk.ui.faces import load_fonts, type_of
from kiosk.ui.icons import Icons

TextRole = Literal["body", "strong", "heading", "title", "total", "giant"]


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours. Text on its ground has a contrast of at least 4.5 to 1. `<name>_soft` lies behind text in `<name>`."""

    ground: str = "#F5F3EF"
    card: str = "#FFFFFF"
    ink: str = "#1A1816"
    second: str = "#5F5953"
    line: str = "#E6E1DA"
    plain: str = "#EEEBE4"
    plain_pressed: str = "#D8D2C7"
    accent: str = "#2346D8"
    accent_pressed: str = "#17309B"
    accent_soft: str = "#E8EDFF"
    on_accent: str = "#FFFFFF"
    hero_from: str = "#22315F"
    hero_to: str = "#4A68F5"
    faded: str = "#8D877F"
    done: str = "#0B7247"
    done_soft: str = "#E2F5EC"
    wait: str = "#8A5200"
    wait_soft: str = "#FFF1D6"
    act: str = "#B3261E"
    act_soft: str = "#FCE8E6"

    def tone(self, name: str) -> str:
        """The colour of a tone: done, wait, act; ink for the calm one."""
        return {"done": self.done, "wait": self.wait, "act": self.act, "accent": self.accent}.get(name, self.ink)

    def soft(self, name: str) -> str:
        """The colour behind a tone."""
        softs = {"done": self.done_soft, "wait": self.wait_soft, "act": self.act_soft, "accent": self.accent_soft}
        return softs.get(name, self.plain)


@dataclass(frozen=True, slots=True)
class Scale:
    """Sizes [mm]. `body` is the smallest text there is.

    Attributes:
        target: The least that a person presses.
        main: The buttons at the foot: pay, cancel, go on, back.
        gap: Between two things to press.
        pad: Between the edge of a card and what it holds.
        margin: Between the edge of the screen and everything.
    """

    body: float
    heading: float
    title: float
    total: float
    giant: float
    target: float
    main: float
    gap: float
    pad: float
    margin: float
    radius: float


LARGE: Final = Scale(
    body=12, heading=14.5, title=17, total=20, giant=44, target=20, main=25, gap=3, pad=6, margin=11, radius=6
)
"""Text of 12 mm. Source: accessibility criteria for kiosks of the Korean science ministry, text size."""

SMALL: Final = Scale(
    body=7.25, heading=8.5, title=10, total=11, giant=24, target=15, main=20, gap=3, pad=3.5, margin=4.5, radius=4
)
"""Text of 7.25 mm, where the diagonal is at most 28 cm. Source: the same."""

SMALL_DIAGONAL_MM: Final = 280


class Theme:
    """The look, in pixels of one screen. Make it once, after the QApplication.

    Args:
        size: The window [px].
        px_per_mm: The density of the screen, from its configured width [px/mm].
        fonts_dir: Where the bundled typefaces lie.
        icons_dir: Where the icons lie.
        reduced_motion: Nothing moves but once a second.

    Attributes:
        language: What words are written in; their typefaces are its own. The window changes it.
        products_per_page: How many products of the catalogue have room beside the basket.
    """

    def __init__(
        self, size: QSize, px_per_mm: float, fonts_dir: Path, icons_dir: Path, *, reduced_motion: bool = False
    ) -> None:
        load_fonts(fonts_dir)
        self.language = "ko"
        self.size = size
        self.px_per_mm = px_per_mm
        self.reduced_motion = reduced_motion
        self.colours = Palette()
        self.icons = Icons(icons_dir)
        self.is_wide = size.width() > size.height()
        self.is_small = hypot(size.width(), size.height()) / px_per_mm <= SMALL_DIAGONAL_MM
        self.scale = SMALL if self.is_small else LARGE
        self.product_columns = 2 if self.is_small else 3
        self.products_per_page = 4 if self.is_small else 6
        self.target = self.px(self.scale.target)
        self.badge = self.px(1.4 * self.scale.body)
        self.main = self.px(self.scale.main)
        self.gap = self.px(self.scale.gap)
        self.pad = self.px(self.scale.pad)
        self.margin = self.px(self.scale.margin)
        self.chip_pad = 2 * self.gap // 3 if self.is_small else self.pad
        self.radius = self.px(self.scale.radius)

    def px(self, mm: float) -> int:
        """A length on this screen, rounded up so that no rule is missed by a pixel [mm -> px]."""
        return ceil(mm * self.px_per_mm)

    def font(self, role: TextRole, language: str = "") -> QFont:
        """The type of a role, with figures of one width, in the typefaces of a language or of the one spoken now."""
        height_px = self.px(self.scale.body if role == "strong" else getattr(self.scale, role))
        font = type_of(language or self.language, height_px, bold=role != "body")
        font.setFeature(QFont.Tag("tnum"), 1)
        return font
