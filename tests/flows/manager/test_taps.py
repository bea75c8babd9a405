"""Whatever staff touch, while requests are lost and the till is killed: nothing is given back twice."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

from kiosk.domain.people import FIRST
from kiosk.domain.refund import RefundState
from kiosk.domain.sale import Sale
from kiosk.flows.intents import GoBack
from kiosk.flows.manager.intents import Act, Choose, Do, Knock, Lock
from kiosk.flows.manager.views import KeysView, SheetView
from kiosk.simulator.relay_settings import OWNER
from tests.flows.till import OTHER_COUPON, PIN, TOTAL, Till

CALLS = ("ceos.cancel", "ceos.payment", "crepay.cancel", "card.cancel", "card.create", "loyalty.open_cancel")
FAULTS = ("drop_before", "drop_after", "html_502")
LONG_S = 3 * 3_600
STORIES = 20

SIGNALS = (GoBack(), Lock(), Knock(), Do(Act.CANCEL), Do(Act.YES), Do(Act.RESOLVE), Choose("wish"))
AIMS = ("why_", "act_yes", "proof_", "way_", "act_cancel", "act_resolve", "sale_", "task_")
"""What leads to money being moved, the nearest first."""

OTHERS = ("touch", "signal", "signal", "kill", "owner", "owner", "wait", "fault", "fault", "lose")


def steps_of(seed: int) -> list[tuple[str, int]]:
    """What happens, one after the other; mostly what leads to money being moved."""
    random = Random(seed)
    return [
        ("toward" if random.random() < 0.6 else random.choice(OTHERS), random.randrange(400))
        for _ in range(random.randint(20, 90))
    ]


async def sold(folder: Path) -> Till:
    """A till with a sale by each system, and one by two."""
    till = Till(folder, has_staff=True, takes_points=True, takes_cards=True)
    await till.start()
    await till.staff.add("점장", FIRST, PIN, "")
    await till.restart()
    for pay in ("ceos", "coupon", "both", "points"):
        await till.fill()
        if pay == "ceos":
            await till.pay_ceos()
        elif pay == "coupon":
            await till.pay_coupon(OTHER_COUPON)
        elif pay == "both":
            await till.pay_coupon()
            await till.pay_card()
        else:
            await till.ask_phone()
            await till.answer_phone()
        await till.pass_time(20)
    return till


async def act(till: Till, what: str, number: int) -> None:
    """One step, whatever stands on the screen."""
    match what:
        case "touch" | "toward":
            await touch_something(till, number, is_aimed=what == "toward")
        case "kill":
            await till.restart()
        case "wait":
            await till.pass_time(number)
        case "fault":
            till.fault(CALLS[number % len(CALLS)], FAULTS[number % len(FAULTS)], 1 + number % 3)
        case "lose":
            # until a person has to look
            till.fault(CALLS[number % len(CALLS)], "html_502", 1000)
            await till.staff_do(Lock())
            await till.pass_time(number * 10)
        case "owner":
            for question in till.outside.loyalty.cancels_waiting(OWNER):
                till.outside.loyalty.answer_cancel(question.payment_id, approve=number % 2 == 0)
            await till.settle()
        case _:
            # as fast as can be, offered or not
            signal = SIGNALS[number % len(SIGNALS)]
            till.front.submit(signal)
            await till.staff_do(signal)


async def touch_something(till: Till, number: int, *, is_aimed: bool) -> None:
    """In by the right PIN where it is asked for; else one of what is offered, or what leads to money being moved."""
    if not till.front.is_open:
        await till.staff_do(Knock())
    elif isinstance(till.sheet, KeysView):
        await till.type(PIN.reveal() if till.sheet.is_secret else str(TOTAL - number))
    else:
        names = [name for name in sorted(till.offered) if not name.startswith("leave_")]
        aims = ([name for name in names if name.startswith(aim)] for aim in AIMS)
        chosen = next(filter(None, aims), []) if is_aimed else names
        if chosen:
            await till.press(chosen[number % len(chosen)])
        else:
            await till.staff_do(GoBack())


def held(sales: list[Sale]) -> int:
    """What the journal says that the shop holds, without what people said otherwise [won]."""
    return sum(sale.balance.received.amount for sale in sales)


async def story(folder: Path, seed: int) -> Counter[str]:
    """A day with staff; says what came of its sales."""
    till = await sold(folder)
    try:
        for what, number in steps_of(seed):
            await act(till, what, number)
            await check(till)
        await till.staff_do(Lock())
        till.outside.faults.clear()
        await till.pass_time(LONG_S)
        await check(till)
        await check_books(till)
        assert till.failures == []
        return Counter(ends(await all_sales(till)))
    finally:
        await till.close()


def ends(sales: list[Sale]) -> Iterator[str]:
    """What came of each payment, and what people said."""
    for sale in sales:
        for attempt in sale.attempts:
            last = sale.last_refund(attempt.id)
            yield f"{attempt.method} {last.state if last else 'kept'}"
        yield from (f"said {one.way}" for one in sale.resolutions)


async def test_no_order_of_touches_gives_anything_back_twice(tmp_path):
    seen: Counter[str] = Counter()
    for seed in range(STORIES):
        folder = tmp_path / str(seed)
        folder.mkdir()
        try:
            seen += await story(folder, seed)
        except AssertionError as error:
            raise AssertionError(f"story {seed}: {steps_of(seed)}") from error
    sometimes = {f"{method} DONE" for method in ("ceos", "crepay", "card", "loyalty")}
    sometimes |= {"ceos kept", "loyalty REFUSED"}
    assert sometimes <= set(seen), seen


async def all_sales(till: Till) -> list[Sale]:
    return [await till.sale(f"K01-1-{number:06d}") for number in (1, 2, 3, 4)]


async def check(till: Till) -> None:
    """No payment has two refunds that count, or that were asked of the owner; the journal's own laws hold the rest."""
    for sale in await all_sales(till):
        for attempt in sale.attempts:
            own = [one for one in sale.refunds if one.attempt_id == attempt.id]
            assert sum(one.state is RefundState.DONE for one in own) <= 1
            done = sum(one.amount.amount for one in own if one.state is RefundState.DONE)
            assert done <= (attempt.received.amount if attempt.received else 0)
    arrived = (one for one in till.outside.requests() if one["call"] == "open_cancel")
    sent = [one for one in arrived if one["answers"]]
    assert len({one["body"]["paymentId"] for one in sent}) == len(sent), "the owner is asked once"
    assert isinstance(till.sheet, SheetView | KeysView) or not till.front.is_open


async def check_books(till: Till) -> None:
    """In the end the payment systems hold what the journal says, unless a person said that it went otherwise."""
    sales = await all_sales(till)
    if any(sale.resolutions for sale in sales) or any(sale.needs_staff for sale in sales):
        return
    points = 0 if (await till.sale("K01-1-000004")).order.state == "REFUNDED" else TOTAL
    assert till.taken + points == held(sales)
