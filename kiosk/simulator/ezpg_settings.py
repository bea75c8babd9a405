"""How the simulated EzPG and the banks in front of it behave, and who is registered there from the start.

Source: facts of EzPG; names, passwords and balances are ours, and nothing is behind them.
"""

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from kiosk.simulator.ezpg_time import Hours

BANKS: Final[Mapping[str, str]] = {
    "003": "기업은행",
    "004": "국민은행",
    "005": "외환은행",
    "007": "수협은행",
    "011": "농협은행",
    "020": "우리은행",
    "023": "SC제일은행",
    "027": "씨티은행",
    "031": "대구은행",
    "032": "부산은행",
    "034": "광주은행",
    "037": "전북은행",
    "039": "경남은행",
    "045": "새마을금고",
    "071": "우체국",
    "081": "하나은행",
    "088": "신한은행",
}
"""Banks that issue virtual accounts."""
PAYEES: Final[Mapping[str, str]] = {code: name for code, name in BANKS.items() if code != "005"} | {
    "002": "산업은행",
    "035": "제주은행",
    "048": "신협",
    "089": "케이뱅크",
    "090": "카카오뱅크",
    "092": "토스뱅크",
}
"""Banks to which a withdrawal can go."""

Mode = Literal["I", "S"]
"""I asks before money moves, S only tells afterwards."""
Won = Annotated[int, Field(ge=0)]


class User(BaseModel):
    """Somebody who can log in.

    Attributes:
        password: Its password.
        merchant: For whom.
        otp: The six digits that its telephone shows; None: it is not asked for any.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    password: str = "demo"  # noqa: S105 - nothing is behind it
    merchant: str = "demo"
    otp: str | None = None


class Merchant(BaseModel):
    """A shop.

    Attributes:
        name: As EzPG calls it.
        holder: Whom its virtual accounts belong to, as payers see it.
        key: Its `meky`.
        balance: What it had before anything else happened [won].
        amount_match_required: Whether a one-time account takes no other amount.
        allowed_amount_error: By how much it may differ all the same [won].
        deposit_fee_rate: Of a deposit [0.01 %].
        deposit_fee: Beside that [won].
        withdrawal_fee: Of each [won].
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = "데모상점"
    holder: str = "이지피지(데모)"
    key: str = "demo-key"
    balance: Won = 1_000_000
    amount_match_required: bool = True
    allowed_amount_error: Won = 0
    deposit_fee_rate: Won = 100
    deposit_fee: Won = 300
    withdrawal_fee: Won = 1_000


class EzpgSettings(BaseModel):
    """How all of them behave.

    Attributes:
        extensions: "off" is a server that knows none of what we added: no close, no statistics, no reading of settings,
            no `moid`, account holder or status, no query keys but the documents'.
        skew_ms: How far their clocks are ahead of the world's [ms].
        hours: When banks are closed.
        bank_hours: For some of them otherwise, by code.
        mode: How banks deposit.
        bank_modes: For some of them otherwise, by code.
        token_refusal: How a token that has run out is refused: by HTTP's 401, or in a 200 with the code 1001.
        dated: Whose time a deposit's row has: that of the bank, or that of the notice.
        pending_rows: Whether a deposit that was only asked about is listed already.
        withdrawal_minimum: Of each [won].
        withdrawal_limit: Of each [won].
        daily_limit: Of a merchant's withdrawals on one day [won].
        maintenance: Nothing is withdrawn.
        payees: Who really holds an account at a bank, by its number; others are believed.
        approves_after_s: How long the head office takes to approve a withdrawal by itself [s]; None: until it is told.
        merchants: By id.
        users: By id.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    extensions: Literal["on", "off"] = "on"
    skew_ms: int = 0
    hours: Hours = Hours()
    bank_hours: dict[str, Hours] = {}
    mode: Mode = "I"
    bank_modes: dict[str, Mode] = {}
    token_refusal: Literal["401", "1001"] = "401"  # noqa: S105 - of no secret
    dated: Literal["bank", "notice"] = "bank"
    pending_rows: bool = False
    withdrawal_minimum: Won = 10_000
    withdrawal_limit: Won = 10_000_000
    daily_limit: Won = 100_000_000
    maintenance: bool = False
    payees: dict[str, str] = {}
    approves_after_s: float | None = Field(default=None, ge=0)
    merchants: dict[str, Merchant] = {
        "demo": Merchant(),
        "other": Merchant(name="다른상점", holder="이지피지(다른)", key="other-key"),
    }
    users: dict[str, User] = {
        "kiosk-1": User(),
        "kiosk-2": User(),
        "staff": User(otp="123456"),
        "other-1": User(merchant="other"),
    }

    @property
    def is_extended(self) -> bool:
        """Whether it knows what we added."""
        return self.extensions == "on"

    def is_closed(self, bank: str, at_ms: int) -> bool:
        """Whether a bank takes no deposits at this moment [ms since 1970]."""
        return self.bank_hours.get(bank, self.hours).is_closed(at_ms)

    def mode_of(self, bank: str) -> Mode:
        """How a bank deposits."""
        return self.bank_modes.get(bank, self.mode)
