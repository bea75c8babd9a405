"""The telegrams that Dozn, which stands between banks and EzPG, sends to EzPG, and how EzPG answers.

Five kinds, told apart by two codes and not by the path. That codes of refusals begin with V, and when which is used, is
ours: the table that the document points to is nowhere to be had. So is that a telegram without a day is one of today.

Source: facts of EzPG, 'Dozn telegrams'.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Annotated, Any, Final, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kiosk.simulator.ezpg_ledger import Ledger
from kiosk.simulator.ezpg_records import Account
from kiosk.simulator.ezpg_settings import EzpgSettings
from kiosk.simulator.ezpg_time import Korea, day_of, in_form, milliseconds, moment_of
from kiosk.simulator.world import Reply, Request, framework_reply, json_object, json_reply


class Kind(NamedTuple):
    """A kind of telegram.

    Attributes:
        name: What this simulator calls it.
        telegram: Its `tgrm_dsc`.
        transaction: Its `tr_dsc`.
        path: Where Dozn sends it; only suggested.
    """

    name: str
    telegram: str
    transaction: str
    path: str


INQUIRY: Final = Kind("inquiry", "0500", "4100", "/api/deposit/account-validation")
PRE_CHECK: Final = Kind("pre_check", "0200", "1100", "/api/deposit/pre-validation")
DEPOSIT: Final = Kind("deposit", "0200", "1000", "/api/deposit/process")
CORRECTION: Final = Kind("correction", "0400", "1000", "/api/deposit/correction")
AGGREGATION: Final = Kind("aggregation", "0500", "7000", "/api/deposit/aggregation")
KINDS: Final[Mapping[tuple[str, str], Kind]] = {
    (kind.telegram, kind.transaction): kind for kind in (INQUIRY, PRE_CHECK, DEPOSIT, CORRECTION, AGGREGATION)
}
PATHS: Final = frozenset(kind.path for kind in KINDS.values())


class Answer(StrEnum):
    """`rsp_c`."""

    OK = "0000"
    UNKNOWN_ACCOUNT = "V001"
    ENDED = "V002"
    AMOUNT = "V003"
    NOT_NOW = "V004"
    NO_ORIGINAL = "V005"
    CORRECTED = "V006"
    ERROR = "V999"


Money = Annotated[int, Field(ge=0, lt=10**13)]
Count = Annotated[int, Field(ge=0, lt=10**7)]
Day = Annotated[str, in_form("%Y%m%d")]
Hour = Annotated[str, in_form("%H%M%S")]


class _Telegram(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True)

    sysid: Literal["VAS"]
    org_c: Annotated[str, Field(min_length=1, max_length=8)]
    tgrm_dsc: str
    tr_dsc: str
    tr_dt: Day | Literal[""] = ""
    tr_tm: Hour | Literal[""] = ""
    tr_natv_no: Annotated[str, Field(min_length=1, max_length=14)]


class Transaction(_Telegram):
    """All kinds but the aggregation. Who really paid is told to insurers only, so nothing here asks for it."""

    bnk_c: Annotated[str, Field(min_length=3, max_length=3)]
    giro_c: Annotated[str, Field(max_length=7)] = ""
    ocu_dsc: Literal["B", "D"]
    ir_saf_dsc: Literal["I", "S"]
    med_dsc: Annotated[str, Field(max_length=2)] = ""
    ddl_dsc: Literal["", "0", "1"] = ""
    rv_bnk_c: Annotated[str, Field(min_length=3, max_length=3)]
    rv_acno: Annotated[str, Field(min_length=1, max_length=16)]
    drw_bnk_c: Annotated[str, Field(max_length=3)] = ""
    drw_dprnm: Annotated[str, Field(max_length=30)] = ""
    tram: Annotated[int, Field(ge=1, lt=10**13)]
    obc_tram: Money
    csh_tram: Money
    retry_yn: Literal["", "Y", "N"] = ""
    aut_crc_yn: Literal["", "Y", "N"] = ""
    real_dprnm_yn: Literal["", "Y", "N"] = ""
    real_dprnm: Annotated[str, Field(max_length=20)] = ""


class Aggregation(_Telegram):
    """What Dozn counted on one day."""

    tot_dt: Day
    dz_rv_nrm_cn: Count
    dz_rv_nrm_am: Money
    dz_rv_crc_cn: Count
    dz_rv_crc_am: Money


class Desk:
    """Where EzPG takes telegrams in."""

    def __init__(self, time: Korea, ledger: Ledger, settings: Callable[[], EzpgSettings]) -> None:
        self._time = time
        self._ledger = ledger
        self._settings = settings

    def take(self, request: Request) -> Reply:
        """Answer a telegram; what is none is refused by HTTP."""
        kind = kind_of(request)
        try:
            if kind is AGGREGATION:
                words = self._count(Aggregation.model_validate_json(request.body))
            elif kind is not None:
                words = self._transact(kind, Transaction.model_validate_json(request.body))
            else:
                return framework_reply(400, request, self._time.now_ms())
        except ValidationError:
            return framework_reply(400, request, self._time.now_ms())
        return json_reply(200, words, self._time.now_ms())

    def _transact(self, kind: Kind, told: Transaction) -> dict[str, Any]:
        account = self._ledger.accounts.get((told.rv_bnk_c, told.rv_acno))
        natural = (told.tr_dt or day_of(self._time.now_ms()), told.tr_natv_no)
        holder = "" if account is None else self._settings().merchants[account.merchant].holder
        return {
            "tr_dt": natural[0],
            "tr_natv_no": told.tr_natv_no,
            "bnk_c": told.bnk_c,
            "rv_acno": told.rv_acno,
            "tram": told.tram,
            "rsp_c": self._answer(kind, told, natural, account),
            "rv_dprnm": holder,
            "org_c": told.org_c,
        }

    def _answer(self, kind: Kind, told: Transaction, natural: tuple[str, str], account: Account | None) -> Answer:
        if account is None:
            return Answer.UNKNOWN_ACCOUNT
        match kind.name:
            case "inquiry":
                return self._judge(told, account)
            case "pre_check":
                return self._pre_check(told, natural, account)
            case "deposit":
                return self._deposit(told, natural, account)
            case _:
                return self._correct(told, natural)

    def _judge(self, told: Transaction, account: Account) -> Answer:
        """Whether such a deposit would be welcome."""
        if self._settings().is_closed(account.bank, self._time.now_ms()):
            return Answer.NOT_NOW
        if self._ledger.state(account) != "waiting":
            return Answer.ENDED
        return Answer.OK if self._ledger.takes(account, told.tram) else Answer.AMOUNT

    def _pre_check(self, told: Transaction, natural: tuple[str, str], account: Account) -> Answer:
        answer = self._judge(told, account)
        known = self._ledger.deposit_of(natural)
        if answer is Answer.OK and known is None and self._settings().pending_rows:
            self._ledger.deposit(natural, account, told.tram, told.drw_dprnm, self._dated(told))
        return answer

    def _deposit(self, told: Transaction, natural: tuple[str, str], account: Account) -> Answer:
        """The money is there already: whatever it is, it is written down, and once only."""
        row = self._ledger.deposit_of(natural)
        if row is None:
            row = self._ledger.deposit(natural, account, told.tram, told.drw_dprnm, self._dated(told))
        if row.status == "pending":
            row.status = "completed"
        return Answer.OK

    def _correct(self, told: Transaction, natural: tuple[str, str]) -> Answer:
        row = self._ledger.deposit_of(natural)
        if row is None or row.status == "pending":
            return Answer.NO_ORIGINAL
        if row.status == "cancelled":
            return Answer.OK if told.retry_yn == "Y" else Answer.CORRECTED
        row.status, row.cancelled_ms = "cancelled", self._time.now_ms()
        return Answer.OK

    def _count(self, told: Aggregation) -> dict[str, Any]:
        """Normal are all deposits of the day, those too that were corrected later."""
        rows = [one for one in self._ledger.deposits if one.natural[0] == told.tot_dt and one.status != "pending"]
        corrected = [one for one in rows if one.status == "cancelled"]
        return {
            "rsp_c": Answer.OK,
            "tot_dt": told.tot_dt,
            "rv_nrm_cn": len(rows),
            "rv_nrm_am": sum(one.amount for one in rows),
            "rv_crc_cn": len(corrected),
            "rv_crc_am": sum(one.amount for one in corrected),
            "org_c": told.org_c,
        }

    def _dated(self, told: Transaction) -> int:
        if self._settings().dated == "notice" or not (told.tr_dt and told.tr_tm):
            return self._time.now_ms()
        return milliseconds(moment_of(told.tr_dt + told.tr_tm, "%Y%m%d%H%M%S"))


def kind_of(request: Request) -> Kind | None:
    """Which kind of telegram a request is; None if it is none."""
    body = json_object(request.body)
    return KINDS.get((str(body.get("tgrm_dsc")), str(body.get("tr_dsc"))))
