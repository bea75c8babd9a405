import pytest

from kiosk.domain.entries import FindingRecorded, TaskOpened
from kiosk.domain.errors import JournalError
from kiosk.domain.moment import Stamp
from kiosk.domain.refund import FindingKind
from kiosk.domain.staffwork import TaskKind
from kiosk.services.journal.encoding import FIRST_HASH, decode, encode, row_hash, stamp_from, stamp_text, to_json

COLUMNS = ("1:2:boot", "K01-1-000001", "K01-1-000001-1", "GoalUndo", "{}")


def test_a_hash_is_of_every_column_and_of_the_row_before():
    hashes = {row_hash(1, COLUMNS, FIRST_HASH), row_hash(2, COLUMNS, FIRST_HASH), row_hash(1, COLUMNS, "x")}
    for place in range(len(COLUMNS)):
        hashes.add(row_hash(1, (*COLUMNS[:place], "x", *COLUMNS[place + 1 :]), FIRST_HASH))
    assert len(hashes) == 3 + len(COLUMNS)


def test_text_cannot_move_from_one_column_to_the_next_unnoticed():
    assert row_hash(1, ("a", "bc"), FIRST_HASH) != row_hash(1, ("ab", "c"), FIRST_HASH)


def test_json_has_one_spelling():
    assert to_json({"나": 1, "a": [None, "é"]}) == '{"a":[null,"é"],"나":1}'


def test_an_entry_is_a_kind_and_a_body():
    kind, body = encode(TaskOpened(TaskKind.CALLED, task_id="T1"))
    assert kind == "TaskOpened"
    assert body == '{"attempt_id":"","facts":{},"kind":"called","order_id":"","task_id":"T1"}'


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("Nonsense", "{}"),
        ("GoalUndo", "{}"),
        ("GoalUndo", "no json"),
        ("AttemptAdvanced", '{"attempt_id":"a","to":"GONE"}'),
    ],
)
def test_what_is_no_entry_is_not_read_as_one(kind, body):
    with pytest.raises(JournalError, match="unreadable_event"):
        decode(kind, body)


def test_a_finding_that_was_written_before_it_could_be_closed_at_once_is_open():
    body = '{"amount":5000,"attempt_id":"A","finding_id":"F1","kind":"late","method":"ezpg","transaction":"D1"}'
    assert decode("FindingRecorded", body) == FindingRecorded("ezpg", "A", "D1", FindingKind.LATE, 5000, "F1")


@pytest.mark.parametrize("boot", ["b", "minute-1", "a:b"])
def test_a_stamp_is_read_back_as_it_was_written(boot):
    assert stamp_from(stamp_text(Stamp(-1, 2, boot))) == Stamp(-1, 2, boot)


@pytest.mark.parametrize("text", ["", "1", "1:2", "x:2:b", "1:x:b"])
def test_what_is_no_stamp_is_not_read_as_one(text):
    with pytest.raises(JournalError, match="unreadable_event"):
        stamp_from(text)
