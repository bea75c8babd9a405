"""How the loyalty relay reads a request: as a JavaScript web server does, with all that it lets pass.

Parameters are looked at before the key. Every value may be a string; what is none is read as JavaScript would print it.

Source: facts of the loyalty relay, 'validation rules' and 'access key'; its recorded answers to malformed requests.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn
from urllib.parse import parse_qsl

from kiosk.simulator.relay_dialects import Route
from kiosk.simulator.relay_records import RefusedError
from kiosk.simulator.relay_settings import RelaySettings
from kiosk.simulator.world import Request

LONGEST_BODY = 1_000_000
LARGEST_NUMBER = 2**53 - 1  # a JavaScript number that is a whole number for certain
_AMOUNT = re.compile(r"\+?[0-9]+")
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
_SHOP_ID = re.compile(r"0x[0-9a-fA-F]{64}")
_SIGNATURE = re.compile(r"0x[0-9a-fA-F]{130}")
_MISSING: Final = object()

Check = Callable[[object], bool]


class UnreadableError(Exception):
    """The framework answers before the relay has a say.

    Args:
        status: With which HTTP status.
    """

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(str(status))


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a request carries.

    Attributes:
        location: Where from, as the relay's complaints call it.
        values: By name.
    """

    location: str
    values: Mapping[str, object]

    def text(self, name: str) -> str:
        """A value as text, without the space around it; "undefined" if there is none."""
        return printed(self.values.get(name, _MISSING)).strip()

    def is_true(self, name: str) -> bool:
        """Whether a value says true, in any case."""
        return self.text(name).lower() == "true"


def parameters_of(request: Request) -> Parameters:
    """Read the query of a question, or the body of anything else.

    Raises:
        UnreadableError: too long, or not the JSON that it says it is.
    """
    body = _body_of(request)
    if request.method == "GET":
        return Parameters("query", dict(parse_qsl(request.query, keep_blank_values=True)))
    return Parameters("body", body)


def require(parameters: Parameters, names: Mapping[str, Check | None]) -> None:
    """Look at parameters, all of them.

    Args:
        parameters: What came.
        names: What each has to be; None: anything, as long as it is there.

    Raises:
        RefusedError: with one complaint for each thing that is not so.
    """
    complaints = [complaint for name, check in names.items() for complaint in _complaints(parameters, name, check)]
    if complaints:
        raise RefusedError(2001, tuple(complaints))


def parameters_needed(settings: RelaySettings, route: Route) -> Mapping[str, Check | None]:
    """What a call has to carry. The document's relay misses its key as it misses anything else."""
    key: dict[str, Check | None] = {"accessKey": None} if settings.dialect == "spec" else {}
    confirm: dict[str, Check | None] = {"confirm": is_yes_or_no} if settings.rules.confirm else {}
    approval: dict[str, Check | None] = {"approval": is_yes_or_no} if route.approve is None else {}
    needed: Mapping[str, Mapping[str, Check | None]] = {
        "balance": {"account": is_address},
        "info": {"account": is_address, "amount": is_amount, "currency": None},
        "shop": {"shopId": is_shop_id},
        "withdrawal": {"shopId": is_shop_id},
        "item": {"paymentId": None},
        "open_new": key
        | {"purchaseId": None, "amount": is_amount, "currency": None, "shopId": is_shop_id, "account": is_address},
        "close_new": key | confirm | {"paymentId": None},
        "open_cancel": key | {"paymentId": None},
        "close_cancel": key | confirm | {"paymentId": None},
        "temporary": {"account": is_address, "signature": is_signature},
        "approve_new": {"paymentId": None} | approval | {"signature": is_signature},
        "approve_cancel": {"paymentId": None} | approval | {"signature": is_signature},
    }
    return needed[route.call]


def is_amount(value: object) -> bool:
    """Digits. A plus passes the relay's pattern and not its numbers; a JSON number passes if it is a sure whole one."""
    if isinstance(value, bool):
        return False
    if isinstance(value, int):
        return 0 <= value <= LARGEST_NUMBER
    return isinstance(value, str) and bool(_AMOUNT.fullmatch(value)) and not value.startswith("+")


def is_address(value: object) -> bool:
    """A wallet's address, capitals or not."""
    return _ADDRESS.fullmatch(_trimmed(value)) is not None


def is_shop_id(value: object) -> bool:
    """A shop's id."""
    return _SHOP_ID.fullmatch(_trimmed(value)) is not None


def is_signature(value: object) -> bool:
    """A wallet's signature."""
    return _SIGNATURE.fullmatch(printed(value)) is not None


def is_yes_or_no(value: object) -> bool:
    """True or false, as a word or as JSON's own."""
    return _trimmed(value).lower() in {"true", "false"}


def printed(value: object) -> str:
    """A JSON value as JavaScript turns it into text."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case None:
            return "null"
        case list():
            return ",".join("" if part is None else printed(part) for part in value)
        case dict():
            return "[object Object]"
        case int() | float():
            return str(value)
        case _:
            return "undefined"


def _complaints(parameters: Parameters, name: str, check: Check | None) -> list[dict[str, object]]:
    value = parameters.values.get(name, _MISSING)
    complaint: dict[str, object] = {"msg": "Invalid value", "param": name, "location": parameters.location}
    if value is _MISSING:
        return [complaint] if check is None else [complaint, _second(complaint, check)]
    if check is None or check(value):
        return []
    return [{"value": value, **complaint}]


def _second(complaint: dict[str, object], check: Check) -> dict[str, object]:
    """What is not there is complained of again when it is looked at; by then, trimming has made it an empty text."""
    return complaint if check in {is_amount, is_signature} else {"value": "", **complaint}


def _trimmed(value: object) -> str:
    return "" if value is None else printed(value).strip()


def _body_of(request: Request) -> Mapping[str, object]:
    if len(request.body) > LONGEST_BODY:
        raise UnreadableError(413)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        if kind == "application/json" and request.body:
            return _json_of(request.body)
        if kind == "application/x-www-form-urlencoded":
            return dict(parse_qsl(request.body.decode(), keep_blank_values=True))
    except (ValueError, RecursionError) as error:
        raise UnreadableError(400) from error
    return {}


def _json_of(body: bytes) -> Mapping[str, object]:
    """Objects and lists are JSON to this server; a list has no parameters."""
    read: Any = json.loads(body, parse_constant=_no_constant, parse_float=_number)
    if not isinstance(read, dict | list):
        raise ValueError("neither object nor list")  # noqa: TRY004 - as any other JSON that this server does not take
    return read if isinstance(read, dict) else {}


def _number(text: str) -> int | float:
    """JavaScript has one kind of number: 10000.0 is 10000."""
    number = float(text)
    return int(number) if number.is_integer() and abs(number) <= LARGEST_NUMBER else number


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
