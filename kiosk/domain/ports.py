"""What the flows and payment methods ask of the outside, and nothing else. Services keep these promises."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, TypeVar

from kiosk.domain.attempt import Attempt, Family
from kiosk.domain.catalogue import Product
from kiosk.domain.confidential import Confidential
from kiosk.domain.entries import AttemptAdvanced, Entry
from kiosk.domain.hint import Hint
from kiosk.domain.history import Found, Happened, Query
from kiosk.domain.moment import Stamp
from kiosk.domain.money import Money
from kiosk.domain.operation import MakeRequest, Operation, Permit, WireRequest
from kiosk.domain.order import Order
from kiosk.domain.outcome import Outcome, Reason
from kiosk.domain.people import Person
from kiosk.domain.receipt import Document
from kiosk.domain.refund import Finding, Refund
from kiosk.domain.sale import Sale
from kiosk.domain.staffwork import PrintJob, StaffTask
from kiosk.domain.transfers import Kept, TransferDay
from kiosk.domain.words import Words

T = TypeVar("T")


class Clock(Protocol):
    """Time. Nothing in flows and gateways takes it from anywhere else."""

    def now_ms(self) -> int:
        """Wall clock, UTC epoch [ms]. For stamps, never for deadlines."""

    def monotonic(self) -> float:
        """A clock that counts through suspend and never goes back [s]."""

    def stamp(self) -> Stamp:
        """This moment, so that it can be written down."""

    def elapsed(self, since: Stamp) -> float:
        """Time that is known to have passed since a moment was written down, perhaps before a restart [s]."""

    async def sleep(self, seconds: float) -> None:
        """Come back when this much time has really passed [s]."""

    async def within(self, seconds: float, work: Awaitable[T]) -> T:
        """Wait for work, but no longer than this [s].

        Raises:
            TimeoutError: it took longer; the work was cancelled.
        """


class Randomness(Protocol):
    """Unpredictable text for ids."""

    def token(self, length: int) -> str:
        """Lower-case letters and digits, this many."""


class Journal(Protocol):
    """The durable record, and the only maker of permits.

    Every method raises JournalError when the file cannot be read or written, and BugError when an entry breaks a
    table, a law, or a permit.
    """

    @property
    def one_step(self) -> AbstractAsyncContextManager[None]:
        """Held by whoever reads a sale and writes what follows from that: no such step falls between the two."""

    def listen(self, listener: Callable[[], None], *kinds: type[Entry]) -> None:
        """Be called, on the loop, whenever something was written; or only when it was one of these kinds."""

    async def write(self, *entries: Entry) -> None:
        """Write all of these down in one transaction; durable when this returns."""

    async def write_asked(
        self, attempt_id: str, call: str, request_id: str, answer: str, facts: Mapping[str, str], refund_id: str = ""
    ) -> None:
        """Write down a question that moves nothing, and what came back, under the attempt's next number.

        Two tasks may ask about one attempt at once, and so the number is given where it is written, as `intend` does.
        """

    async def intend(
        self,
        attempt_id: str,
        request: WireRequest | MakeRequest,
        *entries: Entry,
        refund_id: str = "",
        repeats: str = "",
    ) -> Permit:
        """Write a request down, with these entries, in one transaction; then give leave to send it.

        Raises:
            NotWantedError: it charges, or repeats a charge, and that is not wanted any more; nothing was written.
        """

    async def redeem(self, permit: Permit) -> None:
        """Use up a permit, just before the first byte. Called by the HTTP transport alone.

        Raises:
            PermitVoidError: too old, or the attempt went on since; nothing may be sent.
            BugError: not of this journal, used before, or not what was written down.
        """

    def license_reversal(self, attempt_id: str, request: WireRequest) -> Permit:
        """Leave to reverse an attempt whose approval could not be written down (law 6)."""

    def mark_unstored(self, attempt_id: str) -> None:
        """Remember, on a disk that takes nothing more, that this attempt's approval is being reversed (law 6)."""

    def unstored(self) -> str:
        """The attempt so marked before the last stop, or ""."""

    def clear_unstored(self) -> None:
        """It has been dealt with."""

    async def has_room(self) -> bool:
        """Enough free space to begin a payment (law 6)."""

    def seal(self, value: Confidential, context: str) -> str:
        """A text that only this journal's key opens, and only in the same context."""

    def unseal(self, sealed: str, context: str) -> Confidential:
        """What was sealed."""

    async def next_order(self) -> tuple[str, str]:
        """Id and code of a new order."""

    async def next_number(self) -> str:
        """The number that the next paid order is called by today."""

    async def next_operation(self, attempt_id: str) -> str:
        """Id of an attempt's next request, unless another is written down before it.

        Two who ask at once are told the same: what is made of it carries something random besides.
        """

    async def sale(self, order_id: str) -> Sale:
        """An order with its attempts and refunds."""

    async def attempt(self, attempt_id: str) -> Attempt:
        """An attempt as it stands now."""

    async def refund(self, refund_id: str) -> Refund:
        """A refund as it stands now."""

    async def operations(self, attempt_id: str) -> tuple[Operation, ...]:
        """All requests and questions of an attempt, in order."""

    async def orders_given_back_by_staff(self) -> tuple[Order, ...]:
        """Orders that are UNWINDING_STAFF and of which something was given back."""
        ...

    async def open_orders(self) -> tuple[Order, ...]:
        """Orders that are PAYING, UNWINDING or REFUNDING."""

    async def attempts_under_way(self) -> tuple[Attempt, ...]:
        """Attempts that have not come to an end, of whatever order, oldest first."""

    async def refunds_under_way(self) -> tuple[Refund, ...]:
        """Refunds, of attempts and of findings, that have not come to an end, oldest first."""

    async def evidence_of(self, method: str, transaction: str) -> str:
        """The attempt of which this transaction is the evidence, or "" (law 1)."""

    async def attempts_shown_as(self, masked: str) -> tuple[Attempt, ...]:
        """The attempts whose customer held up or named something that people see like this, oldest first."""

    async def refunds_noted(self, name: str, value: str) -> tuple[Refund, ...]:
        """The refunds for which this fact was noted: what one has claimed is nobody else's."""

    async def hints(self, attempt_id: str) -> frozenset[Hint]:
        """What came in from outside about an attempt."""

    async def slow_attempts(self) -> tuple[Attempt, ...]:
        """Attempts that need staff, which are still tried now and then."""

    async def watched_attempts(self) -> tuple[Attempt, ...]:
        """Attempts that ended as not charged and are looked at for late money."""

    async def staff_tasks(self) -> tuple[StaffTask, ...]:
        """The open staff list."""

    async def findings(self, attempt_id: str) -> tuple[Finding, ...]:
        """What was found about an attempt."""

    async def people(self) -> tuple[Person, ...]:
        """Everybody who ever worked here, in the order in which they came."""

    async def queued_prints(self) -> tuple[PrintJob, ...]:
        """Receipts and slips that have not come out yet."""


