"""Reads the configuration: one TOML file, environment variables over it, and every mistake in it named at once."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import platformdirs
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from kiosk.domain.errors import ConfigError
from kiosk.services.config import Config, SecretRef

ENVIRONMENT_PREFIX = "KIOSK_"
"""KIOSK_SECTION__KEY=value goes before the file; a name without two underscores in a row is not read here."""

LONGEST_VALUE_SHOWN = 60
"""How much of a wrong value an error shows [characters]."""

_SENTENCES = {
    "missing": "config.missing",
    "extra_forbidden": "config.unknown_key",
    "unexpected_keyword_argument": "config.unknown_key",
    "int_type": "config.not_integer",
    "int_from_float": "config.not_integer",
    "float_type": "config.not_number",
    "finite_number": "config.not_number",
    "bool_type": "config.not_boolean",
    "string_type": "config.not_text",
    "path_type": "config.not_text",
    "tuple_type": "config.not_list",
    "literal_error": "config.not_one_of",
    "model_type": "config.not_section",
    "dataclass_type": "config.not_section",
    "greater_than": "config.out_of_range",
    "greater_than_equal": "config.out_of_range",
    "less_than": "config.out_of_range",
    "less_than_equal": "config.out_of_range",
    "string_too_short": "config.wrong_length",
    "string_too_long": "config.wrong_length",
    "too_short": "config.wrong_length",
}
"""Which sentence says what pydantic found. Our own checks raise the key of their sentence."""

_BOUNDS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<", "min_length": "≥", "max_length": "≤"}

_UNSHOWN = {"config.unknown_key", "config.not_section", "config.url_with_password"}
"""What was written there may be a password in the wrong place."""


def default_path() -> Path:
    """Where the configuration is when the command line does not say."""
    return platformdirs.user_config_path("kiosk", appauthor=False) / "kiosk.toml"


def load(file: Path, environment: Mapping[str, str]) -> Config:
    """Read and check the configuration.

    Args:
        file: The TOML file.
        environment: Environment variables; KIOSK_SALE__IDLE_S=30 replaces idle_s of section [sale].

    Raises:
        ConfigError: the file cannot be read, or something in it cannot be. The parameter `problems` has one ConfigError
            for each mistake, with the parameters file (or variable), setting, value and allowed.
    """
    document = _read(file)
    origins: dict[tuple[str, ...], str] = {(): str(file)}
    for name in sorted(environment):
        if name.startswith(ENVIRONMENT_PREFIX) and "__" in name:
            _put(document, name, environment[name], origins)
    try:
        # Through JSON, because only there strict pydantic takes a text for a path and a list for a tuple.
        return Config.model_validate_json(json.dumps(document, default=str))
    except ValidationError as error:
        problems = tuple(_problem(detail, origins) for detail in error.errors(include_url=False))
        raise ConfigError("config.problems", file=str(file), count=len(problems), problems=problems) from None


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        raise ConfigError("config.no_file", file=str(file)) from None
    except OSError as error:
        raise ConfigError("config.unreadable", file=str(file), reason=error.strerror or "") from error
    except UnicodeDecodeError:
        raise ConfigError("config.not_utf8", file=str(file)) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError("config.not_toml", file=str(file), reason=str(error)) from None


def _put(document: dict[str, Any], name: str, value: str, origins: dict[tuple[str, ...], str]) -> None:
    """Set what a variable names, and remember that it came from there; sections that it needs are made."""
    keys = tuple(name.removeprefix(ENVIRONMENT_PREFIX).lower().split("__"))
    section = document
    for depth, key in enumerate(keys[:-1], start=1):
        if not isinstance(section.get(key), dict):
            section[key] = {}
            origins[keys[:depth]] = name
        section = section[key]
    section[keys[-1]] = value if _takes_text(keys) else _parsed(value)
    origins[keys] = name


def _parsed(value: str) -> object:
    """The number, truth value or list that a variable's text writes as TOML does, or the text, to be refused."""
    try:
        return tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return value


def _takes_text(keys: Sequence[str]) -> bool:
    kind = _kind(keys)
    if get_origin(kind) is Literal:
        return isinstance(get_args(kind)[0], str)
    return kind not in {int, float, bool} and get_origin(kind) is not tuple


def _kind(keys: Sequence[str]) -> Any:  # noqa: ANN401 - types have no common type
    """The bare type at a place in the configuration; str where there is no such place."""
    kind: Any = Config
    for key in keys:
        kind = _bare(_fields(kind).get(key, str))
    return kind


def _fields(kind: Any) -> dict[str, Any]:  # noqa: ANN401
    """The keys of a section and their types; nothing when it is no section."""
    names = getattr(kind, "model_fields", None) or getattr(kind, "__dataclass_fields__", {})
    return {name: get_type_hints(kind, include_extras=True)[name] for name in names}


def _bare(hint: Any) -> Any:  # noqa: ANN401
    """A type without its annotations and without the None it may also be."""
    while get_origin(hint) in {Annotated, Union, UnionType}:
        hint = next(part for part in get_args(hint) if part is not NoneType)
    return hint


def _problem(detail: ErrorDetails, origins: Mapping[tuple[str, ...], str]) -> ConfigError:
    keys = tuple(str(part) for part in detail["loc"])
    sentence = _SENTENCES.get(detail["type"], detail["type"])
    return ConfigError(
        sentence if sentence.startswith("config.") else "config.refused",
        file=next(origins[keys[:depth]] for depth in range(len(keys), -1, -1) if keys[:depth] in origins),
        setting=".".join(keys),
        value="" if sentence in _UNSHOWN or _is_secret(keys) else _shown(detail["input"]),
        allowed=_allowed(sentence, keys, detail.get("ctx", {})),
    )


def _is_secret(keys: Sequence[str]) -> bool:
    hint = _fields(_kind(keys[:-1])).get(keys[-1])
    return SecretRef in {hint, *get_args(hint)}


def _shown(value: object) -> str:
    """A wrong value for people; nothing of a whole section, in which there may be secrets."""
    if isinstance(value, dict | list):
        return ""
    return json.dumps(value, ensure_ascii=False)[:LONGEST_VALUE_SHOWN]


def _allowed(sentence: str, keys: Sequence[str], context: Mapping[str, Any]) -> str:
    if sentence == "config.unknown_key":
        return ", ".join(sorted(_fields(_kind(keys[:-1]))))
    if get_origin(kind := _kind(keys)) is Literal:
        return ", ".join(str(choice) for choice in get_args(kind))
    if "expected" in context:
        return str(context["expected"])
    return ", ".join(f"{sign} {context[bound]}" for bound, sign in _BOUNDS.items() if bound in context)
