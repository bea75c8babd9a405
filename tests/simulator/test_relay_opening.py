"""What the loyalty relay takes, and how a payment begins (its facts: 2.5 validation, 4.6 open new, 5 QR codes)."""

import pytest

from kiosk.simulator.relay_accounts import signature_of
from kiosk.simulator.relay_money import UNIT
from kiosk.simulator.relay_settings import NO_PHONE, OWNER, POOR, RICH, SHOP_ID, Shop, Wallet
from tests.simulator.relays import HELD, START, TAKEN, TOTAL, UNKNOWN, VirtualRelay


@pytest.fixture
def relay():
    return VirtualRelay()


class TestOpening:
    def test_a_payment_is_opened_with_all_that_it_will_cost(self, relay):
        told = relay.open_new(purchaseId=" P7 ", currency="KRW")
        data = told.data
        assert (told.status, told.code, data["paymentStatus"], data["purchaseId"]) == (200, 0, 11, "P7")
        assert (data["currency"], data["account"]) == ("KRW", RICH)
        assert (data["paidPoint"], data["feePoint"], data["totalPoint"]) == (
            str(10 * UNIT),
            str(UNIT // 2),
            str(TOTAL),
        )
        stamps = [data[f"{what}Timestamp"] for what in ("openNew", "closeNew", "openCancel", "closeCancel")]
        assert stamps == [relay.clock.now_ms() // 1000, 0, 0, 0]
        assert relay.balance() == START

    def test_the_same_purchase_may_be_opened_again_and_again(self, relay):
        assert len({relay.opened(), relay.opened(), relay.opened()}) == 3

    def test_nobody_looks_at_the_shop(self, relay):
        unknown = relay.paid(shopId="0x" + "7" * 64)
        assert relay.points(unknown) == TAKEN

    def test_a_shop_that_is_not_active_is_paid_nothing_and_the_customer_pays_all_the_same(self, relay):
        relay.outside.set_shops({SHOP_ID: {"status": 2}})
        payment_id = relay.paid()
        shop = relay.outside.books()["loyalty"]["shops"][SHOP_ID]
        assert (relay.points(payment_id), shop["used"]) == (TAKEN, "0")

    def test_an_active_shop_is_credited_with_the_price_and_debited_with_a_cancel(self, relay):
        payment_id = relay.cancel_approved()
        shops = relay.outside.books()["loyalty"]["shops"]
        assert (shops[SHOP_ID]["used"], shops[SHOP_ID]["refundable"]) == (str(10 * UNIT), str(10 * UNIT))
        relay.close_cancel(payment_id)
        assert relay.outside.books()["loyalty"]["shops"][SHOP_ID]["used"] == "0"

    def test_the_order_of_checks_is_parameters_key_code_rate_balance_telephone(self, relay):
        wrong = {"account": "0xffffffff" + "0" * 32, "currency": "xyz", "amount": str(10**30)}
        codes = [
            relay.post("new/open", {}, key="wrong").code,
            relay.post("new/open", {"purchaseId": "P", "shopId": SHOP_ID} | wrong, key="wrong").code,
            relay.open_new(**wrong).code,
            relay.open_new(**(wrong | {"account": NO_PHONE})).code,
            relay.open_new(account=NO_PHONE, amount=str(10**30)).code,
            relay.open_new(account=NO_PHONE).code,
        ]
        assert codes == [2001, 2002, 2004, 1211, 1511, 2005]

    def test_without_a_telephone_the_payment_is_left_behind_until_it_is_closed_by_force(self, relay):
        assert relay.open_new(account=NO_PHONE).code == 2005
        (entry,) = relay.outside.books()["loyalty"]["payments"]
        assert relay.status(entry["paymentId"]) == 11
        relay.after(310)
        assert relay.status(entry["paymentId"]) == 19

    def test_the_fee_counts_against_the_balance(self, relay):
        relay.outside.set_wallets({POOR: {"balance": 15 * UNIT}})
        assert relay.open_new(account=POOR, amount=str(15 * UNIT)).code == 1511
        assert relay.open_new(account=POOR, amount=str(14 * UNIT)).code == 0

    @pytest.mark.parametrize("changes", [{"purchaseId": "x" * 67}, {"account": "0x" + "aB" * 20}])
    def test_what_a_library_below_it_refuses_breaks_the_relay(self, relay, changes):
        assert relay.open_new(**changes).code == 5000


class TestParameters:
    @pytest.mark.parametrize("path", ["new/close", "cancel/close"])
    @pytest.mark.parametrize("confirm", [None, "yes", "", 1])
    def test_confirm_is_mandatory_and_named_before_the_key_is_looked_at(self, relay, path, confirm):
        body = {"paymentId": UNKNOWN} | ({} if confirm is None else {"confirm": confirm})
        told = relay.post(path, body, key="wrong")
        assert told.code == 2001
        assert {one["param"] for one in told.body["error"]["validation"]} == {"confirm"}

    @pytest.mark.parametrize("confirm", ["true", "TRUE", " True ", True])
    def test_yes_may_be_written_in_many_ways(self, relay, confirm):
        assert relay.close_new(relay.approved(), confirm).payment_status == 18

    @pytest.mark.parametrize("confirm", ["false", "False", False])
    def test_so_may_no(self, relay, confirm):
        assert relay.close_new(relay.approved(), confirm).payment_status == 19

    def test_a_form_is_as_good_as_json(self, relay):
        body = f"accessKey={relay.server.settings.access_key}&paymentId={UNKNOWN}&confirm=true"
        headers = {"content-type": "application/x-www-form-urlencoded"}
        reply = relay.send("POST", "/v1/payment/new/close", headers, body.encode())
        assert b'"code":2003' in reply.body

    @pytest.mark.parametrize("body", [b"{", b"5", b'{"a": NaN}', b"[" * 100_000, b"\xff"])
    def test_malformed_json_is_answered_by_the_framework(self, relay, body):
        reply = relay.send("POST", "/v1/payment/new/open", {"content-type": "application/json"}, body)
        assert (reply.status, reply.headers["content-type"]) == (400, "text/html; charset=utf-8")

    def test_a_body_without_its_type_is_no_body(self, relay):
        reply = relay.send("POST", "/v1/payment/cancel/open", {}, b'{"paymentId": "x"}')
        assert b'"code":2001' in reply.body

    def test_a_list_has_no_parameters(self, relay):
        reply = relay.send("POST", "/v1/payment/cancel/open", {"content-type": "application/json"}, b"[]")
        assert b'"code":2001' in reply.body

    def test_too_long_a_body_is_answered_by_the_framework(self, relay):
        reply = relay.send("POST", "/v1/payment/new/open", {"content-type": "application/json"}, b" " * 1_000_001)
        assert (reply.status, reply.headers["content-type"]) == (413, "text/html; charset=utf-8")

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("POST", "openNew"),
            ("POST", "closeNew"),
            ("POST", "openCancel"),
            ("POST", "closeCancel"),
            ("POST", "create/confirm"),
            ("GET", "shop/withdrawal"),
            ("GET", "new/open"),
        ],
    )
    def test_other_addresses_are_not_there(self, relay, method, path):
        reply = relay.send(method, f"/v1/payment/{path}", {})
        assert (reply.status, reply.headers["content-type"]) == (404, "text/html; charset=utf-8")

    def test_it_says_that_it_lives(self, relay):
        reply = relay.send("GET", "/", {})
        assert (reply.status, reply.body) == (200, b'"OK"')

    @pytest.mark.parametrize(
        ("call", "query"),
        [
            ("user/balance", {"account": "0x1"}),
            ("info", {"account": RICH, "amount": "1.5", "currency": "krw"}),
            ("info", {"account": RICH, "amount": "1"}),
            ("shop/info", {"shopId": "0x1"}),
        ],
    )
    def test_a_question_that_cannot_be_is_refused(self, relay, call, query):
        assert relay.get(call, **query).code == 2001

    def test_a_currency_without_a_rate_has_no_price(self, relay):
        assert relay.get("info", account=RICH, amount="1", currency="xyz").code == 1211

    @pytest.mark.parametrize("value", [None, True, 7, 1.5, ["a", None, "b"], {"a": 1}])
    def test_a_purchase_id_may_be_anything(self, relay, value):
        printed = {True: "true", None: "null", 7: "7", 1.5: "1.5"}
        told = relay.open_new(purchaseId=value).data["purchaseId"]
        assert told == (
            printed[value]
            if not isinstance(value, list | dict)
            else {"list": "a,,b", "dict": "[object Object]"}[type(value).__name__]
        )


