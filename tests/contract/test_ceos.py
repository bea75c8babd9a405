"""What is CEOS's alone: two dialects, failures one in ten, and a server that can be asked."""

import json

import pytest

from kiosk.domain.attempt import State
from kiosk.domain.day import business_day
from kiosk.domain.entries import GoalUndo
from kiosk.domain.money import won
from kiosk.domain.outcome import Reason
from kiosk.domain.refund import RefundState
from kiosk.services.gateways.ceos.method import TOKEN_LENGTH
from tests.contract.bench import CEOS_A, PRICE, FakeDesk, real_ms
from tests.simulator.tills import CeosTill, connect

FOREIGN = "주문2"


def payment_id(ceos, attempt):
    """The id that an attempt will have, as the bench's tokens are known beforehand."""
    day = business_day(ceos.clock.now_ms()).replace("-", "")
    return f"{day}_{attempt.id}-{1:0{TOKEN_LENGTH}d}"


# -- what is sent


async def test_the_server_is_told_what_it_does_not_keep(ceos):
    attempt = await ceos.sell()
    [payment] = ceos.world.books()["ceos"]["payments"]

    assert payment["amount"] == PRICE
    assert payment["orderName"] == "아메리카노"
    told = {"payment": payment["paymentId"], "order": attempt.order_id, "kiosk": "K01", "amount": PRICE}
    assert json.loads(payment["customData"]) == told
    assert attempt.transaction == payment["paymentId"] == payment_id(ceos, attempt)


async def test_the_secret_is_fetched_once_and_kept(ceos):
    await ceos.method.probe()
    await ceos.method.probe()

    assert [one["call"] for one in ceos.world.requests()].count("auth") == 1
    assert ceos.method.health().ok


@pytest.mark.parametrize("kind", ["html_502", "drop_before", "empty_200", "truncated"])
async def test_without_its_secret_it_is_not_offered_and_the_next_probe_fetches_it(new_bench, world, kind):
    world.fault("ceos.auth", kind)
    ceos = await new_bench(CEOS_A)
    assert ceos.method.health().reason is Reason.SETUP

    await ceos.method.probe()

    assert ceos.method.health().ok
    assert (await ceos.sell()).state is State.APPROVED


# -- one in ten


async def test_a_failure_is_believed_when_the_look_agrees(ceos):
    ceos.world.fault("ceos.instant", "fail")
    attempt = await ceos.sell()

    assert (attempt.state, attempt.reason) == (State.DECLINED, Reason.REFUSED)
    recorded = "not_there" if ceos.gateway is CEOS_A else "failed"
    assert [(one.call, one.answer) for one in await ceos.operations(attempt)] == [
        ("instant", "refused_try"),
        ("look", recorded),
    ]


async def test_the_words_of_a_failure_after_a_payment_are_not_believed(ceos):
    ceos.world.fault("ceos.instant", "fail_after")
    attempt = await ceos.sell()

    assert (attempt.state, attempt.received) == (State.APPROVED, won(PRICE))
    assert ceos.calls == ["instant", "payment"]
    assert await ceos.agrees()


@pytest.mark.parametrize("paid", [False, True])
async def test_a_failure_whose_look_is_lost_is_asked_for_until_it_is_known(ceos, paid):
    ceos.world.fault("ceos.instant", "fail_after" if paid else "fail")
    ceos.world.fault("ceos.payment", "drop_before", count=3)
    attempt = await ceos.sell()

    assert attempt.state is (State.APPROVED if paid else State.NOT_CHARGED)
    assert await ceos.agrees()


@pytest.mark.parametrize("status", [502, 503, 504])
async def test_the_words_of_a_failure_in_another_status_are_not_believed(ceos, status):
    ceos.world.fault("ceos.instant", "fail_after", status=status)
    attempt = await ceos.sell()

    assert attempt.state is State.APPROVED
    assert [one.answer for one in await ceos.operations(attempt)] == ["no_answer", "paid"]


# -- ids


async def test_an_id_that_somebody_else_used_is_refused_and_the_next_try_has_another(ceos, port):
    attempt = await ceos.begin()
    with connect(port) as http:
        other = CeosTill(http)
        other.login()
        assert other.instant(payment_id(ceos, attempt), orderName=FOREIGN).status_code == 200
    outcome = await ceos.method.pay(attempt, FakeDesk())
    await ceos.books.record(attempt, outcome)

    attempt = await ceos.journal.attempt(attempt.id)
    assert (attempt.state, attempt.reason) == (State.DECLINED, Reason.ID_REUSED)
    assert (await ceos.charge(order=attempt.order_id))[0].state is State.APPROVED


