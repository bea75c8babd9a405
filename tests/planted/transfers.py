"""Mistakes with bank transfers and the withdrawals that give them back. The client's are in ezpg_client.py."""

from typing import Final

from tests.planted.bug import Bug

METHOD: Final = "kiosk/services/gateways/ezpg/method.py"
PAYOUTS: Final = "kiosk/services/gateways/ezpg/payouts.py"
RULES: Final = "kiosk/services/gateways/ezpg/rules.py"
REFUNDS: Final = "kiosk/services/gateways/ezpg/refund_rules.py"
ARRANGEMENT: Final = "kiosk/services/gateways/ezpg/arrangement.py"
RECOVERY: Final = "kiosk/flows/recovery.py"
CHECKOUT: Final = "kiosk/flows/checkout.py"
BOOKS: Final = "kiosk/flows/books.py"
STAGE: Final = "kiosk/flows/stage.py"
SESSION: Final = "kiosk/flows/session.py"
SALE: Final = "kiosk/domain/sale.py"
ORDER: Final = "kiosk/domain/order.py"

OF_RULES: Final = ("tests/services/gateways/ezpg/test_rules.py",)
OF_REFUNDS: Final = ("tests/services/gateways/ezpg/test_refund_rules.py",)
OF_HOURS: Final = ("tests/services/gateways/ezpg/test_arrangement.py",)
OF_DOMAIN: Final = ("tests/domain/test_order.py", "tests/domain/test_sale.py")


def paid(name: str) -> tuple[str, ...]:
    """A whole transfer."""
    return (f"tests/flows/test_transfers.py::{name}",)


def given(name: str) -> tuple[str, ...]:
    """A whole withdrawal."""
    return (f"tests/flows/test_payouts.py::{name}",)


PROOF: Final = "L4: a completed row + account + bank + amount + date after issue + trxId unused"
LIST: Final = "the list is read for today and yesterday"

