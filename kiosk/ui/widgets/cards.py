"""Cards: the plain one, and those of products and payment methods."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from kiosk.flows.intents import AddProduct, ChooseMethod
from kiosk.flows.views import MethodCard, ProductCard
from kiosk.services.text import Text
from kiosk.ui.icons import of_method
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.buttons import Tile
from kiosk.ui.widgets.labels import IconDisc, IconLabel, Label, NameLabel, OneLine
from kiosk.ui.widgets.picture import Picture

_PICTURE_MM = 24
"""Height of a product's picture, which is as wide as its tile."""

_WIDE_PICTURE_MM = 40
"""The same where the lines of the basket stand beside the catalogue and need none of its height."""

_SMALL_PICTURE_MM = 12
"""Both sides of it on a small screen."""


class Card(QFrame):
    """A white card with a column on it."""

    def __init__(self, theme: Theme, role: str = "card") -> None:
        super().__init__()
        self.setProperty("role", role)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(theme.pad, theme.pad, theme.pad, theme.pad)
        self.column.setSpacing(theme.gap)


class ProductTile(Tile):
    """A product to touch. On a small screen the words come first, and the picture stands beside the price."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        column = QVBoxLayout(self)
        inset = theme.px(0.6 * theme.scale.pad)
        column.setContentsMargins(inset, inset, inset, inset)
        column.setSpacing(theme.gap // 3)
        self._picture = Picture(theme)
        # in half of the screen there is no room for two lines of large print, nor for a picture
        self._name = NameLabel(theme, lines=1 if theme.is_cramped else 2)
        self._name.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._price = OneLine(theme, "strong")
        below = QHBoxLayout()
        below.setSpacing(theme.gap)
        below.addWidget(self._price)
        if theme.is_small:
            side = theme.px(_SMALL_PICTURE_MM)
            self._picture.setFixedHeight(side)
            # a long price takes of its width
            self._picture.setMaximumWidth(side)
            below.addWidget(self._picture, 1)
        else:
            self._picture.setFixedHeight(theme.px(_WIDE_PICTURE_MM if theme.is_wide else _PICTURE_MM))
            column.addWidget(self._picture)
        if theme.is_cramped:
            self._picture.hide()
        column.addWidget(self._name)
        column.addStretch(1)
        column.addLayout(below)

    def render_card(self, card: ProductCard, text: Text, tint: int) -> None:
        """Show a product, in a colour of its category."""
        self.setObjectName(f"product_{card.sku}")
        self.wish = AddProduct(card.sku)
        self._picture.show_product(card.image, card.name, tint)
        self._name.say(card.name)
        self._price.say(text.money(card.price))
        self.setAccessibleName(text("basket.product", name=card.name, price=card.price))


class MethodTile(Tile):
    """A payment method: its icon, its name, and what to do."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        row = QHBoxLayout(self)
        edge = theme.gap // 2 if theme.is_small else theme.pad
        row.setContentsMargins(theme.pad, edge, theme.pad, edge)
        row.setSpacing(theme.pad)
        self._icon = IconDisc(theme, 1.7 * theme.scale.body)
        self._title = Label(theme, "heading")
        self._hint = Label(theme, tone="second")
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(self._title)
        words.addWidget(self._hint)
        words.addStretch(1)
        if not theme.is_wide:
            self._least.setHeight(theme.px(theme.drawn(3.4)))
        arrow = IconLabel(theme, 0.8 * theme.scale.body)
        arrow.draw("chevron-right", theme.colours.faded)
        row.addWidget(self._icon)
        row.addLayout(words, 1)
        row.addWidget(arrow)

    def render_card(self, card: MethodCard, text: Text, *, hinted: bool) -> None:
        """Show a method; one that has paid a part already offers itself again. With what to do, where there is room."""
        self._hint.setVisible(hinted)
        self.setObjectName(f"method_{card.name}")
        self.wish = ChooseMethod(card.name)
        self._icon.draw(of_method(card.name), "accent")
        title = text(f"method.{card.name}.again" if card.is_repeat else f"method.{card.name}.title")
        hint = text(f"method.{card.name}.hint")
        self._title.say(title)
        self._hint.say(hint)
        self.setAccessibleName(text("methods.card", title=title, hint=hint))
