"""What Dozn tells EzPG: the tables of the five telegrams, and an answer for each thing that can be wrong."""

import json
from pathlib import Path

import pytest

from tests.simulator.ezpgs import MINUTE, PRICE, TODAY, TOMORROW, at, fields

TABLES = json.loads((Path(__file__).parent.parent / "fixtures" / "ezpg" / "fields.json").read_text("utf-8"))
PATHS = {
    "inquiry": "account-validation",
    "pre_check": "pre-validation",
    "deposit": "process",
    "correction": "correction",
    "aggregation": "aggregation",
}
CODES = {
    "inquiry": ("0500", "4100"),
    "pre_check": ("0200", "1100"),
    "deposit": ("0200", "1000"),
    "correction": ("0400", "1000"),
    "aggregation": ("0500", "7000"),
}
FOUR = ("inquiry", "pre_check", "deposit", "correction")
NEEDED = [name for name, (must, *_) in TABLES["telegram"].items() if must == "M"]


@pytest.fixture
def account(ezpg):
    return ezpg.account()


def telegram(account, kind, **changes):
    codes = dict(zip(("tgrm_dsc", "tr_dsc"), CODES[kind], strict=True))
    body = {
        "sysid": "VAS",
        "org_c": "12345678",
        **codes,
        "tr_dt": TODAY,
        "tr_tm": "115900",
        "tr_natv_no": "11270000000001",
        "bnk_c": "088",
        "giro_c": "",
        "ocu_dsc": "B",
        "ir_saf_dsc": "I",
        "med_dsc": "02",
        "ddl_dsc": "0",
        "rv_bnk_c": account["bankCode"],
        "rv_acno": account["accountNo"],
        "drw_bnk_c": "",
        "drw_dprnm": "홍길동",
        "tram": PRICE,
        "obc_tram": 0,
        "csh_tram": PRICE,
        "retry_yn": "",
        "aut_crc_yn": "",
        "real_dprnm_yn": "N",
        "real_dprnm": "",
    }
    return {key: value for key, value in (body | changes).items() if value is not None}


def send(ezpg, account, kind, path=None, **changes):
    return ezpg.http.post(f"/ezpg/api/deposit/{path or PATHS[kind]}", json=telegram(account, kind, **changes))


def answer(ezpg, account, kind, **changes):
    return send(ezpg, account, kind, **changes).json()["rsp_c"]


# -- tables


@pytest.mark.parametrize("kind", FOUR)
def test_an_answer_has_the_tables_keys_types_and_lengths(ezpg, account, kind):
    body = send(ezpg, account, kind).json()
    table = TABLES["telegram_reply"]
    assert fields(body) == {name: kind_of for name, (_, kind_of, _) in table.items()}
    assert all(len(str(body[name]).encode()) <= most for name, (_, _, most) in table.items())
    assert (body["tr_natv_no"], body["bnk_c"], body["rv_acno"], body["tram"], body["tr_dt"], body["org_c"]) == (
        "11270000000001",
        "088",
        account["accountNo"],
        PRICE,
        TODAY,
        "12345678",
    )


def test_our_dozn_sends_the_tables_keys_types_and_lengths(ezpg, account):
    ezpg.correct(ezpg.paid(account))
    sent = [one for one in ezpg.world.requests() if one["gateway"] == "dozn"]
    table = TABLES["telegram"]
    assert [one["call"] for one in sent] == list(FOUR)
    for one in sent:
        body = one["body"]
        assert fields(body) == {name: kind_of for name, (_, kind_of, _) in table.items()}
        assert all(len(str(body[name])) <= most for name, (_, _, most) in table.items())
        assert (body["tgrm_dsc"], body["tr_dsc"]) == CODES[one["call"]]
        assert one["path"] == f"/api/deposit/{PATHS[one['call']]}"
    assert len({one["body"]["tr_natv_no"] for one in sent}) == 1


@pytest.mark.parametrize("kind", FOUR)
@pytest.mark.parametrize("missing", NEEDED)
def test_a_telegram_that_lacks_what_is_required_is_no_telegram(ezpg, account, kind, missing):
    assert send(ezpg, account, kind, **{missing: None}).status_code == 400
    assert ezpg.rows() == []


@pytest.mark.parametrize(
    "changes",
    [
        {"sysid": "VAN"},
        {"ocu_dsc": "X"},
        {"ir_saf_dsc": "X"},
        {"tram": "12300"},
        {"tram": 0},
        {"tram": 10**13},
        {"tr_natv_no": "1" * 15},
        {"rv_acno": "1" * 17},
        {"org_c": "1" * 9},
        {"tr_dt": "20261131"},
        {"tr_tm": "246000"},
        {"tr_dsc": "9999"},
    ],
)
def test_nor_is_one_that_breaks_the_table(ezpg, account, changes):
    assert send(ezpg, account, "deposit", **changes).status_code == 400
    assert ezpg.rows() == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff"])
def test_nor_is_what_is_no_json_object(ezpg, body):
    assert ezpg.http.post("/ezpg/api/deposit/process", content=body).status_code == 400


def test_optional_keys_may_be_missing_and_the_day_is_then_today(ezpg, account):
    optional = {name: None for name, (must, *_) in TABLES["telegram"].items() if must != "M"}
    body = send(ezpg, account, "deposit", **optional).json()
    assert (body["rsp_c"], body["tr_dt"]) == ("0000", TODAY)
    assert ezpg.rows()[0]["depositDt"].startswith(at("12:00")[:16])


def test_one_address_serves_all_five(ezpg, account):
    for kind in (*FOUR[:3], "correction"):
        assert send(ezpg, account, kind, path="process").json()["rsp_c"] == "0000"
    assert ezpg.statuses() == [(PRICE, "cancelled")]


