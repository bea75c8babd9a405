"""The customers' banks, with Dozn behind them: where money moves, whatever EzPG knows of it.

A bank of mode I asks EzPG twice before it lets a customer pay; one of mode S lets anybody pay, and only tells. Both
tell until EzPG answers. Nothing here waits: a silence that would outlast Dozn's patience counts as one at once.

Ours: that a bank takes nothing in its closed hours, that it gives back what EzPG says belongs to no account, and how
long a deposit can be under way.

Source: facts of EzPG, 'Dozn telegrams'.
"""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field

from kiosk.simulator.delivery import Delivery, Late
from kiosk.simulator.ezpg_ledger import Ledger
from kiosk.simulator.ezpg_records import Deposit
from kiosk.simulator.ezpg_settings import EzpgSettings, Mode
from kiosk.simulator.ezpg_telegrams import AGGREGATION, CORRECTION, DEPOSIT, INQUIRY, PRE_CHECK, Answer, Kind
from kiosk.simulator.ezpg_time import GRAIN_S, Korea, day_of, korean
from kiosk.simulator.world import Clock, Moved, Request, json_object

PATIENCE_S: Final = 10.0
"""How long Dozn waits for an answer [s]."""
RESEND_S: Final = 600.0
"""How long it waits with telling again [s]."""
INSTITUTION: Final = "30000003"
NO_ANSWER: Final = ""
LONGEST_PAYER: Final = 30