class Archive(Protocol):
    """All that ever was, for people who look something up. Asking costs the till nothing.

    Every method raises JournalError when the file cannot be read.
    """

    async def latest(self, count: int) -> tuple[Sale, ...]:
        """The latest orders, whatever became of them, newest first."""

    async def find(self, query: Query, count: int, skip: int = 0) -> Found:
        """A page of the orders that fit, newest first.

        Args:
            query: What is looked for.
            count: How many at most.
            skip: How many newer ones were seen before.
        """

    async def sale(self, which: str) -> Sale | None:
        """The sale with this id or 접수번호; None when there is none."""

    async def timeline(self, order_id: str) -> tuple[Happened, ...]:
        """Everything that happened about an order, in order."""

    async def transfers(self, method: str, day: str) -> Kept:
        """The payments and refunds of this payment system that may have to do with transfers of a Korean day.

        Args:
            method: Its name.
            day: "YYYY-MM-DD".
        """


class TransferBooks(Protocol):
    """What a payment system lists of the shop's transfers, for people who compare."""

    @property
    def method(self) -> str:
        """Name of the payment system."""

    async def of_day(self, day: str, kept: Kept) -> TransferDay:
        """A day's transfers of this till, beside what the journal has. What is not told is said to be so.

        Args:
            day: Korean day, "YYYY-MM-DD".
            kept: What the journal has of the transfers that may have to do with it.
        """


