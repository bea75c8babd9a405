"""Mistakes on the screen of a bank transfer: a wrong number or sum, a wrong fact, and a screen that does not stand."""

from typing import Final

from tests.planted.bug import Bug

SCREEN: Final = "kiosk/ui/screens/transfer.py"
PAGED: Final = "kiosk/ui/widgets/paged.py"
RING: Final = "kiosk/ui/widgets/countdown.py"
BAR: Final = "kiosk/ui/widgets/timeleft.py"
TEXT: Final = "kiosk/services/text.py"
RECEIPT: Final = "kiosk/domain/receipt.py"
ICONS: Final = "kiosk/ui/icons.py"
TEXTS_KO: Final = "resources/text/ko/kiosk.po"


def of(*names: str) -> tuple[str, ...]:
    """Tests of this screen."""
    return tuple(f"tests/ui/test_transfer.py::{name}" for name in names)


THERE: Final = of("test_bank_account_holder_amount_and_until_when_are_there")
GROUPS: Final = of("test_a_number_stands_in_groups_of_three_and_four")
LARGEST: Final = of("test_nothing_is_larger_than_the_amount_and_after_it_the_account")
CODE: Final = of("test_a_phone_reads_bank_account_and_amount")
UNHEARD: Final = of("test_that_nobody_knows_whether_it_has_come_is_said_and_that_it_is_not_lost")
ASKED: Final = of("test_it_is_asked_whether_the_money_was_sent_and_said_what_both_answers_mean")
INSTEAD: Final = of("test_nobody_is_shown_an_account_while_they_are_asked_and_who_stays_sees_it_again")
SLIPS: Final = ("tests/domain/test_receipt.py",)

