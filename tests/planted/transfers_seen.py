"""Mistakes that only a whole till before a whole EzPG shows, and mistakes of the oracle that judges transfers."""

from typing import Final

from tests.planted.bug import Bug

SYSTEMS: Final = "kiosk/app_systems.py"
PAYOUTS: Final = "kiosk/services/gateways/ezpg/payouts.py"
MATCHING: Final = "kiosk/services/gateways/ezpg/matching.py"
SCREEN: Final = "kiosk/ui/screens/transfer.py"
ORACLE: Final = "tests/end_to_end/oracle.py"

JUDGED: Final = ("tests/end_to_end/test_oracle.py",)


def through_window(file: str, name: str) -> tuple[str, ...]:
    """One test between real processes."""
    return (f"tests/end_to_end/{file}.py::{name}",)


BUGS: Final = (
    # -- the parts put together
    Bug(
        "the store's hours are not those of its banks",
        "issue 9, 2",
        SYSTEMS,
        "opens=time.fromisoformat(section.opens)",
        "opens=time.fromisoformat(section.closes)",
        through_window("test_midnight", "test_a_deposit_before_banks_close_whose_row_appears_after_midnight_is_found"),
    ),
    # -- the window
    Bug(
        "the whole is to be transferred though a part is paid",
        "issue 9, 2",
        SCREEN,
        "self._amount.say(text.money(view.amount))",
        "paid = [one.amount for one in view.tenders[:-1] if one.amount]\n"
        "        self._amount.say(text.money(sum(paid, view.amount)))",
        through_window("test_transfers", "test_a_transfer_pays_what_a_coupon_left"),
    ),
    Bug(
        "who has sent it is treated like who has not",
        "issue 9, 2",
        "kiosk/flows/desk.py",
        "return None if answer is None else isinstance(answer, Confirm)",
        "return None if answer is None else isinstance(answer, GoBack)",
        through_window("test_transfers", "test_who_has_sent_it_already_says_so_and_is_waited_for"),
    ),
    # -- withdrawals
    Bug(
        "another sale's withdrawal is taken for a lost one",
        "issue 9, 2",
        PAYOUTS,
        "return all(one.id == refund.id for one in await self._journal.refunds_noted(CLAIMED, row.transaction))",
        "return True",
        through_window("test_payouts", "test_a_request_that_never_arrived_is_a_persons_beside_an_equal_withdrawal_too"),
    ),
    Bug(
        "a till that was killed while it was sending sends again",
        "L2",
        "kiosk/flows/recovery.py",
        "        RefundAdvanced(refund.id, RefundState.UNKNOWN, Reason.INTERRUPTED)\n",
        "        RefundAdvanced(refund.id, RefundState.ASKED, Reason.INTERRUPTED)\n",
        through_window("test_payouts", "test_killed_while_a_withdrawal_is_sent_the_till_finds_out"),
    ),
    # -- two tills
    Bug(
        "another till's deposit is listed as ours",
        "issue 9, 3",
        MATCHING,
        "attempt = _owner(row, accounts.get(row.account, ()))",
        "attempt = next((one for found in accounts.values() for one in found), None)",
        through_window("test_two_kiosks", "test_each_is_paid_by_its_own_deposit_and_lists_its_own"),
    ),
    # -- the oracle
    Bug(
        "whatever was found made no lie of anything",
        "quality, oracle",
        ORACLE,
        "        return bool(before) or (ended_ms is not None and moved.at_ms >= ended_ms - REACTION_MS)\n",
        "        return True\n",
        JUDGED,
    ),
    Bug(
        "late money was never found",
        "quality, oracle",
        ORACLE,
        "        if not moved.about or moved.about not in self.journal.late:\n",
        "        if not moved.about:\n",
        JUDGED,
    ),
    Bug(
        "a look that was told of a deposit may be followed by none was seen",
        "quality, oracle",
        ORACLE,
        'if standing.seen.view == "TransferView" and any(',
        'if standing.seen.view == "PhoneView" and any(',
        JUDGED,
    ),
    Bug(
        "a screen has no time to follow",
        "quality, oracle",
        ORACLE,
        "if one < standing.to_ms - REACTION_MS]\n        # after",
        "if one < standing.to_ms]\n        # after",
        JUDGED,
    ),
    Bug(
        "no deposit was seen may be said of what is closed",
        "quality, oracle",
        ORACLE,
        "        if not self._is_undecided(attempt, standing):\n"
        '            self._note(standing, f"{text!r} of {attempt}, whose fate was known")\n'
        "        looks_ms",
        "        looks_ms",
        JUDGED,
    ),
    Bug(
        "what was paid out of an account is not counted",
        "quality, oracle",
        ORACLE,
        'if _refunded(row) == attempt["id"]]',
        'if row["attempt_id"] == ""]',
        JUDGED,
    ),
    Bug(
        "what the bank took back is still held",
        "quality, oracle",
        ORACLE,
        'return finding["kind"] in LATE and finding["state"] != "EXPLAINED"',
        'return finding["kind"] in LATE',
        JUDGED,
    ),
)
