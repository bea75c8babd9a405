"""A ring that empties while a person is asked on their phone: calm at first, then saying the seconds."""

from collections.abc import Callable
from math import ceil, floor
from time import monotonic

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from kiosk.services.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.labels import CENTRE, IconLabel, Label, OneLine
from kiosk.ui.widgets.timeleft import FRAME_MS, TURNING_DEG, paint_ring

SAID_FROM_S = 20
"""From here on the seconds are said. Source: screens, phone approval."""

_TOP_DEG = 90
_TURN_DEG_PER_S = 180
_TURN_DEG_REDUCED = 45


class CountdownRing(QWidget):
    """How long a person can still answer; when that is over it turns, because the answer is being found out.

    It only shows; whoever set the time ends it. Where it is smaller, there are no words in it.

    Args:
        theme: The look.
        mm: Its width [mm].
        is_worded: There are words in it, where it has room for them.
        now: A clock that never goes back [s].
    """

    def __init__(
        self,
        theme: Theme,
        mm: float,
        *,
        is_worded: bool = True,
        now: Callable[[], float] = monotonic,
    ) -> None:
        super().__init__()
        self.setProperty("role", "ring")
        self._theme = theme
        self._calm = "smartphone"
        self._now = now
        self._full_s = 0.0
        self._ends_s = 0.0
        self._text: Text | None = None
        self._icon = IconLabel(theme, 0.27 * mm)
        self._seconds = OneLine(theme, "giant", "seconds_left", align=CENTRE)
        font = theme.font("giant")
        font.setPixelSize(theme.px(max((0.31 if theme.is_wide else 0.27) * mm, theme.scale.body)))
        self._seconds.setFont(font)
        self._caption = Label(theme, name="phone_wait", tone="second", align=CENTRE)
        side = theme.px(mm)
        self.setFixedSize(side, side)
        column = QVBoxLayout(self)
        column.setContentsMargins(side // 8, side // 8, side // 8, side // 8)
        column.setSpacing(theme.gap)
        column.addStretch(1)
        column.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._seconds)
        column.addWidget(self._caption)
        column.addStretch(1)
        self._caption.setVisible(is_worded and not (theme.is_wide or theme.is_paged))
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._run)

    def about(self, icon: str) -> None:
        """Show this icon in it while it is calm."""
        self._calm = icon

    def show_left(self, left_s: float, time_s: float, text: Text) -> None:
        """So much is left from now on, of so much in all [s]; while it is in sight it never gets more again."""
        ends_s = self._now() + left_s
        self._ends_s = min(ends_s, self._ends_s) if self._full_s else ends_s
        self._full_s = time_s
        self._text = text
        self._run()

    @property
    def left_s(self) -> float:
        """How long it still is [s]; by whole seconds where motion is reduced."""
        left_s = max(self._ends_s - self._now(), 0.0)
        return float(ceil(left_s)) if self._theme.reduced_motion else left_s

    def _run(self) -> None:
        if self._text is None:
            return
        left_s, colours = self.left_s, self._theme.colours
        is_said = 0 < left_s <= SAID_FROM_S
        self._icon.setVisible(not is_said)
        self._icon.draw(self._calm if left_s else "search", colours.ink)
        self._seconds.setVisible(is_said)
        self._seconds.say(self._text("phone.seconds", seconds=ceil(left_s)))
        self._caption.say(self._text("phone.left" if is_said else "phone.waiting" if left_s else "phone.checking"))
        self.update()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()
        self._full_s = self._ends_s = 0.0

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        left_s, now_s = self.left_s, self._now()
        painter = QPainter(self)
        if left_s:
            tone = "wait" if left_s <= SAID_FROM_S else "accent"
            paint_ring(painter, self._theme, self.width(), tone, _TOP_DEG, -360 * min(left_s / self._full_s, 1.0))
        else:
            turned = floor(now_s) * _TURN_DEG_REDUCED if self._theme.reduced_motion else now_s * _TURN_DEG_PER_S
            paint_ring(painter, self._theme, self.width(), "accent", -(turned % 360), TURNING_DEG)
        painter.end()
