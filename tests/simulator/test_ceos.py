"""The CEOS simulator: version A is the document's server, B its successor."""

import json
import re

import pytest

from kiosk.simulator.ceos import secret_of
from tests.simulator.tills import sample, shape

SEVEN_KEYS = {"paymentId", "paymentStatus", "orderName", "pgProvider", "currency", "customData", "paidAt"}
NAIVE = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\."


def assert_framework(reply, status):
    assert reply.status_code == status
    assert set(reply.json()) == {"timestamp", "status", "error", "path"}


def assert_own_a(reply, status, text):
    assert reply.status_code == status
    body = reply.json()
    assert set(body) == {"path", "messageDetail", "errorDetail"}
    assert body["messageDetail"].startswith(text)


def assert_own_b(reply, status, text=""):
    assert reply.status_code == status
    body = reply.json()
    assert set(body) - {"payload"} == {"status", "error", "message", "path", "timestamp"}
    assert body["status"] == status
    assert body["message"].startswith(text)


class TestVersionA:
    def test_the_answer_to_the_documents_payment_has_the_documents_shape(self, ceos):
        reply = ceos.instant()
        assert reply.status_code == 200
        assert shape(reply.json()) == shape(sample("ceos/instant_reply.json"))

    @pytest.mark.parametrize("document", ["cancel_reply", "payment_reply"])
    def test_cancel_and_look_have_the_documents_shape(self, ceos, document):
        ceos.instant(customData=None)
        ceos.cancel()
        reply = ceos.cancel() if document == "cancel_reply" else ceos.look()
        assert reply.status_code == 200
        expected = sample(f"ceos/{document}.json")
        assert shape(reply.json()) == shape(expected)
        fixed = ("paymentStatus", "pgProvider", "currency", "customData")
        assert {key: reply.json()[key] for key in fixed} == {key: expected[key] for key in fixed}

    def test_the_secret_never_changes(self, ceos, http):
        first, second = (http.get("/ceos/auth/demo").json() for _ in range(2))
        assert first == second
        assert set(first) == {"apiSecret", "storeId"}
        assert re.fullmatch(r"CEOS-22-\d{8}", first["storeId"])

    def test_only_registered_merchants_get_a_secret(self, ceos, http):
        assert_own_a(http.get("/ceos/auth/stranger"), 404, "클라이언트")

    def test_merchants_are_a_setting(self, world, http):
        world.settings(ceos={"merchants": ["shop"]})
        assert http.get("/ceos/auth/shop").status_code == 200
        assert http.get("/ceos/auth/demo").status_code == 404

    def test_a_payment_is_stored_without_its_amount_but_the_books_keep_it(self, ceos, world):
        ceos.instant("P1", totalPayAmount=4_500, customData="{}")
        body = ceos.look("P1").json()
        assert set(body) == SEVEN_KEYS
        assert body["paymentStatus"] == "PAID"
        assert world.ceos_payments == [("P1", 4_500, "PAID")]

    def test_the_time_of_payment_is_naive_with_nine_digits_and_then_six(self, ceos):
        fresh = ceos.instant().json()["paidAt"]
        stored = ceos.look().json()["paidAt"]
        assert re.fullmatch(NAIVE + r"\d{9}", fresh)
        assert re.fullmatch(NAIVE + r"\d{6}", stored)
        assert ceos.cancel().json()["paidAt"] == stored

    def test_without_a_bearer_header_the_framework_answers_403(self, ceos):
        ceos.secret = None
        assert_framework(ceos.instant(), 403)
        assert_framework(ceos.send("GET", "payments/P1", headers={"Authorization": "Basic eDp5"}), 403)

    @pytest.mark.parametrize("secret", ["wrong", secret_of("demo") + "0", secret_of("demo", "member"), "store..x"])
    def test_a_wrong_secret_is_answered_401_by_the_framework(self, ceos, secret):
        ceos.secret = secret
        assert_framework(ceos.instant(), 401)

    def test_a_secret_whose_merchant_is_gone_is_answered_404(self, ceos):
        ceos.secret = secret_of("gone")
        assert_own_a(ceos.instant(), 404, "클라이언트")

    def test_the_failure_writes_nothing_and_the_id_stays_usable(self, ceos, world):
        world.settings(ceos={"failure_rate": 1})
        failed = ceos.instant()
        assert_own_a(failed, 500, "결제 처리")
        assert failed.json()["errorDetail"].startswith("결제 처리")
        assert_own_a(ceos.look(), 404, "결제")
        world.settings(ceos={"failure_rate": 0})
        assert ceos.instant().status_code == 200
        assert world.ceos_payments == [("P1", 1_500_000, "PAID")]

    def test_the_failure_comes_before_the_look_at_the_id_and_at_the_store(self, ceos, world):
        ceos.instant()
        world.settings(ceos={"failure_rate": 1})
        assert_own_a(ceos.instant(), 500, "결제 처리")
        assert_own_a(ceos.instant("P2", storeId="elsewhere"), 500, "결제 처리")
        assert world.ceos_payments == [("P1", 1_500_000, "PAID")]

    def test_the_failure_comes_after_the_look_at_the_body(self, ceos, world):
        world.settings(ceos={"failure_rate": 1})
        assert_own_a(ceos.instant(currency="EUR"), 400, "잘못된")

    def test_cancel_and_look_never_fail_by_chance(self, ceos, world):
        ceos.instant()
        world.settings(ceos={"failure_rate": 1})
        assert {ceos.look().status_code for _ in range(20)} == {200}
        assert {ceos.cancel().status_code for _ in range(20)} == {200}

    def test_about_one_payment_in_ten_fails(self, ceos, world):
        world.settings(ceos={"failure_rate": 0.1})
        failed = [ceos.instant(f"P{number}").status_code for number in range(200)].count(500)
        assert 8 <= failed <= 36

    @pytest.mark.parametrize("state", ["PAID", "CANCELLED"])
    def test_an_id_that_exists_is_refused_whatever_the_order(self, ceos, world, state):
        ceos.instant()
        if state == "CANCELLED":
            ceos.cancel()
        assert_own_a(ceos.instant(), 409, "")
        assert_own_a(ceos.instant(totalPayAmount=1), 409, "")
        assert world.ceos_payments == [("P1", 1_500_000, state)]

    def test_the_id_is_looked_at_before_the_store(self, ceos):
        ceos.instant()
        assert_own_a(ceos.instant(storeId="elsewhere"), 409, "")

    def test_another_store_is_refused(self, ceos, world):
        assert_own_a(ceos.instant(storeId="my_store_001"), 404, "매장")
        assert world.ceos_payments == []

    def test_a_cancel_looks_at_no_state_and_can_be_repeated(self, ceos, world):
        ceos.instant()
        assert [ceos.cancel().json()["paymentStatus"] for _ in range(3)] == ["CANCELLED"] * 3
        assert world.ceos_payments == [("P1", 1_500_000, "CANCELLED")]

    def test_an_unknown_payment_is_answered_in_the_servers_own_words(self, ceos):
        assert_own_a(ceos.cancel("none"), 404, "결제")
        assert_own_a(ceos.look("none"), 404, "결제")

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"totalPayAmount": 0}, "totalPayAmount: "),
            ({"totalPayAmount": 2**31}, "totalPayAmount: "),
            ({"totalPayAmount": "1000"}, "totalPayAmount: "),
            ({"currency": "EUR"}, "currency: "),
            ({"customData": {"item": "노트북"}}, "customData: "),
            ({"orderName": None}, "orderName: "),
        ],
    )
    def test_a_bad_field_is_named(self, ceos, world, changes, field):
        reply = ceos.instant(**changes)
        assert_own_a(reply, 400, "")
        assert reply.json()["errorDetail"].startswith(field)
        assert world.ceos_payments == []

    def test_bad_fields_are_sorted(self, ceos):
        detail = ceos.instant(totalPayAmount=0, currency="EUR", storeId=None).json()["errorDetail"]
        assert re.findall(r"(\w+): ", detail) == ["currency", "storeId", "totalPayAmount"]

    @pytest.mark.parametrize("body", [b"", b"{", b"[" * 100_000, '{"customData": "{"item":"노트북"}"}'.encode()])
    def test_an_unreadable_body_is_refused(self, ceos, body):
        reply = ceos.send("POST", "payments/P1/instant", content=body, headers={"content-type": "application/json"})
        assert_own_a(reply, 400, "")

    @pytest.mark.parametrize("currency", ["KRW", "USD"])
    def test_both_currencies_are_accepted(self, ceos, currency):
        assert ceos.instant(currency=currency).status_code == 200
        assert ceos.look().json()["currency"] == currency

    @pytest.mark.parametrize("changes", [{"orderName": "가" * 256}, {"customData": "x" * 256}])
    def test_a_text_longer_than_its_column_breaks_the_server(self, ceos, world, changes):
        assert_framework(ceos.instant(**changes), 500)
        assert world.ceos_payments == []

    def test_the_longest_text_fits(self, ceos):
        assert ceos.instant("P" * 255, orderName="가" * 255, customData="x" * 255).status_code == 200

    def test_an_id_is_decoded_from_the_path(self, ceos, world):
        reply = ceos.instant("2025%201022_%EA%B0%80")
        assert reply.json()["paymentId"] == "2025 1022_가"
        assert ceos.look("2025%201022_%EA%B0%80").status_code == 200
        assert world.ceos_payments[0][0] == "2025 1022_가"

    def test_a_wrong_address_method_or_type_is_answered_by_the_framework(self, ceos):
        assert_framework(ceos.send("GET", "payments"), 404)
        assert_framework(ceos.send("GET", "payments/P1/instant"), 405)
        assert_framework(ceos.send("POST", "payments/P1/instant", content=b"x"), 415)

    def test_ids_are_unique_per_merchant_only(self, ceos, world):
        world.settings(ceos={"merchants": ["demo", "other"]})
        ceos.instant()
        ceos.login("other")
        assert ceos.look().status_code == 404
        assert ceos.instant().status_code == 200


