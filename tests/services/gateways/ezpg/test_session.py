"""Logins at EzPG: one at a time, renewed when they run out, and never hammered. Source: facts of EzPG, OC-2."""

import asyncio
import json

import pytest

from kiosk.domain.confidential import Confidential
from kiosk.services.gateways.ezpg import wire
from kiosk.services.gateways.ezpg.answers import Answer, Deposits, Issued, Taken
from tests.services.gateways.ezpg.test_client import DIGITS, EXPIRES_MS, a_withdrawal, an_issue, calls
from tests.simulator.ezpgs import HOUR, MINUTE, TODAY
from tests.support.server import response, serving, unused_port

A = Answer
LISTED = Deposits(A.LISTED)


def says(status=200, **fields):
    return response(status, json.dumps({"resultCode": "0000", "resultMsg": "", **fields}).encode())


async def listed(client):
    return await client.deposits("", "", TODAY, TODAY)


@pytest.fixture
def wrong(client_to, ezpg, ezpg_port):
    """A client with a wrong password."""
    return client_to(f"http://127.0.0.1:{ezpg_port}/ezpg", password="wrong", staff=("staff", "wrong"))


# -- the till's own


async def test_a_till_logs_in_when_it_asks_and_once(client, ezpg):
    assert await listed(client) == LISTED
    assert await listed(client) == LISTED
    assert (calls(ezpg, "login"), calls(ezpg, "deposits")) == (1, 2)


async def test_a_till_logs_in_when_it_sends(client, permit, ezpg):
    assert (await client.issue(await permit(an_issue()))).answer is A.ISSUED
    assert calls(ezpg, "login") == 1


async def test_reaching_the_server_logs_in_and_once(client, ezpg):
    assert await client.probe()
    assert client.has_session
    assert await client.probe()
    assert calls(ezpg, "login") == 1


@pytest.mark.parametrize("refusal", ["401", "1001"])
async def test_a_question_whose_login_ran_out_is_asked_again_in_silence(client, ezpg, refusal):
    ezpg.settings(token_refusal=refusal)
    await listed(client)
    ezpg.later(25 * HOUR)

    assert await client.deposits("", "", "20261128", "20261128") == LISTED
    assert (calls(ezpg, "login"), calls(ezpg, "deposits")) == (2, 3)


async def test_a_login_that_does_not_hold_is_not_tried_for_ever(client, ezpg):
    ezpg.world.fault("ezpg.deposits", "expired", count=9)

    assert await listed(client) == Deposits(A.SIGNED_OUT)
    assert (calls(ezpg, "login"), calls(ezpg, "deposits")) == (2, 2)


async def test_an_empty_401_is_one_too(client_to):
    answers = iter([says(token="a", requireOtp="N"), response(401, b""), says(token="b", requireOtp="N")])

    async def answer(connection):
        await connection.send(next(answers, says(totalCount=0, depositList=[])))

    async with serving(answer) as server:
        assert await listed(client_to(server.url)) == LISTED
        tokens = [line for request in server.requests for line in request.split(b"\r\n") if b"Bearer" in line]
    assert [line.partition(b": ")[2] for line in tokens] == [b"Bearer a", b"Bearer b"]


@pytest.mark.parametrize("refusal", ["401", "1001"])
async def test_a_request_whose_login_ran_out_did_nothing_and_the_next_one_does(client, permit, ezpg, refusal):
    ezpg.settings(token_refusal=refusal)
    await client.probe()
    ezpg.later(25 * HOUR)
    tomorrow_ms = EXPIRES_MS + 2 * 86_400_000

    first = await client.issue(await permit(an_issue(expires_ms=tomorrow_ms)))
    there = list(ezpg.books["accounts"])
    second = await client.issue(await permit(an_issue(moid="K2", expires_ms=tomorrow_ms)))

    assert (first.answer, there) == (A.SIGNED_OUT, [])
    assert second.answer is A.ISSUED


