"""The loyalty relay: customers pay with points and approve on their phones, shop owners approve what is cancelled.

It speaks two dialects. `relay` is the server that runs (as of 2024, and with a switch its successor). `spec` is the
owner's document as it is written: **how that one behaves is ours, as no running relay of it is known**;
relay_dialects.py says what it has in common with the one that runs.

What happens to points, and when (relay_chain.py holds the books):

    approved     the total, price and fee, leaves the wallet and is *held*
    closed       confirmed: what was held is *taken*, and `moved` notes the price; otherwise all of it is given back
    cancelled    nothing changes when the owner approves; a confirmed close gives the total back, and `moved` notes that

    relay.py             addresses, parameters, key, answers
    relay_phones.py      what the customer's and the owner's phones do
    relay_payments.py    what kiosks may do with a payment
    relay_answers.py     what people may answer, and what comes of it
    relay_background.py  what happens by itself
    relay_table.py       the table of payments; relay_records.py a row of it, and the names of the states
    relay_chain.py       wallets, shops, held and taken points
    relay_dialects.py    the words of both dialects
    relay_requests.py    how requests are read
    relay_callbacks.py   what the kiosk is told unasked
    relay_accounts.py    addresses, temporary accounts, signatures
    relay_money.py       the arithmetic
    relay_settings.py    how it behaves, and who has points

Source: facts of the loyalty relay; loyalty document.
"""

import json
import random
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from typing_extensions import override

from kiosk.simulator.relay_accounts import TemporaryAccounts, is_possible, is_temporary, signature_of
from kiosk.simulator.relay_answers import Answers
from kiosk.simulator.relay_background import Background
from kiosk.simulator.relay_callbacks import Callbacks
from kiosk.simulator.relay_chain import Contracts, RevertedError
from kiosk.simulator.relay_dialects import (
    TEXTS,
    Route,
    answer_words,
    balance_words,
    info_words,
    payment_words,
    route_of,
    shop_words,
    withdrawal_words,
)
from kiosk.simulator.relay_money import estimated, worth
from kiosk.simulator.relay_payments import Order, Payments
from kiosk.simulator.relay_phones import Phones, Question, books_of
from kiosk.simulator.relay_records import CANCEL, NEW, Phase, RefusedError
from kiosk.simulator.relay_requests import Parameters, UnreadableError, parameters_needed, parameters_of, require
from kiosk.simulator.relay_settings import RelaySettings, Shop, Wallet
from kiosk.simulator.relay_table import Table
from kiosk.simulator.world import Call, Clock, Moved, Reply, Request, Server, http_date

INTERNAL = 5000
NOT_ACCEPTED = 5000  # a library below the relay refuses an address
PHASES: Mapping[str, Phase] = {"close_new": NEW, "close_cancel": CANCEL, "approve_new": NEW, "approve_cancel": CANCEL}
NEEDS_KEY = frozenset({"open_new", "close_new", "open_cancel", "close_cancel"})


