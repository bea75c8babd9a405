"""Takes out of any text what must not be read in a log: barcodes, phone and account numbers, wallets, credentials.

Our own ids (K01-1-000027-2, 20251121_K01_0007_x3) and times stay readable.
"""

import json
import re
from collections.abc import Mapping, MutableMapping
from urllib.parse import quote

from kiosk.domain.confidential import Confidential, mask

SHORTEST_KNOWN_SECRET = 4
"""A shorter secret would blank out half of every line [characters]; it is caught by the name of its field."""

SHORTEST_NUMBER_HIDDEN = 8
"""From this many digits on a number may be a barcode, an account or a phone [digits]."""

_HIDDEN_FIELDS = (
    "access_?key|account(?:_?no|_?number)?|api_?secret(?:_?key)?|authorization|barcode|coupon|otp|passphrase|password|"
    "passwd|pin|pwd|secret|token"
)
_FIELD_NAME = re.compile(_HIDDEN_FIELDS, re.IGNORECASE)

_FIELD = re.compile(
    rf"""(?P<name>(?<![a-z0-9])(?:{_HIDDEN_FIELDS})\\?["']?\s*[:=]\s*)(?P<value>\\?"[^"\\]*|\\?'[^'\\]*|[^\s"'\\,;&}})\]]+)""",
    re.IGNORECASE,
)
"""A field of JSON, of a repr or of a query, by name: its whole value goes."""

_CREDENTIALS = re.compile(r"\b(?P<scheme>Bearer|Basic)\s+[A-Za-z0-9._~+/=-]+", re.IGNORECASE)
_WALLET = re.compile(r"0x[0-9a-f]{8,}", re.IGNORECASE)
_PHONE = re.compile(r"(?<!\d)(?:\+82[ .-]?|0)1\d[ .-]?\d{3,4}[ .-]?(?P<end>\d{4})(?!\d)")
_NUMBER = re.compile(
    r"""
    (?! 20\d\d(-?)(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01]) (?!\d) )    # no date, such as our ids begin with
    (?: (?<!\d) \d{8,}                                                    # in one piece
      | (?<![A-Za-z0-9-]) \d (?:[ -]?\d){7,} (?![A-Za-z0-9]) )             # or in groups
    """,
    re.VERBOSE,
)
_known: set[str] = set()


def hide(secret: Confidential) -> None:
    """Never let this value through again, in any of the forms it takes on its way."""
    value = secret.reveal()
    if len(value) >= SHORTEST_KNOWN_SECRET:
        _known.update({value, quote(value, safe=""), json.dumps(value)[1:-1]})


def redact(text: str) -> str:
    """The text without what must not be read; the last four characters of a long number stay, to tell two apart."""
    for secret in sorted(_known, key=len, reverse=True):
        text = text.replace(secret, "****")
    text = _CREDENTIALS.sub(lambda found: found["scheme"] + " ****", text)
    text = _FIELD.sub(lambda found: found["name"] + "****", text)
    text = _WALLET.sub(lambda found: "0x" + mask(found[0]), text)
    text = _PHONE.sub(lambda found: "01*-****-" + found["end"], text)
    return _NUMBER.sub(lambda found: mask(found[0]), text)


def redact_value(value: object, name: str = "") -> object:
    """A value of a log line, of any shape, redacted; numbers named ..._ms are times and stay."""
    if _FIELD_NAME.fullmatch(name) and value is not None:
        return "****"
    match value:
        case None | bool() | float():
            return value
        case int():
            long = abs(value) >= 10 ** (SHORTEST_NUMBER_HIDDEN - 1)
            return mask(str(value)) if long and not name.endswith("_ms") else value
        case Mapping():
            return {redact(str(key)): redact_value(part, str(key)) for key, part in value.items()}
        case list() | tuple() | set() | frozenset():
            return [redact_value(part, name) for part in value]
    return redact(value if isinstance(value, str) else repr(value))


def processor(_logger: object, _method: str, event: MutableMapping[str, object]) -> Mapping[str, object]:
    """The last step of every log line before it is written out, in structlog's form."""
    return {redact(key): redact_value(value, key) for key, value in event.items()}
