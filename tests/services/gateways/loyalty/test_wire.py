"""The relay's messages: what we send, and what is believed of what comes back. Source: document, 3.1 to 3.8 and 5.1."""

import json

import pytest

from kiosk.domain.confidential import Confidential
from kiosk.domain.errors import BugError
from kiosk.domain.money import won
from kiosk.services.gateways.loyalty import wire
from kiosk.services.gateways.loyalty.answers import ERRORS, FIRST_STATUS, STATUSES, Answer, Call, Numbering, Paths
from kiosk.services.gateways.loyalty.wire import Account, Envelope, Purchase

SHOP = "0x" + "0A" * 32
PAYMENT = "0x" + "ab" * 32
WALLET = Confidential("0xFFFFFFFF" + "Ab" * 12 + "00000000")
ACCOUNT = Account(SHOP, Confidential("0xkey"))
PURCHASE = Purchase("K01-1-000001-1-token", won(10), SHOP, PAYMENT)
UNITS = "10000000000000000000"
RELAY, SPEC = Numbering.RELAY, Numbering.SPEC


def paid(**changes):
    """The data of a payment, as a relay tells it."""
    data = {
        "paymentId": PAYMENT,
        "purchaseId": PURCHASE.id,
        "amount": UNITS,
        "currency": "krw",
        "shopId": SHOP.lower(),
        "account": "0x" + "1" * 40,
        "paidPoint": UNITS,
        "feePoint": "500000000000000000",
        "totalPoint": "10500000000000000000",
        "paymentStatus": 18,
    }
    return {name: value for name, value in {**data, **changes}.items() if value is not ...}


def envelope(data, code=0):
    return Envelope(code, data, frozenset())


def body_of(request):
    return json.loads(request.body)


# -- requests


@pytest.mark.parametrize(
    ("paths", "path"), [(Paths.RELAY, "/v1/payment/new/open"), (Paths.SPEC, "/v1/payment/openNew")]
)
def test_3_3_the_customer_is_asked(paths, path):
    request = wire.open_new(paths, ACCOUNT, PURCHASE, WALLET)

    assert (request.verb, request.path, request.request_id) == ("POST", path, PURCHASE.id)
    assert body_of(request) == {
        "accessKey": "0xkey",
        "purchaseId": PURCHASE.id,
        "amount": UNITS,
        "currency": "krw",
        "shopId": SHOP,
        "account": WALLET.reveal().lower(),
    }


@pytest.mark.parametrize(
    ("paths", "path"), [(Paths.RELAY, "/v1/payment/new/close"), (Paths.SPEC, "/v1/payment/closeNew")]
)
@pytest.mark.parametrize(("build", "confirm"), [(wire.capture, "true"), (wire.void, "false")])
def test_3_4_a_payment_is_taken_or_released(paths, path, build, confirm):
    request = build(paths, ACCOUNT, PAYMENT, "K01-1-000001-1-02")

    assert (request.path, request.request_id) == (path, "K01-1-000001-1-02")
    assert body_of(request) == {"accessKey": "0xkey", "paymentId": PAYMENT, "confirm": confirm}


@pytest.mark.parametrize(
    ("paths", "path"), [(Paths.RELAY, "/v1/payment/cancel/open"), (Paths.SPEC, "/v1/payment/openCancel")]
)
def test_3_5_the_owner_is_asked_to_give_back(paths, path):
    request = wire.open_cancel(paths, ACCOUNT, PAYMENT, "K01-1-000001-1-05")

    assert request.path == path
    assert body_of(request) == {"accessKey": "0xkey", "paymentId": PAYMENT}


@pytest.mark.parametrize(
    ("paths", "path"), [(Paths.RELAY, "/v1/payment/cancel/close"), (Paths.SPEC, "/v1/payment/closeCancel")]
)
def test_3_6_what_the_owner_approved_is_given_back(paths, path):
    request = wire.close_cancel(paths, ACCOUNT, PAYMENT, "K01-1-000001-1-06")

    assert request.path == path
    assert body_of(request) == {"accessKey": "0xkey", "paymentId": PAYMENT, "confirm": "true"}


@pytest.mark.parametrize(
    ("call", "params", "path"),
    [
        (Call.BALANCE, {"account": "0x1"}, "/v1/payment/user/balance?account=0x1"),
        (Call.INFO, {"account": "0x1", "amount": "5", "currency": "krw"},
         "/v1/payment/info?account=0x1&amount=5&currency=krw"),
        (Call.SHOP, {"shopId": "0x2"}, "/v1/payment/shop/info?shopId=0x2"),
        (Call.WITHDRAWAL, {"shopId": "0x2"}, "/v1/payment/shop/withdrawal?shopId=0x2"),
        (Call.ITEM, {"paymentId": "a&b=c/ü"}, "/v1/payment/item?paymentId=a%26b%3Dc%2F%C3%BC"),
    ],
)  # fmt: skip
def test_3_1_3_2_3_7_3_8_5_1_questions(call, params, path):
    assert wire.question(call, **params) == path


