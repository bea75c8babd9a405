"""The Crepay simulator against its document, and our readings where that is silent."""

import itertools
from email.utils import parsedate_to_datetime

import pytest

from tests.simulator.tills import BALANCE, BARCODE, FOLDER, sample, shape

MINUTE_MS = 60_000
CALLS = ("balance", "checkout", "cancel", "cancel-network")


def assert_refused(reply, code, status=400):
    assert (reply.status_code, reply.json()) == (status, {"errorCode": code})


def assert_from_framework(reply, status):
    assert reply.status_code == status
    assert set(reply.json()) == {"timestamp", "status", "error", "path"}


def test_the_answer_to_the_documents_balance_request_has_the_documents_shape(crepay):
    reply = crepay.balance()
    assert reply.status_code == 200
    assert shape(reply.json()) == shape(sample("crepay/balance_reply.json"))


def test_the_answer_to_the_documents_checkout_request_has_the_documents_shape(crepay):
    reply = crepay.checkout()
    assert reply.status_code == 200
    assert shape(reply.json()) == shape(sample("crepay/checkout_reply.json"))


@pytest.mark.parametrize("call", ["cancel", "cancel-network"])
def test_the_answer_to_the_documents_cancel_request_has_the_documents_shape(crepay, call):
    crepay.checkout(transactionId="SAMPLE_TRANSACTION_ID_TO_CANCEL")
    reply = crepay.send(call)
    assert reply.status_code == 200
    assert shape(reply.json()) == shape(sample("crepay/cancel_reply.json"))


def test_the_documents_failures_are_answered_as_the_document_shows_them(crepay):
    assert crepay.balance(barcode="1").json() == sample("crepay/balance_error.json")
    assert crepay.checkout(payAmount=BALANCE + 1).json() == sample("crepay/checkout_error.json")
    assert crepay.cancel("nothing").json() == sample("crepay/cancel_error.json")


def test_a_balance_is_read_from_the_body_of_a_get(crepay):
    reply = crepay.balance(transactionId="mine", barcode="11112222333344447")
    assert reply.json() == {"transactionId": "mine", "barcode": "11112222333344447", "balance": 12_300}


def test_a_checkout_takes_the_money_and_the_books_know(crepay, world):
    reply = crepay.checkout(transactionId="mine", payAmount=23_500)
    assert reply.json() == {"transactionId": "mine", "barcode": BARCODE, "checkedOutAmount": 23_500}
    assert world.crepay_entries == [("mine", 23_500, "TAKEN")]
    assert world.books()["crepay"]["coupons"][BARCODE] == {"balance": BALANCE - 23_500, "net": 23_500}
    assert crepay.balance().json()["balance"] == BALANCE - 23_500


def test_a_whole_balance_can_be_spent(crepay):
    assert crepay.checkout(payAmount=BALANCE).status_code == 200
    assert crepay.balance().json()["balance"] == 0


@pytest.mark.parametrize("call", ["cancel", "cancel-network"])
def test_a_cancel_gives_the_money_back(crepay, world, call):
    crepay.checkout(transactionId="paid", payAmount=23_500)
    reply = crepay.send(call, transactionId="back", cancelTtransactionId="paid", cancelAmount=23_500)
    assert reply.json() == {
        "transactionId": "back",
        "barcode": BARCODE,
        "canceledTransactionId": "paid",
        "canceledAmount": 23_500,
    }
    assert world.crepay_entries == [("paid", 23_500, "RETURNED")]
    assert world.books()["crepay"]["coupons"][BARCODE] == {"balance": BALANCE, "net": 0}


@pytest.mark.parametrize("auth", [("demo", "wrong"), ("wrong", "demo"), None])
@pytest.mark.parametrize("call", CALLS)
def test_who_does_not_know_the_password_is_refused_without_a_code(crepay, world, call, auth):
    crepay.auth = auth
    assert_from_framework(crepay.send(call), 401)
    assert world.crepay_entries == []


