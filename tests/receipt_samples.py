"""Sales to print in tests, and the words of the sections that these tests do not want to depend on."""

from kiosk.domain.attempt import Attempt, Family, Goal, State
from kiosk.domain.catalogue import Tax
from kiosk.domain.moment import Stamp
from kiosk.domain.money import won
from kiosk.domain.order import Order, OrderLine, OrderState, lines_total
from kiosk.domain.receipt import Store
from kiosk.domain.refund import Refund, RefundState
from kiosk.domain.sale import Sale
from kiosk.domain.told import Fact
from kiosk.services.text import Text, read_language

STORE = Store("바다상회 성수점", "123-45-67890", "서울특별시 성동구 연무장길 12, 1층", "02-123-4567")
CODE = "R1-K01-1-000027-ABCDEFGHIJKLMNOP"
SOLD_AT_MS = 1_760_000_000_000
"""2025-10-09 17:53 in Korea."""

COUPON_AMOUNT = won(3_000)

LINES = (
    OrderLine("A1", "8801234567893", (("ko", "아메리카노"), ("en", "Americano")), won(3_300), 2, Tax.TAXABLE),
    OrderLine("B1", "", (("ko", "우유 식빵"), ("en", "Milk bread")), won(4_200), 1, Tax.TAXABLE),
    OrderLine("C1", "", (("ko", "바나나"), ("en", "Banana")), won(1_500), 1, Tax.EXEMPT),
)


def stamp(minutes=0):
    return Stamp(SOLD_AT_MS + minutes * 60_000, minutes * 60_000, "boot")


def order(state=OrderState.PAID, lines=LINES):
    number = "" if state in {OrderState.PAYING, OrderState.UNWINDING, OrderState.UNWOUND} else "A-027"
    paid, total = stamp() if number else None, lines_total(lines)
    return Order("K01-1-000027", "K01-0027", number, state, "", "ko", lines, total, "", stamp(-5), paid, stamp())


def attempt(number=1, state=State.APPROVED, method="crepay", amount=COUPON_AMOUNT, transaction="", masked=""):
    return Attempt(
        id=f"K01-1-000027-{number}",
        order_id="K01-1-000027",
        method=method,
        family=Family.DIRECT,
        number=number,
        state=state,
        goal=Goal.TAKE,
        due=amount,
        asked=amount,
        received=amount if state is State.APPROVED else None,
        transaction=transaction or None,
        reason="",
        follows="",
        facts={"masked": masked} if masked else {},
        began=stamp(-3),
        unsure_since=None,
        changed=stamp(-1),
        watched=False,
    )


def refund(number=1, state=RefundState.DONE, amount=COUPON_AMOUNT, of=1):
    name, back = f"K01-1-000027-{of}", False
    return Refund(f"{name}-R{number}", name, "", amount, back, state, "", {}, stamp(10), stamp(12))


COUPON = attempt(1, transaction="K01-1-000027-1-01-7f3k2m", masked="****6789")
INSTANT = attempt(2, method="ceos", amount=won(9_300), transaction="9f1c7a52-6d0e-4a52-9a55-0d6e0a1b2c3d")


def paid_sale(**changes):
    """A coupon of 3,000 and an instant payment of 9,300 for goods of 12,300."""
    return Sale(order(**changes), (COUPON, INSTANT), ())


def sample_text(language="ko"):
    """The real text, with words of our own for payment methods and told facts."""
    catalog = read_language(language)
    methods = {"crepay": "쿠폰", "ceos": "간편결제", "card": "카드", "loyalty": "포인트", "ezpg": "계좌이체"}
    sentences = {f"method.{name}.title": title for name, title in methods.items()}
    sentences |= {f"told.{fact}": f"<{fact}>" for fact in Fact}
    for key, sentence in sentences.items():
        catalog.delete(key)
        catalog.add(key, sentence)
    return Text(language, catalog)
