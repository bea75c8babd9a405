"""All chance of a story, drawn by name: what one thing draws does not depend on what else happens.

So a story can be told again with something left out, and the rest stays as it was.
"""

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """Draws for one seed."""

    def __init__(self, seed: int) -> None:
        self._seed = blake2b(seed.to_bytes(8, "big", signed=True), digest_size=16)

    def number(self, name: str) -> float:
        """At least 0 and below 1."""
        drawn = self._seed.copy()
        drawn.update(name.encode())
        return int.from_bytes(drawn.digest()[:7], "big") / (1 << 56)

    def happens(self, name: str, probability: float) -> bool:
        """Whether something of this probability happens."""
        return probability > 0 and self.number(name) < probability

    def between(self, name: str, low: float, high: float) -> float:
        """Something from `low` up to `high`."""
        return low + (high - low) * self.number(name)

    def whole(self, name: str, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both possible."""
        return low + int((high - low + 1) * self.number(name))

    def long_tail(self, name: str, low: float, high: float) -> float:
        """From `low` up to `high`, mostly near `low`."""
        return float(low * (high / low) ** self.number(name))

    def pick(self, name: str, of: Sequence[T]) -> T:
        """One of these."""
        return of[int(len(of) * self.number(name))]

    def weighted(self, name: str, of: Mapping[T, float]) -> T:
        """One of these, by weight."""
        left = self.number(name) * sum(of.values())
        for one, weight in of.items():
            left -= weight
            if left < 0:
                return one
        return tuple(of)[-1]

    def data(self, name: str, length: int) -> bytes:
        """Bytes."""
        drawn = b""
        while len(drawn) < length:
            more = self._seed.copy()
            more.update(f"{name} {len(drawn)}".encode())
            drawn += more.digest()
        return drawn[:length]

    def token(self, name: str, length: int) -> str:
        """Lower-case letters and digits."""
        number = int.from_bytes(self.data(name, 24), "big")
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"
        text = ""
        while len(text) < length:
            number, digit = divmod(number, 36)
            text += digits[digit]
        return text
