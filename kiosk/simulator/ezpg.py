"""EzPG: one-time virtual accounts, into which customers pay from their own banks, and withdrawals by staff.

The owner's document is a guide; of the documents that it points to, some are drafts that contradict each other, and for
much there is none at all. **What fills the holes is ours, and client and simulator share it**; each of the files below
says which of it is. `extensions` "off" is a server that knows nothing of what was added.

    ezpg.py            addresses, who may ask what, the answers' envelope
    ezpg_requests.py   how requests are read
    ezpg_words.py      what answers say
    ezpg_sessions.py   logins
    ezpg_ledger.py     accounts, deposits, withdrawals; ezpg_records.py a row of each, and the codes
    ezpg_telegrams.py  what Dozn tells EzPG, and EzPG's answers
    ezpg_bank.py       the customers' banks and Dozn: where money moves
    ezpg_books.py      what really happened to the money
    ezpg_control.py    its control path
    ezpg_time.py       Korea's time, and hours
    ezpg_settings.py   how all of it behaves, and who is registered

Source: EzPG guide; facts of EzPG.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from pydantic import ValidationError
from typing_extensions import override

from kiosk.simulator.delivery import Delivery
from kiosk.simulator.ezpg_bank import LONGEST_PAYER, Bank, Payment, UnpaidError
from kiosk.simulator.ezpg_books import books_of
from kiosk.simulator.ezpg_ledger import Ledger
from kiosk.simulator.ezpg_records import MESSAGES, Account, Code, RefusedError, Withdrawal, WithdrawalStatus
from kiosk.simulator.ezpg_requests import (
    Close,
    DepositRows,
    Issue,
    IssueMore,
    Login,
    Otp,
    PlayedDeposit,
    Recent,
    Rows,
    Statistics,
    Whose,
    Withdraw,
    WithdrawMore,
    query_of,
)
from kiosk.simulator.ezpg_sessions import Session, Sessions
from kiosk.simulator.ezpg_settings import EzpgSettings, User
from kiosk.simulator.ezpg_telegrams import PATHS, Answer, Desk, kind_of
from kiosk.simulator.ezpg_time import GRAIN_S, Korea, written
from kiosk.simulator.ezpg_words import Words
from kiosk.simulator.world import Call, Clock, Moved, Reply, Request, Server, framework_reply, json_object, json_reply

CALLS: Final[Mapping[str, tuple[str, str]]] = {
    "/auth/login": ("POST", "login"),
    "/auth/verify-otp": ("POST", "otp"),
    "/accounts/issue": ("POST", "issue"),
    "/accounts/close": ("POST", "close"),
    "/transactions/deposits": ("GET", "deposits"),
    "/transactions/withdrawals": ("GET", "withdrawals"),
    "/transactions/recent": ("GET", "recent"),
    "/merchants/balance": ("GET", "balance"),
    "/merchants/settings": ("GET", "settings"),
    "/statistics": ("GET", "statistics"),
    "/merWithdrawApi": ("POST", "withdraw"),
    "/test/deposit": ("POST", "test_deposit"),
}
ADDED: Final = frozenset({"close", "settings", "statistics"})
"""Calls that no document has: ours, or only expected."""
ID_KEYS: Final = ("moid", "accountId", "accountNo", "merchantId", "mid", "tr_natv_no")
PLAIN: Final = {"content-type": "text/plain;charset=UTF-8"}
REASONS: Final[Mapping[str, str]] = {
    Answer.UNKNOWN_ACCOUNT: Code.UNKNOWN_ACCOUNT,
    Answer.ENDED: Code.ENDED,
    Answer.AMOUNT: Code.AMOUNT,
    Answer.NOT_NOW: Code.NOT_NOW,
}


class EzpgServer(Server):
    """EzPG, with the banks in front of it.

    Args:
        clock: The world's time.
        chance: Account numbers, ids and tokens.
        send: Takes a telegram to this server, through whatever faults are in between.
        settings: To start with.

    Attributes:
        settings: How it behaves now.
        bank: The customers' side.
    """

    def __init__(
        self,
        clock: Clock,
        chance: random.Random,
        send: Callable[[Request], Delivery],
        settings: EzpgSettings | None = None,
    ) -> None:
        self._clock = clock
        self.settings = settings or EzpgSettings()
        self.time = Korea(clock, lambda: self.settings.skew_ms)
        self.ledger = Ledger(self.time, chance, lambda: self.settings)
        self.moved: list[Moved] = self.ledger.moved
        self.sessions = Sessions(self.time, chance, lambda: self.settings)
        self._words = Words(self.ledger, lambda: self.settings)
        self._desk = Desk(self.time, self.ledger, lambda: self.settings)
        self.bank = Bank(clock, self.time, chance, self.ledger, lambda: self.settings, send)
        self._settled = 0

    # -- what happens by itself

    def tick(self) -> None:
        """Let happen what is due."""
        self.bank.tick()
        now_s = self.time.now_s() + GRAIN_S
        for one in [one for one in self._approvals() if one.asked_s + self._patience_s <= now_s]:
            self.settle(one.trx_id, "completed", "")

    def next_due_s(self) -> float | None:
        """In how many seconds something happens by itself; None: nothing will."""
        telling_s = self.bank.next_due_s()
        dues = [one.asked_s + self._patience_s for one in self._approvals()] + (
            [] if telling_s is None else [telling_s]
        )
        return max(0.0, min(dues) - self.time.now_s()) if dues else None

    @property
    def steps(self) -> int:
        """How many things have happened beside what was asked over HTTP."""
        return self.bank.steps + self._settled

    # -- people

    def settle(self, trx_id: str, status: WithdrawalStatus, reason: str) -> None:
        """The head office decides about a withdrawal.

        Raises:
            ValueError: none of this id is under way.
        """
        self.ledger.settle(trx_id, status, reason, self._clock.now_ms())
        self._settled += 1

    # -- HTTP

    @override
    def call_of(self, request: Request) -> Call:
        ids = {**query_of(request.query), **json_object(request.body)}
        shown = {key: value for key in ID_KEYS if isinstance(value := ids.get(key), str)}
        return Call(self._name_of(request), shown)

    @override
    def handle(self, request: Request) -> Reply:
        if request.path in PATHS:
            if request.method != "POST":
                return framework_reply(405, request, self.time.now_ms())
            return self._desk.take(request)
        method, name = CALLS.get(request.path, ("", "unknown"))
        if name == "unknown" or (name in ADDED and not self.settings.is_extended):
            return framework_reply(404, request, self.time.now_ms())
        if method != request.method:
            return framework_reply(405, request, self.time.now_ms())
        try:
            return self._reply(request, 200, Code.OK, self._answer(name, request))
        except ValidationError:
            return self._refuse(request, RefusedError(Code.BAD_PARAMETER))
        except RefusedError as refused:
            return self._refuse(request, refused)

    def refusal(self, code: str, request: Request, status: int = 200) -> Reply:
        """An answer with a code."""
        return self._refuse(request, RefusedError(code, status))

    @override
    def internal_error(self, request: Request) -> Reply:
        return framework_reply(500, request, self.time.now_ms())

    @override
    def unauthorised(self, request: Request) -> Reply:
        return self._refuse(request, self.sessions.unauthorised())

    @override
    def nothing_there(self, request: Request) -> Reply:
        return self.refusal(Code.NO_DATA, request)

    @override
    def declined(self, request: Request) -> Reply:
        codes = {"issue": Code.NO_ISSUE, "withdraw": Code.BALANCE, "test_deposit": Code.NO_DEPOSIT}
        return self.refusal(codes.get(self._name_of(request), Code.BAD_PARAMETER), request)

    @override
    def books(self) -> dict[str, Any]:
        return books_of(self.ledger, self.bank, self.settings)

    # -- calls

    def _answer(self, name: str, request: Request) -> dict[str, Any]:
        if name == "login":
            return self._login(Login.model_validate_json(request.body))
        if name == "test_deposit":
            return self._test_deposit(PlayedDeposit.model_validate_json(request.body))
        if name == "withdraw":
            return self._withdraw(request)
        session = self.sessions.of(request)
        if name == "otp":
            return self._verify(session, Otp.model_validate_json(request.body))
        if session.rights == "otp":
            raise RefusedError(Code.FORBIDDEN, 403)
        if name in {"issue", "close"}:
            return self._change(name, session, request)
        return self._look(name, session, query_of(request.query))

    def _login(self, asked: Login) -> dict[str, Any]:
        token, user = self.sessions.login(asked.user_id, asked.password)
        require = "N" if user.otp is None else "Y"
        return {"token": token, "userInfo": self._user(asked.user_id, user), "requireOtp": require}

    def _verify(self, session: Session, asked: Otp) -> dict[str, Any]:
        if asked.user_id != session.user:
            raise RefusedError(Code.FORBIDDEN, 403)
        token, user = self.sessions.verify(session, asked.otp_code)
        return {"token": token, "userInfo": self._user(asked.user_id, user)}

    def _change(self, name: str, session: Session, request: Request) -> dict[str, Any]:
        if name == "close":
            close = Close.model_validate_json(request.body)
            self._require_own(session, close.merchant_id)
            account = self.ledger.close(close.merchant_id, close.account_id)
            if not account.is_closed:
                raise RefusedError(Code.ENDED, words={"status": self.ledger.state(account), **self._about(account)})
            return self._about(account)
        issue = (IssueMore if self.settings.is_extended else Issue).model_validate_json(request.body)
        self._require_own(session, issue.merchant_id)
        return self._about(self.ledger.issue(issue, _reference(request)))

    def _look(self, name: str, session: Session, query: Mapping[str, str]) -> dict[str, Any]:
        rows = DepositRows if self.settings.is_extended else Rows
        looks: Mapping[str, tuple[type[Whose], Callable[..., dict[str, Any]]]] = {
            "deposits": (rows, self._words.deposits),
            "withdrawals": (Rows, self._words.withdrawals),
            "recent": (Recent, self._words.recent),
            "statistics": (Statistics, self._words.statistics),
        }
        asked = Whose.model_validate(query)
        self._require_own(session, asked.merchant_id or session.merchant)
        if name == "balance":
            return self._words.balance(session.merchant)
        if name == "settings":
            return self._words.settings(session.merchant)
        model, look = looks[name]
        return look(session.merchant, model.model_validate(query))

    def _withdraw(self, request: Request) -> dict[str, Any]:
        """The key in the body is the document's; that staff are logged in with their six digits beside it is ours."""
        is_extended = self.settings.is_extended
        if is_extended and self.sessions.of(request).rights != "all":
            raise RefusedError(Code.FORBIDDEN, 403)
        asked = (WithdrawMore if is_extended else Withdraw).model_validate_json(request.body)
        merchant = self.settings.merchants.get(asked.mid)
        if merchant is None or merchant.key != asked.meky:
            raise RefusedError(Code.FORBIDDEN)
        if is_extended:
            self._require_own(self.sessions.of(request), asked.mid)
        row = self.ledger.withdraw(asked, _reference(request))
        return {**_asked_back(request), "natvTrNo": row.natural_number}

    def _test_deposit(self, asked: PlayedDeposit) -> dict[str, Any]:
        """The documents' way to play the customer; no login is named for it, and none is asked for."""
        mode = asked.bank_mode if self.settings.is_extended else None
        amount = int(asked.amount)
        words: dict[str, Any] = {"accountNo": asked.account_no, "amount": amount}
        payer = asked.depositor_name[:LONGEST_PAYER]
        payment = Payment(bank=asked.bank_code, account=asked.account_no, amount=amount, depositor=payer, mode=mode)
        try:
            transfer = self.bank.pay(payment)
        except UnpaidError as unpaid:
            code = REASONS.get(unpaid.answer, Code.NO_DEPOSIT)
            words |= {"status": "failed", "reason": MESSAGES[code]}
            raise RefusedError(code, words=words) from None
        row = self.bank.row_of(transfer)
        if row is None:
            return {**words, "status": "pending"}
        return {**words, "trxId": row.trx_id, "depositDt": written(row.at_ms), "status": row.status}

    # -- small things

    def _require_own(self, session: Session, merchant: str) -> None:
        """Shops see themselves only; the head office's logins are not played here."""
        if merchant != session.merchant:
            raise RefusedError(Code.FORBIDDEN)

    def _about(self, account: Account) -> dict[str, Any]:
        return {"merchantId": account.merchant, "accountInfo": self._words.account(account)}

    def _user(self, name: str, user: User) -> dict[str, Any]:
        return {
            "userId": name,
            "userName": name,
            "adminYn": "N",
            "merchantId": user.merchant,
            "merchantName": self.settings.merchants[user.merchant].name,
            "lastLoginDt": written(self.time.now_ms()),
        }

    def _approvals(self) -> list[Withdrawal]:
        """Withdrawals that the head office will approve by itself."""
        if self.settings.approves_after_s is None:
            return []
        return [one for one in self.ledger.withdrawals if one.status in {"pending", "processing"}]

    @property
    def _patience_s(self) -> float:
        return self.settings.approves_after_s or 0.0

    def _name_of(self, request: Request) -> str:
        if request.path in PATHS:
            kind = kind_of(request)
            return "unknown" if kind is None else kind.name
        method, name = CALLS.get(request.path, ("", "unknown"))
        return name if method == request.method else "unknown"

    def _refuse(self, request: Request, refused: RefusedError) -> Reply:
        body = json_object(request.body)
        needed: Mapping[str, dict[str, Any]] = {
            "login": {"requireOtp": "N"},
            "issue": {"merchantId": body.get("merchantId")},
            "close": {"merchantId": body.get("merchantId")},
            "withdraw": _asked_back(request),
        }
        words = {**needed.get(self._name_of(request), {}), **refused.words}
        return self._reply(request, refused.status, refused.code, words)

    def _reply(self, request: Request, status: int, code: str, words: Mapping[str, Any]) -> Reply:
        body = {"resultCode": code, "resultMsg": MESSAGES.get(code, "오류"), **words}
        reply = json_reply(status, body, self.time.now_ms())
        is_plain = self._name_of(request) == "withdraw"
        return replace(reply, headers={**reply.headers, **PLAIN}) if is_plain else reply


def _asked_back(request: Request) -> dict[str, Any]:
    body = json_object(request.body)
    return {key: body.get(key) for key in ("mid", "withAmt", "bankCd", "withAccntNo", "withAccntNm")}


def _reference(request: Request) -> str:
    """The caller's own id, whether or not this server keeps it: the books name everything by that."""
    moid = json_object(request.body).get("moid")
    return moid if isinstance(moid, str) else ""