class RelayServer(Server):
    """The relay.

    Args:
        clock: The world's time.
        chance: Ids and temporary accounts.
        settings: To start with.

    Attributes:
        callbacks: What it tells the kiosk.
        contracts: Wallets, shops, and what is held.
        answers: What people say; also decides what becomes of their approvals.
        background: What is still to happen.
    """

    def __init__(self, clock: Clock, chance: random.Random, settings: RelaySettings | None = None) -> None:
        self._clock = clock
        self._settings = settings or RelaySettings()
        self._temporary = TemporaryAccounts(chance)
        self.callbacks = Callbacks(clock, lambda: self._settings)
        self.contracts = Contracts(clock, self._settings)
        self.moved: list[Moved] = self.contracts.moved
        self._table = Table(clock, chance, self.contracts, self.callbacks, lambda: self._settings)
        self.answers = Answers(self._table)
        self._payments = Payments(self._table, self.answers)
        self.background = Background(self._table, self._payments, self.answers)
        self._phones = Phones(self._table, self.answers)

    @property
    def settings(self) -> RelaySettings:
        """How it behaves now."""
        return self._settings

    def change(self, settings: RelaySettings) -> None:
        """Behave otherwise. Wallets and shops that are not as they were in the settings are made anew."""
        before, self._settings = self._settings, settings
        self.contracts.rates = settings.rates
        self.set_wallets({of: wallet for of, wallet in settings.wallets.items() if before.wallets.get(of) != wallet})
        self.set_shops({of: shop for of, shop in settings.shops.items() if before.shops.get(of) != shop})

    def set_wallets(self, wallets: Mapping[str, Wallet]) -> None:
        """Make wallets, or change what is in them."""
        for account, wallet in wallets.items():
            self.contracts.put_wallet(account, wallet)

    def set_shops(self, shops: Mapping[str, Shop]) -> None:
        """Make shops, or change them."""
        for shop_id, shop in shops.items():
            self.contracts.put_shop(shop_id, shop)

    # -- what happens by itself

    def tick(self) -> None:
        """Do all that is due. Whoever looks at this server sees it done."""
        self.background.tick()

    def next_due_s(self) -> float | None:
        """In how many seconds something will happen by itself, or a message is to be posted; None: nothing will."""
        dues = [due for due in (self.background.next_due(), self.callbacks.next_due()) if due is not None]
        return max(0.0, min(dues) - self._clock.elapsed()) if dues else None

    # -- what phones do

    def temporary_account(self, account: str) -> str:
        """A code that stands for this wallet for a minute: what the phone shows as a QR code."""
        return self._temporary.make(account, self._clock.elapsed())

    def incoming(self, account: str) -> list[Question]:
        """The payments that this wallet is asked for, oldest first."""
        self.tick()
        return self._phones.questions(NEW, account)

    def answer_new(self, payment_id: str, *, approve: bool) -> dict[str, Any]:
        """The customer says yes or no; comes back with what the relay tells the phone."""
        return self._from_phone(NEW, payment_id, approve=approve)

    def cancels_waiting(self, owner: str) -> list[Question]:
        """The cancels that this owner of shops is asked for, oldest first."""
        self.tick()
        return self._phones.questions(CANCEL, owner)

    def answer_cancel(self, payment_id: str, *, approve: bool) -> dict[str, Any]:
        """The owner says yes or no; comes back with what the relay tells the phone."""
        return self._from_phone(CANCEL, payment_id, approve=approve)

    # -- Server

    @override
    def call_of(self, request: Request) -> Call:
        route = route_of(self._settings, request.method, request.path)
        try:
            parameters = parameters_of(request)
        except UnreadableError:
            return Call(route.call if route else "unknown", {})
        carried = {name: parameters.values.get(name) for name in ("paymentId", "purchaseId", "account", "shopId")}
        return Call(route.call if route else "unknown", {k: v for k, v in carried.items() if isinstance(v, str)})

    @override
    def handle(self, request: Request) -> Reply:
        self.tick()
        try:
            parameters = parameters_of(request)
        except UnreadableError as unreadable:
            return self._page(unreadable.status, HTTPStatus(unreadable.status).phrase)
        route = route_of(self._settings, request.method, request.path)
        if route is None:
            return self._page(404, f"Cannot {request.method} {request.path}")
        if route.call == "liveness":
            return self._json("OK")
        try:
            return self._json(self._success(self._answered(route, parameters, request)))
        except RefusedError as refused:
            return self._json(_error(refused))
        except RevertedError as reverted:
            return self.refusal(reverted.code)

    def refusal(self, code: int, status: int = 200) -> Reply:
        """An error, in the relay's words. It says 200 to everything that it has an answer for."""
        return self._json(_error(RefusedError(code)), status)

    @override
    def internal_error(self, request: Request) -> Reply:
        return self.refusal(INTERNAL)

    @override
    def unauthorised(self, request: Request) -> Reply:
        return self.refusal(2002)

    @override
    def nothing_there(self, request: Request) -> Reply:
        return self.refusal(2003)

    @override
    def declined(self, request: Request) -> Reply:
        return self.refusal(1511)

    @override
    def books(self) -> dict[str, Any]:
        self.tick()
        return books_of(self._table)

    # -- calls

    def _answered(self, route: Route, parameters: Parameters, request: Request) -> dict[str, Any]:
        require(parameters, parameters_needed(self._settings, route))
        if route.call in NEEDS_KEY:
            self._require_key(parameters, request)
        act: Mapping[str, Callable[[Route, Parameters], dict[str, Any]]] = {
            "balance": self._balance,
            "info": self._info,
            "shop": self._shop,
            "withdrawal": self._withdrawal,
            "item": self._item,
            "open_new": self._open_new,
            "close_new": self._close,
            "open_cancel": self._open_cancel,
            "close_cancel": self._close,
            "temporary": self._make_temporary,
            "approve_new": self._approve,
            "approve_cancel": self._approve,
        }
        return act[route.call](route, parameters)

    def _require_key(self, parameters: Parameters, request: Request) -> None:
        """The header counts, if there is one; otherwise the body. The document's relay knows the body only."""
        header = request.headers.get("authorization") if self._settings.dialect == "relay" else None
        if (parameters.text("accessKey") if header is None else header) != self._settings.access_key:
            raise RefusedError(2002)

    def _balance(self, _route: Route, parameters: Parameters) -> dict[str, Any]:
        account = self._wallet_of(parameters.text("account"))
        return balance_words(self._settings, account, self.contracts.purse(account).balance)

    def _info(self, _route: Route, parameters: Parameters) -> dict[str, Any]:
        account, currency = self._wallet_of(parameters.text("account")), parameters.text("currency").lower()
        rate, balance = self.contracts.rate(currency), self.contracts.purse(account).balance
        figures = estimated(int(parameters.text("amount")), rate)
        return info_words(self._settings, account, currency, figures, balance, worth(balance, rate))

    def _shop(self, _route: Route, parameters: Parameters) -> dict[str, Any]:
        shop_id = parameters.text("shopId")
        return shop_words(self._settings, shop_id, self.contracts.shop(shop_id))

    def _withdrawal(self, _route: Route, parameters: Parameters) -> dict[str, Any]:
        shop_id = parameters.text("shopId")
        return withdrawal_words(self._settings, shop_id, self.contracts.shop(shop_id))

    def _item(self, route: Route, parameters: Parameters) -> dict[str, Any]:
        return payment_words(self._settings, self._table.get(parameters.text("paymentId")), route.call)

    def _open_new(self, route: Route, parameters: Parameters) -> dict[str, Any]:
        shown = parameters.text("account")
        order = Order(
            parameters.text("purchaseId"),
            int(parameters.text("amount")),
            parameters.text("currency"),
            parameters.text("shopId"),
            self._wallet_of(shown),
        )
        payment = self._payments.open_new(order)
        self._temporary.use_up(shown)
        return payment_words(self._settings, payment, route.call)

    def _close(self, route: Route, parameters: Parameters) -> dict[str, Any]:
        payment_id, confirm = parameters.text("paymentId"), parameters.is_true("confirm")
        payment = self._payments.close(PHASES[route.call], payment_id, confirm=confirm)
        return payment_words(self._settings, payment, route.call)

    def _open_cancel(self, route: Route, parameters: Parameters) -> dict[str, Any]:
        return payment_words(self._settings, self._payments.open_cancel(parameters.text("paymentId")), route.call)

    def _make_temporary(self, _route: Route, parameters: Parameters) -> dict[str, Any]:
        account = parameters.text("account")
        if parameters.text("signature") != signature_of(account, "", "temporary"):
            raise RefusedError(1501)
        return {"temporaryAccount": self.temporary_account(account)}

    def _approve(self, route: Route, parameters: Parameters) -> dict[str, Any]:
        answered = self.answers.answer(
            PHASES[route.call],
            parameters.text("paymentId"),
            approve=parameters.is_true("approval") if route.approve is None else route.approve,
            signature=parameters.text("signature"),
        )
        return answer_words(self._settings, answered.payment, answered.tx_hash)

    # -- small parts

    def _wallet_of(self, shown: str) -> str:
        """The wallet itself, whatever the customer showed."""
        if not is_temporary(shown):
            if not is_possible(shown):
                raise RefusedError(NOT_ACCEPTED)
            return shown
        account = self._temporary.wallet_of(shown, self._clock.elapsed())
        if account is None:
            raise RefusedError(2004)
        return account

    def _from_phone(self, phase: Phase, payment_id: str, *, approve: bool) -> dict[str, Any]:
        self.tick()
        self.background.steps += 1
        try:
            answered = self._phones.answer(phase, payment_id, approve=approve)
        except RefusedError as refused:
            return _error(refused)
        return self._success(answer_words(self._settings, answered.payment, answered.tx_hash))

    def _success(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"code": self._settings.success, "data": data}

    def _json(self, body: object, status: int = 200) -> Reply:
        headers = {"content-type": "application/json; charset=utf-8", "date": http_date(self._clock.now_ms())}
        return Reply(status, headers, json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode())

    def _page(self, status: int, text: str) -> Reply:
        """What the framework says by itself."""
        headers = {"content-type": "text/html; charset=utf-8", "date": http_date(self._clock.now_ms())}
        page = f'<!DOCTYPE html>\n<html lang="en">\n<body>\n<pre>{text}</pre>\n</body>\n</html>\n'
        return Reply(status, headers, page.encode())


def _error(refused: RefusedError) -> dict[str, Any]:
    error: dict[str, Any] = {"message": TEXTS.get(refused.code, "Unknown error")}
    if refused.validation:
        error["validation"] = list(refused.validation)
    return {"code": refused.code, "error": error}
