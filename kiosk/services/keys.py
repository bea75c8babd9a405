"""All secrets of a till, resolved once, before a window opens; and the keys it made for itself at its first start."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from kiosk.domain.confidential import Confidential
from kiosk.services import redaction
from kiosk.services.config import Config
from kiosk.services.secrets import SecretStore

JOURNAL_KEY: Final = "journal-key"
RECEIPT_KEY: Final = "receipt-key"
CEOS_SECRET: Final = "ceos-secret"  # noqa: S105 - its name in the store
CEOS_STORE: Final = "ceos-store"


def own_key(store: SecretStore, name: str) -> bytes:
    """A key that this till made for itself at its first start.

    Raises:
        SecretError: the store cannot be read or written, or holds no key under this name.
    """
    kept = store.get(name)
    if kept is None:
        kept = Confidential(secrets.token_hex(32))
        store.set(name, kept)
    return bytes.fromhex(kept.reveal())


@dataclass(frozen=True, slots=True)
class Keys:
    """All secrets, resolved before a window opens.

    Attributes:
        journal: Seals columns.
        receipts: Signs receipt codes.
        crepay_password: For Crepay, if it is configured.
        ceos_secret: For CEOS, if it is configured and known.
        ceos_store: The CEOS store id that came with a fetched secret, or "".
        store: Keeps a secret that is fetched later.
        loyalty_key: For the loyalty relay, if it is configured.
        loyalty_callback: What the relay knows itself by when it calls, if that was agreed on.
        card_key: For the card server, if it is configured.
        ezpg_password: Of the till's own user at EzPG, if it is configured.
        ezpg_staff_password: Of the staff's user there, if transfers are given back here.
        ezpg_key: Of the shop there, likewise.
    """

    journal: bytes = field(repr=False)
    receipts: bytes = field(repr=False)
    crepay_password: Confidential | None
    ceos_secret: Confidential | None
    ceos_store: str
    store: SecretStore
    loyalty_key: Confidential | None
    loyalty_callback: Confidential | None
    card_key: Confidential | None
    ezpg_password: Confidential | None
    ezpg_staff_password: Confidential | None
    ezpg_key: Confidential | None


def load_keys(config: Config, environment: Mapping[str, str]) -> Keys:
    """Resolve all secrets, and have every log hide them.

    Raises:
        SecretError: one is missing, unreadable, or readable by too many.
    """
    store = SecretStore(config.kiosk.state_dir, environment)
    crepay, ceos = config.gateways.crepay, config.gateways.ceos
    password = store.resolve(crepay.password) if crepay and crepay.enabled else None
    secret, ceos_store = None, ""
    if ceos and ceos.enabled:
        secret = store.resolve(ceos.secret) if ceos.secret else store.get(CEOS_SECRET)
        kept = store.get(CEOS_STORE)
        ceos_store = kept.reveal() if kept else ""
    loyalty = config.gateways.loyalty if config.gateways.loyalty and config.gateways.loyalty.enabled else None
    loyalty_key = store.resolve(loyalty.access_key) if loyalty else None
    callback = (
        store.resolve(loyalty.callback.secret) if loyalty and loyalty.callback and loyalty.callback.secret else None
    )
    card = config.gateways.card
    card_key = store.resolve(card.secret_key) if card and card.enabled else None
    ezpg = config.gateways.ezpg if config.gateways.ezpg and config.gateways.ezpg.enabled else None
    ezpg_password = store.resolve(ezpg.password) if ezpg else None
    staff_password = store.resolve(ezpg.staff_password) if ezpg and ezpg.staff_password else None
    ezpg_key = store.resolve(ezpg.merchant_key) if ezpg and ezpg.merchant_key else None
    for hidden in (password, secret, loyalty_key, callback, card_key, ezpg_password, staff_password, ezpg_key):
        if hidden is not None:
            redaction.hide(hidden)
    return Keys(
        journal=own_key(store, JOURNAL_KEY),
        receipts=own_key(store, RECEIPT_KEY),
        crepay_password=password,
        ceos_secret=secret,
        ceos_store=ceos_store,
        store=store,
        loyalty_key=loyalty_key,
        loyalty_callback=callback,
        card_key=card_key,
        ezpg_password=ezpg_password,
        ezpg_staff_password=staff_password,
        ezpg_key=ezpg_key,
    )