class Pins(Protocol):
    """Keeps PINs so that nobody who reads them knows them."""

    async def keep(self, pin: Confidential) -> Confidential:
        """What is kept of a PIN; another text every time."""

    async def fits(self, pin: Confidential, kept: Confidential) -> bool:
        """Whether this is the PIN of which that was kept."""


class Catalogue(Protocol):
    """The products, in memory: a lookup never waits."""

    def by_barcode(self, code: str) -> Product | None:
        """The product with this barcode."""

    def by_sku(self, sku: str) -> Product | None:
        """The product with the store's own key."""

    def categories(self) -> tuple[str, ...]:
        """The categories, in the store's order."""

    def in_category(self, category: str) -> tuple[Product, ...]:
        """The products of a category; "" gives all."""


class ScanKind(StrEnum):
    """What a payment method may ask a customer to hold to the scanner."""

    COUPON = "coupon"
    WALLET = "wallet"


@dataclass(frozen=True, slots=True)
class PhoneRequest:
    """What a customer is asked on a phone.

    Attributes:
        amount: To be paid.
        fee: That it costs besides.
        left_s: How long the customer can still answer [s]; 0 when that is over and the answer is awaited.
        time_s: How long they had in all [s].
        may_leave: They may pay otherwise; what they approve then comes back.
    """

    amount: Money
    fee: Money
    left_s: float
    time_s: float
    may_leave: bool


@dataclass(frozen=True, slots=True)
class TransferRequest:
    """The account into which a customer is asked to transfer.

    Attributes:
        bank: Name of the bank.
        bank_code: Its code, three digits.
        number: The account's, digits only; made for this payment alone, so that it is no secret.
        holder: Whom their bank will name; "" when nobody said.
        amount: Exactly this much.
        until_ms: Until when the account takes it, UTC epoch [ms].
        left_s: How long that still is [s].
        time_s: How long it was in all [s].
        idle_s: How long nobody need touch anything before they are asked whether they are there [s].
        is_heard: The payment system was reached when it was last asked; otherwise nobody knows whether it has come.
    """

    bank: str
    bank_code: str
    number: str
    holder: str
    amount: Money
    until_ms: int
    left_s: float
    time_s: float
    idle_s: float
    is_heard: bool


class Waited(StrEnum):
    """How a wait ended."""

    NEWS = "news"
    """Something was written down meanwhile."""
    TIME = "time"
    BACK = "back"
    """They want to pay otherwise."""
    LEFT = "left"
    """They are gone, or give up."""
    STOPPED = "stopped"
    """The order does not take this payment any more."""


