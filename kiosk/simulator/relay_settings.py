"""How the simulated loyalty relay behaves, and who has points there from the start."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from kiosk.simulator.relay_money import SCALE, UNIT

RICH = "0x1111111111111111111111111111111111111111"
POOR = "0x2222222222222222222222222222222222222222"
NO_PHONE = "0x3333333333333333333333333333333333333333"
OWNER = "0x4444444444444444444444444444444444444444"
SHOP_ID = "0x0001" + "0" * 59 + "1"
ACCESS_KEY = "0x" + "ac" * 32  # nothing is behind it
CALLBACK_KEY = "0x" + "cb" * 32

Address = Annotated[str, Field(pattern=r"^0x[0-9A-Fa-f]{40}$")]
ShopId = Annotated[str, Field(pattern=r"^0x[0-9A-Fa-f]{64}$")]


class Wallet(BaseModel):
    """A customer's wallet.

    Attributes:
        balance: Its points [10^-18].
        phone: Whether a telephone is registered that can be asked.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    balance: int = Field(ge=0)
    phone: bool = True


class Shop(BaseModel):
    """A shop that takes points.

    Attributes:
        name: As customers know it.
        account: Wallet of its owner.
        phone: Whether the owner has a telephone that can be asked.
        status: 0 invalid, 1 active, 2 inactive.
        currency: In which its points are counted up.
        delegator: Who approves cancels in the owner's place, by itself; nobody when empty.
        withdrawing: What its owner has asked to be paid out [10^-18 of its currency]; 0 when nothing is under way.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = "Demo"
    account: Address = OWNER
    phone: bool = True
    status: Literal[0, 1, 2] = 1
    currency: str = "krw"
    delegator: Address | None = None
    withdrawing: int = Field(default=0, ge=0)


class Rules(BaseModel):
    """What a relay does where its generations differ.

    Attributes:
        confirm: Whether both closes must say if the payment is wanted, and that is what happens.
        forced_close: What becomes of payments that nobody closes.
        cancel_again: Whether a cancel that came to nothing can be tried again.
        denial_is_final: Whether a denied payment stays denied when it is closed; otherwise it fails then.
        tells_failures: Whether the kiosk is called when an approval fails on the chain.
    """

    model_config = ConfigDict(frozen=True)

    confirm: bool
    forced_close: Literal["refunds", "completes"]
    cancel_again: bool
    denial_is_final: bool
    tells_failures: bool


class RelaySettings(BaseModel):
    """How this relay behaves.

    Attributes:
        dialect: "relay" is the server that runs, "spec" the one that the owner's document describes.
        success_code: Of the envelope; only the document's server leaves a choice.
        confirm_honoured: spec only: see Rules.confirm.
        forced_close: spec only: see Rules.forced_close.
        callback_words: spec only: type and code of its callbacks as in the document's samples or as in its table.
        cancel_again: relay only: as its successor, which lets a cancel be opened again.
        withdrawal: relay only: serves the withdrawal call, as it did until 2024.
        access_key: What kiosks show.
        callback_key: What the relay shows to the kiosk; None shows nothing.
        callback_url: Where kiosks are called, all of them; None calls nobody.
        callback_delay_s: How late callbacks are [s].
        late_callback: Whether an approval that lands on a payment already failed is told as a success.
        mining_s: How long the chain takes for a transaction [s].
        rates: Points for one unit of a currency, times 10^9.
        wallets: By address.
        shops: By id.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    dialect: Literal["relay", "spec"] = "relay"
    success_code: Literal[0, 200] = 0
    confirm_honoured: bool = True
    forced_close: Literal["refunds", "completes"] = "refunds"
    callback_words: Literal["samples", "table"] = "samples"
    cancel_again: bool = False
    withdrawal: bool = False
    access_key: str = ACCESS_KEY
    callback_key: str | None = CALLBACK_KEY
    callback_url: str | None = None
    callback_delay_s: float = Field(default=0.0, ge=0)
    late_callback: bool = False
    mining_s: float = Field(default=1.0, ge=0)
    rates: dict[str, Annotated[int, Field(ge=1)]] = {
        "krw": SCALE,
        "usd": 1_000 * SCALE,
        "jpy": 10 * SCALE,
        "point": SCALE,
    }
    wallets: dict[Address, Wallet] = {
        RICH: Wallet(balance=100_000 * UNIT),
        POOR: Wallet(balance=500 * UNIT),
        NO_PHONE: Wallet(balance=50_000 * UNIT, phone=False),
    }
    shops: dict[ShopId, Shop] = {SHOP_ID: Shop()}

    @property
    def success(self) -> int:
        """The envelope's code of success."""
        return self.success_code if self.dialect == "spec" else 0

    @property
    def rules(self) -> Rules:
        """What follows from the dialect and its switches."""
        if self.dialect == "relay":
            return Rules(
                confirm=True,
                forced_close="refunds",
                cancel_again=self.cancel_again,
                denial_is_final=False,
                tells_failures=False,
            )
        return Rules(
            confirm=self.confirm_honoured,
            forced_close=self.forced_close,
            cancel_again=False,
            denial_is_final=True,
            tells_failures=True,
        )