async def test_somebody_elses_payment_is_never_cancelled(ceos, port):
    ceos.world.fault("ceos.instant", "drop_before")
    attempt = await ceos.begin()
    await ceos.books.record(attempt, await ceos.method.pay(attempt, FakeDesk()))
    with connect(port) as http:
        other = CeosTill(http)
        other.login()
        other.instant(payment_id(ceos, attempt), orderName=FOREIGN)
    await ceos.unwanted(attempt.id)

    attempt = await ceos.settle(attempt.id)

    assert (attempt.state, attempt.reason) == (State.NEEDS_STAFF, Reason.CONTRADICTORY)
    await ceos.method.look_again(attempt.id)
    assert await ceos.journal.findings(attempt.id) == ()
    assert "cancel" not in ceos.calls


# -- looking


async def test_it_is_asked_for_at_1_2_4_8_15_30_60_and_90_seconds(ceos):
    ceos.world.fault("ceos.instant", "drop_before")
    attempt = await ceos.sell()
    instant, *looks = await ceos.operations(attempt)

    at_s = [(one.intended.monotonic_ms - instant.intended.monotonic_ms) / 1000 for one in looks]
    assert at_s == [1, 2, 4, 8, 15, 30, 60, 90]
    assert attempt.state is State.NOT_CHARGED


async def test_a_look_is_as_old_as_its_question(ceos, monkeypatch):
    """Not there, said the answer; then the machine stood still before it was written down, and the payment landed."""
    ceos.world.fault("ceos.instant", "drop_before")
    attempt, _ = await ceos.charge()
    write_asked = ceos.journal.write_asked

    async def late(*asked):
        if ceos.calls.count("payment") == 1:
            ceos.clock.advance(100)
            ceos.land_late()
        await write_asked(*asked)

    monkeypatch.setattr(ceos.journal, "write_asked", late)
    attempt = await ceos.settle(attempt.id)

    assert attempt.state is State.APPROVED
    assert await ceos.agrees()


@pytest.mark.parametrize("kind", ["html_502", "status_429", "status_500_framework", "drop_before", "empty_200"])
async def test_a_look_that_says_nothing_proves_nothing(ceos, kind):
    ceos.world.fault("ceos.instant", "drop_after")
    ceos.world.fault("ceos.payment", kind, count=9)
    attempt = await ceos.sell()

    # the ninth was at 90 s and said nothing: it is not "not there"
    assert attempt.state is State.APPROVED
    assert ceos.calls.count("payment") == 10
    assert await ceos.agrees()


async def test_a_foreign_404_is_no_proof_that_nothing_is_there(new_bench):
    """The address was wrong for a while: that is no answer about the payment."""
    ceos = await new_bench(CEOS_A)
    ceos.world.fault("ceos.instant", "drop_after")
    attempt, _ = await ceos.charge()
    ceos.line._base_url = f"http://127.0.0.1:{ceos.port}/ceos/elsewhere"
    right = f"http://127.0.0.1:{ceos.port}/ceos"
    ceos.clock.when(200, lambda: setattr(ceos.line, "_base_url", right))

    attempt = await ceos.settle(attempt.id)

    assert attempt.state is State.APPROVED
    assert await ceos.agrees()


async def test_the_goal_may_change_while_it_is_asked_for(ceos):
    ceos.world.fault("ceos.instant", "drop_after")
    ceos.world.fault("ceos.payment", "drop_before", count=5)
    attempt, _ = await ceos.charge()
    ceos.clock.when(10, lambda: ceos.journal._file.write((GoalUndo(attempt.id),)))

    attempt = await ceos.settle(attempt.id)

    assert attempt.state is State.REVERSED
    assert await ceos.agrees()


# -- cancels


async def test_a_payment_cancelled_behind_our_back_is_given_back(ceos, port):
    attempt = await ceos.sell()
    with connect(port) as http:
        other = CeosTill(http)
        other.login()
        other.cancel(attempt.transaction)

    refund = await ceos.give_back(attempt)

    # A cancels anything again; B says 409, and a look tells
    assert refund.state is RefundState.DONE
    assert ceos.calls[-1] == ("cancel" if ceos.gateway is CEOS_A else "payment")


# -- reboots


async def interrupted_after_the_first_look(ceos):
    """The payment was not there; then the machine went down, for two minutes."""
    ceos.world.fault("ceos.instant", "drop_before")
    ceos.clock.set_wall(real_ms() - 120_000)
    attempt, _ = await ceos.charge()
    ceos.clock.when(1.5, lambda: setattr(ceos.clock, "crash_in", 1))
    await ceos.crash(ceos.settle(attempt.id))
    ceos.clock.reboot("boot-2")
    return attempt


async def seconds_to_settle(ceos, attempt):
    await ceos.restart()
    began_s = ceos.clock.monotonic()
    attempt = await ceos.settle(attempt.id)
    assert attempt.state is State.NOT_CHARGED
    return ceos.clock.monotonic() - began_s


@pytest.mark.parametrize("off_s", [3600, 15, 0, -200, -3600])
async def test_after_a_reboot_it_counts_from_this_start_whatever_the_clocks_say(ceos, off_s):
    attempt = await interrupted_after_the_first_look(ceos)
    ceos.clock.set_wall(real_ms() + off_s * 1000)

    assert 90 <= await seconds_to_settle(ceos, attempt) <= 120
