"""Crepay's messages, built and parsed. Pure.

Source: Crepay document, all sections. Odd names are the document's: `cancelTtransactionId` in the request against
`canceledTransactionId` in the answer. Success is 200; failure is any other status with an `errorCode`, and only that
code says what happened.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kiosk.domain.confidential import Confidential
from kiosk.domain.operation import WireRequest
from kiosk.services.gateways.crepay.rules import Answer, Call

BASE: Final = "/v1/pay/code/zlgoon"
ID_LONGEST: Final = 40
"""Our contract: ASCII letters, digits and hyphens, at most 40. The document gives no rule."""


@dataclass(frozen=True, slots=True)
class Account:
    """Who asks. All are handed over by Crepay.

    Attributes:
        login: For basic authorisation.
        password: For basic authorisation.
        brand_id: 브랜드 ID.
        store_code: 승인 지점 코드.
        store_name: 승인 지점 이름.
        pos_device_id: POS 단말 ID.
    """

    login: str
    password: Confidential
    brand_id: str
    store_code: str
    store_name: str
    pos_device_id: str

    @property
    def headers(self) -> Mapping[str, str]:
        """Authorization. Source: Crepay document, 'API 인증'."""
        credential = base64.b64encode(f"{self.login}:{self.password.reveal()}".encode()).decode()
        return {"Authorization": f"Basic {credential}"}


@dataclass(frozen=True, slots=True)
class Asking:
    """What every request says.

    Attributes:
        account: Who asks.
        transaction_id: Ours, new for every request.
        timestamp_ms: UTC epoch, corrected to the server's clock [ms].
        barcode: The coupon.
        item_name: What is bought, in short.
    """

    account: Account
    transaction_id: str
    timestamp_ms: int
    barcode: Confidential
    item_name: str

    def _common(self) -> dict[str, object]:
        return {
            "transactionId": self.transaction_id,
            "timestamp": self.timestamp_ms,
            "barcode": self.barcode.reveal(),
            "itemName": self.item_name,
            "brandId": self.account.brand_id,
            "storeCode": self.account.store_code,
            "storeName": self.account.store_name,
            "posDeviceId": self.account.pos_device_id,
        }

    def balance(self, pay_amount: int) -> bytes:
        """Body of the balance question [won]. Source: '결제 가능 금액 조회'; a GET with a body."""
        return _body({**self._common(), "payAmount": pay_amount})

    def checkout(self, pay_amount: int) -> WireRequest:
        """The approval request [won]. Source: '결제(승인) 요청'.

        `checkoutId` is our transaction id, so that both readings of `cancelTtransactionId` (승인 번호, transaction id)
        carry the same text (our contract).
        """
        body = _body({**self._common(), "checkoutId": self.transaction_id, "payAmount": pay_amount})
        return WireRequest(Call.CHECKOUT, self.transaction_id, "POST", f"{BASE}/checkout", body)

    def cancel(self, call: Call, target: str, amount: int) -> WireRequest:
        """An undo of the checkout `target`, in full [won]. Source: '결제(승인) 취소'; cancel-network is the same."""
        body = _body({**self._common(), "cancelTtransactionId": target, "cancelAmount": amount})
        path = {Call.CANCEL: "cancel", Call.CANCEL_NETWORK: "cancel-network"}[call]
        return WireRequest(call, self.transaction_id, "PATCH", f"{BASE}/{path}", body)


def _body(fields: Mapping[str, object]) -> bytes:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


WON_MOST: Final = 10**12
"""No coupon holds or pays more [won]: a larger number is unreadable, and would not fit the journal."""


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


class _Balance(_Strict):
    barcode: str
    balance: int = Field(ge=0, le=WON_MOST)


class _Checkout(_Strict):
    transaction_id: str = Field(alias="transactionId")
    barcode: str
    amount: int = Field(alias="checkedOutAmount", ge=1, le=WON_MOST)


class _Cancel(_Strict):
    target: str = Field(alias="canceledTransactionId")
    amount: int = Field(alias="canceledAmount", ge=1, le=WON_MOST)


class _Failure(_Strict):
    error_code: str = Field(alias="errorCode")


@dataclass(frozen=True, slots=True)
class Read:
    """What an answer says.

    Attributes:
        answer: Its row in the tables of rules.py.
        amount: The amount it reports [won], where it reports one.
    """

    answer: Answer
    amount: int | None = None


UNSUPPORTED: Final = frozenset({404, 405, 501})
CODES: Final[Mapping[str, Answer]] = {answer.value: answer for answer in Answer if answer.value.startswith("ZLGN")}
"""The document's codes; our own words for other answers ("ok") are none of them, whatever a server sends."""

REFUSED_BEFORE_PAYMENT: Final = frozenset({401, 403, 404, 405, 415})
"""Statuses that a framework gives before any payment code runs. Source: classes of unknown outcome, facts 4.1."""


def read_failure(call: Call, status: int, body: bytes, *, is_json: bool) -> Read:
    """An answer other than 200, judged by its code. Source: '에러 코드'."""
    try:
        code = _Failure.model_validate_json(body).error_code
    except ValidationError:
        if call is Call.CANCEL_NETWORK and status in UNSUPPORTED:
            return Read(Answer.UNSUPPORTED)
        if status in REFUSED_BEFORE_PAYMENT and is_json:
            return Read(Answer.REFUSED)
        return Read(Answer.UNREADABLE)
    return Read(CODES.get(code, Answer.OTHER_CODE))


def read_balance(body: bytes, barcode: Confidential) -> Read:
    """A 200 to a balance question."""
    try:
        message = _Balance.model_validate_json(body)
    except ValidationError:
        return Read(Answer.UNREADABLE)
    return Read(Answer.OK, message.balance) if message.barcode == barcode.reveal() else Read(Answer.OTHER_IDS)


def read_checkout(body: bytes, transaction_id: str, barcode: Confidential, amount: int) -> Read:
    """A 200 to a checkout. The proof is our transactionId, our barcode and our amount (law 4)."""
    try:
        message = _Checkout.model_validate_json(body)
    except ValidationError:
        return Read(Answer.UNREADABLE)
    if message.transaction_id != transaction_id or message.barcode != barcode.reveal():
        return Read(Answer.OTHER_IDS)
    return Read(Answer.OK if message.amount == amount else Answer.OTHER_AMOUNT, message.amount)


def read_cancel(body: bytes, target: str, amount: int) -> Read:
    """A 200 to a cancel or cancel-network: it must name our checkout and our amount."""
    try:
        message = _Cancel.model_validate_json(body)
    except ValidationError:
        return Read(Answer.UNREADABLE)
    if message.target != target:
        return Read(Answer.OTHER_IDS)
    return Read(Answer.OK if message.amount == amount else Answer.OTHER_AMOUNT, message.amount)
