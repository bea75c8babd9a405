"""Logins at EzPG: what a token is good for, how long, and who is locked out. Most of it is our contract."""

import pytest

from tests.simulator.ezpgs import HOUR, MINUTE, code

LOOKS = ("transactions/deposits", "transactions/withdrawals", "transactions/recent", "merchants/balance")


def with_token(ezpg, token, path="transactions/deposits"):
    return ezpg.http.get(f"/ezpg/{path}", headers={"Authorization": f"Bearer {token}"})


def test_a_kiosk_logs_in_without_digits_and_may_issue_and_look(ezpg):
    body = ezpg.login("kiosk-1").json()
    assert (body["resultCode"], body["requireOtp"]) == ("0000", "N")
    about = body["userInfo"]
    assert (about["userId"], about["merchantId"], about["adminYn"]) == ("kiosk-1", "demo", "N")
    assert code(ezpg.issue()) == (200, "0000")
    assert [code(ezpg.get(path)) for path in LOOKS] == [(200, "0000")] * 4


def test_a_kiosk_may_not_withdraw(ezpg):
    assert code(ezpg.withdraw(user="kiosk-1")) == (403, "1002")
    assert ezpg.books["withdrawals"] == []


def test_staff_need_six_digits_and_until_then_may_do_nothing_else(ezpg):
    body = ezpg.login("staff").json()
    assert body["requireOtp"] == "Y"
    half = body["token"]
    assert code(with_token(ezpg, half)) == (403, "1002")
    whole = ezpg.verify(half).json()["token"]
    assert whole != half
    assert code(with_token(ezpg, whole)) == (200, "0000")


def test_digits_need_the_first_token_and_its_own_user(ezpg):
    half = ezpg.login("staff").json()["token"]
    assert code(ezpg.verify("x")) == (401, "1001")
    assert code(ezpg.verify(half, user="kiosk-1")) == (403, "1002")
    assert code(ezpg.verify(half, "000000")) == (200, "1001")


@pytest.mark.parametrize(("user", "password"), [("kiosk-1", "wrong"), ("nobody", "demo"), ("kiosk-1", "")])
def test_who_does_not_know_the_password_gets_no_token(ezpg, user, password):
    reply = ezpg.login(user, password)
    assert code(reply) == (200, "1001")
    assert "token" not in reply.json()


@pytest.mark.parametrize("header", [None, "Bearer", "Bearer x", "Basic x", "x"])
@pytest.mark.parametrize("path", LOOKS)
def test_without_a_token_nothing_is_shown(ezpg, path, header):
    headers = {} if header is None else {"Authorization": header}
    assert code(ezpg.http.get(f"/ezpg/{path}", headers=headers)) == (401, "1001")


def test_a_token_is_good_for_a_day(ezpg):
    token = ezpg.token("kiosk-1")
    ezpg.later(24 * HOUR - MINUTE)
    assert code(with_token(ezpg, token)) == (200, "0000")
    ezpg.later(2 * MINUTE)
    assert code(with_token(ezpg, token)) == (401, "1001")
    ezpg.tokens.clear()
    assert code(ezpg.get("transactions/deposits")) == (200, "0000")


def test_a_token_that_is_none_can_be_refused_in_a_200_too(ezpg):
    ezpg.settings(token_refusal="1001")
    assert code(with_token(ezpg, "x")) == (200, "1001")


def test_a_new_login_leaves_the_old_one_alone(ezpg):
    first, second = (ezpg.login().json()["token"] for _ in range(2))
    assert first != second
    assert code(with_token(ezpg, first)) == code(with_token(ezpg, second)) == (200, "0000")


@pytest.mark.parametrize("mistake", ["password", "digits"])
def test_five_mistakes_lock_somebody_out_for_a_quarter_of_an_hour(ezpg, mistake):
    half = ezpg.login("staff").json()["token"]
    for _ in range(5):
        reply = ezpg.login("staff", "wrong") if mistake == "password" else ezpg.verify(half, "000000")
        assert code(reply) == (200, "1001")
    assert code(ezpg.login("staff")) == (200, "1001")
    assert code(ezpg.verify(half)) == (200, "1001")
    assert code(ezpg.login("kiosk-1")) == (200, "0000")
    ezpg.later(15 * MINUTE - 30)
    assert code(ezpg.login("staff")) == (200, "1001")
    ezpg.later(30)
    assert code(ezpg.login("staff")) == (200, "0000")


def test_four_mistakes_lock_nobody_out_and_are_forgotten_at_a_login(ezpg):
    for _ in range(2):
        for _ in range(4):
            ezpg.login("kiosk-1", "wrong")
        assert code(ezpg.login("kiosk-1")) == (200, "0000")


def test_a_lock_stops_new_logins_and_no_session(ezpg):
    token = ezpg.token("kiosk-1")
    for _ in range(5):
        ezpg.login("kiosk-1", "wrong")
    assert code(with_token(ezpg, token)) == (200, "0000")
    assert code(ezpg.login("kiosk-1")) == (200, "1001")


# -- whose


@pytest.mark.parametrize("path", LOOKS)
def test_a_shop_sees_itself_only(ezpg, path):
    assert code(ezpg.get(path, merchantId="demo")) == (200, "0000")
    assert code(ezpg.get(path, merchantId="other")) == (200, "1002")
    assert code(ezpg.get(path, user="other-1", merchantId="demo")) == (200, "1002")


def test_nobody_issues_closes_or_withdraws_for_another_shop(ezpg):
    account = ezpg.account()
    assert code(ezpg.issue(merchantId="other")) == (200, "1002")
    assert code(ezpg.issue(user="other-1")) == (200, "1002")
    assert code(ezpg.close(account, user="other-1")) == (200, "1002")
    assert code(ezpg.close(account, user="other-1", merchantId="other")) == (200, "3002")
    assert code(ezpg.withdraw(mid="other", meky="other-key")) == (200, "1002")
    assert ezpg.state(account) == "waiting"
    assert ezpg.books["withdrawals"] == []


def test_kiosks_of_one_shop_see_each_others_deposits_and_another_shop_sees_none(ezpg):
    mine, other = ezpg.account(moid="K1"), ezpg.account(user="kiosk-2", moid="K2")
    assert mine["accountNo"] != other["accountNo"]
    ezpg.paid(other)
    for user in ("kiosk-1", "kiosk-2"):
        assert [(row["moid"], row["accountId"]) for row in ezpg.rows(user)] == [("K2", other["accountId"])]
    assert ezpg.rows("other-1") == []
    theirs = ezpg.account(user="other-1", merchantId="other", moid="K1")
    assert theirs["accountId"] != mine["accountId"]
