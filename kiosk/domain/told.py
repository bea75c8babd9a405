"""What a person is told about a payment: one table, state -> sentence, complete by test.

One line per tender, two of one that came back in part; never one sentence for a sale paid in several ways. The value
of a fact is the last part of the text key `told.<value>`. Source: money rules, 4.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from kiosk.domain.attempt import State
from kiosk.domain.money import Money
from kiosk.domain.refund import RefundState


class Fact(StrEnum):
    """A sentence about money."""

    NOT_TAKEN = "not_taken"
    """결제되지 않았어요, 돈은 빠져나가지 않았습니다."""
    NOT_PAID = "not_paid"
    """결제되지 않았어요."""
    NOT_YET = "not_yet"
    """아직 결제되지 않았어요."""
    PLANNED = "planned"
    """나머지를 결제한 뒤 휴대폰으로 승인해요."""
    NO_DEPOSIT_YET = "no_deposit_yet"
    """아직 입금이 확인되지 않았어요."""
    IGNORE_FIRST_REQUEST = "ignore_first_request"
    """휴대폰의 첫 요청은 무시해 주세요, 승인하셨어도 포인트는 돌아옵니다."""
    CHECKING = "checking"
    """확인하고 있어요."""
    CHECKING_DO_NOT_PAY = "checking_do_not_pay"
    """확인하고 있어요, 다시 결제하지 마세요."""
    UNDONE = "undone"
    """결제를 취소했어요, 청구되지 않습니다."""
    POINTS_RELEASED = "points_released"
    """포인트를 쓰지 않았어요, 잠시 묶였다면 곧 돌아옵니다."""
    RECEIVED = "received"
    """쿠폰 3,000원을 받았어요 (what is still due stands beside it)."""
    RETURNED = "returned"
    """돌려드렸어요."""
    RETURN_PENDING = "return_pending"
    """환불을 신청했어요, 아직 돌려드리지 못했습니다."""
    NOT_CERTAIN = "not_certain"
    """아직 확인하지 못했어요, 접수번호 ..."""
    STAFF_HELPS = "staff_helps"
    """직원이 확인해 드려요, 접수번호 ..."""
    SETTLED = "settled"
    """직원과 정리했어요."""


class Tone(StrEnum):
    """How a fact is coloured; never by colour alone."""

    DONE = "done"
    WAIT = "wait"
    ACT = "act"
    CALM = "calm"


S = State
R = RefundState

OF_ATTEMPT: Final[Mapping[State, Fact]] = MappingProxyType(
    {
        S.PREPARED: Fact.NOT_PAID,
        S.CLOSED: Fact.NOT_PAID,
        S.EXPIRED: Fact.NOT_PAID,
        S.DECLINED: Fact.NOT_TAKEN,
        S.NOT_SENT: Fact.NOT_TAKEN,
        S.WAITING: Fact.NOT_YET,
        S.AUTHORISED: Fact.NOT_YET,
        S.AWAITING_DEPOSIT: Fact.NO_DEPOSIT_YET,
        S.OPEN_LOST: Fact.IGNORE_FIRST_REQUEST,
        S.SENDING: Fact.CHECKING,
        S.OPENING: Fact.CHECKING,
        S.CAPTURING: Fact.CHECKING,
        S.ISSUING: Fact.CHECKING,
        S.CLOSING: Fact.CHECKING,
        S.NOT_CHARGED: Fact.UNDONE,
        S.REVERSED: Fact.UNDONE,
        S.VOIDING: Fact.POINTS_RELEASED,
        S.VOIDED: Fact.POINTS_RELEASED,
        S.APPROVED: Fact.RECEIVED,
        S.UNKNOWN: Fact.CHECKING_DO_NOT_PAY,
        S.REVERSING: Fact.CHECKING_DO_NOT_PAY,
        S.NEEDS_STAFF: Fact.NOT_CERTAIN,
        S.UNDERPAID: Fact.STAFF_HELPS,
        S.OVERPAID: Fact.STAFF_HELPS,
        S.CORRECTED: Fact.STAFF_HELPS,
    }
)

OF_UNRELEASED: Final[Mapping[State, Fact]] = MappingProxyType(
    {
        S.OPEN_LOST: Fact.CHECKING_DO_NOT_PAY,
        S.VOIDING: Fact.CHECKING,
        S.VOIDED: Fact.NOT_TAKEN,
    }
)
"""In place of OF_ATTEMPT where the payment system cannot be told to release: nobody is promised that points come back.
Source: money rules, 4 ("only where confirm is honoured")."""

OF_REFUND: Final[Mapping[RefundState, Fact]] = MappingProxyType(
    {
        R.ASKED: Fact.CHECKING,
        R.SENDING: Fact.CHECKING,
        R.UNKNOWN: Fact.CHECKING,
        R.DONE: Fact.RETURNED,
        R.PENDING: Fact.RETURN_PENDING,
        R.REFUSED: Fact.STAFF_HELPS,
        R.NEEDS_STAFF: Fact.STAFF_HELPS,
    }
)

TONES: Final[Mapping[Fact, Tone]] = MappingProxyType(
    {
        Fact.NOT_TAKEN: Tone.CALM,
        Fact.NOT_PAID: Tone.CALM,
        Fact.NOT_YET: Tone.WAIT,
        Fact.PLANNED: Tone.WAIT,
        Fact.NO_DEPOSIT_YET: Tone.WAIT,
        Fact.IGNORE_FIRST_REQUEST: Tone.WAIT,
        Fact.CHECKING: Tone.WAIT,
        Fact.CHECKING_DO_NOT_PAY: Tone.WAIT,
        Fact.UNDONE: Tone.CALM,
        Fact.POINTS_RELEASED: Tone.CALM,
        Fact.RECEIVED: Tone.DONE,
        Fact.RETURNED: Tone.DONE,
        Fact.RETURN_PENDING: Tone.WAIT,
        Fact.NOT_CERTAIN: Tone.ACT,
        Fact.STAFF_HELPS: Tone.ACT,
        Fact.SETTLED: Tone.CALM,
    }
)


WHILE_SHUT: Final[Mapping[Fact, Fact]] = MappingProxyType(
    {
        # nobody looks any more, and some relays take by themselves what was approved
        Fact.NOT_YET: Fact.CHECKING,
        Fact.PLANNED: Fact.NOT_PAID,
    }
)
"""What a till that has stopped says instead of what it would have to follow up."""


@dataclass(frozen=True, slots=True)
class TenderLine:
    """What one payment is told to be.

    Attributes:
        attempt_id: Which payment.
        method: Its payment system.
        amount: What it is about; what was received, else what was asked, else None.
        fact: The sentence.
        reason: Why, where a person can do something about it; a Reason value or "".
    """

    attempt_id: str
    method: str
    amount: Money | None
    fact: Fact
    reason: str = ""

    @property
    def tone(self) -> Tone:
        """How it is coloured."""
        return TONES[self.fact]


def fact_of(state: State, refund: RefundState | None, *, is_released: bool = True) -> Fact:
    """The sentence about an attempt, which is its refund's once there is one.

    Args:
        state: Of the attempt.
        refund: Of its last refund.
        is_released: What was approved and not taken comes back.
    """
    if refund is not None:
        return OF_REFUND[refund]
    return OF_ATTEMPT[state] if is_released else OF_UNRELEASED.get(state, OF_ATTEMPT[state])
