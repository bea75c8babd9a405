"""Whatever can stand in the journal can be told: every state, answer, call, reason, kind and way has its words."""

import dataclasses
from collections.abc import Iterable, Mapping
from typing import get_args

import pytest

from kiosk.domain.attempt import State
from kiosk.domain.entries import Entry
from kiosk.domain.history import FindBy, Happened
from kiosk.domain.moment import Stamp
from kiosk.domain.order import OrderState
from kiosk.domain.outcome import Reason
from kiosk.domain.people import Deed, PinFlaw, Role
from kiosk.domain.refund import FindingKind, FindingState, RefundState
from kiosk.domain.resolution import Way
from kiosk.domain.staffwork import PrintKind, TaskKind
from kiosk.domain.transfers import Differs, Standing
from kiosk.domain.words import Said
from kiosk.flows.manager import telling
from kiosk.flows.manager.hands import ENDS, FOUND, PROOFS
from kiosk.flows.manager.intents import Act, Place
from kiosk.flows.manager.sales import WHYS
from kiosk.flows.manager.visit import Leaving
from kiosk.services.gateways.card import rules as card
from kiosk.services.gateways.ceos import rules as ceos
from kiosk.services.gateways.crepay import rules as crepay
from kiosk.services.gateways.ezpg.payouts import SIGN_IN_PROBLEM
from kiosk.services.gateways.loyalty import answers as loyalty
from tests.flows.manager.words import TEXTS

GATEWAYS = (card, ceos, crepay, loyalty)
FAMILIES: Mapping[str, Iterable[str]] = {
    "answer.": {one.value for gateway in GATEWAYS for one in gateway.Answer},
    "call.": {one.value.replace("-", "_") for gateway in GATEWAYS for one in gateway.Call},
    "to.attempt.": State,
    "to.order.": OrderState,
    "to.refund.": RefundState,
    "to.finding.": FindingState,
    "order_state.": OrderState,
    "reason.": Reason,
    "kind.": {*FindingKind, *PrintKind, *TaskKind},
    "task.": TaskKind,
    "todo.": TaskKind,
    "role.": Role,
    "role_may.": Role,
    "deed.": Deed,
    "pin_flaw.": PinFlaw,
    "way.": Way,
    "way_meaning.": Way,
    "confirm.": Way,
    "proof.": PROOFS,
    "dealt.": ENDS,
    "found.": FOUND,
    "why.": WHYS,
    "act.": Act,
    "place.": Place,
    "leave.": Leaving,
    "find_by.": FindBy,
    "standing.": Standing,
    "differs.": Differs,
    "payout_problem.": {*SIGN_IN_PROBLEM.values(), Reason.NO_ANSWER},
}


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.language)
@pytest.mark.parametrize("family", FAMILIES)
def test_every_value_has_its_words(text, family):
    keys = text._singular
    assert [value for value in FAMILIES[family] if f"{family}{str(value).lower()}" not in keys] == []


def _of_a_sale(entry):
    return not any(field.name == "person_id" for field in dataclasses.fields(entry))


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.language)
@pytest.mark.parametrize("kind", sorted(one.__name__ for one in get_args(Entry) if _of_a_sale(one)))
def test_every_event_of_a_sale_is_told_or_left_out(text, kind):
    body = {"to": "", "method": "ceos", "amount": 700, "by": "P1"}
    happened = (Happened(1, Stamp(1_767_225_600_000, 0, "boot"), kind, "", body),)
    titles = [row.title for row in telling.timeline_rows(happened, {"P1": "점장"})]
    assert len(titles) == (kind not in telling.HIDDEN)
    for title in titles:
        assert isinstance(title, Said)
        assert text(title.key, **dict.fromkeys(title.params, "x"))


@pytest.mark.parametrize("state", OrderState)
def test_every_state_of_an_order_has_a_tone(state):
    assert state in telling.TONE_OF_ORDER
