"""Views with plausible data in them, one for every screen and for what is hard on each."""

from dataclasses import replace

from kiosk.domain.money import won
from kiosk.domain.outcome import Reason
from kiosk.domain.ports import ScanKind
from kiosk.domain.told import Fact, TenderLine
from kiosk.flows.views import (
    AmountView,
    BasketLine,
    BasketView,
    Certainty,
    CertaintyView,
    ClosedView,
    DoneView,
    InterruptedView,
    MethodCard,
    MethodsView,
    PhoneView,
    ProductCard,
    ScanNotice,
    ScanView,
    StartView,
    TransferView,
    View,
    WorkingView,
)
from kiosk.services.resources import resource

CODE = "K01-0412"
LANGUAGES = ("ko", "en", "zh", "ja")


def tender(fact: Fact, amount: int | None = 3000, method: str = "crepay", reason: str = "") -> TenderLine:
    money = None if amount is None else won(amount)
    return TenderLine(attempt_id=f"a-{fact}", method=method, amount=money, fact=fact, reason=reason)


def line(sku: str, name: str, price: int, quantity: int, *, is_latest: bool = False) -> BasketLine:
    image, category = PICTURED.get(sku, ("", "생활용품"))
    return BasketLine(sku, name, won(price), quantity, won(price * quantity), image, category, is_latest)


def picture(name: str) -> str:
    return str(resource("demo", "pictures", name))


GOODS = (
    ("americano", "아메리카노", 2500, picture("D001.svg"), "음료"),
    ("greentea", "녹차 500ml", 1800, picture("D004.svg"), "음료"),
    ("milk", "딸기 우유", 1500, "", "음료"),
    ("water", "생수 2L", 1200, picture("D003.svg"), "음료"),
    ("gimbap", "참치마요 삼각김밥", 1300, picture("M001.svg"), "간편식"),
    ("nuts", "하루 견과 한줌", 1500, picture("S001.svg"), "과자"),
    ("bibimbap", "전주비빔 삼각김밥", 1400, picture("M002.svg"), "간편식"),
    ("yakgwa", "Honey cookie (yakgwa)", 1200, picture("S004.svg"), "과자"),
)
PICTURED = {sku: (image, category) for sku, _, _, image, category in GOODS}
PRODUCTS = tuple(ProductCard(sku, name, won(price), image, category) for sku, name, price, image, category in GOODS)
LINES = (
    line("americano", "아메리카노", 2500, 2),
    line("gimbap", "참치마요 삼각김밥", 1300, 1),
    line("nuts", "하루 견과 한줌", 1500, 4, is_latest=True),
)
MANY = tuple(line(f"sku{n}", f"생활용품 {n}호", 12900, n, is_latest=n == 9) for n in range(1, 12))
CATEGORIES = ("음료", "과자", "간편식", "생활용품", "아이스크림")
RECEIVED = tender(Fact.RECEIVED)
CARD_RECEIVED = replace(tender(Fact.RECEIVED, 7300, "card"), attempt_id="a-card")
PLANNED = tender(Fact.PLANNED, 2000, "loyalty")


def basket(lines: tuple[BasketLine, ...] = LINES, notice: ScanNotice | None = None, serial: int = 0) -> BasketView:
    return BasketView(
        lines=lines,
        count=sum(each.quantity for each in lines),
        total=won(sum(each.total.amount for each in lines)),
        categories=CATEGORIES,
        category="",
        products=PRODUCTS,
        page=0,
        pages=3,
        notice=notice,
        notice_serial=serial,
    )


def methods(*names: str, tenders: tuple[TenderLine, ...] = (), due: int = 12300) -> MethodsView:
    cards = tuple(MethodCard(name, is_repeat=bool(tenders) and name == "crepay") for name in names)
    back = frozenset(line.attempt_id for line in tenders if line.fact in (Fact.RECEIVED, Fact.PLANNED))
    return MethodsView(won(12300), won(due), tenders, cards, is_part_paid=bool(tenders), can_take_back=back)


def amount(method: str, pays: int, *, due: int, due_after: int, problem: str = "", **known: int) -> AmountView:
    balance, left, fee = (won(known[name]) if name in known else None for name in ("balance", "left", "fee"))
    most = won(min(known.get("balance", due), due))
    is_last = method == "loyalty" and bool(due_after)
    return AmountView(method, won(pays), most, balance, left, won(due), won(due_after), problem, fee, is_last)


def certainty(kind: Certainty, *tenders: TenderLine, can_leave: bool = False, wait_s: float = 0.0) -> CertaintyView:
    return CertaintyView(kind, tenders, CODE, wait_s=wait_s, can_leave=can_leave)


def done(printed: bool | None = True) -> DoneView:
    tenders = (RECEIVED, tender(Fact.RECEIVED, 9300, "ceos"))
    return DoneView("A-027", tenders, won(12300), "K01.0412.A7F3-9QWX-2Z5B", printed, CODE)