class TestShops:
    def test_a_shop_tells_who_it_is(self, relay):
        data = relay.get("shop/info", shopId=SHOP_ID).data
        assert (data["name"], data["status"], data["currency"], data["account"]) == ("Demo", 1, "krw", OWNER)

    def test_a_shop_that_does_not_exist_has_no_name_and_is_no_error(self, relay):
        told = relay.get("shop/info", shopId="0x" + "7" * 64)
        assert (told.code, told.data["name"], told.data["status"]) == (0, "", 0)

    @pytest.mark.parametrize(("amount", "status"), [(0, "Closed"), (5 * UNIT, "Opened")])
    def test_the_older_relay_tells_what_a_shop_wants_paid_out(self, amount, status):
        relay = VirtualRelay(withdrawal=True, shops={SHOP_ID: Shop(withdrawing=amount)})
        data = relay.get("shop/withdrawal", shopId=SHOP_ID).data
        assert (data["withdrawAmount"], data["withdrawStatus"]) == (str(amount), status)


class TestTemporaryAccounts:
    def test_it_has_the_form_that_no_wallet_has(self, relay):
        account = relay.server.temporary_account(RICH)
        assert (len(account), account[:10].lower(), account[-8:]) == (42, "0xffffffff", "00000000")

    def test_it_stands_for_the_wallet_in_any_case_and_every_answer_shows_the_wallet(self, relay):
        account = relay.server.temporary_account(RICH)
        for shown in (account, account.lower(), account.upper().replace("0X", "0x")):
            assert relay.get("user/balance", account=shown).data["account"] == RICH
        assert relay.get("info", account=account, amount="1", currency="krw").data["account"] == RICH
        assert relay.open_new(account=account).data["account"] == RICH

    def test_it_is_used_up_by_an_opening_that_succeeds_and_by_no_other(self, relay):
        account = relay.server.temporary_account(POOR)
        assert relay.open_new(account=account, amount=str(10_000 * UNIT)).code == 1511
        assert [relay.open_new(account=account).code for _ in range(2)] == [0, 2004]
        assert relay.get("user/balance", account=account).code == 2004

    def test_it_is_not_used_up_where_there_is_no_telephone(self, relay):
        account = relay.server.temporary_account(NO_PHONE)
        assert [relay.open_new(account=account).code for _ in range(2)] == [2005, 2005]

    def test_it_lives_for_less_than_a_minute_however_often_it_is_looked_at(self, relay):
        account = relay.server.temporary_account(RICH)
        relay.after(59.9)
        assert relay.get("user/balance", account=account).code == 0
        relay.after(0.1)
        assert relay.get("user/balance", account=account).code == 2004

    def test_several_are_good_at_once(self, relay):
        accounts = [relay.server.temporary_account(RICH) for _ in range(3)]
        assert [relay.open_new(account=account).code for account in accounts] == [0, 0, 0]

    def test_a_phone_asks_for_it_with_its_signature(self, relay):
        body = {"account": RICH, "signature": signature_of(RICH, "", "temporary")}
        account = relay.post("account/temporary", body).data["temporaryAccount"]
        assert relay.get("user/balance", account=account).code == 0
        assert relay.post("account/temporary", body | {"account": POOR}).code == 1501


def test_a_setting_that_is_not_about_wallets_leaves_them_alone(relay):
    payment_id = relay.approved()
    relay.outside.change({"loyalty": {"mining_s": 0}})
    assert (relay.balance(), relay.points(payment_id)) == (START - TOTAL, HELD)


def test_wallets_shops_and_rates_of_the_settings_are_used_at_once(relay):
    relay.outside.change(
        {
            "loyalty": {
                "wallets": {RICH: {"balance": 7}},
                "shops": {SHOP_ID: {"name": "Other"}},
                "rates": {"eur": 1_400 * 10**9},
            }
        }
    )
    assert relay.balance() == 7
    assert relay.get("shop/info", shopId=SHOP_ID).data["name"] == "Other"
    assert relay.get("info", account=RICH, amount=str(UNIT), currency="EUR").data["paidPoint"] == str(1_400 * UNIT)
    assert relay.server.settings.wallets[RICH] == Wallet(balance=7)
