"""What is typed at the window, before any widget or shortcut sees it: a scanner's codes go out, a person's keys on."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QWindow
from typing_extensions import override

from kiosk.services.scanner.wedge import COMBINATION, Sifted, Wedge

_CHORDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
_MODIFIERS: frozenset[int] = frozenset(
    {
        Qt.Key.Key_Shift,
        Qt.Key.Key_Control,
        Qt.Key.Key_Alt,
        Qt.Key.Key_AltGr,
        Qt.Key.Key_Meta,
        Qt.Key.Key_CapsLock,
        Qt.Key.Key_NumLock,
    }
)
_TEXTS: dict[int, str] = {
    Qt.Key.Key_Return: "\r",
    Qt.Key.Key_Enter: "\r",
    Qt.Key.Key_Tab: "\t",
    Qt.Key.Key_Backtab: "\t",
    **dict.fromkeys(
        (
            Qt.Key.Key_Backspace,
            Qt.Key.Key_Delete,
            Qt.Key.Key_Left,
            Qt.Key.Key_Right,
            Qt.Key.Key_Up,
            Qt.Key.Key_Down,
            Qt.Key.Key_Home,
            Qt.Key.Key_End,
            Qt.Key.Key_PageUp,
            Qt.Key.Key_PageDown,
        ),
        "\b",  # a person goes about with these; a code with one in it is refused, as for every control character
    ),
}


def typed_text(event: QKeyEvent) -> str:
    """What a key types, as `Wedge.press` takes it."""
    if event.key() in _MODIFIERS:
        return ""
    if event.modifiers() & _CHORDS:
        return COMBINATION
    printable = event.text() if event.text().isprintable() else ""
    return _TEXTS.get(event.key(), printable) or COMBINATION


class KeyGate(QObject):
    """Stands before a window's keys. Combinations (Ctrl+Q, Alt+F4, F5, Escape) go no further, whoever types them.

    Qt sends a key to the window three times: as an offer to override a shortcut, when it goes down, and when it goes
    up. The offer is taken up for every key, or a shortcut would have it before it goes down.

    Args:
        window: Whose keys; it has to be on the screen already.
        wedge: Tells a scanner's keys from a person's.
        on_code: Takes each scan.
    """

    def __init__(self, window: QWindow, wedge: Wedge[QKeyEvent], on_code: Callable[[str], None]) -> None:
        super().__init__(window)
        self._window = window
        self._wedge = wedge
        self._on_code = on_code
        self._is_giving_back = False
        self._silence = QTimer(self)
        self._silence.setSingleShot(True)
        self._silence.setTimerType(Qt.TimerType.PreciseTimer)
        self._silence.timeout.connect(self._on_silence)
        window.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._is_giving_back or not isinstance(event, QKeyEvent):
            return False
        match event.type():
            case QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            case QEvent.Type.KeyPress:
                return self._press(event)
            case _:
                return self._release(event)

    def _press(self, event: QKeyEvent) -> bool:
        text = typed_text(event)
        if event.isAutoRepeat():  # a person holds it down
            self._settle(self._wedge.end())
            return text == COMBINATION
        self._settle(self._wedge.press(event.clone(), text, event.timestamp() / 1000))
        self._silence.start(round(self._wedge.patience_s * 1000))
        return True

    def _release(self, event: QKeyEvent) -> bool:
        if typed_text(event) == COMBINATION:
            return True
        if not self._wedge.is_holding:
            return False
        self._wedge.release(event.clone())
        return True

    def _on_silence(self) -> None:
        if self._silence.interval() > 0:
            # the loop may have been held up: keys that wait already come first
            self._silence.start(0)
            return
        self._settle(self._wedge.end())

    def _settle(self, sifted: Sifted[QKeyEvent]) -> None:
        self._is_giving_back = True
        try:
            for event in sifted.back:
                QCoreApplication.sendEvent(self._window, event)
        finally:
            self._is_giving_back = False
        if sifted.code:
            self._on_code(sifted.code)
