"""The categories of the catalogue, in one row; more of them behind a button."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from kiosk.flows.intents import ChooseCategory
from kiosk.services.text import Text
from kiosk.ui.style import restyle
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.buttons import IconButton, TextButton


class Categories(QWidget):
    """A chip per category; as many as have room, and a button that brings the next ones."""

    asked = Signal(object)

    def __init__(self, theme: Theme, width: int) -> None:
        super().__init__()
        self._theme = theme
        self._width = width
        self._names: tuple[str, ...] = ()
        self._chips: list[TextButton] = []
        self._pages: list[list[TextButton]] = [[]]
        self._at = 0
        self.more = IconButton(theme, "round", "category_more", "chevron-right")
        self.more.clicked.connect(lambda: self._turn((self._at + 1) % len(self._pages)))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.gap)
        self._row.addWidget(self.more)
        self._row.addStretch(1)

    def render_categories(self, names: tuple[str, ...], chosen: str, text: Text) -> None:
        """Show the categories, and before them one for all."""
        names = ("", *(name for name in names if name))
        labels = [name or text("basket.all") for name in names]
        said = tuple(labels)
        if said != self._names:
            self._names = said
            self._make(names, labels)
        for name, chip in zip(names, self._chips, strict=True):
            restyle(chip, "chosen", "true" if name == chosen else "false")
        self.more.setAccessibleName(text("basket.more_categories"))

    def pressables(self) -> list[QWidget]:
        """What can be pressed, in reading order."""
        return [*self._chips, self.more]

    def _make(self, names: Sequence[str], labels: Sequence[str]) -> None:
        for chip in self._chips:
            chip.hide()
            chip.deleteLater()
        self._chips = []
        for number, (name, label) in enumerate(zip(names, labels, strict=True)):
            chip = TextButton(
                self._theme,
                "chip",
                f"category_{number}" if name else "category_all",
                ChooseCategory(name),
                text_role="body",
            )
            chip.say(label)
            chip.asked.connect(self.asked)
            self._row.insertWidget(number, chip)
            self._chips.append(chip)
        self._paginate()

    def _paginate(self) -> None:
        gap = self._theme.gap
        widths = [max(chip.sizeHint().width(), chip.minimumWidth()) for chip in self._chips]
        if sum(widths) + gap * max(len(widths) - 1, 0) <= self._width:
            self._pages = [list(self._chips)]
        else:
            room = self._width - self._theme.target - gap
            pages: list[list[TextButton]] = [[]]
            used = 0
            for chip, width in zip(self._chips, widths, strict=True):
                if pages[-1] and used + width > room:
                    pages.append([])
                    used = 0
                pages[-1].append(chip)
                used += width + gap
            self._pages = pages
        self._turn(0)

    def _turn(self, to: int) -> None:
        self._at = to
        for chip in self._chips:
            chip.setVisible(chip in self._pages[to])
        self.more.setVisible(len(self._pages) > 1)
