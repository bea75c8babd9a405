"""A customer without hands: says at once what a customer would say, view by view."""

from functools import partial

from kiosk.app import Till
from kiosk.domain.order import OrderLine
from kiosk.flows.intents import ChooseMethod, Confirm, Finish, GoPay, Intent
from kiosk.flows.session import Session
from kiosk.flows.views import AmountView, BasketView, DoneView, MethodsView, ScanView, StartView
from tests.bench.views import Views
from tests.end_to_end.driver import COUPON, GOODS

__all__ = ["COUPON", "goods", "sell"]


async def sell(till: Till, views: Views, coupon: str) -> None:
    """Sell goods for 12,300 won, part paid with a coupon of 3,000 won and the rest with CEOS, until the next may begin.

    Args:
        till: Stands on its start screen, or will.
        views: What the customer sees.
        coupon: Its number.
    """
    session = till.session
    assert session is not None

    def say(intent: Intent) -> None:
        till.stage.submit(intent)

    await views.wait(StartView)
    for count, code in enumerate(GOODS, start=1):
        session.on_code(code)
        await views.wait(BasketView, partial(_counts, count))
    say(GoPay())
    await views.wait(MethodsView, lambda view: len(view.methods) > 1)
    say(ChooseMethod("crepay"))
    await views.wait(ScanView)
    session.on_code(coupon)
    await views.wait(AmountView)
    say(Confirm())
    await views.wait(MethodsView, lambda view: view.is_part_paid)
    say(ChooseMethod("ceos"))
    await views.wait(DoneView, lambda view: view.printed is True)
    say(Finish())
    await views.wait(StartView)


def _counts(count: int, view: BasketView) -> bool:
    return view.count == count


def goods(session: Session) -> tuple[OrderLine, ...]:
    """One of the goods, as a line of an order."""
    product = session._shop.catalogue.by_barcode(GOODS[0])
    assert product is not None
    return (OrderLine(product.sku, product.barcode, product.names, product.price, 1, product.tax),)
