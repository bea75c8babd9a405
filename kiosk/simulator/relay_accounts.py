"""Wallet addresses, temporary accounts and signatures of the loyalty relay.

An address is 0x and 40 hex digits; its capitals are a checksum (Ethereum's EIP-55, over Keccak-256). A temporary
account is one of a form that no wallet has.

Signatures are ours: a real wallet signs with its key, here anybody can compute what a wallet would sign. That is enough
to tell a right answer from a wrong one, and proves nothing about anybody.
"""

import hashlib
import random
from functools import lru_cache

from Crypto.Hash import keccak

TEMPORARY_HEAD, TEMPORARY_TAIL = "0xffffffff", "00000000"
ZERO = "0x" + "0" * 40
LIVES_S = 60.0  # a temporary account stands for its wallet for less than that


@lru_cache(maxsize=1_000)
def checksummed(address: str) -> str:
    """An address with the capitals that EIP-55 gives it."""
    digits = address[2:].lower()
    checks = keccak.new(digest_bits=256, data=digits.encode()).hexdigest()
    return "0x" + "".join(digit.upper() if int(check, 16) >= 8 else digit for digit, check in zip(digits, checks))  # noqa: B905 - 40 of 64


def is_possible(address: str) -> bool:
    """Whether a library of wallets takes this address: one case throughout, or the right capitals."""
    digits = address[2:]
    return digits in {digits.lower(), digits.upper()} or address == checksummed(address)


def is_temporary(address: str) -> bool:
    """Whether an address has the form of a temporary account."""
    return address.lower().startswith(TEMPORARY_HEAD) and address.endswith(TEMPORARY_TAIL)


def signature_of(account: str, subject: str, answer: str) -> str:
    """What this account's wallet signs.

    Args:
        account: In any case.
        subject: Payment id; of a temporary account: nothing.
        answer: "approve", "deny", or "temporary".
    """
    return f"0x{hashlib.sha512(f'{account.lower()} {subject} {answer}'.encode()).hexdigest()}1b"


class TemporaryAccounts:
    """Codes that stand for a wallet for a minute and for one payment.

    Args:
        chance: Their digits.
    """

    def __init__(self, chance: random.Random) -> None:
        self._random = chance
        self._made: dict[str, tuple[str, float]] = {}

    def make(self, account: str, now_s: float) -> str:
        """One more code for this wallet. What has run out is forgotten, as nobody can tell it from what never was."""
        self._made = {code: (of, made_s) for code, (of, made_s) in self._made.items() if now_s - made_s < LIVES_S}
        code = f"{TEMPORARY_HEAD}{self._random.getrandbits(96):024x}{TEMPORARY_TAIL}"
        self._made[code] = (account, now_s)
        return checksummed(code)

    def wallet_of(self, code: str, now_s: float) -> str | None:
        """The wallet a code stands for, if it still does."""
        account, made_s = self._made.get(code.lower(), ("", 0.0))
        return account if account and now_s - made_s < LIVES_S else None

    def use_up(self, code: str) -> None:
        """A payment was opened with it: it stands for nothing any more."""
        self._made.pop(code.lower(), None)
