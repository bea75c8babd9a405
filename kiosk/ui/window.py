"""The one window. It shows one look of everything at a time, opens no dialogs and runs no loop."""

from collections.abc import Callable, Iterator

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QStackedLayout, QWidget
from typing_extensions import override

from kiosk.flows.access import USUAL, Access
from kiosk.flows.views import BasketView, Shown, View
from kiosk.services.text import Text
from kiosk.ui.face import Face
from kiosk.ui.speech import SILENCE, Speech
from kiosk.ui.theme import Theme
from kiosk.ui.tones import is_of_staff
from kiosk.ui.widgets.viewfinder import Viewfinders

SETTLE_MS = 250
"""A new screen takes no touch for so long: the second tap of a double tap was meant for the screen before."""

SLICE_MS = 20
"""Between two screens that are built ahead, so that a touch is never long in waiting."""


class KioskWindow(QWidget):
    """Shows what a flow shows, and says what the person wants.

    Attributes:
        intent: Emits kiosk.flows.intents and kiosk.flows.manager.intents objects.
        help_requested: A person called for staff.
        viewfinders: Where the camera's picture is shown.
        pictures: Those on it that come from files.
        announced: Emits what there is to say, a Speech, each time something is drawn for a customer who listens; and
            SILENCE when nobody does any more.
    """

    intent = Signal(object)
    help_requested = Signal()
    announced = Signal(object)

    def __init__(self, theme: Theme, text_for: Callable[[str], Text], *, settle_ms: int = SETTLE_MS) -> None:
        """Build all screens of the usual look, so that later none has to be waited for.

        Args:
            theme: The look, with the size of the window.
            text_for: The text of a language; asked on every change, so it should keep what it loaded.
            settle_ms: How long a new screen takes no touch [ms].
        """
        super().__init__()
        self._theme = theme
        self.pictures = theme.pictures
        self._text_for = text_for
        self.setObjectName("kiosk")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setFocus()
        self.setFixedSize(theme.size)
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(settle_ms)
        self._settled.timeout.connect(lambda: self._take_touches(takes=True))
        self._ahead: Iterator[None] = iter(())
        self._slices = QTimer(self)
        self._slices.setInterval(SLICE_MS)
        self._slices.timeout.connect(self._build_ahead)
        self.viewfinders = Viewfinders(self)
        self._shown: Shown | None = None
        self._speech = SILENCE
        self._has_aids = False
        self._faces: dict[Access, Face] = {}
        self._layers = QStackedLayout(self)
        for _ in self._face(USUAL).build_ahead():
            pass

    def _face(self, access: Access) -> Face:
        """The look for this customer; made when it is wanted first."""
        look = self._theme.fitting(access)
        if look not in self._faces:
            self._faces[look] = face = Face(self._theme.dressed(look), self.viewfinders)
            face.intent.connect(self.intent)
            face.help_requested.connect(self.help_requested)
            face.aids_toggled.connect(self._toggle_aids)
            face.renewed.connect(self._settle)
            self._layers.addWidget(face)
        return self._faces[look]

    @override
    def render(self, shown: Shown) -> None:  # type: ignore[override]  # QWidget.render paints; nobody here calls it
        """Show this. Staff see the usual look, whatever the customer before them wanted."""
        if self._shown is not None and _is_news(self._shown.view, shown.view):
            self._has_aids = False
        self._shown = shown
        self._draw(shown)

    def show_aids(self, *, are_open: bool) -> None:
        """Have the aids in place of what is shown, until they are closed, or something else is to be seen."""
        self._has_aids = are_open
        if self._shown is not None:
            self._draw(self._shown)

    def _toggle_aids(self) -> None:
        # the header takes touches at any time; the second tap of a double tap takes nothing back
        if not self._settled.isActive():
            self.show_aids(are_open=not self._has_aids)

    def _draw(self, shown: Shown) -> None:
        face = self._face(USUAL if is_of_staff(shown.view) else shown.access)
        face.draw(shown, self._text_for(shown.language), with_aids=self._has_aids)
        if face is not self._layers.currentWidget():
            self._layers.setCurrentWidget(face)
            self._settle()
            self._ahead = face.build_ahead()
            self._slices.start()
        self._announce(face.speech() if shown.access.voice else SILENCE)

    def speak_in(self, languages: frozenset[str]) -> None:
        """From now on something speaks these languages, and is offered where one of them is chosen."""
        self._theme.spoken = languages
        for face in self._faces.values():
            face.speak_in(languages)
        if self._shown is not None:
            self._draw(self._shown)

    def _announce(self, speech: Speech) -> None:
        if speech is not SILENCE or self._speech is not SILENCE:
            self.announced.emit(speech)
        self._speech = speech

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        """Of a till nobody closes the window, by a code that types Alt+F4 least of all; staff leave in manager mode."""
        event.setAccepted(not self.isFullScreen())

    def _build_ahead(self) -> None:
        if next(self._ahead, self) is self:
            self._slices.stop()

    def _settle(self) -> None:
        self.setFocus()
        if self._settled.interval() > 0:
            self._take_touches(takes=False)
            self._settled.start()

    def _take_touches(self, *, takes: bool) -> None:
        for face in self._faces.values():
            face.take_touches(takes=takes)


def _is_news(before: View, now: View) -> bool:
    """Another screen, or something that was scanned meanwhile."""
    return type(before) is not type(now) or (
        isinstance(before, BasketView) and isinstance(now, BasketView) and before.notice_serial != now.notice_serial
    )
