"""How everything looks: colours, sizes in millimetres, type. Large print and high contrast are other values, not code.

Sizes come from the configured width of the screen, never from the resolution that a screen reports of itself.
"""

from copy import copy
from dataclasses import dataclass, replace
from math import ceil, hypot
from pathlib import Path
from typing import Final, Literal

from PySide6.QtCore import QSize
from PySide6.QtGui import QFont

from kiosk.domain.colour import READABLE, contrast, mixed
from kiosk.flows.access import Access, Aid
from kiosk.ui.faces import load_fonts, type_of
from kiosk.ui.icons import Icons
from kiosk.ui.pictures import PictureFiles

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
    track: str = "#E6E1DA"
    """Of what is still to come: a ring, a bar; and behind what cannot be pressed."""
    edge: str = ""
    """Drawn around cards and buttons; "" for none."""
    tints: tuple[tuple[str, str], ...] = (
        ("#FDE7D3", "#8A4300"),
        ("#DDF0DA", "#24602B"),
        ("#FBE0E6", "#97264A"),
        ("#DCE8FC", "#1D4691"),
        ("#FBF0C4", "#6B5200"),
        ("#EADFF7", "#5B2F91"),
        ("#D5F0EE", "#0B5B57"),
        ("#EEE6DA", "#64492A"),
    )
    """For what is of one category each: the ground, and signs on it."""

    def tone(self, name: str) -> str:
        """The colour of a tone: done, wait, act; ink for the calm one."""
        return {"done": self.done, "wait": self.wait, "act": self.act, "accent": self.accent}.get(name, self.ink)

    def soft(self, name: str) -> str:
        """The colour behind a tone."""
        softs = {"done": self.done_soft, "wait": self.wait_soft, "act": self.act_soft, "accent": self.accent_soft}
        return softs.get(name, self.plain)


CONTRAST: Final = Palette(
    ground="#FFFFFF",
    card="#FFFFFF",
    ink="#000000",
    second="#2B2826",
    line="#000000",
    plain="#FFFFFF",
    plain_pressed="#D6D6D6",
    accent="#0B1F7A",
    accent_pressed="#000000",
    accent_soft="#FFFFFF",
    on_accent="#FFFFFF",
    hero_from="#000000",
    hero_to="#0B1F7A",
    faded="#595959",
    done="#004D2C",
    done_soft="#FFFFFF",
    wait="#5C3300",
    wait_soft="#FFFFFF",
    act="#8C0000",
    act_soft="#FFFFFF",
    track="#D6D6D6",
    edge="#000000",
    tints=(("#FFFFFF", "#000000"),),
)
"""Text on its ground has a contrast of at least 7 to 1, and whatever is a thing of its own has a black edge."""


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

LARGE_TWICE: Final = Scale(
    body=24, heading=24, title=27, total=30, giant=60, target=25, main=31, gap=3, pad=6, margin=11, radius=6
)
"""Large print: text at 200 %. What was larger than the text already grows less, and stays larger."""

SMALL_TWICE: Final = Scale(
    body=14.5, heading=14.5, title=16, total=17, giant=30, target=18, main=20, gap=3, pad=3, margin=4.5, radius=4
)
"""The same where the screen is small. Buttons are as large as their words need, and no larger."""

TWICE: Final = {LARGE: LARGE_TWICE, SMALL: SMALL_TWICE}

CRAMPED_TARGET: Final = 22.5
"""As low as a button with words of 24 mm can be [mm]."""

SMALL_DIAGONAL_MM: Final = 280

_TURNER_EMS: Final = 3.4
"""Room for "10 / 13" in one line."""


@dataclass(frozen=True, slots=True)
class Brand:
    """What is the store's own.

    Attributes:
        palette: The colours, with the store's accent.
        logo: Path of a picture, or "".
        pictures: Paths of pictures for the start screen.
    """

    palette: Palette = Palette()
    logo: str = ""
    pictures: tuple[str, ...] = ()


def accented(accent: str) -> Palette:
    """The usual colours with a store's own, on which white stands out well enough."""
    white = "#FFFFFF"
    soft = mixed(accent, white, 0.1)
    return Palette(
        accent=accent,
        accent_pressed=mixed(accent, "#000000", 0.7),
        accent_soft=soft if contrast(accent, soft) >= READABLE else white,
        hero_from=mixed(accent, "#000000", 0.5),
        hero_to=accent,
    )


NO_BRAND: Final = Brand()


