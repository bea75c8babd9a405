"""What is told of each payment: its method, its amount, one sentence, and why."""

from collections.abc import Collection, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from kiosk.domain.told import Fact, TenderLine
from kiosk.flows.intents import TakeBack
from kiosk.services.text import Text
from kiosk.ui.icons import OF_TONE
from kiosk.ui.speech import sentence
from kiosk.ui.style import restyle
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.buttons import TextButton
from kiosk.ui.widgets.labels import RIGHT, IconLabel, Label, OneLine
from kiosk.ui.widgets.paged import PagedColumn

_CODED = frozenset({Fact.NOT_CERTAIN, Fact.STAFF_HELPS})
"""Facts whose sentence names the code to tell staff, where there is one already."""


_NAMED = frozenset({Fact.RECEIVED, Fact.PLANNED})
"""Facts whose sentence names method and amount."""


def told_key(fact: Fact, code: str) -> str:
    """The text key of a fact; another one where the sentence would name a code that there is not."""
    return f"told.{fact}.uncoded" if fact in _CODED and not code else f"told.{fact}"


class TenderRow(QFrame):
    """One payment. Its tone is told by the words and the icon, and by the colour besides.

    On a small screen what was received, or is planned, is one sentence, which names method and amount itself.
    """

    def __init__(self, theme: Theme, number: int) -> None:
        super().__init__()
        self._theme = theme
        self._names_itself = False
        self.setProperty("role", "tender")
        self._icon = IconLabel(theme, 0.9 * theme.scale.body)
        self._method = Label(theme, "strong", f"tender_method_{number}")
        self._amount = OneLine(theme, "strong", f"tender_amount_{number}", align=RIGHT)
        self._told = Label(theme, "body", f"told_{number}")
        self._reason = Label(theme, "body", f"tender_reason_{number}", tone="second")
        self._head = QWidget()
        head = QHBoxLayout(self._head)
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(theme.gap)
        head.addWidget(self._method, 1)
        head.addWidget(self._amount)
        words = QVBoxLayout()
        words.setSpacing(theme.gap // 3)
        for part in (self._head, self._told, self._reason):
            words.addWidget(part)
        row = QHBoxLayout(self)
        inset = theme.px(0.7 * theme.scale.pad)
        row.setContentsMargins(theme.pad, inset, theme.pad, inset)
        row.setSpacing(theme.gap)
        self.take_back = TextButton(theme, "plain", f"take_back_{number}")
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        if theme.access.large_print:
            words.addWidget(self.take_back, 0, Qt.AlignmentFlag.AlignRight)
        else:
            row.addWidget(self.take_back)

    @property
    def sentence(self) -> str:
        """What is spoken of it."""
        named = () if self._names_itself else (self._method.said, self._amount.said)
        return sentence(*named, self._told.said, self._reason.said)

    def render_line(self, line: TenderLine, code: str, text: Text, *, can_take_back: bool) -> None:
        """Show what is known of a payment, and no more; with a button where it can be taken back alone."""
        self.take_back.setVisible(can_take_back)
        self.take_back.wish = TakeBack(line.attempt_id)
        restyle(self, "tone", line.tone.value)
        self._told.tone(line.tone.value)
        self._icon.draw(OF_TONE[line.tone], self._theme.colours.tone(line.tone))
        method = text(f"method.{line.method}.name")
        amount = "" if line.amount is None else text.money(line.amount)
        self.take_back.say(text("tender.take_back"))
        self.take_back.setAccessibleName(text("tender.take_back_of", method=method))
        self._method.say(method)
        self._amount.say(amount)
        self._told.say(text(told_key(line.fact, code), method=method, amount=amount, code=code))
        self._names_itself = line.fact in _NAMED
        self._head.setVisible(not (self._theme.is_small and self._names_itself))
        self._reason.say(text(f"reason.{line.reason}") if line.reason else "")
        self._reason.setVisible(bool(line.reason))


class TenderList(PagedColumn):
    """The payments, a row each, in the order in which they began; turned to the last one."""

    asked = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "tenders", spacing=theme.gap)
        self._theme = theme
        self._rows: list[TenderRow] = []

    @property
    def sentences(self) -> Sequence[str]:
        """What is spoken of it: a sentence for each payment, on whatever page it stands."""
        return [row.sentence for row in self._rows if row in self.rows]

    @property
    def last(self) -> QWidget | None:
        """The row of what was tried last."""
        return self.rows[-1] if self.rows else None

    @property
    def take_backs(self) -> list[TextButton]:
        """The buttons of the rows."""
        return [row.take_back for row in self._rows]

    def render_tenders(
        self, tenders: Sequence[TenderLine], code: str, text: Text, can_take_back: Collection[str] = ()
    ) -> None:
        """Show the facts; attempts named here can be taken back one by one."""
        while len(self._rows) < len(tenders):
            self._rows.append(row := TenderRow(self._theme, len(self._rows)))
            row.take_back.asked.connect(self.asked)
        for row, line in zip(self._rows, tenders, strict=False):
            row.render_line(line, code, text, can_take_back=line.attempt_id in can_take_back)
        self.show_rows(self._rows[: len(tenders)], text, None)
        self.setVisible(bool(tenders))