@pytest.mark.parametrize(
    ("account", "purchase", "wallet"),
    [
        (ACCOUNT, Purchase("P", won(0), SHOP), WALLET),
        (ACCOUNT, PURCHASE, Confidential("0x12")),
        (ACCOUNT, PURCHASE, Confidential("abc" + "0" * 39)),
        (Account(SHOP, Confidential("")), PURCHASE, WALLET),
    ],
)
def test_what_the_relay_would_refuse_or_worse_take_is_not_built(account, purchase, wallet):
    with pytest.raises(BugError):
        wire.open_new(Paths.RELAY, account, purchase, wallet)


@pytest.mark.parametrize("build", [wire.capture, wire.void, wire.open_cancel, wire.close_cancel])
def test_a_payment_without_an_id_is_not_closed(build):
    with pytest.raises(BugError):
        build(Paths.RELAY, ACCOUNT, "", "K01-1-000001-1-02")
    with pytest.raises(BugError):
        build(Paths.RELAY, Account(SHOP, Confidential("")), PAYMENT, "K01-1-000001-1-02")


# -- the envelope


@pytest.mark.parametrize("code", [0, 200])
def test_success_is_code_0_or_the_documents_generations_200_with_data(code):
    read = wire.read_envelope(200, {"code": code, "data": {"paymentId": "x"}})

    assert read is not None
    assert read.is_success


def test_success_without_data_is_none():
    assert not envelope({}).is_success


@pytest.mark.parametrize(
    ("status", "fields"),
    [(404, {"code": 0, "data": {}}), (200, {}), (200, {"code": "0"}), (200, {"code": True}), (502, {})],
)
def test_what_is_no_envelope_is_no_answer(status, fields):
    assert wire.read_envelope(status, fields) is None


@pytest.mark.parametrize("key", ["param", "path"])
def test_a_validation_error_names_what_it_wants(key):
    error = {"message": "Failed", "validation": [{"msg": "Invalid value", key: "confirm", "location": "body"}, 5]}

    read = wire.read_envelope(200, {"code": 2001, "error": error})

    assert read == Envelope(2001, {}, frozenset({"confirm"}))


# -- payments


@pytest.mark.parametrize(("numbering", "status"), [(n, s) for n in Numbering for s in STATUSES[n]])
def test_a_status_is_read_by_its_numbering(numbering, status):
    read = wire.read_payment(envelope(paid(paymentStatus=status)), numbering, PURCHASE)

    assert read.answer is STATUSES[numbering][status]
    assert read.facts["status"] == str(status)


PAPER = """
11 opened 12 send_failed 13 reverted 14 opened 15 approved 16 denied 17 approved 18 paid 19 failed
51 cancel_opened 52 cancel_opened 53 cancel_opened 54 cancel_opened
55 cancel_approved 56 cancel_denied 57 cancel_approved
58 refunded 59 cancel_failed
"""
PAPER_OF_SPEC = (
    "1 opened 2 approved 3 denied 4 paid 5 cancel_opened 6 cancel_approved 7 cancel_denied 8 refunded 9 run_out"
)


@pytest.mark.parametrize(("numbering", "paper"), [(RELAY, PAPER), (SPEC, PAPER_OF_SPEC)])
def test_the_two_numberings(numbering, paper):
    words = paper.split()
    wanted = dict(zip(map(int, words[::2]), words[1::2], strict=True))

    assert {number: answer.value for number, answer in STATUSES[numbering].items()} == wanted


@pytest.mark.parametrize("status", [0, 10, 20, 50, 60, 90, -1, "18", None, True, 18.0, ...])
def test_a_status_that_the_numbering_does_not_hold_is_not_final(status):
    assert wire.read_payment(envelope(paid(paymentStatus=status)), RELAY, PURCHASE).answer is Answer.OTHER_STATUS


