"""The one window: header, banners, screen, and the idle warning over it. It opens no dialogs and runs no loop."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QGridLayout, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from kiosk.domain.words import in_words
from kiosk.flows.manager.intents import Knock
from kiosk.flows.manager.views import KeysView, SheetView
from kiosk.flows.views import (
    AmountView,
    BasketView,
    CertaintyView,
    ClosedView,
    DoneView,
    InterruptedView,
    MethodsView,
    PhoneView,
    ScanView,
    Shown,
    StartView,
    WorkingView,
)
from kiosk.services.text import Text
from kiosk.ui.faces import write_in
from kiosk.ui.manager.keys import KeysScreen
from kiosk.ui.manager.sheet import SheetScreen
from kiosk.ui.screens.amount import AmountScreen
from kiosk.ui.screens.base import Screen
from kiosk.ui.screens.basket import BasketScreen
from kiosk.ui.screens.certainty import CertaintyScreen
from kiosk.ui.screens.closed import ClosedScreen
from kiosk.ui.screens.done import DoneScreen
from kiosk.ui.screens.interrupted import InterruptedScreen
from kiosk.ui.screens.method import MethodScreen
from kiosk.ui.screens.phone import PhoneScreen
from kiosk.ui.screens.scan import ScanScreen
from kiosk.ui.screens.start import StartScreen
from kiosk.ui.screens.working import WorkingScreen
from kiosk.ui.style import style_sheet
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.buttons import TextButton
from kiosk.ui.widgets.corner import Corner
from kiosk.ui.widgets.header import Header
from kiosk.ui.widgets.labels import Label
from kiosk.ui.widgets.overlays import Banners, IdleOverlay
from kiosk.ui.widgets.viewfinder import Viewfinder

SETTLE_MS = 250
"""A new screen takes no touch for so long: the second tap of a double tap was meant for the screen before."""

_SCREENS: dict[type, type[Screen[Any]]] = {
    StartView: StartScreen,
    BasketView: BasketScreen,
    MethodsView: MethodScreen,
    ScanView: ScanScreen,
    AmountView: AmountScreen,
    PhoneView: PhoneScreen,
    WorkingView: WorkingScreen,
    CertaintyView: CertaintyScreen,
    InterruptedView: InterruptedScreen,
    DoneView: DoneScreen,
    ClosedView: ClosedScreen,
    SheetView: SheetScreen,
    KeysView: KeysScreen,
}


class KioskWindow(QWidget):
    """Shows what a flow shows, and says what the person wants.

    Attributes:
        intent: Emits kiosk.flows.intents and kiosk.flows.manager.intents objects.
        help_requested: A person called for staff.
        viewfinder: Where the camera's picture is shown.
    """

    intent = Signal(object)
    help_requested = Signal()

    def __init__(self, theme: Theme, text_for: Callable[[str], Text], *, settle_ms: int = SETTLE_MS) -> None:
        """Build all screens, so that later none has to be waited for.

        Args:
            theme: The look, with the size of the window.
            text_for: The text of a language; asked on every change, so it should keep what it loaded.
            settle_ms: How long a new screen takes no touch [ms].
        """
        super().__init__()
        self._text_for = text_for
        self._theme = theme
        self.setObjectName("kiosk")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setFocus()
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setStyleSheet(style_sheet(theme))
        self.setFixedSize(theme.size)
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(settle_ms)
        self._settled.timeout.connect(lambda: self._take_touches(takes=True))
        self._banners = Banners(theme)
        self._header = Header(theme, self._banners)
        self._header.call_staff.clicked.connect(self.help_requested)
        self._corner = Corner(theme, self._header)
        self._corner.knocked.connect(lambda: self.intent.emit(Knock()))
        self._stack = QStackedWidget()
        self._screens = {view: screen(theme) for view, screen in _SCREENS.items()}
        for screen in self._screens.values():
            screen.intent.connect(self.intent)
            screen.renewed.connect(self._settle)
            self._stack.addWidget(screen)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._header)
        self._idle = IdleOverlay(theme)
        self._idle.asked.connect(self.intent)
        one_above_the_other = QGridLayout()
        one_above_the_other.addWidget(self._stack, 0, 0)
        one_above_the_other.addWidget(self._idle, 0, 0)
        column.addLayout(one_above_the_other, 1)
        (self.viewfinder,) = self.findChildren(Viewfinder)

    @override
    def render(self, shown: Shown) -> None:  # type: ignore[override]  # QWidget.render paints; nobody here calls it
        """Show this."""
        text = self._text_for(shown.language)
        self._write_in(shown.language)
        screen = self._screens[type(shown.view)]
        screen.draw(shown.view, text)
        self._render_header(shown, screen.step, text)
        if screen is not self._stack.currentWidget():
            self._stack.setCurrentWidget(screen)
            self._settle()
        self._idle.render_left(shown.idle_left_s, text)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        """Of a till nobody closes the window, by a code that types Alt+F4 least of all; staff leave in manager mode."""
        event.setAccepted(not self.isFullScreen())

    def _write_in(self, language: str) -> None:
        """Words are written in the typefaces of this language. With a style sheet Qt hands no font down by itself."""
        if language == self._theme.language:
            return
        self._theme.language = language
        for widget in (*self.findChildren(Label), *self.findChildren(TextButton)):
            font = widget.font()
            write_in(font, language)
            widget.setFont(font)

    def _render_header(self, shown: Shown, step: int | None, text: Text) -> None:
        view = shown.view
        if isinstance(view, SheetView | KeysView):
            self._header.render_staff(in_words(view.who, text), text)
            return
        store_name = view.store_name if isinstance(view, StartView) else ""
        self._banners.render_state(network_down=shown.network_down, help_code=shown.help_code, text=text)
        self._header.render_step(step, store_name, text)

    def _settle(self) -> None:
        self.setFocus()
        if self._settled.interval() > 0:
            self._take_touches(takes=False)
            self._settled.start()

    def _take_touches(self, *, takes: bool) -> None:
        self._stack.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, not takes)
