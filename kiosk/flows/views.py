"""What screens show: frozen data, one type per screen. A screen draws it and decides nothing.

Text is by key; amounts are Money; whatever has to be added, subtracted or counted was, before it came here.
"""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain.money import Money
from kiosk.domain.ports import ScanKind
from kiosk.domain.told import TenderLine
from kiosk.flows.access import USUAL, Access
from kiosk.flows.manager.views import KeysView, LettersView, SheetView


@dataclass(frozen=True, slots=True)
class StartView:
    """Nobody is here."""

    store_name: str
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProductCard:
    """A product to touch.

    Attributes:
        sku: Names it in the intent.
        name: In the customer's language.
        price: Of one.
        image: Path of a picture, or "".
        category: One of the catalogue's, or "".
    """

    sku: str
    name: str
    price: Money
    image: str
    category: str


@dataclass(frozen=True, slots=True)
class BasketLine:
    """A line of the basket.

    Attributes:
        sku: Names it in the intents.
        name: In the customer's language.
        price: Of one.
        quantity: How many.
        total: Of all of them.
        image: Path of a picture, or "".
        category: One of the catalogue's, or "".
        is_latest: It was the last one touched or scanned.
    """

    sku: str
    name: str
    price: Money
    quantity: int
    total: Money
    image: str
    category: str
    is_latest: bool


class ScanNotice(StrEnum):
    """What the last scan on the basket came to. The value is the last part of the text key `scan_notice.<value>`."""

    ADDED = "added"
    UNKNOWN = "unknown"
    NOT_A_PRODUCT = "not_a_product"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class BasketView:
    """Goods are being put together.

    Attributes:
        lines: In the order in which they came.
        count: Pieces altogether.
        total: What they cost.
        categories: Of the catalogue; the first shown is "" for all.
        category: The chosen one, "" for all.
        products: Of the chosen category, this page.
        page: Which page, from 0.
        pages: How many there are.
        notice: What the last scan came to.
        notice_serial: Rises with every scan, so that the same notice twice is two.
    """

    lines: tuple[BasketLine, ...]
    count: int
    total: Money
    categories: tuple[str, ...]
    category: str
    products: tuple[ProductCard, ...]
    page: int
    pages: int
    notice: ScanNotice | None = None
    notice_serial: int = 0


@dataclass(frozen=True, slots=True)
class MethodCard:
    """A payment method that is configured and healthy.

    Attributes:
        name: Names it in the intent and in the text keys method.<name>.title and method.<name>.hint.
        is_repeat: It has paid a part already: "use another coupon".
    """

    name: str
    is_repeat: bool


@dataclass(frozen=True, slots=True)
class MethodsView:
    """How to pay what is due: a running subtraction, and a card per method.

    Attributes:
        total: What the goods cost.
        due: What is to be paid now; less than what is due by what is planned for the end.
        tenders: What was tried, a line each.
        methods: What can be chosen.
        is_part_paid: Something was received; leaving gives it back.
        can_take_back: Attempts that the customer can take back one by one.
    """

    total: Money
    due: Money
    tenders: tuple[TenderLine, ...]
    methods: tuple[MethodCard, ...]
    is_part_paid: bool
    can_take_back: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ScanView:
    """Hold something to the scanner, or type its number.

    Attributes:
        method: For whom.
        kind: What.
        due: What is still to be paid.
        problem: What was wrong with the last one; the last part of the text key `reason.<value>`, or "".
    """

    method: str
    kind: ScanKind
    due: Money
    problem: str


@dataclass(frozen=True, slots=True)
class AmountView:
    """How much this coupon or wallet is to pay.

    Attributes:
        method: Whose.
        amount: What would be paid.
        most: The most that can be chosen.
        balance: What it holds, None when that is not known.
        left: What it would hold afterwards, None when that is not known.
        due: What is to be paid now.
        due_after: What would still be to be paid afterwards.
        problem: Why the amount before was refused; the last part of the text key `reason.<value>`, or "".
        fee: What paying so costs besides, out of the same wallet; None when there is no fee.
        is_last: It would be paid when everything else has been.
    """

    method: str
    amount: Money
    most: Money
    balance: Money | None
    left: Money | None
    due: Money
    due_after: Money
    problem: str = ""
    fee: Money | None = None
    is_last: bool = False


@dataclass(frozen=True, slots=True)
class PhoneView:
    """The customer is asked on their phone.

    Attributes:
        method: By whom.
        amount: To be paid.
        fee: That it costs besides.
        left_s: How long they can still answer [s]; 0 when that is over and the answer is being found out.
        time_s: How long they had in all [s].
        may_leave: They may pay otherwise.
        tenders: What is told of each payment meanwhile.
    """

    method: str
    amount: Money
    fee: Money
    left_s: float
    time_s: float
    may_leave: bool
    tenders: tuple[TenderLine, ...]


