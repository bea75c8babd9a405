"""Values that must not be readable from the journal's file: AES-GCM under a key of its own.

A sealed value reads "<key id>.<base64 of nonce and ciphertext>" and opens only with that key and in the context
(attempt and field) it was sealed for. The key lives in the secret store and can be kept under a passphrase.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from kiosk.domain.confidential import Confidential
from kiosk.domain.errors import JournalError

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
SALT_BYTES: Final = 16
BACKUP_CONTEXT: Final = b"kiosk journal key"


class Sealer:
    """Seals and opens with one key.

    Args:
        key: 32 bytes.
        random_bytes: Where nonces come from.
    """

    def __init__(self, key: bytes, random_bytes: Callable[[int], bytes]) -> None:
        self._aead = AESGCM(key)
        self._key = key
        self._random_bytes = random_bytes
        self.key_id: Final = hashlib.sha256(b"kiosk key id" + key).hexdigest()[:12]

    def seal(self, value: Confidential, context: str) -> str:
        """Seal a value for a context."""
        nonce = self._random_bytes(NONCE_BYTES)
        cipher = self._aead.encrypt(nonce, value.reveal().encode(), context.encode())
        return f"{self.key_id}.{base64.b64encode(nonce + cipher).decode()}"

    def unseal(self, sealed: str, context: str) -> Confidential:
        """Open a sealed value.

        Raises:
            JournalError: another key, another context, or altered.
        """
        key_id, _, text = sealed.partition(".")
        if key_id != self.key_id:
            raise JournalError("journal.other_key")
        try:
            data = base64.b64decode(text, validate=True)
            plain = self._aead.decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], context.encode())
        except (InvalidTag, ValueError) as error:
            raise JournalError("journal.seal_broken") from error
        return Confidential(plain.decode())

    def fingerprint(self, body: bytes) -> str:
        """A keyed hash of a request body: a plain one could be searched for the coupon number in it."""
        return hmac.new(self._key, body, hashlib.sha256).hexdigest()


def _passphrase_key(passphrase: Confidential, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=KEY_BYTES, n=2**15, r=8, p=1).derive(passphrase.reveal().encode())


def wrap_key(key: bytes, passphrase: Confidential, random_bytes: Callable[[int], bytes]) -> str:
    """The journal's key under a passphrase, as one line of text for a safe place."""
    salt, nonce = random_bytes(SALT_BYTES), random_bytes(NONCE_BYTES)
    cipher = AESGCM(_passphrase_key(passphrase, salt)).encrypt(nonce, key, BACKUP_CONTEXT)
    return base64.b64encode(salt + nonce + cipher).decode()


def unwrap_key(text: str, passphrase: Confidential) -> bytes:
    """The key from its safe place.

    Raises:
        JournalError: another passphrase, or altered.
    """
    try:
        data = base64.b64decode(text, validate=True)
        salt, rest = data[:SALT_BYTES], data[SALT_BYTES:]
        aead = AESGCM(_passphrase_key(passphrase, salt))
        return aead.decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], BACKUP_CONTEXT)
    except (InvalidTag, ValueError) as error:
        raise JournalError("journal.wrong_passphrase") from error
