"""EzPG's messages, built and parsed. Pure; what its lists hold is in rows.py.

Source: facts of EzPG, 'per-API wire table'; its marks *ours* are kept. An answer is judged by the request that it
answers: whatever it repeats of that has to be the same.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final
from urllib.parse import urlencode

from pydantic_core import from_json

from kiosk.domain.confidential import Confidential
from kiosk.domain.day import KOREA
from kiosk.domain.errors import require
from kiosk.domain.operation import WireRequest
from kiosk.services.gateways.ezpg.answers import Answer, Call, Issued, Taken, Terms, VirtualAccount
from kiosk.services.gateways.ezpg.fields import (
    BANK,
    LARGEST_AMOUNT,
    NUMBER,
    Fields,
    amount_of,
    bank_of,
    fee_of,
    id_of,
    moment_of,
    number_of,
    object_of,
    text_of,
)

LOGIN: Final = "/auth/login"
VERIFY: Final = "/auth/verify-otp"
BALANCE: Final = "/merchants/balance"
RECENT: Final = "/transactions/recent"
SETTINGS: Final = "/merchants/settings"
PAGE_LARGEST: Final = 100
"""Ours: no list gives more rows at once."""

MERCHANT_LONGEST: Final = 15
MOID_LONGEST: Final = 30
KEY_LONGEST: Final = 255
HOLDER_LONGEST: Final = 20
"""Of UTF-8 [bytes]: six Korean syllables. Source: 'withdrawal'; 'contradictions and holes', 21."""

OTP: Final = re.compile(r"[0-9]{6}", re.ASCII)
_CODE: Final = re.compile(r"[0-9A-Z]{4}", re.ASCII)

OK: Final = "0000"
SIGNED_OUT: Final = "1001"
UNSURE: Final = frozenset({"1000", "9999"})
"""Something went wrong inside EzPG: that proves nothing."""

_ISSUE_CODES: Final[Mapping[str, Answer]] = MappingProxyType(
    {
        "3001": Answer.NO_ACCOUNT,
        "3003": Answer.CLOSED_HOURS,
        "3004": Answer.OTHER_CONTENT,
        "3006": Answer.AMOUNT_REFUSED,
    }
)
_WITHDRAW_CODES: Final[Mapping[str, Answer]] = MappingProxyType(
    {
        "E001": Answer.BALANCE_SHORT,
        "2002": Answer.BALANCE_SHORT,
        "E002": Answer.ACCOUNT_WRONG,
        "E003": Answer.DAY_LIMIT,
        "E004": Answer.MAINTENANCE,
        "1002": Answer.REFUSED,
        "1003": Answer.REFUSED,
        "1004": Answer.REFUSED,
        "2001": Answer.REFUSED,
        "4001": Answer.REFUSED,
    }
)
"""What proves that no money will go out. Not 3004 (ours): something else is under way with our id."""

_ONE_TIME: Final = frozenset({"one-time", "dynamic"})
"""The first draft's word, and the second's."""
_FRESH: Final = frozenset({"waiting", "active"})
"""How a new account stands: our word, and the second draft's."""
_YES_NO: Final[Mapping[str | bool, bool]] = MappingProxyType({"Y": True, "N": False, True: True, False: False})

_TOKEN: Final = re.compile(r"[A-Za-z0-9._~+/-]{1,8192}=*", re.ASCII)
"""What can be a bearer token. Source: RFC 6750, section 2.1."""


# -- requests


