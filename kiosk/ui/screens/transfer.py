"""The account to transfer to: how much exactly, until when; and whether it was sent already, when that is asked."""

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from kiosk.flows.intents import Confirm, GoBack
from kiosk.flows.views import TransferView
from kiosk.services.text import Text
from kiosk.ui.icons import of_method
from kiosk.ui.screens.base import MIDDLE, Screen, chain_focus
from kiosk.ui.speech import Voiced
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.buttons import MainButton
from kiosk.ui.widgets.cards import Card
from kiosk.ui.widgets.countdown import CountdownRing
from kiosk.ui.widgets.labels import CENTRE, LEFT, IconDisc, Label, OneLine
from kiosk.ui.widgets.notice import Notice
from kiosk.ui.widgets.qr import QrCode
from kiosk.ui.widgets.tenders import TenderList

_RING = 3.4
"""The seconds have room in a ring that is so many times as wide as the text."""

_SHARES = (6, 5)
"""Of a wide screen: a whole account number has room in one line."""

_GROUP = 4
"""No more digits stand together: what is copied by hand is read in short groups."""


_ALL = 1000
"""Of the height that is left over, against what else would take some."""

_CODED_ON_SMALL = 1
"""Beside so many payments there is room for the QR picture on a small screen, unless more is said of the time."""


class TransferScreen(Screen[TransferView]):
    """Transfer exactly this to this account.

    What is asked takes the place of the account: one decision, and nobody transfers while they answer.
    """

    is_long = True

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._asks = False
        # there the account takes a page, and the title would take another
        self._is_titled = not (theme.is_small and theme.is_paged)
        self._title = Label(theme, "heading", "transfer_title", align=LEFT if theme.is_wide else CENTRE)
        self._bank = Label(theme, "strong", "bank_name")
        self._number = Label(theme, "title", "account_number")
        self._holder = Label(theme, name="account_holder", tone="second")
        self._exact = Label(theme, name="transfer_exact", tone="second")
        self._amount = OneLine(theme, "total", "transfer_amount")
        self._ring = CountdownRing(theme, _RING * theme.scale.body, is_worded=False)
        self._until = Label(theme, "strong", "transfer_until")
        self._looking = Label(theme, name="transfer_looking", tone="second")
        self._qr = QrCode(theme, 26 if theme.is_small else 52)
        self._read = Label(theme, tone="second")
        self._icon = IconDisc(theme, theme.drawn(1.7 if theme.is_small else 3.2))
        self._question = Label(theme, "title", "transfer_question", align=CENTRE)
        self._if_sent = Notice(theme, "transfer_if_sent")
        self._if_not_sent = Notice(theme, "transfer_if_not_sent")
        self._tenders = TenderList(theme)
        self._back = MainButton(theme, "plain", "go_back", GoBack())
        self._sent = MainButton(theme, "main", "confirm_sent", Confirm())
        if theme.is_small and not theme.is_paged:
            self._account = _card(theme, _beside(theme, self._bank, self._holder), self._number)
        else:
            self._account = _card(theme, self._bank, self._number, self._holder)
        self._sum = _card(theme, self._exact, self._amount)
        self._time = _card(theme, _beside(theme, self._ring, self._until, self._looking))
        self._code = _card(theme, _beside(theme, self._qr, self._read))
        is_roomy = not (theme.is_wide or theme.is_paged)
        self._asked = self._question_card(*((self._if_sent, self._if_not_sent) if is_roomy else ()))
        if self.lifts:
            self._lay_low()
        elif theme.is_wide:
            self._lay_side_by_side()
        else:
            self._lay_one_above_the_other()
        chain_focus([self._tenders.previous, self._tenders.next, self._back, self._sent])

    def _question_card(self, *answers: QWidget) -> Card:
        card, theme = Card(self.theme), self.theme
        edge = theme.gap if theme.is_small else 2 * theme.pad
        card.column.setContentsMargins(edge, edge, edge, edge)
        card.column.setSpacing(theme.gap if theme.is_small else theme.pad)
        card.column.addStretch(1)
        card.column.addWidget(self._icon, 0, MIDDLE)
        _add(card.column, self._question, *answers)
        card.column.addStretch(1)
        self._icon.setVisible(not (theme.is_small and theme.is_paged))
        return card

    def _lay_side_by_side(self) -> None:
        """What to send and the way out on the left; time and the yes on the right, where the way on is."""
        left, right = QWidget(), QWidget()
        sent, facts = QVBoxLayout(left), QVBoxLayout(right)
        for column in (sent, facts):
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(self.theme.gap)
        sent.addStretch(1)
        _add(sent, self._title, self._account, self._sum)
        sent.addWidget(self._asked, _ALL)
        sent.addStretch(1)
        sent.addWidget(self._if_not_sent)
        sent.addLayout(self.foot(self._back))
        facts.addStretch(1)
        _add(facts, self._time, self._code, self._tenders)
        facts.addStretch(1)
        facts.addWidget(self._if_sent)
        facts.addLayout(self.foot(self._sent))
        self.column.addLayout(self.sides(left, right, shares=_SHARES))

    def _lay_low(self) -> None:
        self.above = QWidget()
        above = QVBoxLayout(self.above)
        above.setContentsMargins(0, 0, 0, 0)
        above.setSpacing(self.theme.gap)
        above.addWidget(self._title)
        above.addLayout(self._both(self._account, self._sum))
        _add(above, self._asked, self._if_sent, self._if_not_sent)
        self.column.addLayout(self._both(self._time, self._code))
        self.column.addWidget(self._tenders)
        self.column.addStretch(1)
        self.foot(self._back, self._sent)

    def _both(self, one: QWidget, other: QWidget) -> QBoxLayout:
        """Beside each other in half of a wide screen."""
        way = QBoxLayout.Direction.TopToBottom if self.theme.is_upright else QBoxLayout.Direction.LeftToRight
        box = QBoxLayout(way)
        box.setSpacing(self.theme.gap)
        box.addWidget(one, 1)
        box.addWidget(other, 1)
        return box

    def _lay_one_above_the_other(self) -> None:
        air = 0 if self.theme.is_paged else self.theme.pad
        self._title.setContentsMargins(0, air, 0, air)
        _add(self.column, self._title, self._account, self._sum, self._time, self._code)
        self.column.addWidget(self._asked, _ALL)
        if self.theme.is_paged:
            # a page may end between them
            _add(self.column, self._if_sent, self._if_not_sent)
        self.column.addWidget(self._tenders)
        self.column.addStretch(1)
        self.column.addLayout(self.foot(self._back, self._sent))

    @property
    @override
    def voiced(self) -> Sequence[Voiced]:
        account = (self._title, self._bank, self._number, self._holder, self._exact, self._amount, self._until)
        question = (self._question, self._if_sent, self._if_not_sent)
        return (*account, *question, self._looking, self._tenders)

    @property
    @override
    def edition(self) -> int:
        return int(self._asks)

    @override
    def draw(self, view: TransferView, text: Text) -> None:
        has_room = not self.theme.is_small or (view.is_heard and len(view.tenders) <= _CODED_ON_SMALL)
        self._turn(asks=view.is_question)
        self._title.say(text("transfer.title"))
        self._bank.say(view.bank)
        self._number.say(in_groups(view.number))
        self._holder.setVisible(bool(view.holder))
        self._holder.say(text("transfer.holder", holder=view.holder))
        self._exact.say(text("transfer.exact"))
        self._amount.say(text.money(view.amount))
        self._ring.about(of_method(view.method) if view.is_heard else "wifi-off")
        self._ring.show_left(view.left_s, view.time_s, text)
        self._until.say(text("transfer.until", time=text.clock(view.until_ms)))
        self._looking.say(text("transfer.looking" if view.is_heard else "transfer.unheard"))
        self._looking.tone("second" if view.is_heard else "wait")
        self._code.setVisible(has_room and not view.is_question)
        self._qr.show_text(code_of(view))
        self._read.say(text("transfer.code"))
        self._icon.draw(of_method(view.method), "accent")
        self._question.say(text("transfer.asked"))
        self._if_sent.show_line(text("transfer.if_sent"), "check", "done")
        self._if_not_sent.show_line(text("transfer.if_not_sent"), "arrow-left", "calm")
        self._tenders.render_tenders(view.tenders, "", text)
        self._back.say(text("transfer.not_sent" if view.is_question else "phone.other_method"))
        self._sent.say(text("transfer.sent"))

    def _turn(self, *, asks: bool) -> None:
        """From the account to the question, or back. The second tap of a double tap answers no question."""
        for part in (self._account, self._sum, self._time):
            part.setVisible(not asks)
        self._title.setVisible(not asks and self._is_titled)
        for answer in (self._asked, self._if_sent, self._if_not_sent, self._sent):
            answer.setVisible(asks)
        if asks != self._asks:
            self._asks = asks
            self.renewed.emit()
            if self.pages is not None and self.above is None:
                self.pages.bring(self._asked if asks else self._account)