class TestVersionB:
    def test_a_payment_comes_in_an_envelope_that_contradicts_the_status(self, ceos_b):
        reply = ceos_b.instant(customData=None)
        assert reply.status_code == 200
        body = reply.json()
        assert set(body) == {"status", "message", "payload"}
        assert body["status"] == 201
        assert set(body["payload"]) == SEVEN_KEYS
        assert body["payload"]["pgProvider"] == "CEOS-PAY"
        assert body["payload"]["paymentStatus"] == "PAID"
        assert body["payload"]["customData"] is None

    def test_cancel_and_look_come_in_an_envelope(self, ceos_b):
        ceos_b.instant()
        looked, cancelled = ceos_b.look().json(), ceos_b.cancel().json()
        assert (looked["status"], looked["payload"]["paymentStatus"]) == (200, "PAID")
        assert (cancelled["status"], cancelled["payload"]["paymentStatus"]) == (200, "CANCELLED")

    def test_anyone_gets_a_secret_and_is_their_own_store(self, world, ceos_b, http):
        payload = http.get("/ceos/auth/newcomer").json()["payload"]
        assert set(payload) == {"githubId", "apiSecretKey", "createdAt"}
        ceos_b.login("newcomer")
        assert ceos_b.instant(storeId="newcomer").status_code == 200

    def test_the_failure_is_stored_and_burns_the_id(self, ceos_b, world):
        world.settings(ceos={"failure_rate": 1})
        assert_own_b(ceos_b.instant(), 500, "결제 처리")
        world.settings(ceos={"failure_rate": 0})
        stored = ceos_b.look().json()["payload"]
        assert stored["paymentStatus"] == "FAILED"
        assert stored["paidAt"] is not None
        assert_own_b(ceos_b.instant(), 409)
        assert world.ceos_payments == [("P1", 1_500_000, "FAILED")]

    @pytest.mark.parametrize("state", ["FAILED", "CANCELLED"])
    def test_what_is_not_paid_cannot_be_cancelled(self, ceos_b, world, state):
        world.settings(ceos={"failure_rate": 1 if state == "FAILED" else 0})
        ceos_b.instant()
        if state == "CANCELLED":
            ceos_b.cancel()
        assert_own_b(ceos_b.cancel(), 409)
        assert world.ceos_payments == [("P1", 1_500_000, state)]

    def test_no_token_and_a_wrong_token_are_told_apart_by_text_only(self, ceos_b):
        ceos_b.secret = "wrong"
        wrong = ceos_b.look()
        ceos_b.secret = None
        missing = ceos_b.look()
        assert_own_b(wrong, 401)
        assert_own_b(missing, 401)
        assert wrong.json()["message"] != missing.json()["message"]

    def test_a_member_token_is_forbidden(self, ceos_b):
        ceos_b.secret = secret_of("demo", "member")
        assert_own_b(ceos_b.instant(), 403)

    def test_a_token_whose_merchant_is_gone_is_not_found(self, ceos_b):
        ceos_b.secret = secret_of("gone")
        assert_own_b(ceos_b.instant(), 404)

    def test_anothers_store_is_forbidden_and_nobodys_not_found(self, ceos_b, http, world):
        http.get("/ceos/auth/other")
        assert_own_b(ceos_b.instant(storeId="other"), 403)
        assert_own_b(ceos_b.instant(storeId="nobody"), 404)
        assert world.ceos_payments == []

    def test_an_unknown_payment_and_a_wrong_address_are_both_not_found(self, ceos_b):
        assert_own_b(ceos_b.look("none"), 404)
        assert_own_b(ceos_b.cancel("none"), 404)
        assert_own_b(ceos_b.send("GET", "elsewhere"), 404)
        ceos_b.secret = None
        assert_own_b(ceos_b.send("GET", "elsewhere"), 401)

    def test_bad_fields_come_as_a_payload(self, ceos_b):
        reply = ceos_b.instant(totalPayAmount=0)
        assert_own_b(reply, 400)
        assert set(reply.json()["payload"]) == {"totalPayAmount"}

    def test_an_unreadable_body_has_no_payload(self, ceos_b):
        reply = ceos_b.send("POST", "payments/P1/instant", content=b"{", headers={"content-type": "application/json"})
        assert_own_b(reply, 400)
        assert "payload" not in reply.json()

    def test_a_wrong_method_or_type_is_refused_in_its_own_shape(self, ceos_b):
        assert_own_b(ceos_b.send("GET", "payments/P1/cancel"), 405)
        assert_own_b(ceos_b.send("POST", "payments/P1/instant", content=json.dumps(ceos_b.order())), 415)

    def test_a_text_longer_than_its_column_breaks_the_server(self, ceos_b, world):
        assert_own_b(ceos_b.instant(orderName="x" * 256), 500, "서버 내부")
        assert world.ceos_payments == []

    def test_the_time_of_an_error_has_milliseconds_and_an_offset(self, ceos_b):
        assert re.fullmatch(NAIVE + r"\d{3}\+\d\d:\d\d", ceos_b.look("none").json()["timestamp"])