class Desk(Protocol):
    """What a payment method may ask of the customer. The vocabulary is small and closed, so no method needs a screen.

    Asking raises CustomerLeft when the customer leaves or idles out, and NotWantedError when the order does not take
    the payment any more; nothing has been sent then.
    """

    async def scan(self, kind: ScanKind, problem: Reason | None = None) -> Confidential:
        """A code of this kind; `problem` says what was wrong with the one before."""

    async def amount(
        self,
        amount: Money,
        most: Money,
        balance: Money | None,
        fee: Money | None = None,
        left: Money | None = None,
        *,
        is_last: bool = False,
    ) -> Money:
        """The customer's word to pay this much; or another amount, which they are then to be asked about.

        Args:
            amount: How much.
            most: What they can choose at most.
            balance: What the coupon or wallet holds, if it is known.
            fee: What this amount costs besides, if there is a fee.
            left: What it holds afterwards, where that is not the balance less the amount.
            is_last: A part is paid when everything else has been.

        Returns:
            The amount given: the customer agrees to it. Another one, up to `most`: they want to pay that much instead.
        """

    def working(self) -> None:
        """From here on the payment system is at work, and the customer can only wait."""

    async def phone(self, request: PhoneRequest, for_s: float) -> Waited:
        """Show that the customer is asked on a phone; come back when there is news, after a while, or when they leave.

        Leaving raises nothing here: something was sent.

        Args:
            request: What is asked on the phone.
            for_s: How long to wait at most [s].
        """

    async def transfer(self, request: TransferRequest, for_s: float) -> Waited:
        """Show the account to transfer to; come back after a while, or when they want to pay otherwise or are gone.

        Who touches nothing for some minutes is asked whether they are still there. Leaving raises nothing here.

        Args:
            request: The account.
            for_s: How long to wait at most [s].
        """

    async def has_transferred(self, request: TransferRequest, for_s: float) -> bool | None:
        """이미 이체하셨나요? The account could not be closed: who has transferred stays, who has not may pay otherwise.

        Args:
            request: The account.
            for_s: How long to wait at most [s]; whoever has not answered by then is asked on.

        Raises:
            CustomerLeft: nobody is there any more, and nobody has said so.
            NotWantedError: the order does not take this payment any more.
        """


@dataclass(frozen=True, slots=True)
class Health:
    """Whether a method can be offered now.

    Attributes:
        ok: It can.
        reason: Why not.
    """

    ok: bool
    reason: Reason | None = None


class GivesBack(StrEnum):
    """What it takes to give a payment back."""

    ALONE = "alone"
    """The till does."""
    OWNER = "owner"
    """Somebody has to approve it on a phone, now."""
    WITHDRAWAL = "withdrawal"
    """Staff have to have it paid out, to an account that they name."""


class Method(Protocol):
    """A payment system. `pay`, `resolve` and `refund` read like the sequence diagram of its document.

    All three may be run again at any point: what they do next follows from the journal alone.
    """

    @property
    def name(self) -> str:
        """Its name in the journal and in text keys."""

    @property
    def family(self) -> Family:
        """The table its attempts follow."""

    @property
    def tries_max(self) -> int | None:
        """How many refused attempts in one order make the till give everything back; None for no limit."""

    @property
    def gives_back(self) -> GivesBack:
        """Who has to do what for it to give back."""

    def health(self) -> Health:
        """Whether it can be offered now."""

    async def probe(self) -> bool:
        """Reach the payment system without asking it anything; sets its health."""

    async def pay(self, attempt: Attempt, desk: Desk) -> Outcome:
        """Take a payment."""

    async def resolve(self, attempt_id: str) -> AttemptAdvanced | None:
        """Drive an attempt that is UNKNOWN or REVERSING to its goal.

        Gives the last step, which the flow writes down together with what follows from it for the order; None when the
        attempt stands elsewhere already.
        """

    async def give_back(self, refund_id: str) -> None:
        """Drive a refund to its end; returns when it is done, refused or with staff.

        One that did not come off it writes down in one transaction with the task that tells staff of it.
        """

    async def reverse_unstored(self, attempt_id: str, received: Money) -> bool:
        """Undo an approval that could not be written down (law 6). True when the payment system confirmed it."""

    async def ask(self, attempt_id: str, refund_id: str = "") -> None:
        """Ask once more where a payment stands, changing nothing, so that a person can say how it ended.

        Whatever came is written down with its requests, also an answer that was heard before, or none; only where
        nothing can be asked nothing is.

        Args:
            attempt_id: Whose end it is.
            refund_id: The refund of it that did not come off; "" when it is the attempt itself.
        """

    async def look_again(self, attempt_id: str) -> bool:
        """Look for late money of an attempt that ended as not charged, or that needs staff.

        What it finds it writes down, in one transaction with the task that tells staff of it.

        Returns:
            The payment system has answered: nothing is there, or what was there is given back or with staff. False when
            nobody knows, and it has to be looked at once more.
        """


