from dataclasses import fields, is_dataclass
from typing import get_args, get_type_hints

import pytest

from kiosk.domain import entries
from kiosk.domain.entries import Entry

KINDS = get_args(Entry)


def test_every_kind_of_entry_can_be_written_down():
    defined = {kind for kind in vars(entries).values() if is_dataclass(kind) and kind.__module__ == entries.__name__}
    assert set(KINDS) == defined


@pytest.mark.parametrize("kind", KINDS)
def test_an_entry_cannot_change_after_it_was_written(kind):
    assert kind.__dataclass_params__.frozen


@pytest.mark.parametrize("kind", KINDS)
def test_an_entry_holds_no_fraction_of_money_and_no_bytes(kind):
    hints = get_type_hints(kind)
    assert [
        field.name for field in fields(kind) if {float, bytes} & {hints[field.name], *get_args(hints[field.name])}
    ] == []
