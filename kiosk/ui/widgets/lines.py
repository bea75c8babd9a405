"""The lines of the basket."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from kiosk.flows.views import BasketLine
from kiosk.services.text import Text
from kiosk.ui.speech import sentence
from kiosk.ui.style import restyle
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.labels import LEFT, RIGHT, NameLabel, OneLine
from kiosk.ui.widgets.paged import PagedColumn
from kiosk.ui.widgets.picture import Picture
from kiosk.ui.widgets.stepper import Stepper

_PICTURE_MM = 14
"""Both sides of a picture; a name of nine signs has room beside it on an upright screen."""

_TOTAL_EMS = 5.1
"""Room for 129,000원, so that totals stand below each other."""


class LineRow(QFrame):
    """A line: picture, name and price, how many, and what they cost together.

    On a small screen there is no picture and no price of one: what they cost together stands below the name. In large
    print the name has a row of its own.
    """

    def __init__(self, theme: Theme, sku: str) -> None:
        super().__init__()
        self._theme = theme
        self.setProperty("role", "line")
        self.setObjectName(f"line_{sku}")
        row = QHBoxLayout()
        edge = theme.gap // (4 if theme.is_small else 2)
        side = theme.gap * 2 // 3 if theme.is_small else theme.gap
        column = QVBoxLayout(self)
        column.setContentsMargins(side, edge, side, edge)
        column.setSpacing(0)
        row.setSpacing(theme.gap)
        self._picture = Picture(theme)
        self._picture.setFixedSize(theme.px(_PICTURE_MM), theme.px(_PICTURE_MM))
        self._name = NameLabel(theme, "strong", lines=1)
        self._price = OneLine(theme, tone="second")
        self._is_brief = theme.is_small or theme.access.large_print
        self._price.setVisible(not self._is_brief)
        self._picture.setVisible(not self._is_brief)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        if theme.access.large_print:
            column.addWidget(self._name)
        else:
            words.addWidget(self._name)
        words.addWidget(self._price)
        self.stepper = Stepper(theme, sku)
        self._total = OneLine(theme, "strong", f"line_total_{sku}", align=LEFT if self._is_brief else RIGHT)
        row.addWidget(self._picture)
        row.addLayout(words, 1)
        row.addWidget(self.stepper)
        if self._is_brief:
            words.addWidget(self._total)
        else:
            self._total.setMinimumWidth(theme.px(_TOTAL_EMS * theme.scale.body))
            row.addWidget(self._total)
        words.addStretch(1)
        column.addLayout(row)

    @property
    def sentence(self) -> str:
        """What is spoken of it."""
        return sentence(self._name.said, self.stepper.count, self._total.said)

    def render_line(self, line: BasketLine, text: Text, tint: int) -> None:
        """Show a line, its picture in a colour of its category; the one touched last is lit."""
        restyle(self, "latest", "true" if line.is_latest else "false")
        self._picture.show_product(line.image, line.name, tint)
        self._name.say(line.name)
        self._price.say(text.money(line.price))
        self._total.say(text.money(line.total))
        self.stepper.render_count(line.quantity, line.name, text)


class BasketLines(PagedColumn):
    """The lines by sku, kept from one scan to the next; the page with the latest one is shown.

    Attributes:
        latest: The line that was touched or scanned last.
    """

    asked = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "lines", spacing=theme.gap // 2)
        self._theme = theme
        self._rows: dict[str, LineRow] = {}
        self.latest: LineRow | None = None

    def render_lines(self, lines: Sequence[BasketLine], tints: Mapping[str, int], text: Text) -> None:
        """Show the lines, each in the colour of its category."""
        self._drop({line.sku for line in lines})
        self.latest = None
        for line in lines:
            row = self._row(line.sku)
            row.render_line(line, text, tints.get(line.category, -1))
            self.latest = row if line.is_latest else self.latest
        self.show_rows([self._rows[line.sku] for line in lines], text, self.latest)

    @property
    def sentences(self) -> Sequence[str]:
        """What is spoken of them: the line that was touched or scanned last."""
        return () if self.latest is None else (self.latest.sentence,)

    @override
    def sizeHint(self) -> QSize:
        """As much as is left: the lines take no room from the catalogue. Where everything pages, what they need."""
        return super().sizeHint() if self._theme.is_paged else self.minimumSizeHint()

    def pressables(self) -> list[QWidget]:
        """What can be pressed, in reading order."""
        steppers = [self._rows[sku].stepper for sku in self._rows]
        return [button for stepper in steppers for button in (stepper.minus, stepper.plus)]

    def _row(self, sku: str) -> LineRow:
        if sku not in self._rows:
            self._rows[sku] = LineRow(self._theme, sku)
            self._rows[sku].stepper.asked.connect(self.asked)
        return self._rows[sku]

    def _drop(self, kept: set[str]) -> None:
        for sku in [sku for sku in self._rows if sku not in kept]:
            row = self._rows.pop(sku)
            row.hide()
            row.deleteLater()