def in_groups(digits: str) -> str:
    """A number as it is copied by hand: in groups of four or three, the longer ones first."""
    groups = -(-len(digits) // _GROUP)
    least, longer = divmod(len(digits), max(groups, 1))
    ends = [least * at + min(at, longer) for at in range(groups + 1)]
    return " ".join(digits[start:end] for start, end in pairwise(ends))


def code_of(view: TransferView) -> str:
    """What a phone reads: bank and code, account, won. Source: our contract with EzPG, 12; no bank defines a form."""
    return f"{view.bank} {view.bank_code}\n{view.number}\n{view.amount.amount}"


def _add(column: QBoxLayout, *parts: QWidget) -> None:
    for part in parts:
        column.addWidget(part)


def _card(theme: Theme, *parts: QWidget) -> Card:
    card = Card(theme)
    card.column.setSpacing(theme.gap // 3)
    if theme.is_small:
        card.column.setContentsMargins(theme.pad, theme.gap // 2, theme.pad, theme.gap // 2)
    _add(card.column, *parts)
    return card


def _beside(theme: Theme, picture: QWidget, *words: QWidget) -> QWidget:
    """A drawing, and what it means."""
    whole = QWidget()
    row, column = QHBoxLayout(whole), QVBoxLayout()
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(theme.pad)
    row.addWidget(picture)
    row.addLayout(column, 1)
    column.setSpacing(theme.gap // 3)
    column.addStretch(1)
    _add(column, *words)
    column.addStretch(1)
    return whole