async def test_a_close_whose_login_ran_out_says_so(client, permit, ezpg):
    await client.probe()
    ezpg.world.fault("ezpg.close", "expired")
    assert await client.close(await permit(wire.close("demo", "VA1", "op-1"))) is A.SIGNED_OUT
    assert not client.has_session


async def test_two_who_find_that_it_ran_out_log_in_once(client, ezpg):
    await client.probe()
    ezpg.later(25 * HOUR)

    found = await asyncio.gather(*(client.deposits("", "", "20261128", "20261128") for _ in range(5)))

    assert found == [LISTED] * 5
    assert calls(ezpg, "login") == 2


async def test_a_late_refusal_of_an_old_login_does_not_end_the_new_one(client_to):
    """The answer to a question that was asked under the first login comes after the second one was made."""
    asked, held, logins = asyncio.Event(), asyncio.Event(), iter("ab")

    async def answer(connection):
        head = connection.request
        if b"/auth/login" in head:
            await connection.send(says(token=next(logins), requireOtp="N"))
        elif b"Bearer a" in head:
            if b"/transactions/withdrawals" in head:
                asked.set()
                await held.wait()
            await connection.send(says(401, resultCode="1001"))
        else:
            await connection.send(says(totalCount=0, depositList=[], withdrawalList=[]))

    async with serving(answer) as server:
        client = client_to(server.url)
        async with asyncio.TaskGroup() as group:
            slow = group.create_task(client.withdrawals(TODAY, TODAY))
            await asked.wait()
            assert await listed(client) == LISTED
            held.set()

        assert slow.result().answer is A.LISTED
        assert sum(b"/auth/login" in request for request in server.requests) == 2


async def test_a_wrong_password_is_the_shops_affair_and_is_not_tried_again_for_a_while(wrong, permit, ezpg, clock):
    assert await wrong.probe()
    assert wrong.is_refused
    assert not wrong.has_session
    assert await listed(wrong) == Deposits(A.SIGNED_OUT)
    assert await wrong.issue(await permit(an_issue())) == Issued(A.SIGNED_OUT)
    assert await wrong.probe()
    assert calls(ezpg, "login") == 1

    clock.advance(29.9)
    assert wrong.resting_s == pytest.approx(0.1)
    await listed(wrong)
    assert calls(ezpg, "login") == 1
    clock.advance(0.1)
    assert not wrong.resting_s
    await listed(wrong)
    assert calls(ezpg, "login") == 2


async def test_who_is_locked_out_gets_in_when_that_is_over(client, ezpg, clock):
    for _ in range(5):
        ezpg.login(password="wrong")
    assert await listed(client) == Deposits(A.SIGNED_OUT)
    assert client.is_refused

    ezpg.later(15 * MINUTE)
    clock.advance(30)

    assert await listed(client) == LISTED
    assert not client.is_refused


async def test_while_it_rests_it_still_says_whether_the_server_is_there(client_to):
    async with serving(says(401, resultCode="1001")) as server:
        client = client_to(server.url)
        assert await client.probe()
    assert not await client.probe()


async def test_a_user_who_is_asked_for_six_digits_cannot_be_a_tills(client_to, ezpg, ezpg_port):
    client = client_to(f"http://127.0.0.1:{ezpg_port}/ezpg", user="staff")
    assert await client.probe()
    assert client.is_refused
    assert await listed(client) == Deposits(A.SIGNED_OUT)
    assert calls(ezpg, "login") == 1


async def test_a_login_that_is_not_answered_sends_nothing_and_is_tried_again(client, permit, ezpg):
    ezpg.world.fault("ezpg.login", "html_502", count=2)

    assert await client.issue(await permit(an_issue())) == Issued(A.NOT_SENT)
    assert await listed(client) == Deposits(A.NO_ANSWER)
    assert not client.is_refused
    assert await listed(client) == LISTED
    assert calls(ezpg, "issue") == 0


async def test_where_nobody_listens_nothing_is_sent(client_to, permit):
    client = client_to(f"http://127.0.0.1:{unused_port()}")
    assert await listed(client) == Deposits(A.NOT_SENT)
    assert await client.issue(await permit(an_issue())) == Issued(A.NOT_SENT)
    assert not client.reachable
    assert not client.is_refused


