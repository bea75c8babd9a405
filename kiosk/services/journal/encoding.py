"""Entries as event rows, and the chain of hashes that binds them."""

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from typing import Any, Final, get_args

from pydantic import TypeAdapter, ValidationError

from kiosk.domain.entries import Entry
from kiosk.domain.errors import BugError, JournalError
from kiosk.domain.moment import Stamp

KINDS: Final[Mapping[str, type]] = {kind.__name__: kind for kind in get_args(Entry)}
FIRST_HASH: Final = "0" * 64


@cache
def _adapter(kind: str) -> TypeAdapter[Any]:
    return TypeAdapter(KINDS[kind])


_SPELLING: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def to_json(value: object) -> str:
    """The one spelling of a JSON value that hashes are taken of."""
    return _SPELLING.encode(value)


def encode(entry: Entry) -> tuple[str, str]:
    """Kind and body of an entry.

    Raises:
        BugError: it would not be read back as it is: a value is of another type than the entry declares.
    """
    kind = type(entry).__name__
    body = to_json(_adapter(kind).dump_python(entry, mode="json", warnings="none"))
    try:
        is_sound = decode(kind, body) == entry
    except JournalError as error:
        raise BugError(f"{entry!r} could not be read back") from error
    if not is_sound:
        raise BugError(f"{entry!r} would be read back as something else")
    return kind, body


def decode(kind: str, body: str) -> Entry:
    """The entry in a row.

    Raises:
        JournalError: the row holds none.
    """
    try:
        entry: Entry = _adapter(kind).validate_json(body)
    except (KeyError, ValidationError) as error:
        raise JournalError("journal.unreadable_event", kind=kind) from error
    return entry


def stamp_text(stamp: Stamp) -> str:
    """A stamp as one column."""
    return f"{stamp.wall_ms}:{stamp.monotonic_ms}:{stamp.boot_id}"


def stamp_from(text: str) -> Stamp:
    """A stamp from its column.

    Raises:
        JournalError: it is none.
    """
    parts = text.split(":", 2)
    try:
        return Stamp(wall_ms=int(parts[0]), monotonic_ms=int(parts[1]), boot_id=parts[2])
    except (ValueError, IndexError) as error:
        raise JournalError("journal.unreadable_event", kind="stamp") from error


def row_hash(seq: int, columns: tuple[str, ...], prev_hash: str) -> str:
    """The hash of an event row: of all its columns and of the row before."""
    return hashlib.sha256(to_json([seq, *columns, prev_hash]).encode()).hexdigest()