@pytest.mark.parametrize(
    "changes",
    [
        {"paymentId": "0x" + "ac" * 32},
        {"paymentId": ...},
        {"purchaseId": "another"},
        {"purchaseId": ...},
        {"amount": "10000000000000000001"},
        {"amount": 10000000000000000000},
        {"amount": ...},
        {"currency": "usd"},
        {"currency": ...},
        {"shopId": "0x" + "0b" * 32},
        {"shopId": ...},
    ],
)
def test_paid_is_believed_of_our_payment_alone_to_the_last_element_of_its_proof(changes):
    """Law 4: the paid status, paymentId, purchaseId, amount, currency and shopId."""
    assert wire.read_payment(envelope(paid(**changes)), RELAY, PURCHASE).answer is Answer.OTHER_PAYMENT


def test_case_and_what_later_relays_leave_out_make_no_difference():
    data = paid(currency="KRW", shopId=SHOP.upper().replace("X", "x"), paidPoint=..., account=...)

    assert wire.read_payment(envelope(data), RELAY, PURCHASE).answer is Answer.PAID


def test_points_are_kept_as_answered_and_the_persons_account_is_not():
    read = wire.read_payment(envelope(paid(totalToken="7", feePoint="x")), RELAY, PURCHASE)

    assert read.facts == {"status": "18", "paidPoint": UNITS, "totalPoint": "10500000000000000000", "totalToken": "7"}


@pytest.mark.parametrize(("code", "answer"), sorted(ERRORS.items()))
def test_an_error_code_is_read_by_the_table(code, answer):
    read = wire.read_payment(Envelope(code, {}, frozenset()), RELAY, PURCHASE)

    assert (read.answer, read.facts) == (answer, {"code": str(code)})


CODES = """
refused 400 501 2001 2002 1501 1211 2050 3004 3072
points_short 1511 401 | no_such_payment 2003 | code_expired 2004 | no_phone 2005 2008 | not_cancellable 2022
not_closable 2024 | closed_before 2026 | never_held 2029 | too_early 2030
"""


def test_the_codes_of_the_envelope():
    wanted: dict[int, str] = {}
    for row in CODES.replace("\n", "|").split("|"):
        word, *codes = row.split() or ["", ""][:1]
        wanted |= {int(code): word for code in codes}
    assert {code: answer.value for code, answer in ERRORS.items()} == wanted


@pytest.mark.parametrize("code", [5000, 9000, 1, -1, 4000, 7000])
def test_any_other_code_proves_nothing(code):
    assert wire.read_payment(Envelope(code, {}, frozenset()), RELAY, PURCHASE).answer is Answer.NO_ANSWER


def test_a_code_of_success_without_data_proves_nothing():
    assert wire.read_payment(envelope({}), RELAY, PURCHASE).answer is Answer.NO_ANSWER


@pytest.mark.parametrize(
    ("paths", "status", "numbering"),
    [
        (Paths.RELAY, 11, RELAY),
        (Paths.SPEC, 11, RELAY),
        (Paths.SPEC, 1, SPEC),
        (Paths.RELAY, 1, None),
        (Paths.RELAY, 3, None),
        (Paths.SPEC, 2, None),
        (Paths.SPEC, True, None),
        (Paths.SPEC, "1", None),
    ],
)
def test_the_answer_to_an_opening_tells_the_numbering(paths, status, numbering):
    read = wire.read_opening(envelope(paid(paymentStatus=status)), paths, PURCHASE)

    assert read.numbering is numbering
    assert read.answer is (Answer.OTHER_STATUS if numbering is None else Answer.OPENED)
    assert read.payment == PAYMENT


def test_there_are_no_other_first_numbers():
    assert set(FIRST_STATUS) == {(Paths.RELAY, 11), (Paths.SPEC, 11), (Paths.SPEC, 1)}


@pytest.mark.parametrize("payment", ["", 5, ..., "x" * 129])
def test_an_opening_without_a_payment_id_is_not_ours(payment):
    read = wire.read_opening(envelope(paid(paymentId=payment, paymentStatus=11)), Paths.RELAY, PURCHASE)

    assert (read.answer, read.payment) == (Answer.OTHER_PAYMENT, "")


@pytest.mark.parametrize(
    ("paths", "status", "answer"),
    [
        (Paths.SPEC, 2, Answer.APPROVED),
        (Paths.SPEC, 14, Answer.OPENED),
        (Paths.RELAY, 2, Answer.OTHER_STATUS),
        (Paths.RELAY, 17, Answer.APPROVED),
    ],
)
def test_a_payment_that_only_a_message_named_is_read_by_what_its_paths_allow(paths, status, answer):
    assert wire.read_found(envelope(paid(paymentStatus=status)), paths, PURCHASE).answer is answer


# -- wallets and shops

QUOTE = {
    "amount": UNITS,
    "balance": "15000000000000000000",
    "paidPoint": UNITS,
    "feePoint": "500000000000000000",
    "feeValue": "500000000000000000",
    "totalPoint": "10500000000000000000",
}


