"""One customer after the other: attract -> basket -> pay -> receipt. Straight down the page.

Screens and scanner call the plain methods `submit`, `on_code` and `call_staff`.
"""

from dataclasses import dataclass, replace
from typing import Final

from kiosk.domain.entries import TaskOpened
from kiosk.domain.errors import CustomerLeft, JournalError
from kiosk.domain.ids import order_of
from kiosk.domain.order import Order, OrderState
from kiosk.domain.ports import Catalogue
from kiosk.domain.sale import Sale
from kiosk.domain.staffwork import PrintKind, TaskKind
from kiosk.domain.told import Fact
from kiosk.flows.basket import Basket
from kiosk.flows.checkout import Checkout, Ending, Parts
from kiosk.flows.intents import (
    AddProduct,
    Begin,
    Changed,
    ChangeQuantity,
    ChooseCategory,
    ChooseLanguage,
    Finish,
    GoBack,
    GoPay,
    Intent,
    Leave,
    Resume,
    Scanned,
    TurnPage,
)
from kiosk.flows.printing import Letterhead
from kiosk.flows.views import ClosedView, DoneView, InterruptedView, StartView
from kiosk.services.tasks import TaskOwner

ROOM_EVERY_S: Final = 10.0
"""How often a till that closed for want of space looks again [s]."""


PAYS: Final = frozenset({Fact.RECEIVED, Fact.STAFF_HELPS})
"""What is told of a payment that pays a sale of which nothing is due: received, also where staff could not have it
given back."""


@dataclass(frozen=True, slots=True)
class Shop:
    """What the customer walks into.

    Attributes:
        store_name: As the start screen shows it.
        languages: That can be chosen.
        catalogue: What is sold.
        letterhead: Signs receipt codes.
        page_size: Product cards that have room on the screen.
    """

    store_name: str
    languages: tuple[str, ...]
    catalogue: Catalogue
    letterhead: Letterhead
    page_size: int