def test_id_and_password_are_settings(crepay, world):
    world.settings(crepay={"id": "shop", "password": "word"})
    assert_from_framework(crepay.balance(), 401)
    crepay.auth = ("shop", "word")
    assert crepay.balance().status_code == 200


@pytest.mark.parametrize(("first", "second"), list(itertools.product(CALLS, CALLS)))
def test_an_id_is_accepted_once_across_all_calls(crepay, first, second):
    crepay.send(first, transactionId="same")
    assert_refused(crepay.send(second, transactionId="same"), "ZLGN002")


@pytest.mark.parametrize("refused", [{"barcode": "1"}, {"payAmount": BALANCE + 1}, {"timestamp": 0}])
def test_a_refused_request_spends_its_id(crepay, world, refused):
    assert crepay.checkout(transactionId="same", **refused).status_code == 400
    assert_refused(crepay.checkout(transactionId="same"), "ZLGN002")
    assert world.crepay_entries == []


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("call", CALLS)
def test_a_clock_more_than_five_minutes_off_is_refused(crepay, world, call, sign):
    world.settings(crepay={"skew_ms": sign * (5 * MINUTE_MS + 10_000)})
    assert_refused(crepay.send(call), "ZLGN003")


@pytest.mark.parametrize("sign", [1, -1])
def test_a_clock_less_than_five_minutes_off_is_accepted(crepay, world, sign):
    world.settings(crepay={"skew_ms": sign * (5 * MINUTE_MS - 10_000)})
    assert crepay.checkout().status_code == 200


def test_the_window_is_a_setting(crepay, world):
    world.settings(crepay={"window_ms": 20 * MINUTE_MS, "skew_ms": 15 * MINUTE_MS})
    assert crepay.checkout().status_code == 200


def test_every_answer_tells_the_servers_own_time(crepay, world):
    true = parsedate_to_datetime(crepay.balance().headers["date"])
    world.settings(crepay={"skew_ms": 60 * MINUTE_MS})
    skewed = parsedate_to_datetime(crepay.balance().headers["date"])
    assert 3_590 < (skewed - true).total_seconds() < 3_630


@pytest.mark.parametrize("call", CALLS)
def test_an_unknown_barcode_is_refused_by_every_call(crepay, call):
    assert_refused(crepay.send(call, barcode="12345"), "ZLGN001")


def test_more_than_the_balance_is_refused(crepay, world):
    assert_refused(crepay.checkout(barcode="11112222333344446", payAmount=1), "ZLGN011")
    assert_refused(crepay.checkout(barcode="11112222333344445", payAmount=3_001), "ZLGN011")
    assert world.crepay_entries == []


def test_a_coupon_whose_account_refuses_shows_a_balance_and_still_cannot_pay(crepay, world):
    world.coupons({BARCODE: {"balance": 50_000, "withdrawal_fails": True}})
    assert crepay.balance().json()["balance"] == 50_000
    assert_refused(crepay.checkout(), "ZLGN012")
    assert world.books()["crepay"]["coupons"][BARCODE] == {"balance": 50_000, "net": 0}


def test_a_new_coupon_can_be_made(crepay, world):
    world.coupons({"777": 100})
    assert crepay.balance(barcode="777").json()["balance"] == 100


@pytest.mark.parametrize("call", ["cancel", "cancel-network"])
@pytest.mark.parametrize(
    "other", [{"cancelTtransactionId": "never"}, {"barcode": "11112222333344447"}, {"cancelAmount": 23_499}]
)
def test_a_cancel_that_names_no_checkout_of_this_coupon_and_amount_is_refused(crepay, world, call, other):
    crepay.checkout(transactionId="paid", payAmount=23_500)
    assert_refused(crepay.send(call, **{"cancelTtransactionId": "paid"} | other), "ZLGN021")
    assert world.crepay_entries == [("paid", 23_500, "TAKEN")]


