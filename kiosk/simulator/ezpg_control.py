"""The control path of EzPG, below `/_sim/ezpg`: what customers, their banks, Dozn and the head office do.

POST   /_sim/ezpg/pay          {"bank": "004", "account": "004...", "amount": 5000, "depositor": "홍길동", "mode": "S",
                               "in_flight_s": 60}; answers {"number": "...", "refused": null}, or who refused and why:
                               {"number": null, "refused": "V003"}, "" for no answer within Dozn's 10 s
POST   /_sim/ezpg/correct      {"number": "...", "after_the_fact": false}; answers {"answered": "0000"}
POST   /_sim/ezpg/aggregate    {"day": "20261129"}; answers with the telegram and its answer
POST   /_sim/ezpg/withdrawals  {"trx_id": "W...", "status": "completed", "reason": ""}
POST   /_sim/ezpg/clock        {"at": "2026-11-29T23:29:00+09:00"}, or {"ahead_s": 600}: lets what is due by then happen

Faults on the way from a merchant are planned for "ezpg.issue" and so on, on the way from Dozn for "dozn.deposit" and so
on: inquiry, pre_check, deposit, correction, aggregation. Two notices that are lost make a row 20 minutes late:
{"call": "dozn.deposit", "kind": "drop_before", "count": 2}.
"""

from collections.abc import Callable
from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator
from starlette.routing import Route

from kiosk.simulator.ezpg_bank import Payment, UnpaidError
from kiosk.simulator.ezpg_records import WithdrawalStatus
from kiosk.simulator.ezpg_time import milliseconds
from kiosk.simulator.outside import Outside


class _Correction(BaseModel):
    """Which deposit, and whether the money goes back before anybody is asked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: str
    after_the_fact: bool = False


class _Day(BaseModel):
    """A day, in Korea."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    day: Annotated[str, Field(pattern=r"^[0-9]{8}$")]


class _Verdict(BaseModel):
    """What becomes of a withdrawal."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    trx_id: str
    status: WithdrawalStatus
    reason: str = ""


class _Clock(BaseModel):
    """What time it is to be."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: AwareDatetime | None = None
    ahead_s: float | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.at is None) == (self.ahead_s is None):
            raise ValueError("either at or ahead_s")
        return self


def ezpg_routes(outside: Outside, route: Callable[[str, str, Callable[[object], object]], Route]) -> list[Route]:
    """The routes below `/_sim/ezpg`.

    Args:
        outside: What they reach into.
        route: Makes one.
    """

    def pay(body: object) -> object:
        try:
            transfer = outside.ezpg.bank.pay(Payment.model_validate(body))
        except UnpaidError as unpaid:
            return {"number": None, "refused": unpaid.answer}
        return {"number": transfer.number, "refused": None}

    def correct(body: object) -> object:
        wanted = _Correction.model_validate(body)
        return {"answered": outside.ezpg.bank.correct(wanted.number, after_the_fact=wanted.after_the_fact)}

    def settle(body: object) -> None:
        verdict = _Verdict.model_validate(body)
        outside.ezpg.settle(verdict.trx_id, verdict.status, verdict.reason)

    def set_clock(body: object) -> None:
        wanted, server = _Clock.model_validate(body), outside.ezpg
        now_ms = server.time.now_ms()
        skip_ms = milliseconds(wanted.at) - now_ms if wanted.at else round((wanted.ahead_s or 0.0) * 1000)
        outside.change({"ezpg": {"skew_ms": server.settings.skew_ms + skip_ms}})
        outside.tick()

    return [
        route("/ezpg/pay", "POST", pay),
        route("/ezpg/correct", "POST", correct),
        route("/ezpg/aggregate", "POST", lambda body: outside.ezpg.bank.aggregate(_Day.model_validate(body).day)),
        route("/ezpg/withdrawals", "POST", settle),
        route("/ezpg/clock", "POST", set_clock),
    ]
