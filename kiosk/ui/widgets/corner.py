"""The corner that only staff know: five touches at the top left, where nothing is to be seen or pressed."""

from collections import deque
from collections.abc import Callable
from time import monotonic

from PySide6.QtCore import QEvent, QObject, QRectF, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from kiosk.ui.theme import Theme

TOUCHES = 5
WITHIN_S = 3.0
SIDE_MM = 20

_PRESSES = frozenset({QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick})
"""Of two quick touches, Qt makes the second one a double click, and no press."""


class Corner(QWidget):
    """Watches the touches on a widget's top left corner, and takes none away: what a button there takes is not counted.

    The widget itself is as wide as the margin, where nothing stands, and lies below everything; what is watched is
    a square.

    Args:
        theme: The look.
        on: What it is a corner of.
        now: A clock that never goes back [s].

    Attributes:
        knocked: Emitted at the last of so many touches within so much time.
    """

    knocked = Signal()

    def __init__(self, theme: Theme, on: QWidget, *, now: Callable[[], float] = monotonic) -> None:
        super().__init__(on)
        self._now = now
        self._touches: deque[float] = deque(maxlen=TOUCHES)
        side = theme.px(SIDE_MM)
        self._watched = QRectF(0, 0, side, side)
        self.setObjectName("staff_corner")
        self.setGeometry(0, 0, theme.margin, side)
        self.lower()
        on.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _PRESSES and isinstance(event, QMouseEvent) and self._watched.contains(event.position()):
            self._count()
        return False

    def _count(self) -> None:
        self._touches.append(self._now())
        if len(self._touches) == TOUCHES and self._touches[-1] - self._touches[0] <= WITHIN_S:
            self._touches.clear()
            self.knocked.emit()
