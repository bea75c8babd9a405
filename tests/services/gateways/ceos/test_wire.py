"""CEOS's messages against the samples of its document, both servers' dialects, and anything else."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.errors import BugError
from kiosk.domain.money import won
from kiosk.services.gateways.ceos import wire
from kiosk.services.gateways.ceos.rules import Answer, Call
from tests.simulator.tills import sample

OURS = "20251022_0001"
NAME = "노트북외 1건"
CUSTOM = '{"order":"K01-1-000001","kiosk":"K01","amount":1500000}'
SEVEN = {
    "paymentId": OURS,
    "paymentStatus": "PAID",
    "orderName": NAME,
    "pgProvider": "CEOS_PAY",
    "currency": "KRW",
    "customData": CUSTOM,
    "paidAt": "2025-10-22T20:12:39.295038",
}
PATH = f"/payments/{OURS}"


def dialect_a(payment):
    return dict(payment)


def dialect_b(payment):
    return {"status": 200, "message": "요청 성공", "payload": payment | {"pgProvider": "CEOS-PAY"}}


def error_a(text):
    return {"path": PATH, "messageDetail": text, "errorDetail": text}


def error_b(status, text):
    return {
        "status": status,
        "error": "Whatever",
        "message": text,
        "path": PATH,
        "timestamp": "2026-04-01T09:00:00.000+09:00",
    }


def framework(status):
    return {"timestamp": "2025-10-22T11:21:35.529+00:00", "status": status, "error": "Whatever", "path": PATH}


DIALECTS = pytest.mark.parametrize("worded", [dialect_a, dialect_b], ids=["A", "B"])


def read_instant(fields, status=200):
    return wire.read_instant(status, fields, OURS)


def read_cancel(fields, status=200):
    return wire.read_cancel(status, fields, OURS)


def read_look(fields, status=200):
    return wire.read_look(status, fields, OURS, NAME, CUSTOM)


# -- what we send


def test_the_payment_request_is_the_documents_sample():
    document = sample("ceos/instant_request.json")
    request = wire.instant(OURS, "my_store_001", NAME, won(1500000), document["customData"])

    assert json.loads(request.body) == document
    assert (request.call, request.request_id) == (Call.INSTANT, OURS)
    assert (request.verb, request.path) == ("POST", f"/payments/{OURS}/instant")


def test_custom_data_is_a_text_that_carries_the_amount():
    text = wire.custom_data(OURS, "K01-1-000001", "K01", won(1500000))

    assert json.loads(text) == {"payment": OURS, "order": "K01-1-000001", "kiosk": "K01", "amount": 1500000}
    request = wire.instant(OURS, "store", NAME, won(1500000), text)
    assert json.loads(request.body)["customData"] == text


def test_custom_data_that_the_server_would_fail_on_is_never_sent():
    with pytest.raises(BugError):
        wire.custom_data(OURS, "K" * 250, "K01", won(1))


def test_the_cancel_has_no_body():
    request = wire.cancel(OURS, "K01-1-000001-1-02")

    assert (request.verb, request.path, request.body) == ("POST", f"/payments/{OURS}/cancel", b"")
    assert (request.call, request.request_id) == (Call.CANCEL, "K01-1-000001-1-02")


def test_an_id_is_escaped_in_the_address():
    assert wire.payment_path("a/b c?d#e%f가") == "/payments/a%2Fb%20c%3Fd%23e%25f%EA%B0%80"


# -- what the document answers


def test_the_documents_answer_to_a_payment_is_paid():
    assert read_instant(sample("ceos/instant_reply.json")) is Answer.PAID


def test_the_documents_answer_to_a_cancel_is_cancelled():
    assert read_cancel(sample("ceos/cancel_reply.json")) is Answer.CANCELLED


def test_the_documents_payment_is_cancelled():
    document = sample("ceos/payment_reply.json")

    assert wire.read_look(200, document, OURS, document["orderName"], document["customData"]) is Answer.CANCELLED


# -- success in both dialects

WORDS = {
    "PAID": Answer.PAID,
    "CANCELLED": Answer.CANCELLED,
    "FAILED": Answer.FAILED,
    "READY": Answer.PENDING,
    "PENDING": Answer.PENDING,
    "PAY_PENDING": Answer.PENDING,
    "paid": Answer.PENDING,
    "": Answer.PENDING,
}


@DIALECTS
@pytest.mark.parametrize("read", [read_instant, read_cancel, read_look])
@pytest.mark.parametrize(("word", "answer"), WORDS.items())
def test_a_payment_is_what_its_status_word_says(worded, read, word, answer):
    assert read(worded(SEVEN | {"paymentStatus": word})) is answer


@DIALECTS
@pytest.mark.parametrize("read", [read_instant, read_cancel, read_look])
@pytest.mark.parametrize("word", [None, True, 1, ["PAID"], {"PAID": 1}])
def test_a_status_that_is_no_word_proves_nothing(worded, read, word):
    assert read(worded(SEVEN | {"paymentStatus": word})) is Answer.NO_ANSWER


@DIALECTS
def test_a_payment_answered_without_a_status_is_paid_and_nothing_else_is(worded):
    bare = {"paymentId": OURS, "paidAt": "2025-10-22T20:21:35.529482123"}

    assert read_instant(worded(bare)) is Answer.PAID
    assert read_cancel(worded(bare)) is Answer.NO_ANSWER
    assert read_look(worded(bare)) is Answer.NO_ANSWER


def test_the_inner_status_of_dialect_b_says_nothing():
    assert read_instant({"status": 500, "message": "?", "payload": SEVEN}) is Answer.PAID
    assert read_instant({"status": 201, "message": "?", "payload": SEVEN}, status=500) is Answer.NO_ANSWER


def test_the_envelope_that_dialect_bs_readme_promises_is_read_too():
    assert read_look({"code": "OK", "message": "?", "data": SEVEN}) is Answer.PAID


@DIALECTS
@pytest.mark.parametrize("read", [read_instant, read_cancel, read_look])
@pytest.mark.parametrize("payment_id", ["20251022_0002", "", None, 20251022, [OURS]])
def test_another_payments_answer_is_none(worded, read, payment_id):
    assert read(worded(SEVEN | {"paymentId": payment_id})) is Answer.NO_ANSWER


@DIALECTS
@pytest.mark.parametrize("read", [read_instant, read_cancel, read_look])
def test_an_answer_without_id_is_none(worded, read):
    assert read(worded({key: value for key, value in SEVEN.items() if key != "paymentId"})) is Answer.NO_ANSWER


@DIALECTS
@pytest.mark.parametrize("change", [{"orderName": "주문2"}, {"customData": None}, {"customData": CUSTOM + " "}])
@pytest.mark.parametrize("word", ["PAID", "FAILED", "CANCELLED", "PENDING"])
def test_somebody_elses_content_under_our_id_is_not_ours(worded, change, word):
    assert read_look(worded(SEVEN | {"paymentStatus": word} | change)) is Answer.PAID_OTHER


@DIALECTS
@pytest.mark.parametrize("read", [read_instant, read_cancel, read_look])
@pytest.mark.parametrize("status", [201, 202, 204, 302, 400, 404, 409, 500, 502])
def test_paid_in_any_status_but_200_is_not_paid(worded, read, status):
    assert read(worded(SEVEN), status=status) in (Answer.NO_ANSWER, Answer.REFUSED)


# -- errors

FAILURE = "결제 처리에 실패했습니다."

ERRORS = [
    # status, body, answer to instant and cancel, answer to look
    (400, error_a("잘못된 요청입니다."), Answer.REFUSED, Answer.NO_ANSWER),
    (400, error_b(400, "잘못된 요청입니다.") | {"payload": {"storeId": "비어 있음"}}, Answer.REFUSED, Answer.NO_ANSWER),
    (400, framework(400), Answer.NO_ANSWER, Answer.NO_ANSWER),
    (401, framework(401), Answer.REFUSED, Answer.NO_ANSWER),
    (401, error_b(401, "유효하지 않은 토큰입니다."), Answer.REFUSED, Answer.NO_ANSWER),
    (403, framework(403), Answer.REFUSED, Answer.NO_ANSWER),
    (403, error_b(403, "매장 정보가 일치하지 않습니다."), Answer.REFUSED, Answer.NO_ANSWER),
    (404, error_a("결제 내역을 찾을 수 없습니다."), Answer.NOT_THERE, Answer.NOT_THERE),
    (404, error_b(404, "결제 내역을 찾을 수 없습니다."), Answer.NOT_THERE, Answer.NOT_THERE),
    # a wrong address is no "no such payment"
    (404, framework(404), Answer.REFUSED, Answer.NO_ANSWER),
    (404, {"message": "no Route matched with those values"}, Answer.REFUSED, Answer.NO_ANSWER),
    (405, framework(405), Answer.REFUSED, Answer.NO_ANSWER),
    (415, framework(415), Answer.REFUSED, Answer.NO_ANSWER),
    (409, error_a("이미 존재하는 결제입니다."), Answer.CONFLICT, Answer.NO_ANSWER),
    (409, error_b(409, "이미 존재하는 결제 ID입니다."), Answer.CONFLICT, Answer.NO_ANSWER),
    (409, framework(409), Answer.NO_ANSWER, Answer.NO_ANSWER),
    (500, error_a(FAILURE), Answer.REFUSED_TRY, Answer.NO_ANSWER),
    (500, error_b(500, FAILURE), Answer.REFUSED_TRY, Answer.NO_ANSWER),
    # in its own shape, but of another cause
    (500, error_b(500, "서버 내부 오류가 발생했습니다."), Answer.NO_ANSWER, Answer.NO_ANSWER),
    (500, error_a("서버 내부 오류: 결제 처리"), Answer.NO_ANSWER, Answer.NO_ANSWER),
    (500, framework(500), Answer.NO_ANSWER, Answer.NO_ANSWER),
    (500, {"message": FAILURE}, Answer.NO_ANSWER, Answer.NO_ANSWER),
    (503, error_a(FAILURE), Answer.NO_ANSWER, Answer.NO_ANSWER),
    (502, {}, Answer.NO_ANSWER, Answer.NO_ANSWER),
    (408, error_a("시간 초과"), Answer.NO_ANSWER, Answer.NO_ANSWER),
    (429, framework(429), Answer.NO_ANSWER, Answer.NO_ANSWER),
    # no JSON: a proxy, which knows nothing of the payment
    *[(status, {}, Answer.NO_ANSWER, Answer.NO_ANSWER) for status in (400, 401, 403, 404, 405, 409, 500)],
]


@pytest.mark.parametrize(("status", "fields", "answer", "looked"), ERRORS)
def test_an_error_is_believed_in_its_servers_own_shape(status, fields, answer, looked):
    assert read_instant(fields, status) is answer
    assert read_cancel(fields, status) is answer
    assert read_look(fields, status) is looked


@pytest.mark.parametrize("text", [None, 1, ["결제 처리"], {"결제 처리": 1}])
def test_an_error_text_that_is_no_text_is_not_the_servers_own(text):
    assert read_instant(error_a(text), 500) is Answer.NO_ANSWER
    assert read_look(error_a(text), 404) is Answer.NO_ANSWER
    assert read_look(error_b(404, text), 404) is Answer.NO_ANSWER


# -- the secret


def test_both_servers_and_their_first_version_tell_the_secret():
    assert wire.read_secret({"apiSecret": "s.e-c_ret", "storeId": "CEOS-22-1"}) == ("s.e-c_ret", "CEOS-22-1")
    payload = {"githubId": "demo", "apiSecretKey": "eyJh.eyJi.c2ln", "createdAt": "2026-04-01"}
    assert wire.read_secret({"status": 200, "payload": payload}) == ("eyJh.eyJi.c2ln", "")
    assert wire.read_secret("eyJh.eyJi.c2ln==") == ("eyJh.eyJi.c2ln==", "")


@pytest.mark.parametrize(
    "answer",
    ["", "<html>please log in</html>", "two words", "줄", "{}", "a\nb", {}, {"apiSecret": ""}, {"apiSecret": 1},
     {"apiSecret": "<html>"}, {"payload": {}}, None, [], 7],
)  # fmt: skip
def test_a_page_of_a_proxy_is_no_secret(answer):
    assert wire.read_secret(answer) is None


# -- anything at all

JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
WRONG = JUNK | st.sampled_from(["PAID", "CANCELLED", OURS, NAME, CUSTOM])
NEAR = st.fixed_dictionaries({}, optional={key: st.just(value) | WRONG for key, value in SEVEN.items()})
FIELDS = (
    NEAR
    | NEAR.map(dialect_b)
    | st.dictionaries(st.text(max_size=8) | st.sampled_from(["payload", "data", "message"]), NEAR | JUNK, max_size=4)
)


def the_payment(fields):
    for key in ("payload", "data"):
        if isinstance(fields.get(key), dict):
            return fields[key]
    return fields


@given(fields=FIELDS)
def test_only_the_whole_proof_is_paid(fields):
    payment = the_payment(fields)
    ours = payment.get("paymentId") == OURS
    paid = ours and payment.get("paymentStatus") == "PAID"

    assert (read_instant(fields) is Answer.PAID) == (paid or (ours and "paymentStatus" not in payment))
    assert (read_cancel(fields) is Answer.CANCELLED) == (ours and payment.get("paymentStatus") == "CANCELLED")
    assert (read_look(fields) is Answer.PAID) == (
        paid and payment.get("orderName") == NAME and payment.get("customData") == CUSTOM
    )


@given(fields=FIELDS, status=st.integers(100, 599))
def test_nothing_from_outside_is_an_accident(fields, status):
    for read in (read_instant, read_cancel, read_look):
        assert isinstance(read(fields, status), Answer)
    assert read_instant(fields, status) is not Answer.PAID or status == 200
    found = wire.read_secret(fields)
    assert found is None or all(isinstance(part, str) for part in found)