# -- answers


def test_an_inquiry_tells_the_holder_and_promises_nothing(ezpg, account):
    body = send(ezpg, account, "inquiry").json()
    assert (body["rsp_c"], body["rv_dprnm"]) == ("0000", account["accountHolder"])
    assert (ezpg.rows(), ezpg.state(account)) == ([], "waiting")


@pytest.mark.parametrize("kind", FOUR)
def test_an_unknown_account_is_v001(ezpg, account, kind):
    assert answer(ezpg, account, kind, rv_acno="123") == "V001"
    assert answer(ezpg, account, kind, rv_bnk_c="999") == "V001"


@pytest.mark.parametrize("kind", ["inquiry", "pre_check"])
def test_what_must_not_be_paid_is_refused_with_the_reason(ezpg, account, kind):
    assert answer(ezpg, account, kind, tram=PRICE - 1) == "V003"
    ezpg.clock("23:30")
    assert answer(ezpg, account, kind) == "V004"
    ezpg.clock("13:01")
    assert answer(ezpg, account, kind) == "V002"
    assert ezpg.rows() == []


@pytest.mark.parametrize(("tram", "clock"), [(PRICE - 1, "12:00"), (PRICE, "13:01"), (PRICE, "23:45")])
def test_a_notice_is_written_down_whatever_it_says_as_the_money_is_there(ezpg, account, tram, clock):
    ezpg.clock(clock)
    assert answer(ezpg, account, "deposit", tram=tram) == "0000"
    assert ezpg.statuses() == [(tram, "completed")]
    assert ezpg.rows()[0]["depositDt"] == at("11:59")


def test_a_notice_that_comes_twice_counts_once(ezpg, account):
    for _ in range(2):
        assert answer(ezpg, account, "deposit", retry_yn="Y") == "0000"
    assert len(ezpg.rows()) == 1


@pytest.mark.parametrize("changes", [{"tr_natv_no": "2"}, {"tr_dt": "20261126"}])
def test_another_number_or_day_is_another_deposit(ezpg, account, changes):
    answer(ezpg, account, "deposit")
    assert answer(ezpg, account, "deposit", **changes) == "0000"
    assert len(ezpg.rows()) == 2


def test_a_correction_needs_an_original_and_happens_once(ezpg, account):
    assert answer(ezpg, account, "correction") == "V005"
    answer(ezpg, account, "deposit")
    assert answer(ezpg, account, "correction", tr_dt=TOMORROW) == "V005"
    assert answer(ezpg, account, "correction") == "0000"
    assert answer(ezpg, account, "correction") == "V006"
    assert answer(ezpg, account, "correction", retry_yn="Y") == "0000"
    assert ezpg.statuses() == [(PRICE, "cancelled")]


def test_what_was_only_asked_about_is_no_original(ezpg, account):
    ezpg.settings(pending_rows=True)
    assert answer(ezpg, account, "pre_check") == "0000"
    assert answer(ezpg, account, "correction") == "V005"
    assert ezpg.statuses() == [(PRICE, "pending")]


def test_a_corrected_deposit_does_not_come_back_with_its_notice(ezpg, account):
    answer(ezpg, account, "deposit")
    answer(ezpg, account, "correction")
    assert answer(ezpg, account, "deposit", retry_yn="Y") == "0000"
    assert ezpg.statuses() == [(PRICE, "cancelled")]


# -- what is counted


def test_dozn_and_ezpg_count_the_same_and_corrected_ones_are_in_both_sums(ezpg):
    ezpg.correct(ezpg.paid(ezpg.account()))
    ezpg.paid(ezpg.account(amount=700))
    told = ezpg.control("aggregate", day=TODAY)
    for name, table in (("asked", "aggregation"), ("answered", "aggregation_reply")):
        assert fields(told[name]) == {key: kind_of for key, (_, kind_of, _) in TABLES[table].items()}
    asked, answered = told["asked"], told["answered"]
    assert (asked["dz_rv_nrm_cn"], asked["dz_rv_nrm_am"]) == (2, PRICE + 700)
    assert (asked["dz_rv_crc_cn"], asked["dz_rv_crc_am"]) == (1, PRICE)
    assert (answered["rsp_c"], answered["tot_dt"], answered["org_c"]) == ("0000", TODAY, asked["org_c"])
    assert (answered["rv_nrm_cn"], answered["rv_nrm_am"]) == (2, PRICE + 700)
    assert (answered["rv_crc_cn"], answered["rv_crc_am"]) == (1, PRICE)


def test_a_notice_that_is_not_heard_shows_as_a_difference_until_it_is(ezpg, account):
    ezpg.lose("deposit")
    ezpg.paid(account)

    def counted():
        told = ezpg.control("aggregate", day=TODAY)
        return told["asked"]["dz_rv_nrm_cn"], told["answered"]["rv_nrm_cn"]

    assert counted() == (1, 0)
    ezpg.later(10 * MINUTE)
    assert counted() == (1, 1)


def test_only_the_day_that_is_asked_for_is_counted(ezpg, account):
    ezpg.paid(account)
    told = ezpg.control("aggregate", day=TOMORROW)
    assert (told["asked"]["dz_rv_nrm_cn"], told["answered"]["rv_nrm_cn"]) == (0, 0)


def test_a_count_that_is_not_heard_has_no_answer(ezpg):
    ezpg.lose("aggregation")
    assert ezpg.control("aggregate", day=TODAY)["answered"] is None
    assert ezpg.http.post("/_sim/ezpg/aggregate", json={"day": "today"}).status_code == 400
