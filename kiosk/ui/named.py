"""The name of what is touched or has the focus, for who listens."""

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget
from typing_extensions import override

from kiosk.ui.widgets.buttons import Pressable


class Named(QObject):
    """Watches a window. What takes no touch now is not named either: it would do nothing.

    Args:
        window: It has to be on the screen already.

    Attributes:
        named: Emits the accessible name.
    """

    named = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        window.windowHandle().installEventFilter(self)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._focused)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent):
            self._touched(self._window.childAt(event.position().toPoint()))
        return False

    def _touched(self, widget: QWidget | None) -> None:
        while widget is not None and not isinstance(widget, Pressable):
            widget = widget.parentWidget()
        if widget is not None and widget.isEnabled() and widget.is_named:
            self.named.emit(widget.accessibleName())

    def _focused(self, _before: QWidget | None, now: QWidget | None) -> None:
        """A key that is reached by Tab is named also where it is not when it is touched: naming it types nothing."""
        if isinstance(now, Pressable) and self._window.isAncestorOf(now):
            self.named.emit(now.accessibleName())
