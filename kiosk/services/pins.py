"""PINs are kept so that whoever reads the file, and its key, still has to try them one by one: Argon2id."""

import os
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from kiosk.domain.confidential import Confidential
from kiosk.services.offloop import OffLoop

SALT_BYTES: Final = 16
KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Cost:
    """What a try costs.

    As it is: as many passes as OWASP's password storage cheat sheet asks for at least (two over 19 MiB), over more
    memory; and staff are in within a fifth of a second of the last digit. What is kept says its own cost.

    Attributes:
        passes: Over the memory.
        kib: Of memory [KiB].
    """

    passes: int = 2
    kib: int = 32 * 1024


class Argon2Pins:
    """Keeps the Pins port (domain/ports.py).

    Args:
        off_loop: Where a try is worked out; it takes a tenth of a second.
        cost: Of a try; another one where a test wants it quick.
    """

    def __init__(self, off_loop: OffLoop, cost: Cost | None = None) -> None:
        self._off_loop = off_loop
        self._cost = cost or Cost()

    async def keep(self, pin: Confidential) -> Confidential:
        """What is kept of a PIN; another text every time."""
        return await self._off_loop(self._keep, pin)

    async def fits(self, pin: Confidential, kept: Confidential) -> bool:
        """Whether this is the PIN of which that was kept."""
        return await self._off_loop(_fits, pin, kept)

    def _keep(self, pin: Confidential) -> Confidential:
        work = Argon2id(
            salt=os.urandom(SALT_BYTES),
            length=KEY_BYTES,
            iterations=self._cost.passes,
            lanes=1,
            memory_cost=self._cost.kib,
        )
        return Confidential(work.derive_phc_encoded(pin.reveal().encode()))


def _fits(pin: Confidential, kept: Confidential) -> bool:
    try:
        Argon2id.verify_phc_encoded(pin.reveal().encode(), kept.reveal())
    except InvalidKey:
        return False
    return True