# -- staff


async def test_staff_are_logged_in_by_password_and_digits_until_they_leave(client, permit, ezpg):
    assert not client.has_staff_session()
    assert await client.staff_sign_in(DIGITS) is A.SIGNED_IN
    assert client.has_staff_session()

    client.staff_sign_out()

    assert not client.has_staff_session()
    assert await client.withdraw(await permit(a_withdrawal())) == Taken(A.SIGNED_OUT)


async def test_their_login_is_not_the_tills(client, ezpg):
    await client.staff_sign_in(DIGITS)
    assert not client.has_session
    client.staff_sign_out()
    await client.probe()
    assert not client.has_staff_session()


async def test_who_leaves_while_they_are_being_logged_in_is_not_logged_in(client_to):
    asked, held = asyncio.Event(), asyncio.Event()

    async def answer(connection):
        if b"/auth/verify-otp" in connection.request:
            asked.set()
            await held.wait()
        await connection.send(says(token="a", requireOtp="Y"))

    async with serving(answer) as server:
        client = client_to(server.url)
        async with asyncio.TaskGroup() as group:
            signing_in = group.create_task(client.staff_sign_in(DIGITS))
            await asked.wait()
            client.staff_sign_out()
            held.set()

    assert signing_in.result() is A.SIGNED_OUT
    assert not client.has_staff_session()


@pytest.mark.parametrize("digits", ["000000", "", "12345", "1234567", "12345a", "１２３４５６"])
async def test_wrong_digits_are_the_persons_mistake(client, ezpg, digits):
    assert await client.staff_sign_in(Confidential(digits)) is A.SIGNED_OUT
    assert not client.has_staff_session()
    assert calls(ezpg, "otp") == (1 if digits == "000000" else 0)
    assert await client.staff_sign_in(DIGITS) is A.SIGNED_IN


async def test_wrong_digits_end_a_login_that_was(client, ezpg):
    await client.staff_sign_in(DIGITS)
    await client.staff_sign_in(Confidential("000000"))
    assert not client.has_staff_session()


async def test_a_wrong_password_of_theirs_is_the_shops_affair(wrong, ezpg, clock):
    assert await wrong.staff_sign_in(DIGITS) is A.REFUSED
    assert await wrong.staff_sign_in(DIGITS) is A.REFUSED
    assert calls(ezpg, "login") == 1
    assert not wrong.is_refused
    clock.advance(30)
    assert await wrong.staff_sign_in(DIGITS) is A.REFUSED
    assert calls(ezpg, "login") == 2


@pytest.mark.parametrize("call", ["login", "otp"])
async def test_a_login_of_theirs_that_is_not_answered_is_none(client, ezpg, call):
    ezpg.world.fault(f"ezpg.{call}", "html_502")
    assert await client.staff_sign_in(DIGITS) is A.NO_ANSWER
    assert not client.has_staff_session()
    assert await client.staff_sign_in(DIGITS) is A.SIGNED_IN


async def test_staff_who_are_asked_for_no_digits_are_in_without(client_to, ezpg, ezpg_port):
    client = client_to(f"http://127.0.0.1:{ezpg_port}/ezpg", staff=("kiosk-2", "demo"))
    assert await client.staff_sign_in(DIGITS) is A.SIGNED_IN
    assert client.has_staff_session()
    assert calls(ezpg, "otp") == 0


async def test_a_withdrawal_whose_login_ran_out_paid_nothing_out(client, permit, ezpg):
    await client.staff_sign_in(DIGITS)
    ezpg.later(25 * HOUR)

    assert await client.withdraw(await permit(a_withdrawal())) == Taken(A.SIGNED_OUT, "", "1001")
    assert not client.has_staff_session()
    assert ezpg.withdrawals() == []


async def test_passwords_and_digits_are_not_shown_by_accident(client):
    shown = repr(client.account)
    assert "demo-key" not in shown
    assert "password=Confidential('****')" in shown