def issue(merchant: str, moid: str, amount: int, bank: str, expires_ms: int) -> WireRequest:
    """A one-time account. Source: 'issue'; `moid` and `expireDt` are ours.

    Args:
        merchant: Ours.
        moid: Our own id of it.
        amount: What is to be paid in [won].
        bank: Of which bank; "" leaves it to EzPG.
        expires_ms: Until when it can be paid, UTC epoch [ms].
    """
    _require_id(merchant, MERCHANT_LONGEST)
    _require_id(moid, MOID_LONGEST)
    require(1 <= amount <= LARGEST_AMOUNT, "no amount of a transfer")
    require(not bank or BANK.fullmatch(bank), "no code of a bank")
    expiry = datetime.fromtimestamp(expires_ms // 1000, UTC).astimezone(KOREA).isoformat()
    body: dict[str, object] = {"merchantId": merchant, "accountType": "one-time", "amount": amount}
    chosen = {"bankCode": bank} if bank else {}
    return WireRequest(
        Call.ISSUE, moid, "POST", "/accounts/issue", to_body({**body, **chosen, "moid": moid, "expireDt": expiry})
    )


def close(merchant: str, account_id: str, operation: str) -> WireRequest:
    """Let an account take no more money. Ours, the whole call.

    Args:
        merchant: Ours.
        account_id: EzPG's.
        operation: Our id of the request; EzPG has none.
    """
    _require_id(merchant, MERCHANT_LONGEST)
    body = {"merchantId": merchant, "accountId": account_id}
    return WireRequest(Call.CLOSE, operation, "POST", "/accounts/close", to_body(body))


def withdraw(
    merchant: str, key: Confidential, moid: str, amount: int, bank: str, account: str, holder: str
) -> WireRequest:
    """Pay out of the shop's balance. Source: 'withdrawal'; `moid` is ours.

    Args:
        merchant: Ours.
        key: The shop's.
        moid: Our own id of it.
        amount: What the payee gets [won].
        bank: Code of the payee's bank.
        account: The payee's.
        holder: Of that account.
    """
    _require_id(merchant, MERCHANT_LONGEST)
    _require_id(moid, MOID_LONGEST)
    require(1 <= amount <= LARGEST_AMOUNT, "no amount of a withdrawal")
    require(BANK.fullmatch(bank) and NUMBER.fullmatch(account) and is_holder(holder), "no account to pay out to")
    require(len(key.reveal().encode()) <= KEY_LONGEST, "the key of the shop is too long")
    body = {
        "mid": merchant,
        "meky": key.reveal(),
        "withAmt": amount,
        "bankCd": bank,
        "withAccntNo": account,
        "withAccntNm": holder,
        "moid": moid,
    }
    return WireRequest(Call.WITHDRAW, moid, "POST", "/merWithdrawApi", to_body(body))


def is_holder(text: str) -> bool:
    """Whether a name can be sent as the holder of an account: staff may type a longer one than EzPG takes."""
    return text.strip() == text and text.isprintable() and 1 <= len(text.encode()) <= HOLDER_LONGEST


def is_account(text: str) -> bool:
    """Whether digits can be sent as an account to pay out to."""
    return NUMBER.fullmatch(text) is not None


def deposits_path(merchant: str, account: str, moid: str, since_day: str, until_day: str, page: int) -> str:
    """A page of the deposits. Source: 'deposit list'; `accountNo` and `moid` are ours.

    Args:
        merchant: Ours.
        account: Number of a virtual account; "" for all of the shop's.
        moid: Our own id of that account, or "".
        since_day: First Korean day, YYYYMMDD.
        until_day: Last Korean day, YYYYMMDD.
        page: From 1.
    """
    narrower = {"accountNo": account, "moid": moid}
    added = {name: value for name, value in narrower.items() if value}
    return f"/transactions/deposits?{urlencode({**_page(merchant, since_day, until_day, page), **added})}"


def withdrawals_path(merchant: str, since_day: str, until_day: str, page: int) -> str:
    """A page of the withdrawals; as the deposits. Source: 'withdrawal list'."""
    return f"/transactions/withdrawals?{urlencode(_page(merchant, since_day, until_day, page))}"


def about_path(path: str, merchant: str, **more: str) -> str:
    """A question about the shop: BALANCE, RECENT or SETTINGS."""
    return f"{path}?{urlencode({'merchantId': merchant, **more})}"


def to_body(fields: Fields) -> bytes:
    """A request's body."""
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


def _page(merchant: str, since_day: str, until_day: str, page: int) -> dict[str, str]:
    return {
        "merchantId": merchant,
        "startDate": since_day,
        "endDate": until_day,
        "page": str(page),
        "limit": str(PAGE_LARGEST),
    }


def _require_id(text: str, longest: int) -> None:
    require(id_of(text) and len(text) <= longest, "an id that EzPG cannot keep")


# -- answers


def read_refusal(status: int, fields: Fields) -> Answer | None:
    """Why a request was not done; None when it was, and what was done has to be looked at.

    A 401 says that the request was not applied (RFC 9110, 15.5.2), in whatever words, unless it says something else.
    """
    code = code_of(fields)
    if (status == 401 and "resultCode" not in fields) or (status in (200, 401) and code == SIGNED_OUT):
        return Answer.SIGNED_OUT
    if status not in (200, 403) or not code or code in UNSURE:
        return Answer.NO_ANSWER
    if code == OK:
        return None if status == 200 else Answer.NO_ANSWER
    return Answer.REFUSED


def code_of(fields: Fields) -> str:
    """EzPG's own code; "" when there is none."""
    code = fields.get("resultCode")
    return code if isinstance(code, str) and _CODE.fullmatch(code) else ""


def read_issue(status: int, fields: Fields, body: bytes) -> Issued:
    """An answer to an issue. The proof is success with our shop, amount, id and bank, and an account not used yet.

    Args:
        status: HTTP's.
        fields: What came.
        body: What was sent.
    """
    code, refusal = code_of(fields), read_refusal(status, fields)
    if refusal is Answer.REFUSED and status == 200:
        refusal = _ISSUE_CODES.get(code, Answer.REFUSED)
    if refusal is not None:
        return Issued(refusal, code=code)
    account = _read_account(fields, object_of(from_json(body)))
    return Issued(Answer.NO_ANSWER if account is None else Answer.ISSUED, account, code)


def _read_account(fields: Fields, sent: Fields) -> VirtualAccount | None:
    info = object_of(fields.get("accountInfo"))
    amount, bank, moid, state = (info.get(name) for name in ("amount", "bankCode", "moid", "status"))
    is_ours = (
        fields.get("merchantId") == sent["merchantId"]
        and _is_in(info.get("accountType"), _ONE_TIME)
        and amount_of(amount) == sent["amount"]
        and bank == sent.get("bankCode", bank)
        and (moid is None or moid == sent["moid"])
        and (state is None or _is_in(state, _FRESH))
    )
    account = VirtualAccount(
        id=id_of(info.get("accountId")),
        bank=bank_of(bank),
        bank_name=text_of(info.get("bankName")).strip(),
        number=number_of(info.get("accountNo")),
        holder=text_of(info.get("accountHolder")).strip(),
        amount=amount_of(amount) or 0,
        expires_ms=moment_of(info.get("expireDt")),
    )
    is_whole = account.id and account.bank and account.bank_name and account.number
    return account if is_ours and is_whole else None


def _is_in(value: object, words: frozenset[str]) -> bool:
    return isinstance(value, str) and value in words


def read_close(status: int, fields: Fields, body: bytes) -> Answer:
    """An answer to a close: closed only with our shop and account. Ours, the whole call.

    Args:
        status: HTTP's.
        fields: What came.
        body: What was sent.
    """
    if status in (404, 405, 501) and "resultCode" not in fields:
        return Answer.UNSUPPORTED
    refusal, info = read_refusal(status, fields), object_of(fields.get("accountInfo"))
    sent = object_of(from_json(body))
    is_ours = (fields.get("merchantId"), info.get("accountId")) == (sent["merchantId"], sent["accountId"])
    if refusal is None:
        return Answer.CLOSED if is_ours and info.get("status") == "closed" else Answer.NO_ANSWER
    if (status, code_of(fields)) != (200, "3005"):
        return refusal
    ends = {"paid": Answer.PAID, "closed": Answer.OVER, "expired": Answer.OVER}
    state = fields.get("status")
    return ends.get(state, Answer.NO_ANSWER) if isinstance(state, str) and (is_ours or not info) else Answer.NO_ANSWER


def read_withdraw(status: int, fields: Fields, body: bytes) -> Taken:
    """An answer to a withdrawal. Taken only if shop, amount, bank, account and holder come back as they were sent.

    Refused only with a code of the table: everything else may have sent money out.

    Args:
        status: HTTP's.
        fields: What came, whatever type it was declared as.
        body: What was sent.
    """
    code, refusal = code_of(fields), read_refusal(status, fields)
    if refusal is Answer.REFUSED:
        return Taken(_WITHDRAW_CODES.get(code, Answer.NO_ANSWER), code=code)
    if refusal is not None:
        return Taken(refusal, code=code)
    sent = object_of(from_json(body))
    same = all(fields.get(name) == sent[name] for name in ("mid", "bankCd", "withAccntNo", "withAccntNm"))
    if not same or amount_of(fields.get("withAmt")) != sent["withAmt"]:
        return Taken(Answer.NO_ANSWER, code=code)
    return Taken(Answer.TAKEN, id_of(fields.get("natvTrNo")), code)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """An answer to a login, or to the six digits.

    Attributes:
        answer: SIGNED_IN, or why not.
        token: Only of SIGNED_IN.
        wants_digits: The token is good for the six digits only.
    """

    answer: Answer
    token: Confidential | None = None
    wants_digits: bool = False


def read_sign_in(status: int, fields: Fields) -> SignedIn:
    """An answer to a login, or to the six digits. Source: 'login', 'OTP'; the drafts write `requireOtp` differently."""
    refusal = read_refusal(status, fields)
    if status == 401 or refusal is Answer.SIGNED_OUT:
        return SignedIn(Answer.REFUSED)
    if refusal is not None:
        return SignedIn(refusal)
    token, wanted = fields.get("token"), fields.get("requireOtp", "N")
    if not isinstance(token, str) or not _TOKEN.fullmatch(token) or not isinstance(wanted, str | bool):
        return SignedIn(Answer.NO_ANSWER)
    if wanted not in _YES_NO:
        return SignedIn(Answer.NO_ANSWER)
    return SignedIn(Answer.SIGNED_IN, Confidential(token), _YES_NO[wanted])


def read_terms(fields: Fields) -> Terms | None:
    """How the shop is set up; None where that is not told. Ours: no document has the question."""
    settings = object_of(fields.get("settings"))
    match, tolerance = settings.get("amountMatchRequired"), fee_of(settings.get("allowedAmountError", 0))
    if match not in ("Y", "N") or tolerance is None:
        return None
    return Terms(match == "Y", tolerance)