BUGS: Final = (
    # -- the proof
    Bug(
        "another account's deposit pays",
        PROOF,
        RULES,
        "is_same = (row.account, row.bank) == (expected.account, expected.bank) and row.moid",
        "is_same = row.bank == expected.bank and row.moid",
        OF_RULES,
    ),
    Bug(
        "another bank's deposit pays",
        PROOF,
        RULES,
        "(row.account, row.bank) == (expected.account, expected.bank) and row.moid",
        "row.account == expected.account and row.moid",
        OF_RULES,
    ),
    Bug(
        "a deposit under another id pays",
        PROOF,
        RULES,
        ' and row.moid in ("", expected.moid)',
        "",
        OF_RULES,
    ),
    Bug(
        "a deposit from before the account was issued pays",
        PROOF,
        RULES,
        "return is_same and (row.at_ms is None or row.at_ms >= expected.since_ms - DATED_EARLY_MS)",
        "return is_same",
        OF_RULES,
    ),
    Bug(
        "a deposit that is only pending pays",
        PROOF,
        RULES,
        "completed = [one for one in rows if one.state is RowState.COMPLETED and is_ours(one, expected)]",
        "completed = [one for one in rows if one.state is not RowState.FAILED and is_ours(one, expected)]",
        OF_RULES,
    ),
    Bug(
        "a deposit without a date pays",
        PROOF,
        RULES,
        "dated = [(one.at_ms, one.transaction, one) for one in completed if one.at_ms is not None]",
        "dated = [(one.at_ms or 0, one.transaction, one) for one in completed]",
        OF_RULES,
    ),
    Bug(
        "any amount pays",
        PROOF,
        RULES,
        "exact = [one for one in came if abs(one.amount - expected.amount) <= expected.tolerance]",
        "exact = came",
        OF_RULES,
    ),
    Bug(
        "a won more than the store allows pays",
        "within allowedAmountError: inclusive",
        RULES,
        "<= expected.tolerance]",
        "<= expected.tolerance + 1]",
        OF_RULES,
    ),
    Bug(
        "too much is told as too little",
        "UNDERPAID, OVERPAID",
        RULES,
        "if came[0].amount < expected.amount:",
        "if came[0].amount != expected.amount:",
        OF_RULES,
    ),
    Bug(
        "the first deposit decides though a later one pays",
        "duplicate: the first settles",
        RULES,
        "    if exact:\n",
        "    if exact and exact[0] is came[0]:\n",
        OF_RULES,
    ),
    Bug(
        "a transaction pays twice",
        "L1: one gateway transaction id is evidence for one attempt",
        METHOD,
        'return await self._journal.evidence_of(self.name, row.transaction) in ("", attempt.id)',
        "return True",
        ("tests/flows/test_transfer_evidence.py",),
    ),
    # -- the account
    Bug(
        "an account is shown before it is written down",
        "L2: answer written, committed, then shown",
        METHOD,
        "            answered, AttemptNoted(attempt.id, facts), AttemptAdvanced(attempt.id, State.AWAITING_DEPOSIT)\n",
        "            answered, AttemptNoted(attempt.id, facts)\n",
        paid("test_an_account_is_written_down_before_it_is_shown"),
    ),
    Bug(
        "a login that ran out ends the payment",
        "OC-2: one silent re-login",
        METHOD,
        "SIGN_INS: Final = 2",
        "SIGN_INS: Final = 1",
        paid("test_a_login_that_ran_out_is_renewed_and_nothing_is_asked_twice"),
    ),
    Bug(
        "an account is asked for while banks are closed",
        "OC-11: closed window",
        ARRANGEMENT,
        "        if is_closed:\n            return None\n",
        "",
        OF_HOURS,
    ),
    Bug(
        "hours over midnight are not closed after it",
        "OC-11: [23:30, 24:00) and [00:00, 00:30)",
        ARRANGEMENT,
        "at >= self.closes or at < self.opens if over_midnight",
        "at >= self.closes if over_midnight",
        OF_HOURS,
    ),
    Bug(
        "an account outlives the hours of banks",
        "OC-11: min(now + store setting, 23:30)",
        ARRANGEMENT,
        "return min(closes_ms, now_ms + round(limits.ezpg_open_s * 1000))",
        "return now_ms + round(limits.ezpg_open_s * 1000)",
        OF_HOURS,
    ),
    Bug(
        "an account for a minute",
        "OC-11: refuses issue when less than 3 min remain",
        ARRANGEMENT,
        "if closes_ms is None or closes_ms - now_ms < limits.ezpg_open_least_s * 1000:",
        "if closes_ms is None:",
        OF_HOURS,
    ),
    Bug(
        "transfers are offered while banks are closed",
        "closed hours are a state",
        METHOD,
        "            return Health(ok=False, reason=Reason.OUT_OF_HOURS)\n",
        "            return Health(ok=True)\n",
        paid("test_transfers_are_offered_while_banks_take_them_for_long_enough"),
    ),
    # -- waiting
    Bug(
        "its time is over though nobody was heard",
        "a lost answer is UNKNOWN, never no",
        RULES,
        "    if unheard:\n",
        "    if unheard and left_s > 0:\n",
        OF_RULES,
    ),
    Bug(
        "money that came at the last moment is not looked at",
        "expired: one look",
        RULES,
        "    if came is not None:\n        return came\n    if unheard:\n",
        "    if came is not None and left_s > 0:\n        return came\n    if unheard:\n",
        OF_RULES,
    ),
    Bug(
        "every question is kept",
        "the journal does not grow by asking",
        METHOD,
        "if last is None or (last.answer, last.facts) != (asked.answer, facts):",
        "if True:",
        paid("test_the_screen_asks_every_three_seconds_and_keeps_only_what_is_new"),
    ),
    Bug(
        "who walked off is never asked",
        "AWAITING_DEPOSIT idles out after 3 min without touch",
        STAGE,
        "        if left_s <= 0:\n            raise CustomerLeft(idle=True)\n        is_warned",
        "        is_warned",
        paid("test_who_walks_off_is_asked_after_a_while_and_the_till_is_free"),
    ),
    Bug(
        "nobody is warned before the account is closed",
        "20 s warning",
        STAGE,
        "        self.show(view, left_s if is_warned else None)\n",
        "        self.show(view)\n",
        paid("test_who_walks_off_is_asked_after_a_while_and_the_till_is_free"),
    ),
    # -- leaving
    Bug(
        "the goal is not durable before the close",
        "1: the goal, written before the send that serves it",
        METHOD,
        "await self._journal.write(GoalUndo(attempt.id), step)",
        "await self._journal.write(step)",
        paid("test_who_gives_up_after_the_money_came_has_it_given_back_by_staff"),
    ),
    Bug(
        "nobody looks for what came before the account was closed",
        "leaving: 3005 with status paid -> APPROVED",
        METHOD,
        "return Left(listed.came, is_closed=answer in rules.ENDED_BY, is_known=listed.rows is not None)",
        "return Left(None, is_closed=answer in rules.ENDED_BY, is_known=listed.rows is not None)",
        paid("test_money_that_came_while_they_wanted_to_pay_otherwise_pays"),
    ),
    Bug(
        "a server that says *paid* is believed at once not to list it",
        "leaving: 3005 with status paid -> APPROVED",
        METHOD,
        "for wait_s in PAID_LOOKS_S if answer is Answer.PAID else ():",
        "for wait_s in ():",
        paid("test_a_list_that_lags_behind_what_the_server_says_is_read_again"),
    ),
    Bug(
        "nobody is asked though the account could not be closed",
        "close unknown or unsupported: asked before another tender",
        METHOD,
        "            has_transferred = await desk.has_transferred(self._request(attempt, is_heard=True))\n",
        "            has_transferred = False\n",
        paid("test_who_has_sent_it_already_stays_and_is_waited_for"),
    ),
    Bug(
        "no answer to a close closes",
        "closed, or 3005",
        RULES,
        "frozenset({Answer.CLOSED, Answer.OVER})",
        "frozenset({Answer.CLOSED, Answer.OVER, Answer.NO_ANSWER})",
        OF_RULES,
    ),
    Bug(
        "no slip says who returns what comes late",
        "the slip says late money is returned by staff",
        METHOD,
        "return (step,) if is_proven else (step, slip)",
        "return (step,)",
        paid("test_who_wants_to_pay_otherwise_leaves_an_account_that_takes_nothing_more"),
    ),
    Bug(
        "an account that was left is not looked at again",
        "the account stays watched",
        METHOD,
        "    step = AttemptAdvanced(attempt.id, state, reason, watch=True)\n    slip",
        "    step = AttemptAdvanced(attempt.id, state, reason)\n    slip",
        paid("test_money_that_comes_after_the_screen_was_left_is_found_and_listed"),
    ),
    # -- late, twice, taken back
    Bug(
        "a paid account is not looked at again",
        "the same sweep watches APPROVED transfers",
        METHOD,
        "return Approved(received, came.row.transaction, noted, watch=True)",
        "return Approved(received, came.row.transaction, noted)",
        paid("test_a_transfer_that_the_bank_takes_back_after_the_sale_is_told_to_staff"),
    ),
    Bug(
        "late money is told again and again",
        "a finding, and one task",
        RULES,
        "is_known = row.transaction == known.transaction or row.transaction in known.found",
        "is_known = row.transaction == known.transaction",
        OF_RULES,
    ),
    Bug(
        "a second deposit is overlooked",
        "a second row is a finding",
        RULES,
        "        if row.state is RowState.COMPLETED and not is_known:\n",
        "        if row.state is RowState.COMPLETED and not is_known and not known.transaction:\n",
        OF_RULES,
    ),
    Bug(
        "what the bank takes back is overlooked",
        "APPROVED -> CORRECTED",
        RULES,
        "row.state is RowState.CANCELLED and is_known and",
        "row.state is RowState.FAILED and is_known and",
        OF_RULES,
    ),
    Bug(
        "late money that the bank took back is paid out all the same",
        "a correction executes",
        METHOD,
        "        if same and not any(one.id in given for one in same):\n",
        "        if not same and not any(one.id in given for one in same):\n",
        given("test_late_money_that_the_bank_took_back_is_nobodys_to_pay_out"),
    ),
    Bug(
        "a sale that the bank took back stays paid",
        "APPROVED -> CORRECTED",
        METHOD,
        "return (recorded, task, step) if is_own else (recorded, task)",
        "return (recorded, task)",
        paid("test_a_transfer_that_the_bank_takes_back_after_the_sale_is_told_to_staff"),
    ),
    Bug(
        "late money is looked for until midnight only",
        "until the end of the next day",
        RECOVERY,
        "+ timedelta(days=2)",
        "+ timedelta(days=1)",
        paid("test_late_money_is_looked_for_until_the_next_day_has_ended"),
    ),
    Bug(
        "late money is looked for once",
        "then every 10 min",
        RECOVERY,
        "is_due = swept_s is not None and now_s - swept_s >= self._limits.ezpg_sweep_s",
        "is_due = False",
        paid("test_a_row_that_is_twenty_minutes_late_is_found"),
    ),
    Bug(
        "after a finding nothing is found any more",
        "a second row, or a row after the end, is a finding",
        RECOVERY,
        "if method is None or (is_settled and attempt.family is not Family.TRANSFER):",
        "if method is None or findings:",
        given("test_late_money_that_the_bank_took_back_is_nobodys_to_pay_out"),
    ),
    # -- another amount
    Bug(
        "another amount leaves the order open",
        "L5: UNDERPAID or OVERPAID takes no other charge",
        SALE,
        "if attempt.state is not State.NEEDS_STAFF and not is_off:",
        "if attempt.state is not State.NEEDS_STAFF:",
        OF_DOMAIN,
    ),
    Bug(
        "what was transferred too much pays for something else",
        "OVERPAID",
        ORDER,
        "        return min(kept, due)\n",
        "        return kept\n",
        OF_DOMAIN,
    ),
    Bug(
        "another amount is not received",
        "told facts: what was received",
        ORDER,
        "if attempt.state in HOLDING and attempt.received is not None:",
        "if attempt.state is State.APPROVED and attempt.received is not None:",
        OF_DOMAIN,
    ),
    Bug(
        "a difference that the store allows leaves the order open",
        "within allowedAmountError: paid",
        ORDER,
        "return due if is_enough else kept",
        "return kept",
        paid("test_a_difference_that_the_store_allows_pays"),
    ),
    Bug(
        "nobody says that another amount was transferred",
        "UNDERPAID: call staff",
        CHECKOUT,
        "told = (*PARKABLE, *HOLDING, State.OPEN_LOST, State.NEEDS_STAFF)",
        "told = (*PARKABLE, State.OPEN_LOST, State.NEEDS_STAFF)",
        paid("test_another_amount_from_a_bank_that_only_tells_is_for_staff"),
    ),
    # -- restart
    Bug(
        "an interrupted transfer cannot be carried on with",
        "restart in the middle of waiting",
        SESSION,
        "can_go_on = sale.awaited is not None or not sale.takes_no_other_charge",
        "can_go_on = not sale.takes_no_other_charge",
        paid("test_after_a_restart_the_account_is_the_customers_still"),
    ),
    Bug(
        "a second account after a restart",
        "one account per order",
        CHECKOUT,
        "        if sale is not None and sale.awaited is not None:\n"
        "            return await self._wait_on(sale, sale.awaited)\n",
        "",
        paid("test_after_a_restart_the_account_is_the_customers_still"),
    ),
    Bug(
        "an unclaimed account stays open",
        "1: a PAYING order nobody claims unwinds",
        BOOKS,
        "        State.AWAITING_DEPOSIT: State.CLOSING,\n",
        "",
        paid("test_an_interrupted_transfer_that_nobody_claims_is_closed"),
    ),
    Bug(
        "an account that was being asked for is unknown",
        "ISSUING -> NOT_SENT: an account never shown cannot be paid",
        RECOVERY,
        "        if attempt.state in (State.PREPARED, State.ISSUING):\n",
        "        if attempt.state is State.PREPARED:\n",
        paid("test_a_till_that_stopped_while_an_account_was_asked_for_has_sent_nothing"),
    ),
    # -- withdrawals
    Bug(
        "a till withdraws without staff",
        "refund = withdrawal request by staff",
        REFUNDS,
        "    if not refunding.is_staffed:\n        return Verdict(RefundState.REFUSED, Reason.WITHDRAWAL_NEEDED)\n",
        "",
        OF_REFUNDS,
    ),
    Bug(
        "a till withdraws without the six digits",
        "withdrawal needs an OTP session",
        REFUNDS,
        "    if not refunding.is_signed_in:\n        return Verdict(RefundState.REFUSED, Reason.WITHDRAWAL_NEEDED)\n",
        "",
        OF_REFUNDS,
    ),
    Bug(
        "less than the least is asked for",
        "below the configured minimum: REFUSED",
        REFUNDS,
        "if refunding.amount < refunding.least:",
        "if refunding.amount < 0:",
        OF_REFUNDS,
    ),
    Bug(
        "a lost withdrawal is asked for again",
        "never a second request for the same refund row",
        REFUNDS,
        "    if answer in (Answer.NOT_SENT, Answer.SIGNED_OUT):\n",
        "    if answer in (Answer.NOT_SENT, Answer.SIGNED_OUT, Answer.NO_ANSWER):\n",
        OF_REFUNDS,
    ),
    Bug(
        "a withdrawal that was taken is done",
        "mean 'requested', never 'done'",
        REFUNDS,
        "return Verdict(RefundState.PENDING if answer is Answer.TAKEN else RefundState.UNKNOWN)",
        "return Verdict(RefundState.DONE if answer is Answer.TAKEN else RefundState.UNKNOWN)",
        OF_REFUNDS,
    ),
    Bug(
        "one that is pending is done",
        "PENDING may last days",
        REFUNDS,
        "    if row.state is RowState.COMPLETED:\n",
        "    if row.state in (RowState.COMPLETED, RowState.PENDING):\n",
        OF_REFUNDS,
    ),
    Bug(
        "of two that fit the first is it",
        "only if exactly one unclaimed row fits",
        REFUNDS,
        "    if len(refunding.fits) > 1 + refunding.rivals:\n"
        "        return Verdict(RefundState.NEEDS_STAFF, Reason.CONTRADICTORY)\n"
        "    if not refunding.fits or _is_ambiguous(refunding):\n",
        "    if not refunding.fits:\n",
        OF_REFUNDS,
    ),
    Bug(
        "rivals are not counted",
        "only if exactly one unclaimed row fits",
        PAYOUTS,
        "            rivals=await self._rivals(refund),\n",
        "            rivals=0,\n",
        given("test_an_equal_withdrawal_that_is_still_pending_is_not_taken_for_a_lost_one"),
    ),
    Bug(
        "a row is claimed twice",
        "unclaimed row",
        PAYOUTS,
        'return await self._journal.refund_noted(CLAIMED, row.transaction) in ("", refund.id)',
        "return True",
        given("test_an_equal_withdrawal_of_another_sale_is_not_taken_for_a_lost_one"),
    ),
    Bug(
        "a row of another account is taken for a lost one",
        "by account + amount + time",
        REFUNDS,
        "(row.bank, row.account, row.amount) == (sought.bank, sought.account, sought.amount)",
        "(row.bank, row.amount) == (sought.bank, sought.amount)",
        OF_REFUNDS,
    ),
    Bug(
        "a row from before is taken for a lost one",
        "by account + amount + time",
        REFUNDS,
        "return not is_elses and is_like and is_dated",
        "return not is_elses and is_like",
        OF_REFUNDS,
    ),
    Bug(
        "a row with somebody else's id is taken for a lost one",
        "with moid/natvTrNo by id",
        REFUNDS,
        "return not is_elses and is_like and is_dated",
        "return is_like and is_dated",
        OF_REFUNDS,
    ),
    Bug(
        "a lost withdrawal is given up at once",
        "none after 24 h",
        REFUNDS,
        "if refunding.is_listed and not refunding.fits and refunding.sent_s >= refunding.lost_s:",
        "if refunding.is_listed and not refunding.fits:",
        OF_REFUNDS,
    ),
    Bug(
        "staff stay signed in for the next person",
        "least privilege",
        PAYOUTS,
        "        self._client.staff_sign_out()\n",
        "",
        given("test_the_six_digits_are_good_for_one_withdrawal"),
    ),
    Bug(
        "the customer's account lies open in the journal",
        "sealed, masked",
        PAYOUTS,
        'PAYEE_SHOWN: f"{BANKS[payee.bank]} {Confidential(payee.account)}"',
        'PAYEE_SHOWN: f"{BANKS[payee.bank]} {payee.account}"',
        given("test_the_account_is_read_by_nobody_who_reads_the_journal"),
    ),
    Bug(
        "late money that was paid out stays on the list",
        "finding -> REFUNDED",
        PAYOUTS,
        "return (*claim, step, FindingAdvanced(refund.finding_id, FindingState.REFUNDED))",
        "return (*claim, step)",
        given("test_late_money_is_paid_out_once_also_when_the_answer_is_lost"),
    ),
    Bug(
        "nobody hears that late money was not paid out",
        "L9: staff work is a list",
        PAYOUTS,
        "return (*claim, step, TaskOpened(TaskKind.REFUND_UNRESOLVED, attempt.order_id, attempt.id, facts))",
        "return (*claim, step)",
        given("test_late_money_whose_withdrawal_never_arrived_is_not_paid_out_twice"),
    ),
    Bug(
        "late money is paid out twice",
        "L1: refunds never exceed what the finding holds",
        BOOKS,
        "            if not any(one.id == finding.id and sale.can_be_paid_out(one, found) for one in found):\n",
        "            if not found:\n",
        given("test_late_money_is_paid_out_once_also_when_the_answer_is_lost"),
    ),
    Bug(
        "a restart forgets late money that is being paid out",
        "recovery may be killed at any await",
        RECOVERY,
        "            if refund.finding_id:\n                self.pay_out(refund.id)\n",
        "            if refund.finding_id:\n                continue\n",
        given("test_late_money_is_paid_out_once_also_when_the_answer_is_lost"),
    ),
    Bug(
        "a refused withdrawal is the last",
        "E003: next business day; E004: retry later",
        SALE,
        "        Reason.MAINTENANCE,\n",
        "",
        given("test_what_is_refused_says_why_and_can_be_asked_for_again"),
    ),
    Bug(
        "what is not known is asked for again",
        "never a second request",
        SALE,
        "return last is None or (last.state is RefundState.REFUSED and last.reason in NOT_USED_UP)",
        "return last is None or last.reason in NOT_USED_UP",
        given("test_a_request_that_never_arrived_is_with_staff_after_a_day_and_is_not_sent_again"),
    ),
)
