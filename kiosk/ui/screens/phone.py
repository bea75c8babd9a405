"""The customer is asked on their phone: what to do there, and how long they still have."""

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from kiosk.flows.intents import GoBack
from kiosk.flows.views import PhoneView
from kiosk.services.text import Text
from kiosk.ui.screens.base import MIDDLE, Screen, chain_focus
from kiosk.ui.speech import Voiced
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.amounts import AmountRow
from kiosk.ui.widgets.buttons import MainButton
from kiosk.ui.widgets.cards import Card
from kiosk.ui.widgets.countdown import CountdownRing
from kiosk.ui.widgets.guide import Guide
from kiosk.ui.widgets.labels import CENTRE, LEFT, Label
from kiosk.ui.widgets.notice import Notice
from kiosk.ui.widgets.tenders import TenderList

_RING_LEAST = 3.4
"""The seconds have room in a ring that is so many times as wide as the text."""

_STEPS = ("phone.step.open", "phone.step.check", "phone.step.approve")


class PhoneScreen(Screen[PhoneView]):
    """Approve on your phone."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        align = LEFT if theme.is_wide else CENTRE
        self._title = Label(theme, "title", "phone_title", align=align)
        self._body = Label(theme, name="phone_body", tone="second", align=align)
        self._guide = Guide(theme, len(_STEPS))
        self._ring = CountdownRing(
            theme, max(theme.drawn(5 if theme.is_small else 9.5), _RING_LEAST * theme.scale.body)
        )
        self._amount = AmountRow(theme, "pay_amount", "heading")
        self._fee = AmountRow(theme, "fee_amount", "strong")
        self._tenders = TenderList(theme)
        self._decline = Notice(theme, "phone_decline")
        self._back = MainButton(theme, "plain", "go_back", GoBack())
        self._bill = Card(theme)
        self._bill.column.setSpacing(theme.gap // 3)
        self._bill.column.addWidget(self._amount)
        self._bill.column.addWidget(self._fee)
        if self.lifts:
            self._lay_low()
        elif theme.is_wide:
            self._lay_side_by_side()
        else:
            self._lay_one_above_the_other()
        chain_focus([self._tenders.previous, self._tenders.next, self._back])

    def _lay_side_by_side(self) -> None:
        """What to do and the way out on the left, where nobody takes it for the way on; time and money on the right."""
        left, right = QWidget(), QWidget()
        asked, facts = QVBoxLayout(left), QVBoxLayout(right)
        for column in (asked, facts):
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(self.theme.gap)
            column.addStretch(1)
        asked.addWidget(self._title)
        asked.addWidget(self._guide)
        asked.addWidget(self._body)
        asked.addStretch(1)
        asked.addWidget(self._decline)
        asked.addLayout(self.foot(self._back))
        facts.addWidget(self._ring, 0, MIDDLE)
        facts.addStretch(1)
        facts.addWidget(self._bill)
        facts.addWidget(self._tenders)
        self.column.addLayout(self.sides(left, right))

    def _lay_low(self) -> None:
        self.above = QWidget()
        above = QVBoxLayout(self.above)
        above.setContentsMargins(0, 0, 0, 0)
        above.setSpacing(self.theme.gap)
        above.addWidget(self._title)
        above.addWidget(self._ring, 0, MIDDLE)
        above.addWidget(self._body)
        for part in (self._guide, self._bill, self._tenders, self._decline):
            self.column.addWidget(part)
        self.column.addStretch(1)
        self.foot(self._back)

    def _lay_one_above_the_other(self) -> None:
        # the ring has the same place whatever stands below it
        air = 0 if self.theme.is_paged else 3 * self.theme.pad // 2
        self.column.addSpacing(air)
        if self.theme.is_paged and self.theme.is_small:
            self.column.addWidget(self._beside())
        else:
            self.column.addWidget(self._title)
            self.column.addSpacing(air)
            self.column.addWidget(self._ring, 0, MIDDLE)
        self.column.addSpacing(air)
        self.column.addWidget(self._guide)
        self.column.addWidget(self._body)
        self.column.addWidget(self._bill)
        self.column.addWidget(self._tenders)
        self.column.addStretch(1)
        self.column.addWidget(self._decline)
        self.column.addLayout(self.foot(self._back))

    def _beside(self) -> QWidget:
        """What is wanted and how long there is, on one page where that is a low one."""
        both = QWidget()
        row = QHBoxLayout(both)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(self.theme.gap)
        row.addWidget(self._title, 1)
        row.addWidget(self._ring, 0, MIDDLE)
        return both

    @property
    @override
    def voiced(self) -> Sequence[Voiced]:
        return (self._title, self._guide, self._body, self._amount, self._fee, self._tenders, self._decline)

    @override
    def draw(self, view: PhoneView, text: Text) -> None:
        is_asked = view.left_s > 0
        self._title.say(text("phone.title" if is_asked else "phone.checking"))
        self._guide.setVisible(is_asked)
        self._guide.say([text(step) for step in _STEPS])
        self._body.setVisible(not is_asked)
        self._body.say(text("phone.checking_body"))
        self._ring.show_left(view.left_s, view.time_s, text)
        self._amount.say(text("phone.amount"), text.money(view.amount))
        self._fee.say(text("phone.fee"), text.money(view.fee))
        self._tenders.render_tenders(view.tenders, "", text)
        self._decline.setVisible(is_asked and not view.may_leave)
        self._decline.show_line(text("phone.decline"), "smartphone", "calm")
        self._back.setVisible(is_asked and view.may_leave)
        self._back.say(text("phone.other_method"))
