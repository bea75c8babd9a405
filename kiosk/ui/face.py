"""One look of everything that the window shows: header, banners, screen, and the idle warning over it."""

from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QStackedWidget, QVBoxLayout, QWidget

from kiosk.domain.words import in_words
from kiosk.flows.manager.intents import Knock
from kiosk.flows.manager.views import STAFF_VIEWS, KeysView, LettersView, SheetView
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
    TransferView,
    WorkingView,
)
from kiosk.services.text import Text
from kiosk.ui.faces import write_in
from kiosk.ui.manager.keys import KeysScreen
from kiosk.ui.manager.letters import LettersScreen
from kiosk.ui.manager.sheet import SheetScreen
from kiosk.ui.screens.aids import AidsScreen
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
from kiosk.ui.screens.transfer import TransferScreen
from kiosk.ui.screens.working import WorkingScreen
from kiosk.ui.speech import SILENCE, Speech, sentences_of
from kiosk.ui.style import style_sheet
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.buttons import TextButton
from kiosk.ui.widgets.corner import Corner
from kiosk.ui.widgets.header import Header
from kiosk.ui.widgets.labels import Label
from kiosk.ui.widgets.overlays import Banners, IdleOverlay
from kiosk.ui.widgets.panel import Panel
from kiosk.ui.widgets.viewfinder import Viewfinder, Viewfinders

SCREENS: dict[type, type[Screen[Any]]] = {
    StartView: StartScreen,
    BasketView: BasketScreen,
    MethodsView: MethodScreen,
    ScanView: ScanScreen,
    AmountView: AmountScreen,
    PhoneView: PhoneScreen,
    TransferView: TransferScreen,
    WorkingView: WorkingScreen,
    CertaintyView: CertaintyScreen,
    InterruptedView: InterruptedScreen,
    DoneView: DoneScreen,
    ClosedView: ClosedScreen,
    SheetView: SheetScreen,
    KeysView: KeysScreen,
    LettersView: LettersScreen,
}


class Face(QWidget):
    """Draws what a flow shows in one look; a screen of it is built when it is shown first, or built ahead.

    Attributes:
        intent: Emits kiosk.flows.intents and kiosk.flows.manager.intents objects.
        help_requested: A person called for staff.
        aids_toggled: A person wants to choose aids, or has chosen.
        renewed: Something else can be decided now.
    """

    intent = Signal(object)
    help_requested = Signal()
    aids_toggled = Signal()
    renewed = Signal()

    def __init__(self, theme: Theme, viewfinders: Viewfinders) -> None:
        super().__init__()
        self._theme = theme
        self._viewfinders = viewfinders
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setStyleSheet(style_sheet(theme))
        self._banners = Banners(theme)
        self._header = Header(theme, self._banners)
        self._header.call_staff.clicked.connect(self.help_requested)
        self._header.aids.clicked.connect(self.aids_toggled)
        self._panel = Panel(theme) if theme.access.low else None
        self._corner = Corner(theme, self._panel or self._header)
        self._corner.knocked.connect(lambda: self.intent.emit(Knock()))
        self._stack = QStackedWidget()
        self._screens: dict[type, Screen[Any]] = {}
        self._aids: AidsScreen | None = None
        self._current: Screen[Any] | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        if self._panel is not None:
            column.addWidget(self._panel)
        column.addWidget(self._header)
        self._idle = IdleOverlay(theme)
        self._idle.asked.connect(self.intent)
        one_above_the_other = QGridLayout()
        one_above_the_other.addWidget(self._stack, 0, 0)
        one_above_the_other.addWidget(self._idle, 0, 0)
        column.addLayout(one_above_the_other, 1)

    def build_ahead(self) -> Iterator[None]:
        """Build the screens that are not there yet, one at each step."""
        for kind in SCREENS:
            if kind not in self._screens:
                self._screen(kind)
                yield

    def _aids_screen(self) -> AidsScreen:
        if self._aids is None:
            self._aids = AidsScreen(self._theme)
            self._aids.intent.connect(self.intent)
            self._aids.closed.connect(self.aids_toggled)
            self._stack.addWidget(self._aids)
        return self._aids

    def _screen(self, kind: type) -> Screen[Any]:
        if kind not in self._screens:
            self._screens[kind] = screen = SCREENS[kind](self._theme)
            screen.intent.connect(self.intent)
            screen.renewed.connect(self.renewed)
            self._stack.addWidget(screen)
            for viewfinder in screen.findChildren(Viewfinder):
                self._viewfinders.add(viewfinder)
        return self._screens[kind]

    def draw(self, shown: Shown, text: Text, *, with_aids: bool = False) -> None:
        """Show this; with the aids in its place, until they are closed."""
        self._write_in(shown.language)
        step = SCREENS[type(shown.view)].step
        screen = self._aids_screen() if with_aids else self._screen(type(shown.view))
        screen.draw(shown.view, text)
        screen.show_access(shown.access, text)
        self._render_header(shown, step, text)
        if screen is not self._current:
            self._current = screen
            self._stack.setCurrentWidget(screen)
            if self._panel is not None:
                self._panel.hold(screen.above)
            self.renewed.emit()
        screen.lay_pages(text)
        self._idle.render_left(shown.idle_left_s, text)

    def speech(self) -> Speech:
        """What there is to say of what was drawn; while the idle warning lies over it, only that."""
        language, screen = self._theme.language, self._current
        if screen is None or not screen.voiced:
            return SILENCE
        if self._idle.isVisibleTo(self):
            return Speech(language, IdleOverlay, sentences_of([self._idle], self))
        voiced = [*screen.voiced, *self._banners.voiced]
        return Speech(language, (type(screen), screen.edition), sentences_of(voiced, self))

    def speak_in(self, languages: frozenset[str]) -> None:
        """From now on a voice is offered in these languages."""
        self._theme.spoken = languages

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
        if isinstance(view, STAFF_VIEWS):
            self._header.render_staff(in_words(view.who, text), text)
            return
        store_name = view.store_name if isinstance(view, StartView) else ""
        self._banners.render_state(network_down=shown.network_down, help_code=shown.help_code, text=text)
        self._header.render_step(step, store_name, text)

    def take_touches(self, *, takes: bool) -> None:
        """Whether the screen takes touches; the header always does."""
        self._stack.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, not takes)