@dataclass(frozen=True, slots=True)
class TransferView:
    """The account to transfer to.

    Attributes:
        method: By whom.
        bank: Name of the bank.
        bank_code: Its code, for the QR picture.
        number: The account's, digits only.
        holder: Whom their bank will name; "" when nobody said.
        amount: Exactly this much.
        until_ms: Until when the account takes it, UTC epoch [ms].
        left_s: How long that still is [s].
        time_s: How long it was in all [s].
        is_heard: Whether it has come is known; otherwise the screen says that it cannot be told just now.
        is_question: 이미 이체하셨나요? is asked, over the account: yes (Confirm) or no (GoBack).
        tenders: What is told of each payment meanwhile.
    """

    method: str
    bank: str
    bank_code: str
    number: str
    holder: str
    amount: Money
    until_ms: int
    left_s: float
    time_s: float
    is_heard: bool
    is_question: bool
    tenders: tuple[TenderLine, ...]


@dataclass(frozen=True, slots=True)
class WorkingView:
    """A payment system is at work.

    Attributes:
        method: Which.
        tenders: What is told of each payment meanwhile.
    """

    method: str
    tenders: tuple[TenderLine, ...]


class Certainty(StrEnum):
    """What the certainty screen is about. The value is the last part of the text keys `certainty.<value>.*`."""

    CHECKING = "checking"
    """An answer is missing; it is being found out."""
    RETURNING = "returning"
    """Everything is being given back."""
    PARKED = "parked"
    """It took too long: the order is put aside, and the customer has a code."""
    RETURNED = "returned"
    """Everything was given back, or nothing had been taken."""
    STAFF = "staff"
    """Something is left for staff; the customer has a code."""
    UNSTORED = "unstored"
    """The till cannot write; it is finding out, and it sells no more."""


@dataclass(frozen=True, slots=True)
class CertaintyView:
    """Facts about money, a line per payment. No retry until they are known.

    Attributes:
        kind: What it is about.
        tenders: The facts.
        code: What to tell staff.
        due: What is still to be paid, when it goes on from here; None otherwise.
        wait_s: Up to how long it may take [s]; 0 when there is nothing to wait for.
        can_leave: There is a button to go on.
        reason: Why everything is given back; a text key or "".
    """

    kind: Certainty
    tenders: tuple[TenderLine, ...]
    code: str
    due: Money | None = None
    wait_s: float = 0.0
    can_leave: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class InterruptedView:
    """After a restart: the order that was under way, and its facts.

    Attributes:
        tenders: The facts.
        total: What the goods cost.
        due: What is still to be paid, as far as it is known.
        code: What to tell staff.
        wait_s: How long it waits for its customer [s].
        can_continue: Its facts are known, so it can be carried on with.
    """

    tenders: tuple[TenderLine, ...]
    total: Money
    due: Money
    code: str
    wait_s: float
    can_continue: bool


@dataclass(frozen=True, slots=True)
class DoneView:
    """Paid.

    Attributes:
        number: What is called out.
        tenders: What each method paid.
        total: What the goods cost.
        receipt_code: The signed code that finds the sale again, for the QR picture.
        printed: The receipt came out; None while it is printing.
        code: What to tell staff.
    """

    number: str
    tenders: tuple[TenderLine, ...]
    total: Money
    receipt_code: str
    printed: bool | None
    code: str


@dataclass(frozen=True, slots=True)
class ClosedView:
    """The till does not sell, and says why.

    Attributes:
        reason: Text key of why.
        tenders: Facts about a payment that was under way, if there was one.
        code: What to tell staff, or "".
    """

    reason: str
    tenders: tuple[TenderLine, ...] = ()
    code: str = ""


View = (
    StartView
    | BasketView
    | MethodsView
    | ScanView
    | AmountView
    | PhoneView
    | TransferView
    | WorkingView
    | CertaintyView
    | InterruptedView
    | DoneView
    | ClosedView
    | SheetView
    | KeysView
    | LettersView
)


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything on the screen at one moment.

    Attributes:
        view: The screen.
        language: The customer's language.
        idle_left_s: The idle warning is up, and this much time is left [s]; None when it is not.
        network_down: A payment system cannot be reached.
        help_code: A customer called for help under this code; "" when nobody did.
        access: How the customer wants it.
    """

    view: View
    language: str
    idle_left_s: float | None = None
    network_down: bool = False
    help_code: str = ""
    access: Access = USUAL
