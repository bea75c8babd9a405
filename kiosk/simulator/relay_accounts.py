"""Wallet addresses, temporary accounts and signatures of the loyalty relay.

An address is 0x and 40 hex digits; its capitals are a checksum (Ethereum's EIP-55, over Keccak-256, which Python's own
library does not have). A temporary account is one of a form that no wallet has.

Signatures are ours: a real wallet signs with its key, here anybody can compute what a wallet would sign. That is enough
to tell a right answer from a wrong one, and proves nothing about anybody.
"""

import hashlib
import random
from functools import lru_cache

MASK = (1 << 64) - 1
RATE = 136  # bytes that Keccak-256 takes in at a time
BEFORE_SHA_3 = 0x01
ROTATIONS = (
    (0, 36, 3, 41, 18),
    (1, 44, 10, 45, 2),
    (62, 6, 43, 15, 61),
    (28, 55, 25, 21, 56),
    (27, 20, 39, 8, 14),
)
TEMPORARY_HEAD, TEMPORARY_TAIL = "0xffffffff", "00000000"
ZERO = "0x" + "0" * 40
LIVES_S = 60.0  # a temporary account stands for its wallet for less than that


@lru_cache(maxsize=1_000)
def checksummed(address: str) -> str:
    """An address with the capitals that EIP-55 gives it."""
    digits = address[2:].lower()
    checks = keccak_256(digits.encode()).hex()
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


def keccak_256(message: bytes, padding: int = BEFORE_SHA_3) -> bytes:
    """The hash that Ethereum uses: SHA-3 as it was before its standard changed the padding."""
    padded = bytearray(message + bytes(RATE - len(message) % RATE))
    padded[len(message)] ^= padding
    padded[-1] ^= 0x80
    lanes = [[0] * 5 for _ in range(5)]
    for start in range(0, len(padded), RATE):
        for position in range(RATE // 8):
            word = int.from_bytes(padded[start + 8 * position : start + 8 * position + 8], "little")
            lanes[position % 5][position // 5] ^= word
        lanes = _permuted(lanes)
    return b"".join(lanes[position][0].to_bytes(8, "little") for position in range(4))


def _permuted(a: list[list[int]]) -> list[list[int]]:
    register = 1
    for _ in range(24):
        parity = [x[0] ^ x[1] ^ x[2] ^ x[3] ^ x[4] for x in a]
        mixed = [parity[x - 1] ^ _rotated(parity[(x + 1) % 5], 1) for x in range(5)]
        b = [[0] * 5 for _ in range(5)]
        for x in range(5):
            for y in range(5):
                b[y][(2 * x + 3 * y) % 5] = _rotated(a[x][y] ^ mixed[x], ROTATIONS[x][y])
        a = [[b[x][y] ^ (~b[(x + 1) % 5][y] & b[(x + 2) % 5][y] & MASK) for y in range(5)] for x in range(5)]
        for power in range(7):
            register = (register << 1) ^ (0x171 if register & 0x80 else 0)
            if register & 2:
                a[0][0] ^= 1 << ((1 << power) - 1)
    return a


def _rotated(lane: int, by: int) -> int:
    return (lane << by | lane >> (64 - by)) & MASK if by else lane