def phone(left_s: float, *before: TenderLine, amount: int = 12300, may_leave: bool = True) -> PhoneView:
    tenders = (*before, tender(Fact.NOT_YET, amount, "loyalty"))
    return PhoneView("loyalty", won(amount), won(amount * 5 // 100), left_s, 45.0, may_leave, tenders)


UNTIL_MS = 1_763_619_600_000
"""20 November 2025, 15:20 in Korea."""


def transfer(
    left_s: float, *before: TenderLine, amount: int = 12300, is_heard: bool = True, is_question: bool = False
) -> TransferView:
    return TransferView(
        method="ezpg",
        bank="국민은행",
        bank_code="004",
        number="94120290784513",
        holder="(주)이지페이",
        amount=won(amount),
        until_ms=UNTIL_MS,
        left_s=left_s,
        time_s=600.0,
        is_heard=is_heard,
        is_question=is_question,
        tenders=(*before, tender(Fact.NO_DEPOSIT_YET, amount, "ezpg")),
    )


UNSURE = tender(Fact.CHECKING_DO_NOT_PAY, 9300, "ceos", Reason.NO_ANSWER)
ALL_LINES = tuple(tender(fact, 3000, "crepay", Reason.NO_ANSWER) for fact in Fact)

POINTS_TOLD: dict[Reason, Fact] = {
    Reason.NO_ANSWER: Fact.IGNORE_FIRST_REQUEST,
    Reason.LEFT_WAITING: Fact.POINTS_RELEASED,
    Reason.DENIED: Fact.POINTS_RELEASED,
    Reason.TIMED_OUT: Fact.POINTS_RELEASED,
    Reason.CONTRACT_ERROR: Fact.POINTS_RELEASED,
    Reason.SERVER_ERROR: Fact.POINTS_RELEASED,
    Reason.TOO_LATE: Fact.POINTS_RELEASED,
    Reason.POINTS_SHORT: Fact.NOT_TAKEN,
    Reason.CODE_EXPIRED: Fact.NOT_TAKEN,
    Reason.NO_PHONE: Fact.NOT_TAKEN,
    Reason.SHOP_INACTIVE: Fact.NOT_TAKEN,
    Reason.OWNER_NEEDED: Fact.STAFF_HELPS,
    Reason.WINDOW_OVER: Fact.STAFF_HELPS,
}
"""What is told of points that were not paid, by why."""


def points(reason: Reason) -> TenderLine:
    return tender(POINTS_TOLD[reason], 9300, "loyalty", reason)


VIEWS: dict[str, View] = {
    "start": StartView("다정상회 성수점", LANGUAGES),
    "basket_empty": basket(()),
    "basket": basket(notice=ScanNotice.ADDED, serial=1),
    "basket_unknown": basket(notice=ScanNotice.UNKNOWN, serial=2),
    "basket_many": basket(MANY),
    "method": methods("crepay", "ceos", "card", "loyalty", "ezpg"),
    "method_part_paid": methods("crepay", "ceos", "card", "loyalty", "ezpg", tenders=(RECEIVED,), due=9300),
    "method_planned": methods("crepay", "ceos", "card", "ezpg", tenders=(RECEIVED, PLANNED), due=7300),
    "method_last_denied": methods(
        "crepay",
        "ceos",
        "card",
        "loyalty",
        tenders=(
            RECEIVED,
            CARD_RECEIVED,
            tender(Fact.POINTS_RELEASED, 2000, "loyalty", Reason.DENIED),
        ),
        due=2000,
    ),
    "method_declined": methods(
        "crepay", "ceos", tenders=(RECEIVED, tender(Fact.NOT_TAKEN, 9300, "ceos", Reason.REFUSED)), due=9300
    ),
    "method_transfer_left": methods(
        "crepay", "ceos", tenders=(RECEIVED, tender(Fact.NOT_PAID, 9300, "ezpg", Reason.LEFT_TRANSFER)), due=9300
    ),
    "scan": ScanView("crepay", ScanKind.COUPON, won(12300), ""),
    "scan_problem": ScanView("crepay", ScanKind.COUPON, won(9300), Reason.CODE_UNKNOWN),
    "scan_wallet": ScanView("loyalty", ScanKind.WALLET, won(12300), ""),
    "scan_wallet_problem": ScanView("loyalty", ScanKind.WALLET, won(9300), Reason.CODE_EXPIRED),
    "amount": amount("crepay", 3000, balance=5000, left=2000, due=12300, due_after=9300),
    "amount_problem": amount("crepay", 2500, due=12300, due_after=9800, problem=Reason.BALANCE_SHORT),
    "amount_too_much": amount(
        "crepay", 3000, balance=5000, left=2000, due=12300, due_after=9300, problem=Reason.TOO_MUCH
    ),
    "amount_unknown_balance": amount("ceos", 9300, due=9300, due_after=0),
    "amount_fee": amount("loyalty", 12300, balance=100000, left=87085, due=12300, due_after=0, fee=615),
    "amount_last": amount("loyalty", 2000, balance=100000, left=97900, due=9300, due_after=7300, fee=100),
    "phone": phone(38.0),
    "phone_part_paid": phone(38.0, RECEIVED, amount=9300),
    "phone_last_seconds": phone(12.0),
    "phone_no_way_out": phone(38.0, RECEIVED, amount=9300, may_leave=False),
    "phone_many_before": phone(12.0, *(RECEIVED,) * 4, amount=300),
    "phone_last": phone(38.0, RECEIVED, CARD_RECEIVED, amount=2000),
    "phone_checking": phone(0.0, RECEIVED, amount=9300),
    "transfer": transfer(540.0),
    "transfer_part_paid": transfer(540.0, RECEIVED, amount=9300),
    "transfer_many_before": transfer(540.0, *(RECEIVED,) * 4, amount=300),
    "transfer_last_seconds": transfer(12.0),
    "transfer_unheard": transfer(480.0, RECEIVED, amount=9300, is_heard=False),
    "transfer_question": transfer(420.0, is_question=True),
    "transfer_question_part_paid": transfer(420.0, RECEIVED, amount=9300, is_heard=False, is_question=True),
    "transfer_long": replace(transfer(540.0, amount=9_876_500), number="12345678901234567890", holder=""),
    "working": WorkingView("ceos", (RECEIVED, tender(Fact.CHECKING, 9300, "ceos"))),
    "working_before_plan": WorkingView("card", (RECEIVED, tender(Fact.CHECKING, 7300, "card"), PLANNED)),
    "certainty_taking_back": certainty(
        Certainty.RETURNING, tender(Fact.CHECKING), CARD_RECEIVED, points(Reason.DENIED), wait_s=60.0
    ),
    "certainty_checking": certainty(Certainty.CHECKING, RECEIVED, UNSURE, wait_s=60.0),
    "certainty_returning": certainty(Certainty.RETURNING, tender(Fact.CHECKING), wait_s=30.0),
    "certainty_parked": certainty(Certainty.PARKED, RECEIVED, UNSURE, can_leave=True),
    "certainty_returned": certainty(
        Certainty.RETURNED, tender(Fact.RETURNED), tender(Fact.UNDONE, 9300, "ceos"), can_leave=True
    ),
    "certainty_staff": certainty(
        Certainty.STAFF, tender(Fact.STAFF_HELPS), tender(Fact.NOT_CERTAIN, 9300, "ceos"), can_leave=True
    ),
    "certainty_stopped": certainty(
        Certainty.STAFF, points(Reason.OWNER_NEEDED), tender(Fact.NOT_TAKEN, reason=Reason.STOPPED), can_leave=True
    ),
    "certainty_unstored": certainty(Certainty.UNSTORED, UNSURE),
    "certainty_reason": CertaintyView(
        Certainty.RETURNED, (tender(Fact.RETURNED),), CODE, won(12300), can_leave=True, reason="reason.clock_skewed"
    ),
    "interrupted": InterruptedView((RECEIVED, UNSURE), won(12300), won(9300), CODE, 60.0, can_continue=False),
    "interrupted_known": InterruptedView((RECEIVED,), won(12300), won(9300), CODE, 60.0, can_continue=True),
    "interrupted_planned": InterruptedView((RECEIVED, PLANNED), won(12300), won(9300), CODE, 60.0, can_continue=True),
    "done": done(),
    "done_not_printed": done(printed=False),
    **{
        f"method_points_{reason}": methods("crepay", "ceos", "loyalty", tenders=(RECEIVED, points(reason)), due=9300)
        for reason in POINTS_TOLD
        if POINTS_TOLD[reason] is not Fact.STAFF_HELPS
    },
    **{
        f"certainty_points_{reason}": certainty(Certainty.STAFF, RECEIVED, points(reason), can_leave=True)
        for reason in (Reason.OWNER_NEEDED, Reason.WINDOW_OVER)
    },
    "certainty_ignore_first": certainty(Certainty.RETURNED, points(Reason.NO_ANSWER), can_leave=True),
    "closed": ClosedView("reason.setup"),
    "closed_facts": ClosedView("reason.setup", (RECEIVED, UNSURE), CODE),
}

GALLERY = (
    "start",
    "basket_empty",
    "basket",
    "basket_unknown",
    "basket_many",
    "method",
    "method_part_paid",
    "method_declined",
    "scan",
    "scan_problem",
    "scan_wallet",
    "amount",
    "amount_fee",
    "phone",
    "phone_last_seconds",
    "transfer",
    "transfer_part_paid",
    "transfer_last_seconds",
    "transfer_unheard",
    "transfer_question",
    "working",
    "certainty_checking",
    "certainty_parked",
    "certainty_returned",
    "certainty_staff",
    "interrupted_known",
    "done",
    "done_not_printed",
    "closed",
    "aids",
    "staff_home",
    "staff_sale",
    "staff_pin",
    "staff_name",
    "staff_transfers",
)
"""What is drawn of all these, and of the staff's, unless others are named: every screen, and what is hard on it."""
