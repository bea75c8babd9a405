"""The customers' banks and EzPG's head office, as a hand that reads what the till's window says."""

from dataclasses import dataclass
from typing import Any

import pytest

from kiosk.simulator.ezpg_settings import BANKS, Mode
from tests.end_to_end.driver import Seen, World, until

BOTH = pytest.mark.parametrize("extensions", ["on", "off"], ids=["extended", "as documented"], indirect=True)
"""Before an EzPG with what we added, and before one as it is documented."""

AS_DOCUMENTED = pytest.mark.parametrize("extensions", ["off"], ids=["as documented"], indirect=True)

CODES = {name: code for code, name in BANKS.items()}


@dataclass(frozen=True)
class Account:
    """Where a customer is told to transfer to, as it stands in the window.

    Attributes:
        bank: Its code.
        number: Digits.
        amount: How much [won].
    """

    bank: str
    number: str
    amount: int

    @classmethod
    def read(cls, seen: Seen) -> "Account":
        """Off a screen that shows one."""
        number = seen.text("account_number").replace(" ", "")
        return cls(
            CODES[seen.text("bank_name")], number, int(seen.text("transfer_amount").strip("원").replace(",", ""))
        )


class Bank:
    """What people do at banks and at the head office.

    Args:
        world: Where the simulators are.
    """

    def __init__(self, world: World) -> None:
        self._world = world

    @property
    def books(self) -> dict[str, Any]:
        """Those of EzPG and the banks."""
        return dict(self._world.books()["ezpg"])

    def pay(self, account: Account, amount: int = 0, mode: Mode | None = None, in_flight_s: float = 0) -> str:
        """Transfer what was asked, or another amount; the bank's number of it.

        Args:
            account: As the customer read it.
            amount: Another amount [won]; 0 for what was asked.
            mode: "S" lets anybody pay and only tells; None as the bank is.
            in_flight_s: How long EzPG hears nothing of it [s of the simulators].
        """
        said = self.try_to_pay(account, amount, mode, in_flight_s)
        assert said["refused"] is None, said
        return str(said["number"])

    def try_to_pay(
        self, account: Account, amount: int = 0, mode: Mode | None = None, in_flight_s: float = 0
    ) -> dict[str, Any]:
        """The same; what the bank says of it."""
        payment = {"bank": account.bank, "account": account.number, "amount": amount or account.amount}
        more = {"mode": mode, "in_flight_s": in_flight_s}
        return dict(self._world._ask("POST", "ezpg/pay", payment | more))

    def correct(self, number: str, *, after_the_fact: bool = False) -> None:
        """Take a transfer back (입금정정)."""
        said = self._world._ask("POST", "ezpg/correct", {"number": number, "after_the_fact": after_the_fact})
        assert said["answered"] == "0000", said

    def decide(self, status: str = "completed") -> None:
        """The head office lets the oldest withdrawal that waits for it go out, or not."""

        def waiting() -> list[dict[str, Any]]:
            return [one for one in self.books["withdrawals"] if one["state"] == "pending"]

        oldest = until(waiting, "a withdrawal waits for the head office")[0]
        self._world._ask("POST", "ezpg/withdrawals", {"trx_id": oldest["trxId"], "status": status})

    def withdrawals(self) -> list[tuple[str, int, str]]:
        """Account, amount and state of each."""
        return [(one["account"], one["amount"], one["state"]) for one in self.books["withdrawals"]]

    def looks(self, kiosk: str) -> list[dict[str, Any]]:
        """How often this kiosk has asked for deposits."""
        return [one for one in self._world.asked("ezpg.deposits") if one["ids"].get("moid", "").startswith(kiosk)]

    def let_time_pass(self, seconds: float) -> None:
        """Banks and EzPG are so much later at once; the till is not."""
        self._world._ask("POST", "ezpg/clock", {"ahead_s": seconds})
