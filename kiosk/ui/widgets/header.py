"""The top of every screen: where one is, aids and help; for staff, that this is their side, and who is in."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from kiosk.services.text import Text
from kiosk.ui.style import restyle
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.buttons import IconButton, TextButton
from kiosk.ui.widgets.clamped import ClampedLabel
from kiosk.ui.widgets.labels import IconLabel, OneLine
from kiosk.ui.widgets.overlays import Banners
from kiosk.ui.widgets.steps import StepsBar

_LOGO_MM = 15
"""Height of the store's picture; less than a button, so that it makes no header higher."""

_AIDS_EMS = 1.25
"""The figure is slight: it is drawn larger than other icons."""

_ALL = 1000
"""Of the width that is left over: nothing stands at the right of who is in."""


class Header(QWidget):
    """The steps, or the name of the store where there are none; the banners; and the buttons for aids and for staff.

    In manager mode it is a dark band with nothing to press.
    """

    def __init__(self, theme: Theme, banners: Banners) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = theme
        self._banners = banners
        self._steps = StepsBar(theme)
        self._store = OneLine(theme, "strong", "store_name")
        self._logo = _logo(theme)
        self.aids = IconButton(theme, "chip", "open_aids", "person-standing", ems=_AIDS_EMS)
        # of large print on an upright screen there is room for the words
        icon = "" if theme.access.large_print and theme.is_upright else "bell"
        self.call_staff = TextButton(theme, "chip", "call_staff", icon=icon, text_role="body")
        self._lock = IconLabel(theme, 0.9 * theme.scale.body)
        self._lock.draw("lock", theme.colours.on_accent)
        self._staff = ClampedLabel(theme, "strong", "staff_mode", tone="on_accent", lines=1)
        row = QHBoxLayout()
        row.setSpacing(theme.gap)
        for part in (self._steps, self._logo, self._store, self._lock):
            row.addWidget(part)
        row.addWidget(self._staff, _ALL)
        if theme.is_wide:
            row.addWidget(banners, 1)
        right = QHBoxLayout()
        right.setSpacing(theme.gap)
        right.addStretch(1)
        right.addWidget(self.aids)
        right.addWidget(self.call_staff)
        row.addLayout(right, 0 if theme.is_wide else 1)
        column = QVBoxLayout(self)
        edge = theme.gap // 3 if theme.is_small else theme.gap
        column.setContentsMargins(theme.margin, edge, theme.margin, theme.gap)
        column.setSpacing(theme.gap)
        column.addLayout(row)
        if not theme.is_wide:
            column.addWidget(banners)

    def render_step(self, step: int | None, store_name: str, text: Text) -> None:
        """Show the step, from 0; None where there is none. On a wide screen a banner takes its place."""
        self._turn_to(staff=False)
        is_free = not (self._theme.is_wide and self._banners.is_up)
        self._steps.setVisible(step is not None and is_free)
        has_logo = not self._logo.pixmap().isNull()
        self._logo.setVisible(step is None and is_free and has_logo)
        self._store.setVisible(step is None and is_free and not (has_logo or self._theme.access.large_print))
        self._logo.setAccessibleName(store_name)
        if step is not None:
            self._steps.render_step(step, text)
        self._store.say(store_name)
        self.call_staff.say(text("help.call_staff"))
        self.aids.setAccessibleName(text("access.open"))

    def render_staff(self, who: str, text: Text) -> None:
        """Show who is in; "" while nobody is yet."""
        self._turn_to(staff=True)
        self._staff.say(text("staff.mode_of", who=who) if who else text("staff.mode"))

    def _turn_to(self, *, staff: bool) -> None:
        restyle(self, "staff", "true" if staff else "false")
        self._lock.setVisible(staff)
        self._staff.setVisible(staff)
        self.aids.setVisible(not staff)
        self.call_staff.setVisible(not staff)
        if staff:
            for part in (self._steps, self._logo, self._store, self._banners):
                part.hide()


def _logo(theme: Theme) -> QLabel:
    """The store's picture, as high as a button beside it; empty where there is none, or where it is none."""
    label, picture = QLabel(), QPixmap(theme.brand.logo)
    if not picture.isNull():
        label.setPixmap(picture.scaledToHeight(theme.px(_LOGO_MM), Qt.TransformationMode.SmoothTransformation))
    return label
