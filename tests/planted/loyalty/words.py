"""Mistakes in what is sent to the relay, and in what is believed of an answer."""

from typing import Final

from tests.planted.bug import Bug

WIRE: Final = "kiosk/services/gateways/loyalty/wire.py"
CLIENT: Final = "kiosk/services/gateways/loyalty/client.py"
WORDS: Final = "tests/services/gateways/loyalty/test_wire.py"
CALLS: Final = "tests/services/gateways/loyalty/test_client.py"
PROOF: Final = (WORDS, "-k", "last_element_of_its_proof")
OPENING: Final = (f"{WORDS}::test_3_3_the_customer_is_asked",)
CLOSING: Final = (f"{WORDS}::test_3_4_a_payment_is_taken_or_released",)

BUGS: Final = (
    # -- amounts, ids and keys
    Bug(
        "points are asked for in whole won",
        "amounts are integer strings of 10^-18",
        WIRE,
        '"amount": to_token_units(purchase.amount),\n        "currency": purchase.amount.currency.value.lower(),\n'
        '        "shopId": account.shop,',
        '"amount": str(purchase.amount.amount),\n        "currency": purchase.amount.currency.value.lower(),\n'
        '        "shopId": account.shop,',
        OPENING,
    ),
    Bug(
        "what a wallet holds is reckoned with floats",
        "never floats",
        WIRE,
        "return Money(units * asked // paid // minor,",
        "return Money(int(units * asked / paid / minor),",
        (WORDS, "-k", "3_2"),
    ),
    Bug(
        "a wallet's address goes out as it was scanned",
        "facts: mixed case with a wrong sum in the letters fails in the relay",
        WIRE,
        '"account": wallet.reveal().lower(),',
        '"account": wallet.reveal(),',
        OPENING,
    ),
    Bug(
        "a payment of nothing is asked for",
        "facts: the relay takes zero",
        WIRE,
        'require(purchase.amount.is_positive, "a payment of nothing is not asked for")',
        'require(purchase.amount.amount >= 0, "a payment of nothing is not asked for")',
        (WORDS, "-k", "worse_take"),
    ),
    Bug(
        "the wallet's address is kept in the journal with what the relay answers",
        "real wallet addresses stay off the screen",
        WIRE,
        '    kept = {"status": str(status)} if type(status) is int else {}\n',
        '    kept = {"status": str(status)} if type(status) is int else {}\n'
        '    kept["account"] = str(data.get("account"))\n',
        (f"{WORDS}::test_points_are_kept_as_answered_and_the_persons_account_is_not",),
    ),
    Bug(
        "confirm goes as a truth value",
        "confirm goes as the string",
        WIRE,
        '"confirm": "true" if confirm else "false"}',
        '"confirm": confirm}',
        CLOSING,
    ),
    Bug(
        "the key goes in the header only",
        "the key goes in body and Authorization",
        WIRE,
        'return {"accessKey": _key(account), "paymentId": payment}',
        'return {"paymentId": payment} if _key(account) else {}',
        CLOSING,
    ),
    Bug(
        "the key goes in the body only",
        "the key goes in body and Authorization",
        CLIENT,
        "return await self._line.send(permit, self.account.headers, self._limits.loyalty_answer_s)",
        "return await self._line.send(permit, {}, self._limits.loyalty_answer_s)",
        (f"{CALLS}::test_a_change_carries_the_bare_key_in_header_and_body",),
    ),
    Bug(
        "what is to be released is taken",
        "not wanted any more: close(false)",
        WIRE,
        "return _post(Call.VOID, operation, paths, _closing(account, payment, confirm=False))",
        "return _post(Call.VOID, operation, paths, _closing(account, payment, confirm=True))",
        CLOSING,
    ),
    Bug(
        "a cancel is closed without giving back",
        "closeCancel(false) is never sent",
        WIRE,
        "return _post(Call.CLOSE_CANCEL, operation, paths, _closing(account, payment, confirm=True))",
        "return _post(Call.CLOSE_CANCEL, operation, paths, _closing(account, payment, confirm=False))",
        (f"{WORDS}::test_3_6_what_the_owner_approved_is_given_back",),
    ),
    # -- proof (law 4)
    Bug(
        "another payment's paid is ours",
        "L4: paymentId",
        WIRE,
        'if data.get("paymentId") != purchase.payment or not _is_ours(data, purchase):',
        "if not _is_ours(data, purchase):",
        PROOF,
    ),
    Bug(
        "another purchase's paid is ours",
        "L4: purchaseId",
        WIRE,
        "    return told == wanted\n",
        '    return {**told, "purchaseId": wanted["purchaseId"]} == wanted\n',
        PROOF,
    ),
    Bug(
        "another amount is ours",
        "L4: amount",
        WIRE,
        "    return told == wanted\n",
        '    return {**told, "amount": wanted["amount"]} == wanted\n',
        PROOF,
    ),
    Bug(
        "another currency is ours",
        "L4: currency",
        WIRE,
        "    return told == wanted\n",
        '    return {**told, "currency": wanted["currency"]} == wanted\n',
        PROOF,
    ),
    Bug(
        "another shop's payment is ours",
        "L4: shopId",
        WIRE,
        "    return told == wanted\n",
        '    return {**told, "shopId": wanted["shopId"]} == wanted\n',
        PROOF,
    ),
    Bug(
        "points are not recorded as answered",
        "L4: points recorded as answered",
        WIRE,
        'for name in ("paidPoint", "feePoint", "totalPoint", "paidToken"',
        'for name in ("paidPoint", "feePoint", "paidToken"',
        (f"{WORDS}::test_points_are_kept_as_answered_and_the_persons_account_is_not",),
    ),
    # -- wallets and shops
    Bug(
        "the fee is left out of the comparison with what a wallet holds",
        "info(a).totalPoint <= balance",
        WIRE,
        "return Quote(amount, balance, total,",
        "return Quote(amount, balance, paid,",
        (WORDS, "-k", "3_2"),
    ),
    Bug(
        "half a won of fee is told as none",
        "shown with fee: nobody pays more than they were told",
        WIRE,
        "Money(-(-fee // minor),",
        "Money(fee // minor,",
        (WORDS, "-k", "3_2"),
    ),
    Bug(
        "a wallet of tokens pays in points",
        "spec: loyaltyType 1 shows the Token fields",
        WIRE,
        'kind = "Token" if data.get("loyaltyType") == 1 else "Point"',
        'kind = "Point"',
        (WORDS, "-k", "3_2"),
    ),
    Bug(
        "an unknown shop is active",
        "shop must be known: it would be paid nothing",
        WIRE,
        "return Shop(name, bool(name) and status in (None, ACTIVE),",
        "return Shop(name, status in (None, ACTIVE),",
        (WORDS, "-k", "3_7"),
    ),
    Bug(
        "an inactive shop is active",
        "shop must be active",
        WIRE,
        "return Shop(name, bool(name) and status in (None, ACTIVE),",
        "return Shop(name, bool(name),",
        (WORDS, "-k", "3_7"),
    ),
    Bug(
        "a shop without a status is inactive",
        "spec: a shop without status is active if its name is not empty",
        WIRE,
        "status in (None, ACTIVE)",
        "status == ACTIVE",
        (WORDS, "-k", "3_7"),
    ),
    Bug(
        "a shop that nobody tells of any more stays open",
        "shop must be known and active",
        CLIENT,
        "self.shop = None if envelope is None else wire.read_shop(envelope)",
        "self.shop = self.shop if envelope is None else wire.read_shop(envelope)",
        (CALLS, "-k", "3_7"),
    ),
    Bug(
        "nobody is nobody's delegator",
        "skipped when shop/info names a delegator",
        WIRE,
        'NOBODY: Final = frozenset({"", "0x" + "0" * 40})',
        'NOBODY: Final = frozenset({""})',
        (WORDS, "-k", "3_7"),
    ),
    Bug(
        "a withdrawal told by a word is none",
        "withdrawal info: both shapes",
        WIRE,
        '{0: False, 1: True, "Closed": False, "Opened": True}',
        "{0: False, 1: True}",
        (WORDS, "-k", "3_8"),
    ),
)
