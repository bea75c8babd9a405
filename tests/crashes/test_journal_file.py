import subprocess
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from tests.crashes.cases import Case, Kind, try_here
from tests.crashes.faults import faults
from tests.crashes.flips import flips, start_on_flipped
from tests.crashes.judge import RECOVERED, REFUSED, REPORTED, SHORTER, Claim, WrongError, start_is_honest
from tests.crashes.left import a_killed
from tests.crashes.places import failing_reads, places
from tests.crashes.power import failed_syncs, losses
from tests.crashes.tails import tails
from tests.support.journal import FILE

PROJECT = Path(__file__).parents[2]


def survives(kind):
    """Nothing goes wrong; the outcomes of a kind."""
    tally = try_here(kind)
    assert not tally.failures, "\n".join(f"{name}: {problem}" for name, problem in tally.failures)
    assert tally.kind.cases
    return tally.outcomes


def part_of(kind, *words, but=()):
    """The cases whose names hold one of the words, and none of the others."""
    cases = [
        case
        for case in kind.cases
        if any(word in case.name for word in words or ("",)) and not any(word in case.name for word in but)
    ]
    return Kind(kind.name, kind.points, cases)


# -- what it survives


def test_killed_by_sigkill_it_keeps_every_acknowledged_row():
    command = (sys.executable, "-m", "tests.crashes", "SIGKILL", "--every", "60")
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "SIGKILL at a start" in done.stdout


def test_when_the_power_is_lost_it_keeps_every_acknowledged_row(reference):
    outcomes = survives(losses(reference, every=40))
    assert set(outcomes) == {RECOVERED}


def test_a_sync_that_fails_and_loses_its_bytes_costs_no_acknowledged_row(reference):
    assert set(survives(part_of(failed_syncs(reference, every=7), "sqlite-wal"))) == {RECOVERED}


def test_a_disk_that_is_full_or_fails_stops_it_with_journal_error_or_not_at_all(reference):
    assert set(survives(faults(reference, every=200))) == {RECOVERED, REFUSED}


def test_a_read_error_at_the_start_refuses_it_or_does_nothing(closed, killed, tmp_path):
    survives(failing_reads(closed, killed, tmp_path, every=9))


def test_a_wal_that_ends_too_soon_is_refused(killed):
    tally = try_here(tails(killed, "ends", checkpointed=False))
    assert not tally.failures
    assert tally.reasons["journal.end_lost"] > tally.outcomes[RECOVERED] > 0


def test_no_wal_is_left_whose_pages_are_in_the_file_too(place, reference):
    # what is left of such a one would lay old pages over newer ones
    assert a_killed(place / "in both", reference, checkpointed=True) is None


def test_a_flipped_bit_is_harmless_or_refused_or_found_by_verify(closed, killed):
    survives(flips("closed", closed, everything=False, samples=25))
    survives(flips("killed", killed, everything=False, samples=10))


def test_a_flipped_bit_in_the_mark_of_the_last_event_is_harmless(killed):
    cases = [
        Case(f"{at}", partial(start_on_flipped, killed, "last", at, at % 8)) for at in range(0, len(killed.last), 9)
    ]
    assert set(survives(Kind("flips", len(cases), cases))) == {RECOVERED}


def test_a_file_that_is_missing_or_something_else_is_refused_with_the_reason(closed, killed):
    survives(places(closed, killed))


def test_a_write_whose_sync_failed_is_refused_and_may_be_there_after_a_kill(reference):
    day = reference.days[1]
    syncs = [operation for operation in day.operations if operation.name == "sync"]
    kind = part_of(faults(reference), *(f"sync error, for good: {day}, {operation}" for operation in syncs[2:5]))
    tally = try_here(kind)
    assert not tally.failures
    assert any("journal.cannot_write and there after" in reason for reason in tally.reasons)


def test_damage_in_what_a_start_reads_is_a_journal_error(closed):
    header = closed.db.index(b"machine-1") // 4096 * 4096
    cases = [
        Case("a page of another kind", partial(start_on_flipped, closed, "db", header + 8, bit)) for bit in range(8)
    ]
    survives(Kind("flips", len(cases), cases))


def test_a_sync_that_fails_while_the_file_is_made_durable_is_noticed(reference):
    assert survives(part_of(failed_syncs(reference), "sync journal.sqlite fails", "sync journal.sqlite-journal fails"))


# -- what the harness notices


@pytest.mark.parametrize("level", ["OFF", "NORMAL"])
def test_a_journal_that_does_not_sync_is_noticed_when_the_power_is_lost(reference, level):
    hasty = losses(reference, every=20, after_open=lambda db: db.execute(f"PRAGMA synchronous = {level}"))
    failures = try_here(hasty).failures
    # the mark of the last event is ahead of such a journal
    assert any("journal.end_lost" in problem for _, problem in failures)


def test_a_lost_row_is_noticed(reference):
    whole = len(reference.events)
    claim = Claim(reference, whole)
    assert claim.check(reference.events).kind == RECOVERED
    shorter = reference.events[: reference.acknowledged[-2]]
    assert claim.check(shorter, may_lose=True).kind == SHORTER
    with pytest.raises(WrongError, match="are lost"):
        claim.check(shorter)


def test_a_changed_row_is_noticed(reference):
    changed = (*reference.events[:-1], (*reference.events[-1][:5], "{}", *reference.events[-1][6:]))
    with pytest.raises(WrongError, match="another history"):
        Claim(reference, len(changed)).check(changed)


def test_half_a_transaction_is_noticed(reference):
    end = next(end for end in reference.acknowledged if end - 1 not in reference.acknowledged and end > 1)
    with pytest.raises(WrongError, match="half a transaction"):
        Claim(reference, 0).check(reference.events[: end - 1])


def test_a_row_that_nobody_wrote_is_noticed(reference):
    early = replace(Claim(reference, 0), acknowledged=1)
    with pytest.raises(WrongError, match="where only"):
        early.check(reference.events)


def test_a_state_table_that_does_not_follow_from_the_events_is_noticed(closed, tmp_path):
    closed.lay_out(tmp_path)
    at = (tmp_path / FILE).read_bytes().index(b"PARTLY_REFUNDED")
    closed.lay_out(tmp_path, db=closed.db[:at] + b"X" + closed.db[at + 1 :])
    assert start_is_honest(tmp_path, closed.claim).kind == REPORTED