class Theme:
    """The look, in pixels of one screen. Make it once, after the QApplication.

    Args:
        size: The window [px].
        px_per_mm: The density of the screen, from its configured width [px/mm].
        fonts_dir: Where the bundled typefaces lie.
        icons_dir: Where the icons lie.
        reduced_motion: Nothing moves but once a second.
        brand: What is the store's own in it.

    Attributes:
        spoken: The languages in which something speaks what the window announces; the window changes it.
        language: What words are written in; their typefaces are its own. The face changes it.
        access: How the customer wants it, as far as this screen can.
        is_cramped: There is large print in half of the screen.
        is_paged: There is one column, which pages where it is longer than its place.
        turner: The width of the buttons that turn pages, with where one is between them [px].
        air: Above what stands alone on the screen [px].
        is_upright: The screen is higher than wide.
        is_wide: Two things have room beside each other.
        products_per_page: How many products of the catalogue have room beside the basket.
    """

    def __init__(
        self,
        size: QSize,
        px_per_mm: float,
        fonts_dir: Path,
        icons_dir: Path,
        *,
        reduced_motion: bool = False,
        brand: Brand = NO_BRAND,
    ) -> None:
        load_fonts(fonts_dir)
        self.language = "ko"
        self.size = size
        self.px_per_mm = px_per_mm
        self.reduced_motion = reduced_motion
        self.spoken: frozenset[str] = frozenset()
        self.brand = brand
        self.icons = Icons(icons_dir)
        self.pictures = PictureFiles()
        self.is_small = hypot(size.width(), size.height()) / px_per_mm <= SMALL_DIAGONAL_MM
        self.is_upright = size.width() <= size.height()
        self._put_on(Access())

    def offers(self, aid: Aid) -> bool:
        """Whether it can be switched in this look.

        Nobody is offered a voice where nothing speaks their language: one that reads Korean letter by letter, or is
        silent, would be a button that does nothing.
        """
        match aid:
            case Aid.LOW:
                return self._can_be_low(self.access)
            case Aid.VOICE:
                return self.language in self.spoken
            case _:
                return True

    def fitting(self, access: Access) -> Access:
        """What of this changes the look on this screen."""
        return replace(access, low=access.low and self._can_be_low(access), voice=False)

    def _can_be_low(self, access: Access) -> bool:
        """On a small screen everything is within reach; large print has no room in half of a wide one."""
        return not self.is_small and (self.is_upright or not access.large_print)

    def dressed(self, access: Access) -> "Theme":
        """The same screen for this customer: other values of the same tokens."""
        other = copy(self)
        other._put_on(self.fitting(access))  # noqa: SLF001 - its own kind
        return other

    def _put_on(self, access: Access) -> None:
        self.access = access
        self.is_paged = access.large_print or access.low
        self.is_wide = not self.is_upright and not self.is_paged
        self.colours = CONTRAST if access.contrast else self.brand.palette
        usual = SMALL if self.is_small else LARGE
        self.scale = TWICE[usual] if access.large_print else usual
        # in half a screen there is room for large words, or for large targets
        self.is_cramped = access.large_print and access.low
        if self.is_cramped:
            self.scale = replace(self.scale, target=CRAMPED_TARGET, main=usual.main)
        self.product_columns, self.products_per_page = self._products()
        self.target = self.px(self.scale.target)
        self.badge = self.px(1.4 * self.scale.body)
        self.main = self.px(self.scale.main)
        self.gap = self.px(self.scale.gap)
        self.pad = self.px(self.scale.pad)
        self.margin = self.px(self.scale.margin)
        self.chip_pad = 2 * self.gap // 3 if self.is_small else self.pad
        self.radius = self.px(self.scale.radius)
        self.turner = max(self.target, self.px(_TURNER_EMS * self.scale.body))
        self.air = self.px(60) if self.is_upright and not self.is_paged else self.pad

    @property
    def column_width(self) -> int:
        """How wide the column of a paged look is; on a screen that is not upright it has buttons beside it [px]."""
        beside = self.turner + self.gap if self.is_paged and not self.is_upright else 0
        return self.size.width() - 2 * self.margin - beside

    def _products(self) -> tuple[int, int]:
        """How many beside each other, and how many on a page."""
        if self.access.large_print:
            return (2, 2) if self.is_small or self.is_upright else (3, 3)
        if self.access.low:
            return (3, 3) if self.is_upright else (5, 5)
        return (2, 4) if self.is_small else (3, 6)

    def px(self, mm: float) -> int:
        """A length on this screen, rounded up so that no rule is missed by a pixel [mm -> px]."""
        return ceil(mm * self.px_per_mm)

    def drawn(self, ems: float) -> float:
        """How wide a drawing is that would be so many times as wide as the text; it leaves large text its room [mm]."""
        usual = SMALL if self.is_small else LARGE
        return ems * usual.body * (0.7 if self.is_paged else 1)

    def font(self, role: TextRole, language: str = "") -> QFont:
        """The type of a role, with figures of one width, in the typefaces of a language or of the one spoken now."""
        height_px = self.px(self.scale.body if role == "strong" else getattr(self.scale, role))
        font = type_of(language or self.language, height_px, bold=role != "body")
        font.setFeature(QFont.Tag("tnum"), 1)
        return font