class Session:
    """The till's life, one customer at a time."""

    def __init__(self, shop: Shop, parts: Parts, tasks: TaskOwner) -> None:
        self._shop = shop
        self._parts = parts
        self._stage = parts.stage
        self._tasks = tasks
        self._last_code = ("", 0.0)
        self._help_count = 0

    # -- for screens and scanners: plain methods

    def submit(self, intent: Intent) -> None:
        """What a person pressed."""
        self._stage.submit(intent)

    def on_code(self, text: str) -> None:
        """What a scanner read. The same text again within a second is the same scan."""
        now_s = self._parts.clock.monotonic()
        before, at_s = self._last_code
        self._last_code = (text, now_s)
        if text != before or now_s - at_s >= self._parts.limits.scan_repeat_s:
            self._stage.submit(Scanned(text))

    def call_staff(self) -> None:
        """Somebody pressed 직원 부르기."""
        self._help_count += 1
        code = f"A{self._help_count % 100:02d}"
        self._stage.help_called(code)
        step = type(self._stage.shown.value.view).__name__
        self._tasks.spawn(
            "help", self._parts.journal.write(TaskOpened(TaskKind.CALLED, facts={"code": code, "step": step}))
        )

    # -- the story

    async def run(self) -> None:
        """Recover, then sell, for as long as the till runs. A till that cannot go on stops selling and says so."""
        try:
            await self._resume()
            while True:
                self._stage.next_customer()
                await self._wait_for_room()
                basket = await self._start()
                await self._shop_and_pay(basket)
        except JournalError as error:
            self._stage.shut(error.key if error.key.startswith("closed.") else "closed.journal")
            await self._tell_on()
        except Exception as error:  # noqa: BLE001 - a mistake of ours: what stands on the screen stays true all the same
            self._tasks.report("session", error)
            await self._tell_on()

    async def _tell_on(self) -> None:
        """Of a till that stopped: what its screen says about money stays true for as long as it stands there."""
        view = self._stage.shown.value.view
        while isinstance(view, ClosedView) and view.tenders:
            await self._stage.hear(view, Changed)
            try:
                sale = await self._parts.books.sale(order_of(view.tenders[0].attempt_id))
            except JournalError:
                return
            view = replace(view, tenders=sale.told)

    async def _wait_for_room(self) -> None:
        """No payment starts on a disk that is nearly full (law 6); room that is made opens the till again."""
        while not await self._parts.journal.has_room():
            self._stage.show(ClosedView("closed.no_room"))
            await self._parts.clock.sleep(ROOM_EVERY_S)

    async def _start(self) -> Basket:
        """Wait for someone: a touch, or goods under the scanner."""
        view = StartView(self._shop.store_name, self._shop.languages)
        basket = Basket(self._shop.catalogue, self._shop.page_size)
        while True:
            match await self._stage.hear(view, Begin, ChooseLanguage, Scanned):
                case Begin():
                    return basket
                case ChooseLanguage(language) if language in self._shop.languages:
                    self._stage.choose_language(language)
                case Scanned(text):
                    basket.scan(text)
                    return basket
                case _:
                    continue

    async def _shop_and_pay(self, basket: Basket) -> None:
        """Until it is paid, or the customer is gone."""
        fresh = False
        while await self._fill(basket, fresh=fresh):
            fresh = True
            checkout = Checkout(self._parts, tuple(basket.lines.values()))
            match await checkout.run():
                case Ending.PAID:
                    await self._done(checkout.order_id)
                    return
                case Ending.LEFT:
                    return
                case Ending.BACK:
                    continue

    async def _fill(self, basket: Basket, *, fresh: bool) -> bool:
        """Put goods together; true when the customer wants to pay for some.

        Not fresh: what was scanned in quick succession before the first screen change counts.
        """
        kinds = (AddProduct, ChangeQuantity, ChooseCategory, TurnPage, Scanned, GoPay, GoBack, Leave, ChooseLanguage)
        while True:
            try:
                answer = await self._stage.ask(basket.view(self._stage.language), *kinds, fresh=fresh)
            except CustomerLeft:
                return False
            fresh = False
            match answer:
                case GoPay() if basket.lines:
                    return True
                case GoBack() | Leave():
                    return False
                case ChooseLanguage(language) if language in self._shop.languages:
                    self._stage.choose_language(language)
                case _:
                    _change(basket, answer)

    async def _done(self, order_id: str) -> None:
        """Paid: the number, what each method paid, and the receipt. It says so only while the money is there."""
        self._parts.books.release()
        began_s = self._parts.clock.monotonic()
        answer: Intent | None = None
        while not isinstance(answer, Finish):
            sale = await self._parts.books.sale(order_id)
            if sale.order.state is not OrderState.PAID:
                # staff are giving it back, and tell whom they give it
                return
            if sale.due:
                await Checkout.resumed(self._parts, sale).tell_taken_back()
                return
            left_s = self._stage.times.read_s - (self._parts.clock.monotonic() - began_s)
            if left_s <= 0:
                return
            answer = await self._stage.hear(await self._done_view(sale), Finish, Changed, for_s=left_s)

    async def _done_view(self, sale: Sale) -> DoneView:
        queued = await self._parts.journal.queued_prints()
        failed = await self._parts.journal.staff_tasks()
        is_queued = any(job.order_id == sale.order.id for job in queued)
        has_failed = any(one.kind is TaskKind.PRINT_FAILED and one.order_id == sale.order.id for one in failed)
        return DoneView(
            number=sale.order.number,
            tenders=tuple(line for line in sale.told if line.fact in PAYS),
            total=sale.order.total,
            receipt_code=self._shop.letterhead.code(sale.order.id),
            printed=None if is_queued else not has_failed,
            code=sale.order.code,
        )

    # -- after a restart

    async def _resume(self) -> None:
        """Before the first sale: settle what is open, and show the order that was under way, if there was one."""
        recovery, journal = self._parts.recovery, self._parts.journal
        await recovery.take_stock()
        # before anything else: they are being printed already
        receipts = [job for job in await journal.queued_prints() if job.kind is PrintKind.RECEIPT]
        interrupted = await recovery.begin()
        if interrupted is not None:
            await self._interrupted(interrupted)
        else:
            await recovery.first_pass()
            if receipts and (await journal.sale(receipts[-1].order_id)).order.state is OrderState.PAID:
                await self._done(receipts[-1].order_id)

    async def _interrupted(self, order: Order) -> None:
        """The order that was under way, with its facts as they are found out; claimed by 계속하기, or undone."""
        began_s = self._parts.clock.monotonic()
        self._stage.choose_language(order.language)
        while True:
            sale = await self._parts.books.sale(order.id)
            left_s = self._parts.limits.resume_within_s - (self._parts.clock.monotonic() - began_s)
            can_go_on = sale.awaited is not None or not sale.takes_no_other_charge
            known = can_go_on and not sale.needs_staff
            answer = None
            if left_s > 0:
                view = InterruptedView(
                    tenders=sale.told,
                    total=sale.order.total,
                    due=sale.due,
                    code=sale.order.code,
                    wait_s=self._parts.limits.resume_within_s,
                    can_continue=known,
                )
                answer = await self._stage.hear(view, Resume, Leave, Changed, for_s=left_s)
            if isinstance(answer, Resume) and known:
                await self._carry_on(sale)
                return
            if isinstance(answer, Leave):
                await Checkout.resumed(self._parts, sale).leave()
                return
            if answer is None:
                await self._parts.books.undo(order.id, "unwound.unclaimed", TaskKind.UNCLAIMED)
                self._parts.recovery.unwind(order.id)
                return

    async def _carry_on(self, sale: Sale) -> None:
        """Somebody pressed 계속하기: go on where it stopped."""
        checkout = Checkout.resumed(self._parts, sale)
        match await checkout.run():
            case Ending.PAID:
                await self._done(checkout.order_id)
            case Ending.BACK:
                lines = {line.sku: line for line in sale.order.lines}
                basket = Basket(self._shop.catalogue, self._shop.page_size, lines)
                await self._shop_and_pay(basket)
            case Ending.LEFT:
                return


def _change(basket: Basket, intent: Intent) -> None:
    match intent:
        case AddProduct(sku):
            basket.add_sku(sku)
        case ChangeQuantity(sku, by):
            basket.change(sku, by)
        case ChooseCategory(category):
            basket.category, basket.page = category, 0
        case TurnPage(page):
            basket.page = max(0, page)
        case Scanned(text):
            basket.scan(text)
        case _:
            return
