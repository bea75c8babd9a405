"""Everything that can be written down. Each entry is one event row of the journal; the state tables follow from them.

An entry says what happened, in terms of the tables; the journal checks that the tables allow it and applies it, all
entries of one write in one transaction. Replaying all entries gives the state tables again.
Amounts are minor units of the order's currency.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kiosk.domain.attempt import Family, State
from kiosk.domain.hint import Hint
from kiosk.domain.order import OrderLine, OrderState
from kiosk.domain.people import Deed, Role
from kiosk.domain.refund import FindingKind, FindingState, RefundState
from kiosk.domain.resolution import Way
from kiosk.domain.staffwork import PrintKind, TaskKind


@dataclass(frozen=True, slots=True)
class Started:
    """The program started: which version, on which machine, in which epoch of the journal (money rules, 6)."""

    version: str
    machine: str
    epoch: int


@dataclass(frozen=True, slots=True)
class OrderOpened:
    """An order and its frozen lines; written with its first attempt."""

    order_id: str
    code: str
    language: str
    currency: str
    lines: tuple[OrderLine, ...]


@dataclass(frozen=True, slots=True)
class OrderAdvanced:
    """An order goes on. `number` and `business_day` come with PAID."""

    order_id: str
    to: OrderState
    reason: str = ""
    number: str = ""
    business_day: str = ""


@dataclass(frozen=True, slots=True)
class AttemptBegan:
    """A new attempt, PREPARED, goal TAKE."""

    attempt_id: str
    order_id: str
    method: str
    family: Family
    due: int
    follows: str = ""


@dataclass(frozen=True, slots=True)
class PlanMade:
    """The attempt ended unsent, because its method is to pay this much when everything else has been paid (law 11).

    Takes the place of a plan made before.
    """

    attempt_id: str
    amount: int


@dataclass(frozen=True, slots=True)
class PlanDropped:
    """What was planned is due again by any method, or is being asked for now."""

    order_id: str


@dataclass(frozen=True, slots=True)
class AttemptNoted:
    """What a payment system needs again, and what is asked of it. Adds to what was noted before."""

    attempt_id: str
    facts: Mapping[str, str] = field(default_factory=dict)
    asked: int | None = None


@dataclass(frozen=True, slots=True)
class AttemptAdvanced:
    """An attempt goes on. `watch`: it ended without money, and late money is looked for all the same."""

    attempt_id: str
    to: State
    reason: str = ""
    received: int | None = None
    transaction: str | None = None
    watch: bool = False


@dataclass(frozen=True, slots=True)
class GoalUndo:
    """An attempt's goal becomes UNDO; writing it twice changes nothing."""

    attempt_id: str


@dataclass(frozen=True, slots=True)
class WatchEnded:
    """Late money of this attempt is no longer looked for."""

    attempt_id: str


@dataclass(frozen=True, slots=True)
class OperationIntended:
    """A request that will be sent as soon as this is durable."""

    operation_id: str
    attempt_id: str
    refund_id: str
    call: str
    request_id: str
    body_hash: str
    repeats: str = ""


@dataclass(frozen=True, slots=True)
class OperationAnswered:
    """What came back for a request, in its gateway's words."""

    operation_id: str
    answer: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that moves nothing, and what came back."""

    operation_id: str
    attempt_id: str
    refund_id: str
    call: str
    request_id: str
    answer: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HintFiled:
    """A message that came in about an attempt that is open here: a reason to go and ask, and no more (law 7)."""

    attempt_id: str
    hint: Hint


@dataclass(frozen=True, slots=True)
class RefundAsked:
    """Money is to be given back: an attempt's, or a finding's."""

    refund_id: str
    attempt_id: str
    finding_id: str
    amount: int


@dataclass(frozen=True, slots=True)
class RefundNoted:
    """What a payment system needs again for a refund."""

    refund_id: str
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RefundAdvanced:
    """A refund goes on."""

    refund_id: str
    to: RefundState
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FindingRecorded:
    """Money seen that the state does not explain. Nothing may stop its recording. The journal gives the id.

    `state` is another than OPEN where nothing is left to be done about it.
    """

    method: str
    attempt_id: str
    transaction: str
    kind: FindingKind
    amount: int | None
    finding_id: str = ""
    state: FindingState = FindingState.OPEN


@dataclass(frozen=True, slots=True)
class FindingAdvanced:
    """What became of a finding."""

    finding_id: str
    to: FindingState


@dataclass(frozen=True, slots=True)
class TaskOpened:
    """Staff have something to look at. The journal gives the id."""

    kind: TaskKind
    order_id: str = ""
    attempt_id: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    task_id: str = ""


@dataclass(frozen=True, slots=True)
class TaskClosed:
    """It was looked at, by whom and how."""

    task_id: str
    how: str


@dataclass(frozen=True, slots=True)
class PrintQueued:
    """A receipt or slip is to come out. The journal gives the id."""

    order_id: str
    kind: PrintKind
    facts: Mapping[str, str] = field(default_factory=dict)
    print_id: str = ""


@dataclass(frozen=True, slots=True)
class PrintEnded:
    """It came out, or it did not."""

    print_id: str
    done: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A person said how an attempt ended that needs staff, or a refund that did not come off (money rules, 2).

    `refund_id` is "" when it is about the attempt itself.
    """

    attempt_id: str
    refund_id: str
    way: Way
    amount: int
    by: str
    words: str
    answer: str


@dataclass(frozen=True, slots=True)
class PersonSet:
    """Somebody works here from now on, or under another name, or in other roles. `by` is who said so."""

    person_id: str
    name: str
    roles: tuple[Role, ...]
    by: str


@dataclass(frozen=True, slots=True)
class PersonLeft:
    """Somebody does not work here any more."""

    person_id: str
    by: str


@dataclass(frozen=True, slots=True)
class PinSet:
    """Another PIN, sealed. One that somebody else chose lets its owner in once, to choose their own."""

    person_id: str
    sealed: str
    by: str


@dataclass(frozen=True, slots=True)
class PinTried:
    """Somebody typed a PIN."""

    person_id: str
    is_right: bool


@dataclass(frozen=True, slots=True)
class StaffDid:
    """What one of the staff did that no other entry tells: who, what, about which order, and why."""

    by: str
    deed: Deed
    order_id: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


Entry = (
    Started
    | OrderOpened
    | OrderAdvanced
    | AttemptBegan
    | PlanMade
    | PlanDropped
    | AttemptNoted
    | AttemptAdvanced
    | GoalUndo
    | WatchEnded
    | OperationIntended
    | OperationAnswered
    | Asked
    | HintFiled
    | RefundAsked
    | RefundNoted
    | RefundAdvanced
    | FindingRecorded
    | FindingAdvanced
    | TaskOpened
    | TaskClosed
    | PrintQueued
    | PrintEnded
    | Resolved
    | PersonSet
    | PersonLeft
    | PinSet
    | PinTried
    | StaffDid
)
