"""What an answer of EzPG leads to, asked of its pure rules; what is counted of a transfer stands in `place`.

An account is looked at again and again, whatever is refunded meanwhile: of such a look only the attempt's state counts.
What is paid out is what is held, or what was found, whatever became of its attempt.
"""

from collections.abc import Callable, Mapping
from typing import Final

from kiosk.domain.attempt import State
from kiosk.domain.outcome import Declined
from kiosk.domain.refund import RefundState
from kiosk.services.gateways.ezpg import refund_rules, rules
from kiosk.services.gateways.ezpg.answers import Answer
from tests.simulation.coverage import STAYS

AWAITING, CLOSING = State.AWAITING_DEPOSIT, State.CLOSING
CAME: Final = frozenset({State.APPROVED, State.UNDERPAID, State.OVERPAID})
FOUND: Final = State.CLOSED
"""For what was found, whatever became of its attempt."""
SWEPT: Final = (State.CLOSED, State.EXPIRED, *sorted(CAME), State.CORRECTED)
"""States in which an account is looked at again and again."""
LISTED: Final = frozenset({Answer.LISTED})
ISSUES: Final = frozenset({Answer.ISSUED, Answer.REFUSED, Answer.CLOSED_HOURS})
CLOSES: Final = frozenset({Answer.CLOSED, Answer.PAID, Answer.OVER, Answer.UNSUPPORTED})
PAYS_OUT: Final = frozenset(
    {Answer.TAKEN, Answer.BALANCE_SHORT, Answer.ACCOUNT_WRONG, Answer.REFUSED, Answer.MAINTENANCE}
)
AT_ONCE: Final = frozenset(f"refund {state}" for state in RefundState)
"""Where a withdrawal leads is written down with its answer."""


def transfer_issued(answer: str, _age_s: float) -> set[str]:
    """Of the request for an account; one that a login had run out for is sent once more."""
    if answer == Answer.ISSUED:
        return {AWAITING}
    is_declined = isinstance(rules.ISSUE_OUTCOME.get(Answer(answer or Answer.NO_ANSWER)), Declined)
    ends = State.DECLINED if is_declined else State.NOT_SENT
    return {ends, STAYS} if answer == Answer.SIGNED_OUT else {ends}


def transfer_awaited(answer: str, _age_s: float) -> set[str]:
    """Of a look while the account is shown. Its customer may leave at any time, and the time runs out."""
    return {STAYS, CLOSING, *(CAME | {State.EXPIRED} if answer == Answer.LISTED else ())}


def transfer_left(answer: str, _age_s: float) -> set[str]:
    """Of a look at an account that is left; who stands there says how it goes on, where it cannot be closed."""
    return {STAYS, AWAITING, State.CLOSED, *(CAME if answer == Answer.LISTED else ())}


def transfer_closed(answer: str, _age_s: float) -> set[str]:
    """Of a close; it is looked once more where that leaves something open."""
    return {State.CLOSED, STAYS} if answer in rules.ENDED_BY else {STAYS}


def transfer_swept(state: State) -> Callable[[str, float], set[str]]:
    """Of a look at an account that has ended: what is found is no state of the attempt's, what is taken back may be."""

    def leads(answer: str, _age_s: float) -> set[str]:
        is_seen = answer == Answer.LISTED and state in CAME
        return {STAYS, *((State.CORRECTED,) if is_seen else ())}

    return leads


def transfer_paid_out(answer: str, _age_s: float) -> set[str]:
    """Of a withdrawal; one that is not written down is unknown."""
    return {f"refund {refund_rules.after_sending(Answer(answer or Answer.NO_ANSWER)).state}"}


Says = Callable[[str, frozenset[str]], set[str]]


def _refused(call: str, _true: frozenset[str]) -> set[str]:
    return {{"issue": Answer.NO_ACCOUNT, "close": Answer.REFUSED, "withdraw": Answer.BALANCE_SHORT}[call]}


def _unknown_code(call: str, _true: frozenset[str]) -> set[str]:
    return {Answer.NO_ANSWER if call == "withdraw" else Answer.REFUSED}


def _another_id(call: str, true: frozenset[str]) -> set[str]:
    """A server that keeps no id of ours tells no other; an account's is known by nobody before."""
    return {*(true - {Answer.CLOSED, Answer.PAID, Answer.OVER}), *(() if call == "withdraw" else (Answer.NO_ANSWER,))}


def _older(call: str, _true: frozenset[str]) -> set[str]:
    """That of another payment; a withdrawal's repeats what was asked, which may have been the same."""
    return {Answer.NO_ANSWER, *((Answer.TAKEN,) if call == "withdraw" else ())}


EZPG_SAYS: Final[Mapping[str, Says]] = {
    "slow": lambda _call, true: {*true, Answer.NO_ANSWER},
    "200 with a refusal": _refused,
    "refused as sent twice": lambda _call, true: set(true),
    "an older answer": _older,
    "another id": _another_id,
    "another amount": lambda _call, true: {*(true - {Answer.ISSUED}), Answer.NO_ANSWER},
    "an unknown code": _unknown_code,
    "an unknown code after": _unknown_code,
    "credential expired": lambda _call, _true: {Answer.SIGNED_OUT},
}