@pytest.mark.parametrize("second", ["cancel", "cancel-network"])
def test_a_second_cancel_is_accepted_but_gives_nothing_back_again(crepay, world, second):
    crepay.checkout(transactionId="paid")
    first = crepay.cancel("paid").json()
    again = crepay.send(second, cancelTtransactionId="paid").json()
    assert again["canceledAmount"] == first["canceledAmount"]
    assert world.books()["crepay"]["coupons"][BARCODE] == {"balance": BALANCE, "net": 0}


@pytest.mark.parametrize("second", ["cancel", "cancel-network"])
def test_a_second_cancel_can_be_refused_by_a_setting(crepay, world, second):
    world.settings(crepay={"repeated_cancel": "refuse"})
    crepay.checkout(transactionId="paid")
    assert crepay.cancel("paid").status_code == 200
    assert_refused(crepay.send(second, cancelTtransactionId="paid"), "ZLGN021")
    assert world.books()["crepay"]["coupons"][BARCODE] == {"balance": BALANCE, "net": 0}


def test_a_cancel_may_mean_the_approval_number(crepay, world):
    crepay.checkout(transactionId="paid", checkoutId="approval")
    assert_refused(crepay.cancel("approval"), "ZLGN021")
    world.settings(crepay={"cancel_by": "approval"})
    assert_refused(crepay.cancel("paid"), "ZLGN021")
    assert crepay.cancel("approval").json()["canceledTransactionId"] == "approval"


def test_an_older_server_does_not_know_the_network_cancel(crepay, world):
    world.settings(crepay={"cancel_network": "off"})
    crepay.checkout(transactionId="paid")
    assert_from_framework(crepay.cancel_network("paid"), 404)
    assert crepay.cancel("paid").status_code == 200


def test_a_network_cancel_can_be_too_early_and_the_checkout_lands_afterwards(crepay, world):
    assert_refused(crepay.cancel_network("travelling"), "ZLGN021")
    assert crepay.checkout(transactionId="travelling").status_code == 200
    assert crepay.cancel_network("travelling").status_code == 200
    assert world.crepay_entries == [("travelling", 23_500, "RETURNED")]


def test_the_status_of_a_refusal_is_a_setting(crepay, world):
    world.settings(crepay={"error_status": 422})
    assert_refused(crepay.balance(barcode="1"), "ZLGN001", status=422)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    "broken",
    [{"transactionId": None}, {"transactionId": ""}, {"timestamp": "1697963791000"}, {"posDeviceId": 7}],
)
def test_a_malformed_request_is_refused_without_a_code_and_spends_no_id(crepay, call, broken):
    assert_from_framework(crepay.send(call, **{"transactionId": "mine"} | broken), 400)
    assert crepay.balance(transactionId="mine").status_code == 200


@pytest.mark.parametrize("amount", [0, -1, 1.5, "100", True, None])
def test_an_amount_is_a_whole_number_of_at_least_one(crepay, world, amount):
    assert_from_framework(crepay.checkout(payAmount=amount), 400)
    assert world.crepay_entries == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_json_object_is_refused_without_a_code(crepay, http, body):
    assert_from_framework(http.post(FOLDER + "checkout", content=body, auth=crepay.auth), 400)


def test_the_misspelt_key_is_the_one_that_counts(crepay):
    crepay.checkout(transactionId="paid")
    body = crepay.body("cancel")
    body["cancelTransactionId"] = body.pop("cancelTtransactionId")
    reply = crepay._http.patch(FOLDER + "cancel", json=body, auth=crepay.auth)
    assert_from_framework(reply, 400)


def test_a_wrong_address_or_method_is_answered_by_the_framework(crepay):
    assert_from_framework(crepay.send("balance", method="POST"), 405)
    assert_from_framework(crepay._http.get("/crepay/v1/elsewhere", auth=crepay.auth), 404)