@dataclass(frozen=True, slots=True)
class Payee:
    """An account of a customer's, to which money is to be paid out.

    Attributes:
        bank: Code of the bank.
        account: Its number.
        holder: Whose it is.
    """

    bank: str
    account: str = field(repr=False)
    holder: str = field(repr=False)


class Payouts(Protocol):
    """Pays money out to an account that staff name, for payments that cannot be given back otherwise."""

    @property
    def banks(self) -> Mapping[str, str]:
        """Banks that can be paid out to, by code."""

    @property
    def is_possible(self) -> bool:
        """The configuration names who may have money paid out."""

    @property
    def least(self) -> Money:
        """Less is not paid out."""

    def takes(self, payee: Payee) -> bool:
        """Whether this account can be paid out to."""

    async def sign_in(self, digits: Confidential) -> Reason | None:
        """Sign staff in for one payout with the six digits of their telephone; why not, when it did not work."""

    def payer(self, attempt: Attempt, transaction: str) -> str:
        """Who made a payment of an attempt's, as the payment system said; "" when it did not.

        Args:
            attempt: Whose.
            transaction: The payment system's id of it.
        """

    def facts(self, attempt_id: str, payee: Payee) -> Mapping[str, str]:
        """What is to be noted with a refund of an attempt's money, so that it is paid out to this account; sealed."""


class PrinterState(StrEnum):
    """How a printer is. The value is the last part of the text keys `printer.<value>` and `print_problem.<value>`."""

    READY = "ready"
    PAPER_LOW = "paper_low"
    """It prints, and the roll nears its end."""
    UNTOLD = "untold"
    """Nobody knows: it tells nothing, or was not asked yet."""
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    FAULT = "fault"
    """Its knife, its head, or something else that it does not name."""
    SILENT = "silent"
    """There is a way to it, and nobody answers: it is switched off, or a cable is loose."""
    MISSING = "missing"
    """There is no way to it."""
    DENIED = "denied"
    """We may not use it."""
    BUSY = "busy"
    """Another program has it."""
    STUCK = "stuck"
    """It takes no more."""
    LOST = "lost"
    """It went while it was printing."""
    UNFINISHED = "unfinished"
    """It took all, and never said that all is out."""


class Printer(Protocol):
    """Where receipts and slips come out."""

    @property
    def state(self) -> PrinterState:
        """How it was when it was last used or asked."""

    async def print(self, name: str, document: Document) -> None:
        """Print one document; returns when it is out.

        Raises:
            DeviceError: it did not come out.
        """


@dataclass(frozen=True, slots=True)
class DeviceState:
    """How something that hangs on the till is.

    Attributes:
        name: The last part of the text key `device.<name>`.
        is_well: It works; None when that is not known, or it is not used.
        detail: What is seen.
    """

    name: str
    is_well: bool | None
    detail: Words


class Devices(Protocol):
    """What hangs on the till."""

    async def states(self) -> tuple[DeviceState, ...]:
        """How each of them is now."""

    async def print_test(self, document: Document) -> None:
        """Print this at once, past the queue.

        Raises:
            DeviceError: it did not come out.
        """


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line for engineers.

    Attributes:
        at: When, as it was written.
        level: How grave.
        words: What; nothing secret or personal.
    """

    at: str
    level: str
    words: str


class Logs(Protocol):
    """What engineers read."""

    async def latest(self, count: int) -> tuple[LogLine, ...]:
        """The latest lines, newest first."""


@dataclass(frozen=True, slots=True)
class ShopFact:
    """What a payment system tells of the shop.

    Attributes:
        name: The last part of the text key `shop_fact.<name>`.
        value: What it says.
    """

    name: str
    value: Words


class ShopAccount(Protocol):
    """The shop's own account at a payment system."""

    async def facts(self) -> tuple[ShopFact, ...]:
        """What it tells; nothing when it was not reached."""
