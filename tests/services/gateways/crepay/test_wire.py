"""Crepay's messages against the samples of its document, and against anything else."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.confidential import Confidential
from kiosk.services.gateways.crepay import wire
from kiosk.services.gateways.crepay.rules import Answer, Call
from kiosk.services.gateways.crepay.wire import WON_MOST, Account, Asking, Read
from tests.simulator.tills import sample

ACCOUNT = Account(
    login="demo",
    password=Confidential("비밀:번호"),
    brand_id="SAMPLE_BRAND_ID",
    store_code="SAMPLE_STORE_CODE",
    store_name="샘플 승인 지점 이름",
    pos_device_id="SMPLE_POS_DEVICE_ID",
)
BARCODE = Confidential("98765432123456789")
OURS = "SAMPLE_TRANSACTION_ID"
TARGET = "SAMPLE_TRANSACTION_ID_TO_CANCEL"
ASKING = Asking(ACCOUNT, OURS, 1697963791000, BARCODE, "샘플 상품명")
AMOUNT = 23500


def as_bytes(value):
    return json.dumps(value, ensure_ascii=False).encode()


# -- what we send


def test_the_balance_question_is_the_documents_sample():
    assert json.loads(ASKING.balance(AMOUNT)) == sample("crepay/balance_request.json")


def test_the_checkout_is_the_documents_sample_with_one_id_for_both_names():
    request = ASKING.checkout(AMOUNT)

    assert json.loads(request.body) == sample("crepay/checkout_request.json") | {"checkoutId": OURS}
    assert (request.call, request.request_id) == (Call.CHECKOUT, OURS)
    assert (request.verb, request.path) == ("POST", "/v1/pay/code/zlgoon/checkout")


def test_the_cancel_is_the_documents_sample():
    request = ASKING.cancel(Call.CANCEL, TARGET, AMOUNT)

    assert json.loads(request.body) == sample("crepay/cancel_request.json")
    assert (request.call, request.request_id) == (Call.CANCEL, OURS)
    assert (request.verb, request.path) == ("PATCH", "/v1/pay/code/zlgoon/cancel")


def test_cancel_network_is_a_cancel_at_another_address():
    request = ASKING.cancel(Call.CANCEL_NETWORK, TARGET, AMOUNT)

    assert request.body == ASKING.cancel(Call.CANCEL, TARGET, AMOUNT).body
    assert (request.verb, request.path) == ("PATCH", "/v1/pay/code/zlgoon/cancel-network")


@pytest.mark.parametrize(
    ("ours", "name"),
    [
        (ASKING.balance(AMOUNT), "crepay/balance_request.json"),
        (ASKING.checkout(AMOUNT).body, "crepay/checkout_request.json"),
        (ASKING.cancel(Call.CANCEL, TARGET, AMOUNT).body, "crepay/cancel_request.json"),
    ],
    ids=["balance", "checkout", "cancel"],
)
def test_keys_and_types_are_the_documents(ours, name):
    def shape(body):
        return {key: type(value) for key, value in body.items()}

    assert shape(json.loads(ours)) == shape(sample(name))


def test_the_credential_is_id_and_password_in_base64():
    scheme, credential = ACCOUNT.headers["Authorization"].split(" ")

    assert (scheme, base64.b64decode(credential).decode()) == ("Basic", "demo:비밀:번호")


# -- what the document answers


def read_checkout(body):
    return wire.read_checkout(as_bytes(body), OURS, BARCODE, AMOUNT)


def read_cancel(body):
    return wire.read_cancel(as_bytes(body), TARGET, AMOUNT)


def read_balance(body):
    return wire.read_balance(as_bytes(body), BARCODE)


READERS = {
    "checkout": (read_checkout, "crepay/checkout_reply.json", ("transactionId", "barcode", "checkedOutAmount")),
    "cancel": (read_cancel, "crepay/cancel_reply.json", ("canceledTransactionId", "canceledAmount")),
    "balance": (read_balance, "crepay/balance_reply.json", ("barcode", "balance")),
}
PROOFS = [(call, key) for call, (_, _, keys) in READERS.items() for key in keys]


@pytest.mark.parametrize(("call", "amount"), [("checkout", AMOUNT), ("cancel", AMOUNT), ("balance", 56700)])
def test_the_documents_answer_is_accepted(call, amount):
    read, name, _ = READERS[call]

    assert read(sample(name)) == Read(Answer.OK, amount)


@pytest.mark.parametrize("call", READERS)
def test_a_key_that_the_document_lacks_is_nothing_to_us(call):
    read, name, _ = READERS[call]

    assert read(sample(name) | {"extra": [{"deep": None}]}) == read(sample(name))


@pytest.mark.parametrize(("call", "key"), PROOFS)
def test_without_an_element_of_the_proof_there_is_none(call, key):
    read, name, _ = READERS[call]
    body = sample(name)
    del body[key]

    assert read(body) == Read(Answer.UNREADABLE)


@pytest.mark.parametrize(("call", "key"), PROOFS)
@pytest.mark.parametrize("value", [None, True, False, 3.5, [], {}, "", "x"])
def test_with_an_element_of_another_kind_there_is_no_proof(call, key, value):
    read, name, _ = READERS[call]

    assert read(sample(name) | {key: value}).answer in (Answer.UNREADABLE, Answer.OTHER_IDS)


@pytest.mark.parametrize(("call", "key"), [("checkout", "checkedOutAmount"), ("cancel", "canceledAmount")])
@pytest.mark.parametrize("value", ["23500", 23500.0, 0, -23500, WON_MOST + 1, 10**30])
def test_an_amount_is_a_number_of_won_and_nothing_else(call, key, value):
    read, name, _ = READERS[call]

    assert read(sample(name) | {key: value}) == Read(Answer.UNREADABLE)


def test_true_is_not_one():
    body = sample("crepay/checkout_reply.json") | {"checkedOutAmount": True}

    assert wire.read_checkout(as_bytes(body), OURS, BARCODE, 1) == Read(Answer.UNREADABLE)


def test_a_balance_may_be_nothing():
    assert read_balance(sample("crepay/balance_reply.json") | {"balance": 0}) == Read(Answer.OK, 0)


@pytest.mark.parametrize("balance", [-1, "56700", 56700.0, True, WON_MOST + 1])
def test_a_balance_is_a_number_of_won(balance):
    assert read_balance(sample("crepay/balance_reply.json") | {"balance": balance}) == Read(Answer.UNREADABLE)


@pytest.mark.parametrize("key", ["transactionId", "barcode"])
def test_a_checkout_with_an_id_that_is_not_ours_reports_no_amount(key):
    body = sample("crepay/checkout_reply.json")

    assert read_checkout(body | {key: body[key] + "X"}) == Read(Answer.OTHER_IDS)


@pytest.mark.parametrize("amount", [1, AMOUNT - 1, AMOUNT + 1, WON_MOST])
def test_a_checkout_of_another_amount_reports_it(amount):
    body = sample("crepay/checkout_reply.json") | {"checkedOutAmount": amount}

    assert read_checkout(body) == Read(Answer.OTHER_AMOUNT, amount)


def test_a_cancel_of_another_checkout_is_none_of_ours():
    body = sample("crepay/cancel_reply.json") | {"canceledTransactionId": OURS}

    assert read_cancel(body) == Read(Answer.OTHER_IDS)


def test_a_cancel_of_another_amount_is_no_proof():
    body = sample("crepay/cancel_reply.json") | {"canceledAmount": AMOUNT - 1}

    assert read_cancel(body) == Read(Answer.OTHER_AMOUNT, AMOUNT - 1)


# -- failures

DOCUMENTED = {
    "ZLGN001": Answer.NO_SUCH_BARCODE,
    "ZLGN002": Answer.ID_REUSED,
    "ZLGN003": Answer.CLOCK,
    "ZLGN011": Answer.BALANCE_SHORT,
    "ZLGN012": Answer.WITHDRAWAL_FAILED,
    "ZLGN021": Answer.NO_SUCH_PAYMENT,
}


def read_failure(status, body, call=Call.CHECKOUT, *, is_json=True):
    return wire.read_failure(call, status, body, is_json=is_json).answer


@pytest.mark.parametrize(("code", "answer"), DOCUMENTED.items())
@pytest.mark.parametrize("status", [201, 302, 400, 401, 404, 500, 502])
@pytest.mark.parametrize("call", Call)
def test_a_code_is_judged_whatever_the_status(code, answer, status, call):
    assert read_failure(status, as_bytes({"errorCode": code}), call) is answer


@pytest.mark.parametrize(
    "name", ["crepay/balance_error.json", "crepay/checkout_error.json", "crepay/cancel_error.json"]
)
def test_the_documents_failures_are_understood(name):
    assert read_failure(400, as_bytes(sample(name))) is DOCUMENTED[sample(name)["errorCode"]]


@pytest.mark.parametrize(
    "code", ["", "ZLGN999", "zlgn001", "ZLGN001 ", *(one.value for one in Answer if one.value.islower())]
)
@pytest.mark.parametrize("call", Call)
def test_a_code_that_the_document_lacks_is_never_one_of_our_own_words(code, call):
    assert read_failure(400, as_bytes({"errorCode": code}), call) is Answer.OTHER_CODE


@pytest.mark.parametrize("status", [401, 403, 404, 405, 415])
def test_a_frameworks_refusal_comes_before_any_payment_code(status):
    assert read_failure(status, b'{"error":"Refused"}') is Answer.REFUSED


@pytest.mark.parametrize("status", [401, 403, 404, 405, 415])
def test_a_page_of_a_proxy_proves_nothing(status):
    assert read_failure(status, b"<html>", is_json=False) is Answer.UNREADABLE


@pytest.mark.parametrize("status", [201, 204, 302, 400, 408, 409, 429, 500, 502, 503, 504])
def test_no_other_status_without_a_code_proves_anything(status):
    for body in (b"", b"<html>", b"{}", b'{"errorCode":null}', b'{"errorCode":1}', b'["ZLGN001"]', b'"ZLGN001"'):
        assert read_failure(status, body) is Answer.UNREADABLE


@pytest.mark.parametrize("status", [404, 405, 501])
@pytest.mark.parametrize("body", [b"", b"<html>", b'{"error":"Not Found"}'])
def test_an_old_server_does_not_know_cancel_network(status, body):
    is_json = body.startswith(b"{")

    assert read_failure(status, body, Call.CANCEL_NETWORK, is_json=is_json) is Answer.UNSUPPORTED
    assert read_failure(status, body, Call.CANCEL, is_json=is_json) is not Answer.UNSUPPORTED


@pytest.mark.parametrize("status", [400, 401, 403, 500, 502, 503])
def test_no_other_status_says_that_cancel_network_is_unknown(status):
    assert read_failure(status, b"<html>", Call.CANCEL_NETWORK, is_json=False) is Answer.UNREADABLE


# -- anything at all

JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def near(right):
    """Objects whose keys are each right, missing, or anything."""
    return st.fixed_dictionaries(
        {},
        optional={
            key: st.just(value) | st.sampled_from([OURS, TARGET, AMOUNT, str(AMOUNT)]) | JUNK
            for key, value in right.items()
        },
    )


def is_exactly(value, right):
    return type(value) is type(right) and value == right


@pytest.mark.parametrize("call", ["checkout", "cancel"])
@given(data=st.data())
def test_only_the_whole_proof_is_ok(call, data):
    read, name, keys = READERS[call]
    right = sample(name)
    body = data.draw(near(right))

    proven = all(key in body and is_exactly(body[key], right[key]) for key in keys)
    assert (read(body).answer is Answer.OK) == proven


@given(
    body=st.binary(max_size=60) | JUNK.map(as_bytes),
    status=st.integers(100, 599),
    call=st.sampled_from(Call),
    is_json=st.booleans(),
)
def test_nothing_from_outside_is_an_accident_or_a_proof(body, status, call, is_json):
    reads = [
        wire.read_checkout(body, OURS, BARCODE, AMOUNT),
        wire.read_cancel(body, TARGET, AMOUNT),
        wire.read_balance(body, BARCODE),
        wire.read_failure(call, status, body, is_json=is_json),
    ]

    assert Answer.OK not in [read.answer for read in reads]


@given(code=st.text(max_size=10) | st.sampled_from(list(Answer)).map(str), status=st.integers(201, 599))
def test_no_error_code_is_ever_an_approval(code, status):
    assert read_failure(status, as_bytes({"errorCode": code})) in {*DOCUMENTED.values(), Answer.OTHER_CODE}