def test_3_2_a_quote_tells_the_fee_and_whether_it_is_enough():
    read = wire.read_quote(envelope(QUOTE), won(10))

    assert read is not None
    assert read.is_enough
    # half a won is told as a whole one: nobody pays more than they were told
    assert (read.fee, read.holds) == (won(1), won(15))


def test_3_2_a_wallet_that_holds_the_amount_and_not_the_fee_is_short():
    read = wire.read_quote(envelope({**QUOTE, "balance": "10499999999999999999"}), won(10))

    assert read is not None
    assert not read.is_enough


def test_3_2_nobody_is_told_of_a_won_that_they_do_not_hold():
    """To the last of 10^-18, where a float has long given up."""
    quote = {**QUOTE, "balance": "12344999999999999999999"}

    read = wire.read_quote(envelope(quote), won(10))

    assert read is not None
    assert read.holds == won(12344)


def test_3_2_a_token_wallet_pays_in_tokens():
    token = {**QUOTE, "loyaltyType": 1, "paidToken": "2", "totalToken": "3", "balance": "4"}
    read = wire.read_quote(envelope(token), won(10))

    assert read is not None
    assert (read.total, read.balance, read.holds, read.leaves) == (3, 4, won(20), won(5))


@pytest.mark.parametrize(
    ("balance", "leaves"),
    [
        pytest.param("10500000000000000000", won(0), id="nothing, though 10 are held and 10 and a fee of 1 are told"),
        pytest.param("11499999999999999999", won(0), id="the last of 10^-18 less than one"),
        pytest.param("11500000000000000000", won(1), id="one"),
        pytest.param("9", won(0), id="not enough"),
    ],
)
def test_3_2_what_is_left_is_never_less_than_nothing(balance, leaves):
    read = wire.read_quote(envelope({**QUOTE, "balance": balance}), won(10))

    assert read is not None
    assert read.leaves == leaves


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": "1"},
        {"balance": None},
        {"feeValue": "x"},
        {"paidPoint": "0"},
        {"totalPoint": "9" * 41},
        {"balance": "-1"},
    ],
)
def test_3_2_a_quote_that_does_not_hold_together_is_none(changes):
    assert wire.read_quote(envelope({**QUOTE, **changes}), won(10)) is None


def test_3_1_a_balance():
    assert wire.read_balance(envelope({"balance": "5"})) == 5
    assert wire.read_balance(envelope({"balance": 5})) is None


@pytest.mark.parametrize(
    ("data", "is_active"),
    [
        ({"name": "Shop", "status": 1}, True),
        ({"name": "Shop", "status": 2}, False),
        ({"name": "Shop", "status": 0}, False),
        ({"name": "Shop", "status": "1"}, False),
        ({"name": "Shop"}, True),
        ({"name": "", "status": 1}, False),
        ({"name": ""}, False),
        ({"status": 1}, False),
    ],
)
def test_3_7_a_shop_takes_payments_when_it_is_known_and_active(data, is_active):
    read = wire.read_shop(envelope({"shopId": SHOP, **data}))

    assert read is not None
    assert read.is_active is is_active


@pytest.mark.parametrize(
    ("delegator", "has"), [("0x" + "0" * 40, False), ("", False), (None, False), ("0x" + "0" * 39 + "1", True)]
)
def test_3_7_a_delegator_spares_the_owner(delegator, has):
    read = wire.read_shop(envelope({"name": "Shop", "delegator": delegator}))

    assert read is not None
    assert read.has_delegator is has


def test_3_7_totals_come_by_the_names_of_any_generation():
    data = {"name": "Shop", "usedPoint": "3", "settledPoint": 4, "providedAmount": "5", "withdrawnPoint": "x"}
    read = wire.read_shop(envelope(data))

    assert read is not None
    assert read.totals == {"usedPoint": 3, "settledPoint": 4, "providedAmount": 5}


@pytest.mark.parametrize(("status", "is_open"), [(0, False), (1, True), ("Closed", False), ("Opened", True)])
def test_3_8_a_withdrawal_is_told_by_number_or_word(status, is_open):
    read = wire.read_withdrawal(envelope({"withdrawAmount": "7", "withdrawStatus": status}))

    assert read is not None
    assert (read.amount, read.is_open) == (7, is_open)


@pytest.mark.parametrize("data", [{}, {"withdrawAmount": "7"}, {"withdrawAmount": "7", "withdrawStatus": 2}])
def test_3_8_anything_else_is_no_withdrawal(data):
    assert wire.read_withdrawal(envelope(data)) is None
