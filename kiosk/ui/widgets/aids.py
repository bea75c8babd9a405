"""The four buttons by which a person has it larger, clearer, lower or spoken."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from kiosk.flows.access import Access, Aid
from kiosk.flows.intents import SwitchAid
from kiosk.services.text import Text
from kiosk.ui.style import restyle
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.buttons import Tile
from kiosk.ui.widgets.labels import CENTRE, IconLabel, Label

_ICONS: Final[Mapping[Aid, str]] = MappingProxyType(
    {
        Aid.LARGE_PRINT: "a-large-small",
        Aid.CONTRAST: "contrast",
        Aid.LOW: "arrow-down-to-line",
        Aid.VOICE: "volume-2",
    }
)


class AidTile(Tile):
    """One of them. That it is on is told by a tick in place of its icon, by its colour, and to those who only hear."""

    def __init__(self, theme: Theme, aid: Aid) -> None:
        super().__init__(theme)
        self.role("aid")
        self.setObjectName(f"aid_{aid}")
        self.wish = SwitchAid(aid)
        self._aid = aid
        self._icon = IconLabel(theme, (1.3 if theme.is_upright else 1) * theme.scale.body)
        self._words = Label(theme, "body", align=CENTRE)
        column = QVBoxLayout(self)
        inset = theme.gap // 2 if theme.is_small else theme.gap if theme.access.large_print else theme.pad
        column.setContentsMargins(inset // 2, inset, inset // 2, inset)
        column.setSpacing(theme.gap // 3)
        column.addStretch(1)
        column.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._words)
        column.addStretch(1)

    def render_aid(self, access: Access, text: Text) -> None:
        """Show whether it is on."""
        is_on, colours = access.has(self._aid), self.theme.colours
        restyle(self, "chosen", "true" if is_on else "false")
        self._icon.draw("check" if is_on else _ICONS[self._aid], colours.card if is_on else colours.accent)
        self._words.tone("on_ink" if is_on else "")
        name = text(f"access.{self._aid}")
        self._words.say(name)
        self.setAccessibleName(text("access.on" if is_on else "access.off", name=name))


class Aids(QWidget):
    """Those that this screen offers.

    Args:
        theme: The look.
        columns: How many beside each other, at most.

    Attributes:
        tiles: Those that are offered now: a voice only in a language that something speaks.
    """

    asked = Signal(object)

    def __init__(self, theme: Theme, columns: int) -> None:
        super().__init__()
        self._theme = theme
        self._columns = columns
        self._made: dict[Aid, AidTile] = {}
        self.tiles: list[AidTile] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(theme.gap)
        self._offer()

    def render_aids(self, access: Access, text: Text) -> None:
        """Show which are on."""
        self._offer()
        for tile in self.tiles:
            tile.render_aid(access, text)

    def _offer(self) -> None:
        tiles = [self._tile(aid) for aid in Aid if self._theme.offers(aid)]
        if tiles == self.tiles:
            return
        for tile in self.tiles:
            self._grid.removeWidget(tile)
            tile.setVisible(tile in tiles)
        self.tiles, columns = tiles, min(self._columns, len(tiles))
        for at, tile in enumerate(tiles):
            row, column = divmod(at, columns)
            # the last one fills its row: no hole beside it
            self._grid.addWidget(tile, row, column, 1, columns - column if tile is tiles[-1] else 1)
            tile.show()
        for at in range(self._columns):
            self._grid.setColumnStretch(at, 1 if at < columns else 0)

    def _tile(self, aid: Aid) -> AidTile:
        if aid not in self._made:
            self._made[aid] = tile = AidTile(self._theme, aid)
            tile.asked.connect(self.asked)
        return self._made[aid]
