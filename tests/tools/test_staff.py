"""The command line gives no transfer back: it says so, and says where that is done."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kiosk.domain.attempt import Family, State
from kiosk.domain.entries import OrderAdvanced
from kiosk.domain.ids import order_of
from kiosk.domain.order import OrderState
from kiosk.domain.ports import GivesBack
from kiosk.domain.refund import RefundState
from kiosk.domain.staffwork import OF_FINDING, StaffTask, TaskKind
from kiosk.services.text import Text
from kiosk.tools import staff
from tests.flows.manager.transfers import Transfers, TransferTill
from tests.support.journal import Book
from tests.support.sales import NOW

TEXT = Text.load("ko")


def behind(till) -> Any:
    """What is opened behind the screen of a till."""

    async def open_behind():
        return till.tools.parts

    async def close():
        pass

    return SimpleNamespace(open_behind=open_behind, close=close)


@pytest.fixture
async def till(tmp_path):
    till = TransferTill(tmp_path, has_staff=True)
    await till.start()
    yield till
    await till.close()


async def test_a_transfer_is_not_given_back_and_nothing_is_tried(till, capsys):
    attempt = await till.paid()
    assert await staff._cancel(behind(till), order_of(attempt), TEXT, owner_is_here=True) == 1
    assert TEXT("staff.account_needed", code="K01-0001") in capsys.readouterr().out
    sale = await till.journal.sale(order_of(attempt))
    assert (sale.refunds, sale.order.state) == ((), OrderState.PAID)


async def test_the_rest_of_a_sale_is_given_back_and_the_transfer_stays_with_staff(till, capsys):
    coupons = Transfers(till.journal, [(RefundState.DONE, "")], name="crepay", gives_back=GivesBack.ALONE)
    till.tools.parts.methods["crepay"] = coupons
    book = Book(till.journal)
    order = await book.order(5_000, 12_300)
    coupon = await book.approved(order, 5_000)
    transfer = await book.attempt(order, "ezpg", Family.TRANSFER)
    await book.advance(transfer, State.ISSUING, State.AWAITING_DEPOSIT, State.APPROVED)
    await till.journal.write(OrderAdvanced(order, OrderState.PAID, number="A-001", business_day="2026-01-01"))
    assert await staff._cancel(behind(till), order, TEXT, owner_is_here=True) == 1
    assert TEXT("staff.giving_back_rest", code="K01-0001") in capsys.readouterr().out
    refunds = {one.attempt_id: one for one in (await till.journal.sale(order)).refunds}
    assert (refunds[coupon].state, refunds[transfer].state) == (RefundState.DONE, RefundState.REFUSED)
    assert ("staffed" in refunds[coupon].facts, "staffed" in refunds[transfer].facts) == (True, False)


async def test_a_task_about_a_payout_says_what_to_do_about_that(till, capsys, monkeypatch):
    task = StaffTask("T1", TaskKind.REFUND_UNRESOLVED, "", "", {OF_FINDING: "F1"}, NOW, None, "")
    config = SimpleNamespace(kiosk=SimpleNamespace(state_dir=Path()))
    monkeypatch.setattr("kiosk.tools.staff.config_file.load", lambda *_: config)
    monkeypatch.setattr("kiosk.tools.staff.reports.staff_list", lambda _path: ((task, None),))
    assert staff.tasks(Path(), TEXT) == 0
    assert TEXT("todo.payout_left", code="") in capsys.readouterr().out
