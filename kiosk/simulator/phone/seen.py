"""What a phone shows of a payment, or of its cancel.

Where the points are, the chain says; the relay's own row only says whether somebody may still answer. So a row that
claims an end does not hide points that are held.

Source: facts of the loyalty relay, 'state machine'.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kiosk.simulator.relay import RelayServer
from kiosk.simulator.relay_answers import ANSWER_S
from kiosk.simulator.relay_chain import Chain
from kiosk.simulator.relay_money import UNIT
from kiosk.simulator.relay_phones import Question
from kiosk.simulator.relay_records import ANSWERABLE, CANCEL, NEW, Phase, Step

LONGEST_LIST = 50
FRACTION_DIGITS = 18

_PAYMENT: Mapping[Chain, str] = {
    Chain.OPENED: "held",
    Chain.CLOSED: "paid",
    Chain.FAILED: "released",
    Chain.CANCEL_OPENED: "refunding",
    Chain.CANCEL_CLOSED: "refunded",
    Chain.CANCEL_FAILED: "paid",
}
_CANCEL: Mapping[Chain, str] = {
    Chain.CANCEL_OPENED: "approved",
    Chain.CANCEL_CLOSED: "refunded",
    Chain.CANCEL_FAILED: "dropped",
}
_UNASKED: Mapping[Step | None, str] = {Step.SENT: "sent", Step.DENIED: "denied"}


@dataclass(frozen=True, slots=True)
class Seen:
    """A payment on a phone; amounts as people read them.

    Attributes:
        id: The relay's.
        order: The kiosk's.
        shop: Its name; empty if there is no such shop.
        amount: The price, in its currency.
        currency: In small letters.
        points: The price in points.
        fee: In points.
        total: What leaves the wallet, in points.
        state: "asked", "again" (asked once more, as an approval did not get through), "late", "sent", "denied",
            "dropped"; of a payment also "held", "released", "paid", "refunding", "refunded"; of a cancel also
            "approved" and "refunded".
        left_s: How long an answer still counts [s].
    """

    id: str
    order: str
    shop: str
    amount: str
    currency: str
    points: str
    fee: str
    total: str
    state: str
    left_s: float


def payments_of(relay: RelayServer, account: str) -> list[Seen]:
    """The payments of a wallet, oldest first; without those that its phone, as it has none, was never asked for."""
    can_ask = relay.contracts.purse(account).phone
    asked = {one.payment_id: one for one in relay.incoming(account) if can_ask}
    rows = [row for row in relay.books()["payments"] if row["account"].lower() == account.lower()]
    return _seen(relay, NEW, rows, asked)


def cancels_of(relay: RelayServer, owner: str) -> list[Seen]:
    """The cancels that were opened at the shops of an owner, oldest first; without those that others answer."""
    asked = {one.payment_id: one for one in relay.cancels_waiting(owner)}
    rows = [row for row in relay.books()["payments"] if row["openCancelTimestamp"] and _asks(relay, owner, row)]
    return _seen(relay, CANCEL, rows, asked)


def as_people_read(amount: int) -> str:
    """An amount [10^-18] with all digits that it has: "98,989.5"."""
    whole, rest = divmod(amount, UNIT)
    fraction = f"{rest:0{FRACTION_DIGITS}d}".rstrip("0")
    return f"{whole:,}.{fraction}" if fraction else f"{whole:,}"


def _asks(relay: RelayServer, owner: str, row: Mapping[str, Any]) -> bool:
    counter = relay.contracts.shop(row["shopId"])
    return counter is not None and counter.shop.phone and counter.shop.account.lower() == owner.lower()


def _seen(relay: RelayServer, phase: Phase, rows: list[dict[str, Any]], asked: Mapping[str, Question]) -> list[Seen]:
    seen: list[Seen] = []
    for row in rows[-LONGEST_LIST:]:
        question = asked.get(row["paymentId"])
        state = _state(phase, row, question)
        if state is None:
            continue
        counter = relay.contracts.shop(row["shopId"])
        seen.append(
            Seen(
                id=row["paymentId"],
                order=row["purchaseId"],
                shop=counter.shop.name if counter else "",
                amount=as_people_read(int(row["amount"])),
                currency=row["currency"].lower(),
                points=as_people_read(int(row["paidPoint"])),
                fee=as_people_read(int(row["feePoint"])),
                total=as_people_read(int(row["totalPoint"])),
                state=state,
                left_s=max(0.0, ANSWER_S - question.age_s) if question else 0.0,
            )
        )
    return seen


def _state(phase: Phase, row: Mapping[str, Any], question: Question | None) -> str | None:
    """None where a person is to answer who has no phone here."""
    chain, step = Chain(row["chain"]), phase.step(row["status"])
    told = (_PAYMENT if phase is NEW else _CANCEL).get(chain)
    if told is not None:
        return told
    if step not in ANSWERABLE:
        return _UNASKED.get(step, "dropped")
    if question is None:
        return None
    if question.age_s > ANSWER_S:
        return "late"
    return "asked" if step is Step.OPENED else "again"
