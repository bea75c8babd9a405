"""Every sentence is used somewhere, and everything that looks like a key has its sentence."""

import ast
import re
from pathlib import Path

import kiosk
from kiosk.services.text import read_language

KEY = re.compile(r"[a-z_]+(\.[a-z0-9_]+)+")
PREFIX = re.compile(r"[a-z_]+(\.[a-z0-9_]+)*\.")
FILE = re.compile(r".*\.(po|sqlite|lock|json|toml|csv|log|png|svg|sql|ttf|otf|wav|py|html|js|css|txt|new)")
"""Looks like a key, but names a file."""


def strings():
    """Every string literal of the kiosk that is no docstring, and the first part of every f-string."""
    for module in sorted(Path(kiosk.__file__).parent.rglob("*.py")):
        if "simulator" in module.parts:
            continue
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield module, node.lineno, node.value


LITERALS = list(strings())
WHOLE = {text for _, _, text in LITERALS if KEY.fullmatch(text)}
PREFIXES = tuple({text for _, _, text in LITERALS if PREFIX.fullmatch(text)})
KEYS = {m.id if isinstance(m.id, str) else m.id[0] for m in read_language("ko") if m.id}


def test_every_sentence_is_used():
    assert sorted(key for key in KEYS if key not in WHOLE and not key.startswith(PREFIXES)) == []


def test_every_key_has_its_sentence():
    sections = {key.partition(".")[0] for key in KEYS}
    missing = [
        f"{module.name}:{line} {text}"
        for module, line, text in LITERALS
        if KEY.fullmatch(text) and text.partition(".")[0] in sections and text not in KEYS and not FILE.fullmatch(text)
    ]
    assert missing == []