BUGS: Final = (
    # -- what is to be sent, and where
    Bug("the last digits are left out", "number", SCREEN, "range(groups + 1)]", "range(groups)]", GROUPS),
    Bug("a group is as long as it comes", "number", SCREEN, "_GROUP = 4", "_GROUP = 5", GROUPS),
    Bug("short groups come first", "number", SCREEN, "+ min(at, longer)", "+ max(0, at - groups + longer)", GROUPS),
    Bug("the code lacks the bank's", "QR", SCREEN, "{view.bank} {view.bank_code}", "{view.bank}", CODE),
    Bug("the code holds the amount as people write it", "QR", SCREEN, "{view.amount.amount}", "{view.amount}", CODE),
    Bug(
        "the code holds the number in groups",
        "QR",
        SCREEN,
        "\\n{view.number}\\n",
        "\\n{in_groups(view.number)}\\n",
        CODE,
    ),
    Bug(
        "an empty holder is named",
        "holder",
        SCREEN,
        "self._holder.setVisible(bool(view.holder))",
        "self._holder.setVisible(True)",
        of("test_nobody_is_named_as_the_holder_when_nobody_said"),
    ),
    Bug("the account is small", "size", SCREEN, '"title", "account_number"', '"heading", "account_number"', LARGEST),
    Bug("the amount is no larger", "size", SCREEN, '"total", "transfer_amount"', '"title", "transfer_amount"', LARGEST),
    Bug(
        "a small screen cuts what it has no room for",
        "room",
        SCREEN,
        "len(view.tenders) <= _CODED_ON_SMALL)",
        "len(view.tenders) <= 2)",
        of("test_a_small_screen_has_the_code_where_facts_leave_it_room"),
    ),
    # -- until when, and whether it has come
    Bug(
        "the end is told in another country's time",
        "time",
        TEXT,
        'korean_time(wall_ms), self("format.clock")',
        'korean_time(wall_ms - 9 * 3_600_000), self("format.clock")',
        THERE,
    ),
    Bug("half of the day is not said", "time", TEXTS_KO, '"aaaa h:mm"', '"h:mm"', THERE),
    Bug(
        "it is looked for while nobody can look",
        "unheard",
        SCREEN,
        '"transfer.looking" if view.is_heard else "transfer.unheard"',
        '"transfer.looking"',
        UNHEARD,
    ),
    Bug(
        "that nobody can look is told by colour alone",
        "unheard",
        SCREEN,
        'of_method(view.method) if view.is_heard else "wifi-off"',
        "of_method(view.method)",
        UNHEARD,
    ),
    Bug(
        "that nobody can look is told as quietly as all is well",
        "unheard",
        SCREEN,
        '"second" if view.is_heard else "wait"',
        '"second"',
        UNHEARD,
    ),
    Bug(
        "what was paid before is out of sight",
        "tenders",
        SCREEN,
        "self._tenders.render_tenders(view.tenders, ",
        "self._tenders.render_tenders(view.tenders[-1:], ",
        of("test_what_was_received_before_stays_in_sight"),
    ),
    # -- it stands still
    Bug(
        "the ring begins anew with every look",
        "still",
        RING,
        "min(ends_s, self._ends_s) if self._full_s else ends_s",
        "ends_s",
        of("test_the_ring_goes_on_and_never_back"),
    ),
    Bug(
        "the warning begins anew with every look",
        "still",
        BAR,
        "self._full_s = max(seconds, self._full_s)",
        "self._full_s = seconds",
        of("test_the_warning_goes_on_counting_while_it_is_shown_anew"),
    ),
    Bug(
        "the next warning is short",
        "still",
        BAR,
        "        self._full_s = self._left_s = 0.0\n",
        "",
        of("test_the_next_warning_has_its_whole_time"),
    ),
    Bug(
        "every look is a new screen",
        "still",
        SCREEN,
        "        if asks != self._asks:\n            self._asks = asks\n            self.renewed.emit()",
        "        self.renewed.emit()\n        if asks != self._asks:\n            self._asks = asks",
        of("test_the_focus_stays_while_the_same_is_shown_anew"),
    ),
    Bug(
        "every look turns to the last payment",
        "still",
        PAGED,
        "        if not is_anew:\n",
        "        if True:\n",
        of("test_who_turned_back_to_an_earlier_payment_stays_there_until_there_is_another"),
    ),
    Bug(
        "the next customer begins where the last one had turned to",
        "still",
        PAGED,
        "        super().hideEvent(event)\n        self._kept = None\n",
        "        super().hideEvent(event)\n",
        of("test_the_next_customer_finds_the_last_payment_first"),
    ),
    Bug(
        "the account comes and goes with every look",
        "still",
        SCREEN,
        "        for part in (self._account, self._sum, self._time):\n",
        "        self._account.hide()\n        for part in (self._account, self._sum, self._time):\n",
        of("test_nothing_comes_or_goes_while_the_same_is_shown_anew"),
    ),
    # -- the question
    Bug(
        "the second tap of a double tap says no",
        "question",
        SCREEN,
        "            self.renewed.emit()\n",
        "",
        of("test_the_second_tap_of_a_double_tap_answers_no_question"),
    ),
    Bug(
        "what a no means is not said",
        "question",
        SCREEN,
        "for answer in (self._asked, self._if_sent, self._if_not_sent, self._sent):",
        "for answer in (self._asked, self._if_sent, self._sent):",
        (*INSTEAD, *ASKED),
    ),
    Bug("a no is not told as one", "question", SCREEN, '"transfer.not_sent" if view.is_question else ', "", ASKED),
    Bug(
        "somebody transfers while they are asked",
        "question",
        SCREEN,
        "for part in (self._account, self._sum, self._time):",
        "for part in (self._sum, self._time):",
        INSTEAD,
    ),
    Bug(
        "a phone reads the account while it is asked",
        "question",
        SCREEN,
        "self._code.setVisible(has_room and not view.is_question)",
        "self._code.setVisible(has_room)",
        INSTEAD,
    ),
    Bug(
        "yes goes back",
        "question",
        SCREEN,
        'MainButton(theme, "main", "confirm_sent", Confirm())',
        'MainButton(theme, "main", "confirm_sent", GoBack())',
        ("tests/ui/test_intents.py::test_a_button_says_what_the_person_wants",),
    ),
    Bug(
        "yes is where back is",
        "question",
        SCREEN,
        "self.column.addLayout(self.foot(self._back, self._sent))",
        "self.column.addLayout(self.foot(self._sent, self._back))",
        of("test_yes_is_on_the_right_where_one_goes_on"),
    ),
    Bug(
        "the question begins on a page that nobody sees",
        "question",
        SCREEN,
        "self.pages.bring(self._asked if asks else self._account)",
        "self.pages.bring(None)",
        of("test_in_large_print_the_question_begins_on_its_first_page"),
    ),
    # -- paper
    Bug(
        "who is to keep a slip is sent to staff",
        "slip",
        RECEIPT,
        "is_kept = settled or reason_key == SlipReason.TRANSFER_LEFT",
        "is_kept = settled",
        SLIPS,
    ),
    Bug(
        "a transfer has no icon",
        "icon",
        ICONS,
        ', "ezpg": "landmark"',
        "",
        of("test_a_transfer_has_an_icon_of_its_own"),
    ),
)
