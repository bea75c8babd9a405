"""Goods are being put together: the catalogue to touch, the lines, the total."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from kiosk.flows.intents import GoPay, Leave, TurnPage
from kiosk.flows.views import BasketView, ProductCard, ScanNotice
from kiosk.services.text import Text
from kiosk.ui.screens.base import Screen, chain_focus
from kiosk.ui.speech import Voiced
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.buttons import IconButton, MainButton
from kiosk.ui.widgets.cards import Card, ProductTile
from kiosk.ui.widgets.chips import Categories
from kiosk.ui.widgets.labels import RIGHT, OneLine, WholeWordsLabel
from kiosk.ui.widgets.lines import BasketLines
from kiosk.ui.widgets.notice import Notice

_SHARES = (12, 13)
"""Widths of the catalogue and the lines beside each other."""


class Catalogue(QWidget):
    """Categories, and a page of products to touch."""

    def __init__(self, theme: Theme, width: int) -> None:
        super().__init__()
        self._theme = theme
        self.previous = IconButton(theme, "round", "page_previous", "chevron-left")
        self.next = IconButton(theme, "round", "page_next", "chevron-right")
        self.categories = Categories(theme, width - 2 * (theme.target + theme.gap))
        self.products: list[ProductTile] = []
        self._at = ("", 0)
        self._part = 0
        self._again: Callable[[], object] = list
        self.previous.clicked.connect(lambda: self._leaf(self.previous, -1))
        self.next.clicked.connect(lambda: self._leaf(self.next, 1))
        head = QHBoxLayout()
        head.setSpacing(theme.gap)
        for part in (self.categories, self.previous, self.next):
            head.addWidget(part)
        head.setStretch(0, 1)
        self._grid = QGridLayout()
        self._grid.setSpacing(theme.gap)
        for at in range(theme.product_columns):
            self._grid.setColumnStretch(at, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.gap)
        column.addLayout(head)
        column.addLayout(self._grid)
        column.addStretch(1)

    def render_page(self, view: BasketView, text: Text) -> list[ProductTile]:
        """Show the page; gives back the tiles that are new. A page with more than has room is turned in parts."""
        at, per = (view.category, view.page), self._theme.products_per_page
        parts = max(-(-len(view.products) // per), 1)
        if at != self._at:
            self._part = parts - 1 if at == (self._at[0], self._at[1] - 1) else 0
            self._at = at
        self._part = min(self._part, parts - 1)
        self.categories.render_categories(view.categories, view.category, text)
        fresh = self._show(view.products[self._part * per : (self._part + 1) * per], tints_of(view), text)
        self._turns(view, parts)
        self.previous.setAccessibleName(text("pages.previous"))
        self.next.setAccessibleName(text("pages.next"))
        self._again = lambda: self.render_page(view, text)
        return fresh

    def _show(self, products: Sequence[ProductCard], tints: Mapping[str, int], text: Text) -> list[ProductTile]:
        fresh = [self._tile(at) for at in range(len(self.products), len(products))]
        for tile, card in zip(self.products, products, strict=False):
            tile.render_card(card, text, tints.get(card.category, -1))
        for at, tile in enumerate(self.products):
            tile.setVisible(at < len(products))
        return fresh

    def _turns(self, view: BasketView, parts: int) -> None:
        self.previous.wish = TurnPage(view.page - 1) if self._part == 0 else None
        self.next.wish = TurnPage(view.page + 1) if self._part == parts - 1 else None
        self.previous.setEnabled(view.page > 0 or self._part > 0)
        self.next.setEnabled(view.page < view.pages - 1 or self._part < parts - 1)
        for button in (self.previous, self.next):
            button.setVisible(view.pages > 1 or parts > 1)

    def _leaf(self, button: IconButton, by: int) -> None:
        """Turn within the page; the button that leads out of it asks the flow."""
        if button.wish is None:
            self._part += by
            self._again()

    def pressables(self) -> list[QWidget]:
        """What can be pressed, in reading order."""
        return [*self.categories.pressables(), self.previous, self.next, *self.products]

    def _tile(self, at: int) -> ProductTile:
        tile = ProductTile(self._theme)
        self.products.append(tile)
        self._grid.addWidget(tile, *divmod(at, self._theme.product_columns))
        return tile


def tints_of(view: BasketView) -> dict[str, int]:
    """A colour for each category; the last one is for what has none."""
    return {category: at for at, category in enumerate(view.categories)}


class BasketScreen(Screen[BasketView]):
    """The basket."""

    step = 0

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        inner = theme.size.width() - 2 * theme.margin
        share = inner * _SHARES[0] // sum(_SHARES) - theme.pad
        self._catalogue = Catalogue(theme, share if theme.is_wide else theme.column_width)
        self._lines = BasketLines(theme)
        self._notice = Notice(theme, "scan_notice")
        self._serial = 0
        self._is_refused = False
        self._latest = ("", 0)
        self._count = WholeWordsLabel(theme, tone="second")
        self._total = OneLine(theme, "total", "total_amount", align=RIGHT)
        self._leave = MainButton(theme, "plain", "leave", Leave())
        self._pay = MainButton(theme, "main", "pay_now", GoPay())
        self.listen(self._catalogue.previous, self._catalogue.next)
        self._catalogue.categories.asked.connect(self.intent)
        self._lines.asked.connect(self.intent)
        if theme.is_paged:
            self._lay_in_pages()
            return
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.addLayout(self._body(), 1)
        self.column.addWidget(self._dock())

    def _lay_in_pages(self) -> None:
        """The lines before the catalogue; the total above the buttons, or in the upper half with what was scanned."""
        sums = Card(self.theme)
        if self.theme.is_small:
            sums.column.setContentsMargins(self.theme.pad, 0, self.theme.pad, 0)
        sums.column.addLayout(self._sum())
        if self.theme.access.low:
            self.above = QWidget()
            column = QVBoxLayout(self.above)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(self.theme.gap)
            column.addWidget(sums)
            column.addWidget(self._notice)
        else:
            self.column.addWidget(self._notice)
            self.stand_below(sums)
        self.foot(self._leave, self._pay)
        self.column.addWidget(self._lines)
        self.column.addWidget(self._catalogue)
        self.column.addStretch(1)

    def _sum(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(self._count, 1)
        row.addWidget(self._total)
        return row

    def _body(self) -> QVBoxLayout:
        theme = self.theme
        card = Card(theme)
        inset = theme.gap // (4 if theme.is_small else 1)
        card.column.setContentsMargins(inset, inset, inset, inset)
        card.column.setSpacing(theme.gap // 2)
        card.column.addWidget(self._lines, 1)
        card.column.addWidget(self._notice)
        box = self.sides(self._catalogue, card, shares=_SHARES)
        body = QVBoxLayout()
        body.setContentsMargins(theme.margin, 0, theme.margin, 0)
        body.addLayout(box)
        return body

    def _dock(self) -> QFrame:
        """The total and the buttons: one row on a wide screen, two on a high one."""
        theme = self.theme
        dock = Card(theme, "dock")
        dock.column.setContentsMargins(theme.margin, theme.pad, theme.margin, theme.pad)
        total = self._sum()
        buttons = self.foot(self._leave, self._pay)
        if not theme.is_wide:
            dock.column.addLayout(total)
            dock.column.addLayout(buttons)
            return dock
        dock.column.setContentsMargins(theme.margin, theme.gap, theme.margin, theme.gap)
        buttons.insertLayout(1, total, 4)
        buttons.setStretchFactor(self._leave, 0)
        buttons.setSpacing(theme.pad)
        dock.column.addLayout(buttons)
        return dock

    @property
    @override
    def voiced(self) -> Sequence[Voiced]:
        return (self._notice, self._lines, self._count, self._total)

    @override
    def draw(self, view: BasketView, text: Text) -> None:
        fresh = self._catalogue.render_page(view, text)
        self.listen(*fresh)
        self._lines.render_lines(view.lines, tints_of(view), text)
        self._render_notice(view, text)
        self._count.say(text("basket.count", count=view.count))
        self._total.say(text.money(view.total))
        self._leave.say(text("basket.leave"))
        self._pay.say(text("basket.pay"))
        self._pay.setEnabled(bool(view.lines))
        pager = [self._lines.previous, self._lines.next]
        order = [*self._catalogue.pressables(), *self._lines.pressables(), *pager, self._leave, self._pay]
        chain_focus(order)

    @property
    @override
    def edition(self) -> int:
        return self._serial

    @override
    def lay_pages(self, text: Text) -> None:
        """The line touched last is in sight, or why nothing was added, until a page is turned."""
        super().lay_pages(text)
        row = self._lines.latest
        latest = ("" if row is None else row.objectName(), self._serial)
        if self.pages is not None and latest != self._latest:
            self._latest = latest
            self.pages.bring(self._notice if self._is_refused and self.above is None else row)

    def _render_notice(self, view: BasketView, text: Text) -> None:
        self._is_refused = view.notice not in {None, ScanNotice.ADDED}
        if view.notice is None:
            self._notice.show_line(text("basket.hint"), "scan-barcode", "plain")
        elif view.notice is ScanNotice.ADDED:
            self._notice.show_line(text(f"scan_notice.{view.notice}"), "check", "done")
        else:
            self._notice.show_line(text(f"scan_notice.{view.notice}"), "triangle-alert", "act")
        if view.notice_serial != self._serial and view.notice is not None:
            self._notice.flash()
        self._serial = view.notice_serial
