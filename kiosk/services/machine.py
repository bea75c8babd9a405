"""This machine and its chance: an id that a cloned disk does not take along, and unpredictable text."""

import secrets
import string
import sys
import uuid
from pathlib import Path
from typing import Final

_ALPHABET: Final = string.ascii_lowercase + string.digits


def machine_id() -> str:
    """An id of this machine. Another one under the same journal means that its disk was cloned (money rules, 6).

    The network card's address, not only the installation's id: a cloned disk brings the latter along.
    """
    installation = ""
    if sys.platform != "win32":
        file = Path("/etc/machine-id")
        installation = file.read_text(encoding="ascii").strip() if file.exists() else ""
    return f"{installation}/{uuid.getnode():012x}"


class SystemRandomness:
    """Keeps the Randomness port (domain/ports.py) with the system's generator."""

    def token(self, length: int) -> str:
        """Lower-case letters and digits, this many."""
        return "".join(secrets.choice(_ALPHABET) for _ in range(length))
