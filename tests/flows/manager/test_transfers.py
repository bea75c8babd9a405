"""The page of transfers: figures beside the journal's, each with its sale, and when no difference is claimed."""

from dataclasses import replace

import pytest

from kiosk.domain.confidential import Confidential
from kiosk.domain.ids import order_of
from kiosk.domain.money import won
from kiosk.domain.people import FIRST, Role
from kiosk.domain.told import Tone
from kiosk.domain.transfers import Differs, Figure, Movement, Standing, Sum
from kiosk.flows.intents import GoBack
from kiosk.flows.manager.transfers import PER_PAGE
from tests.flows.manager.transfers import NOTHING, QUIET_DAY, TransferTill, office_with
from tests.flows.manager.words import said
from tests.flows.till import PIN, Till
from tests.support.clock import START_MS

TODAY, YESTERDAY = "2026-01-01", "2025-12-31"
ONE = Sum(1, won(12_300))


@pytest.fixture
async def till(tmp_path, monkeypatch):
    till = TransferTill(tmp_path, has_staff=True)
    monkeypatch.setattr("tests.flows.till.Office", office_with(till))
    await till.start()
    await till.staff.add("점장", FIRST, PIN, "")
    await till.restart()
    yield till
    await till.close()
    assert till.failures == []
    for shown in till.staff_shown:
        assert all(isinstance(words, str) for words in said(shown.view))


async def go(till):
    await till.enter()
    return await till.press("place_menu", "place_transfers")


def movement(order_id, number=1, **changes):
    one = Movement(
        is_deposit=True,
        transaction=f"D{number}",
        order_id=order_id,
        at_ms=START_MS,
        standing=Standing.DONE,
        amount=won(12_300),
        is_listed=True,
        here=won(12_300),
    )
    return replace(one, **changes)


async def test_today_is_shown_first_with_what_the_journal_has_of_it(till):
    attempt = await till.paid()
    await go(till)
    ((day, kept),) = till.listed.asked
    assert day == TODAY
    assert [one.id for one in kept.attempts] == [attempt]


async def test_balance_and_figures_stand_beside_the_journals(till):
    till.listed.days[TODAY] = replace(QUIET_DAY, deposits=Figure(ONE, Sum(0, won(0))))
    await go(till)
    assert till.rows["balance"].right == won(1_234_500)
    row = till.rows["figure_deposits"]
    assert row.right.params == {"number": "1", "amount": won(12_300)}
    assert row.second.params["sum"].params == {"number": "0", "amount": won(0)}
    assert {"figure_corrected", "figure_withdrawals"} <= set(till.rows)


async def test_each_transfer_leads_to_its_sale_and_back(till):
    attempt = await till.paid()
    till.listed.days[TODAY] = replace(QUIET_DAY, movements=(movement(order_of(attempt)),))
    await go(till)
    assert till.rows["transfer_1"].title == "K01-0001"
    await till.press("transfer_1")
    assert "act_timeline" in till.offered
    await till.staff_do(GoBack())
    assert "transfer_1" in till.offered
    assert len(till.listed.asked) == 1, "it is not asked for again"


@pytest.mark.parametrize("differs", Differs)
async def test_what_differs_is_marked_and_said(till, differs):
    attempt = await till.paid()
    one = movement(order_of(attempt), differs=differs, here=won(9_000))
    till.listed.days[TODAY] = replace(QUIET_DAY, movements=(one,))
    await go(till)
    assert till.says == "transfers.differ"
    row = till.rows["transfer_1"]
    assert row.tone is Tone.ACT
    assert row.second.params["reason"].key == f"differs.{differs}"


@pytest.mark.parametrize("standing", Standing)
@pytest.mark.parametrize("is_deposit", [True, False])
async def test_every_way_in_which_a_transfer_can_stand_is_said(till, standing, is_deposit):
    attempt = await till.paid()
    one = movement(order_of(attempt), standing=standing, is_deposit=is_deposit)
    till.listed.days[TODAY] = replace(QUIET_DAY, movements=(one,))
    await go(till)
    assert till.rows["transfer_1"].second.params["standing"].key == f"standing.{standing}"
    assert till.rows["transfer_1"].second.params["kind"].key == f"transfers.{'came' if is_deposit else 'went'}"


UNREAD = Figure(None, Sum(0, won(0)))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, "transfers.even"),
        ({"deposits": Figure(ONE, ONE)}, "transfers.even"),
        ({"deposits": UNREAD, "corrected": UNREAD}, "transfers.not_whole"),
        ({"withdrawals": UNREAD}, "transfers.not_whole"),
        ({"deposits": Figure(ONE, Sum(0, won(0)))}, "transfers.moving"),
        ({"withdrawals": Figure(ONE, Sum(0, won(0)))}, "transfers.moving"),
        ({"corrected": Figure(ONE, Sum(0, won(0)))}, "transfers.moving"),
        ({"deposits": Figure(ONE, NOTHING.here), "corrected": Figure(ONE, NOTHING.here)}, "transfers.even"),
    ],
)
async def test_no_difference_is_claimed_only_where_both_lists_say_so(till, changes, says):
    till.listed.days[TODAY] = replace(QUIET_DAY, **changes)
    await go(till)
    assert till.says == says


async def test_what_is_not_told_is_said_to_be_unknown(till):
    till.listed.days[TODAY] = replace(QUIET_DAY, balance=None, deposits=UNREAD)
    await go(till)
    assert till.rows["balance"].right.key == till.rows["figure_deposits"].right.key == "transfers.untold"


async def test_of_other_tills_only_the_number_is_said(till):
    till.listed.days[TODAY] = replace(QUIET_DAY, others=7)
    await go(till)
    assert till.rows["others"].right == "7"
    assert "others" not in till.offered


async def test_another_day_is_a_touch_away(till):
    await go(till)
    await till.press("act_earlier_day", "act_earlier_day", "act_later_day")
    assert [day for day, _ in till.listed.asked] == [TODAY, YESTERDAY, "2025-12-30", YESTERDAY]
    await till.staff_do(GoBack())
    assert "place_transfers" in till.offered


async def test_a_long_day_is_shown_page_by_page(till):
    attempt = await till.paid()
    many = tuple(movement(order_of(attempt), number) for number in range(PER_PAGE + 1))
    till.listed.days[TODAY] = replace(QUIET_DAY, movements=many)
    await go(till)
    assert f"transfer_{PER_PAGE + 1}" not in till.rows
    await till.press("act_older")
    assert [name for name in till.rows if name.startswith("transfer_")] == [f"transfer_{PER_PAGE + 1}"]
    assert "act_older" not in till.offered
    await till.staff_do(GoBack())
    assert "transfer_1" in till.rows


async def test_a_clerk_is_not_offered_it(till):
    await till.staff.add("직원", {Role.CLERK}, Confidential("141421"), "P1")
    await till.staff.set_pin(await till.staff.person("P2"), PIN, "P2")
    await till.enter("P2")
    await till.press("place_menu")
    assert "place_transfers" not in till.offered


async def test_a_till_without_transfers_does_not_offer_it(tmp_path):
    till = Till(tmp_path, has_staff=True)
    await till.start()
    await till.staff.add("점장", FIRST, PIN, "")
    await till.restart()
    await till.enter()
    await till.press("place_menu")
    assert "place_shop" in till.offered
    assert "place_transfers" not in till.offered
    await till.close()