class Payment(BaseModel):
    """What a customer wants their bank to do.

    Attributes:
        bank: Code of the bank that issued the account.
        account: Its number.
        amount: How much [won].
        depositor: Who pays, as the bank says.
        mode: Of the bank, this time; None: as its settings say.
        in_flight_s: How long the deposit is under way, once the money has left [s].
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    bank: str
    account: str
    amount: Annotated[int, Field(ge=1, lt=10**13)]
    depositor: Annotated[str, Field(max_length=LONGEST_PAYER)] = "홍길동"
    mode: Mode | None = None
    in_flight_s: float = Field(default=0.0, ge=0)


class UnpaidError(Exception):
    """The bank refuses, and no money moves.

    Args:
        answer: EzPG's or the bank's own; "" when EzPG gave none in time.
    """

    def __init__(self, answer: str) -> None:
        self.answer = answer
        super().__init__(answer)


@dataclass(slots=True)
class Transfer:
    """Money that left a customer's account.

    Attributes:
        number: Dozn's, of its day.
        payment: What was asked for.
        mode: Of the bank.
        at_ms: When [ms since 1970].
        tell_s: When EzPG will be told next [s]; None once it has answered.
        telling: Of what.
        tries: How often it was told.
        is_back: The customer has it again.
    """

    number: str
    payment: Payment
    mode: Mode
    at_ms: int
    tell_s: float | None
    telling: Kind = DEPOSIT
    tries: int = 0
    is_back: bool = False

    @property
    def natural(self) -> tuple[str, str]:
        """Its day and number."""
        return day_of(self.at_ms), self.number


@dataclass(slots=True)
class _Landing:
    """A telegram that arrives after Dozn has given up on it."""

    due_s: float
    late: Late


class Bank:
    """All banks.

    Args:
        clock: The world's, for when money moved.
        time: Theirs.
        chance: Numbers of transactions.
        ledger: EzPG's books, for who asked for an account and for `moved`.
        settings: How they behave.
        send: Takes a telegram to EzPG.

    Attributes:
        transfers: All money that left a customer, in order.
        steps: How many things have happened here.
    """

    def __init__(
        self,
        clock: Clock,
        time: Korea,
        chance: random.Random,
        ledger: Ledger,
        settings: Callable[[], EzpgSettings],
        send: Callable[[Request], Delivery],
    ) -> None:
        self._clock = clock
        self._time = time
        self._random = chance
        self._ledger = ledger
        self._settings = settings
        self._send = send
        self._landings: list[_Landing] = []
        self.transfers: list[Transfer] = []
        self.steps = 0

    def pay(self, payment: Payment) -> Transfer:
        """Let a customer pay.

        Raises:
            UnpaidError: the bank does not.
        """
        settings, now_ms = self._settings(), self._time.now_ms()
        if settings.is_closed(payment.bank, now_ms):
            raise UnpaidError(Answer.NOT_NOW)
        mode = payment.mode or settings.mode_of(payment.bank)
        tell_s = self._time.now_s() + payment.in_flight_s
        transfer = Transfer(f"{self._random.randrange(10**14):014d}", payment, mode, now_ms, tell_s)
        for kind in (INQUIRY, PRE_CHECK) if mode == "I" else ():
            answer = self._ask(kind, self._telegram(kind, transfer))
            if answer != Answer.OK:
                raise UnpaidError(answer)
        self.transfers.append(transfer)
        self._move(transfer, payment.amount)
        self.tick()
        return transfer

    def correct(self, number: str, *, after_the_fact: bool) -> str:
        """Take a deposit back: when EzPG agrees, or at once and EzPG is only told.

        Returns:
            EzPG's answer; "" when it gave none in time.

        Raises:
            ValueError: EzPG knows of no such deposit yet, or it was taken back.
        """
        transfer = next((one for one in self.transfers if one.number == number), None)
        if transfer is None or transfer.tell_s is not None or transfer.is_back:
            raise ValueError(f"no deposit {number} can be corrected")
        self.steps += 1
        if after_the_fact:
            self._give_back(transfer)
            transfer.telling, transfer.tries = CORRECTION, 0
            return self._tell(transfer)
        answer = self._ask(CORRECTION, self._telegram(CORRECTION, transfer))
        if answer == Answer.OK:
            self._give_back(transfer)
        return answer

    def aggregate(self, day: str) -> dict[str, Any]:
        """Let Dozn tell EzPG what it counted on a day.

        Returns:
            What was asked, and what was answered; None for no answer in time.
        """
        known = self._ledger.accounts
        told = [
            one for one in self.transfers if one.natural[0] == day and (one.payment.bank, one.payment.account) in known
        ]
        returned = [one for one in told if one.is_back]
        asked = _head(AGGREGATION, f"{self._random.randrange(10**14):014d}", self._time.now_ms()) | {
            "tot_dt": day,
            "dz_rv_nrm_cn": len(told),
            "dz_rv_nrm_am": sum(one.payment.amount for one in told),
            "dz_rv_crc_cn": len(returned),
            "dz_rv_crc_am": sum(one.payment.amount for one in returned),
        }
        return {"asked": asked, "answered": self._exchange(AGGREGATION, asked)}

    def tick(self) -> None:
        """Tell, and tell again, what is due."""
        while (due := self._next()) is not None and due[0] <= self._time.now_s() + GRAIN_S:
            due[1]()
            self.steps += 1

    def next_due_s(self) -> float | None:
        """When the next thing happens here [s]; None: nothing will."""
        due = self._next()
        return None if due is None else due[0]

    def row_of(self, transfer: Transfer) -> Deposit | None:
        """EzPG's row of a transfer, if it has one."""
        return self._ledger.deposit_of(transfer.natural)

    def reference_of(self, transfer: Transfer) -> str:
        """The id under which a till asked for the account; the number if none did."""
        account = self._ledger.accounts.get((transfer.payment.bank, transfer.payment.account))
        return transfer.payment.account if account is None else account.reference

    def _next(self) -> tuple[float, Callable[[], object]] | None:
        works: list[tuple[float, Callable[[], object]]] = [
            (one.tell_s, partial(self._tell, one)) for one in self.transfers if one.tell_s is not None
        ]
        works += [(one.due_s, partial(self._land, one)) for one in self._landings]
        return min(works, key=itemgetter(0), default=None)

    def _tell(self, transfer: Transfer) -> str:
        transfer.tries += 1
        answer = self._ask(transfer.telling, self._telegram(transfer.telling, transfer))
        is_heard = answer == Answer.OK or (transfer.telling is CORRECTION and answer == Answer.CORRECTED)
        if answer == Answer.UNKNOWN_ACCOUNT:
            self._give_back(transfer)
        transfer.tell_s = None if is_heard or answer == Answer.UNKNOWN_ACCOUNT else self._time.now_s() + RESEND_S
        return answer

    def _land(self, landing: _Landing) -> None:
        self._landings.remove(landing)
        landing.late.land()

    def _give_back(self, transfer: Transfer) -> None:
        transfer.is_back = True
        self._move(transfer, -transfer.payment.amount)

    def _move(self, transfer: Transfer, amount: int) -> None:
        self._ledger.moved.append(Moved(self.reference_of(transfer), amount, self._clock.now_ms()))

    def _ask(self, kind: Kind, telegram: dict[str, Any]) -> str:
        answer = self._exchange(kind, telegram)
        return NO_ANSWER if answer is None else str(answer.get("rsp_c", NO_ANSWER))

    def _exchange(self, kind: Kind, telegram: dict[str, Any]) -> dict[str, object] | None:
        """Send a telegram; None if there is no answer that Dozn waits for or understands."""
        body = json.dumps(telegram, ensure_ascii=False).encode()
        delivery = self._send(Request("POST", kind.path, {"content-type": "application/json"}, body))
        if delivery.late is not None:
            self._landings.append(_Landing(self._time.now_s() + delivery.late.after_s, delivery.late))
        if delivery.reply is None or delivery.reply.status != 200:
            return None
        heard = delivery.reply.body[: delivery.cut_at]
        if delivery.silence_s + delivery.gap_s * len(heard) >= PATIENCE_S:
            return None
        return json_object(heard)

    def _telegram(self, kind: Kind, transfer: Transfer) -> dict[str, Any]:
        payment = transfer.payment
        return _head(kind, transfer.number, transfer.at_ms) | {
            "bnk_c": payment.bank,
            "giro_c": "",
            "ocu_dsc": "B",
            "ir_saf_dsc": transfer.mode,
            "med_dsc": "02",
            "ddl_dsc": "0",
            "rv_bnk_c": payment.bank,
            "rv_acno": payment.account,
            "drw_bnk_c": "",
            "drw_dprnm": payment.depositor,
            "tram": payment.amount,
            "obc_tram": 0,
            "csh_tram": payment.amount,
            "retry_yn": "Y" if transfer.tries > 1 else "",
            "aut_crc_yn": "",
            "real_dprnm_yn": "",
            "real_dprnm": "",
        }


def _head(kind: Kind, number: str, at_ms: int) -> dict[str, Any]:
    moment = korean(at_ms)
    return {
        "sysid": "VAS",
        "org_c": INSTITUTION,
        "tgrm_dsc": kind.telegram,
        "tr_dsc": kind.transaction,
        "tr_dt": moment.strftime("%Y%m%d"),
        "tr_tm": moment.strftime("%H%M%S"),
        "tr_natv_no": number,
    }
