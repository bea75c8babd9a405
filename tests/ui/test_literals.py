"""No words for people stand in the code of the screens: they come from the language files."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import kiosk.ui

SAYING = frozenset({"say", "setText", "setAccessibleName", "show_line", "setPlaceholderText", "setToolTip"})
"""Methods that put words before a person; an icon's name, a tone and "" are none."""
LETTERS = re.compile(r"[^\W\d_]", re.UNICODE)


def modules() -> list[tuple[str, ast.Module]]:
    folder = Path(kiosk.ui.__file__).parent
    return [(str(file.relative_to(folder)), ast.parse(file.read_text("utf-8"))) for file in folder.rglob("*.py")]


def docstrings(tree: ast.Module) -> set[int]:
    """Lines on which a string stands alone."""
    return {
        node.value.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def said(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Words that are handed to a person as they stand."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in SAYING
            and node.args
        ):
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str) and LETTERS.search(first.value):
                yield node.lineno, first.value


def test_nothing_is_said_that_is_in_no_language_file():
    assert not [(module, *found) for module, tree in modules() for found in said(tree)]


def test_no_word_in_the_code_of_the_screens_is_korean_chinese_or_japanese():
    found = []
    for module, tree in modules():
        quiet = docstrings(tree)
        found += [
            (module, node.lineno, node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and node.lineno not in quiet
            and any(ord(sign) >= 0x1100 and sign.isalpha() for sign in node.value)
        ]
    assert not found
