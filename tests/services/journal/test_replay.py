"""Whatever is written, allowed or not: replaying the events gives the tables, and a refused write leaves no trace."""

import asyncio
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kiosk.domain.attempt import Family, State
from kiosk.domain.catalogue import Tax
from kiosk.domain.entries import (
    Asked,
    AttemptAdvanced,
    AttemptBegan,
    AttemptNoted,
    FindingAdvanced,
    FindingRecorded,
    GoalUndo,
    OperationAnswered,
    OperationIntended,
    OrderAdvanced,
    OrderOpened,
    PrintEnded,
    PrintQueued,
    RefundAdvanced,
    RefundAsked,
    RefundNoted,
    TaskClosed,
    TaskOpened,
    WatchEnded,
)
from kiosk.domain.errors import BugError
from kiosk.domain.money import won
from kiosk.domain.order import OrderLine, OrderState
from kiosk.domain.refund import FindingKind, FindingState, RefundState
from kiosk.domain.staffwork import PrintKind, TaskKind
from kiosk.services.journal.encoding import decode, encode
from kiosk.services.journal.reading import read_sale
from kiosk.services.journal.verify import verify
from tests.support.journal import FILE, AtOnce, events, opened

# Few ids, so that entries meet; some of which are never there.
orders = st.sampled_from(["O1", "O2"])
attempts = st.sampled_from(["O1-1", "O1-2", "O2-1"])
refunds = st.sampled_from(["O1-1-R1", "O1-2-R1", "F-R1"])
operations = st.sampled_from(["O1-1-01", "O1-1-02", "O2-1-01"])
numbered = st.sampled_from(["N1", "N2"])
words = st.text(st.characters(codec="utf-8"), max_size=8)
facts = st.dictionaries(words, words, max_size=3)
amounts = st.integers(min_value=-1, max_value=6000)
lines = st.builds(
    OrderLine, words, words, st.just((("ko", "두유"),)), amounts.map(won), st.integers(1, 3), st.sampled_from(Tax)
)

ENTRIES = st.one_of(
    st.builds(OrderOpened, orders, orders, words, st.just("KRW"), st.lists(lines, max_size=3).map(tuple)),
    st.builds(OrderAdvanced, orders, st.sampled_from(OrderState), words, words, words),
    st.builds(AttemptBegan, attempts, orders, words, st.sampled_from(Family), amounts, words),
    st.builds(AttemptNoted, attempts, facts, st.none() | amounts),
    st.builds(AttemptAdvanced, attempts, st.sampled_from(State), words, st.none() | amounts, st.none() | words),
    st.builds(GoalUndo, attempts),
    st.builds(WatchEnded, attempts),
    st.builds(OperationIntended, operations, attempts, words, words, words, words, words),
    st.builds(OperationAnswered, operations, words, facts),
    st.builds(Asked, operations, attempts, words, words, words, words, facts),
    st.builds(RefundAsked, refunds, attempts | st.just(""), numbered, amounts),
    st.builds(RefundNoted, refunds, facts),
    st.builds(RefundAdvanced, refunds, st.sampled_from(RefundState), words),
    st.builds(
        FindingRecorded, words, attempts | words, words, st.sampled_from(FindingKind), st.none() | amounts, numbered
    ),
    st.builds(FindingAdvanced, numbered, st.sampled_from(FindingState)),
    st.builds(TaskOpened, st.sampled_from(TaskKind), orders, attempts, facts, numbered),
    st.builds(TaskClosed, numbered, words),
    st.builds(PrintQueued, orders, st.sampled_from(PrintKind), facts, numbered),
    st.builds(PrintEnded, numbered, st.booleans(), words),
)

REFUND = "O1-1-R1"
LINE = OrderLine("S", "", (("ko", "두유"),), won(5000), 1, Tax.TAXABLE)
BEGINNING = (
    OrderOpened("O1", "C1", "ko", "KRW", (LINE,)),
    OrderAdvanced("O1", OrderState.PAYING),
    AttemptBegan("O1-1", "O1", "crepay", Family.DIRECT, 5000),
)
STEPS = [
    (),
    (AttemptAdvanced("O1-1", State.SENDING),),
    (AttemptAdvanced("O1-1", State.SENDING), AttemptAdvanced("O1-1", State.UNKNOWN)),
    (AttemptAdvanced("O1-1", State.SENDING), AttemptAdvanced("O1-1", State.APPROVED, "", 5000, "txn-1")),
    (AttemptAdvanced("O1-1", State.DECLINED), AttemptBegan("O1-2", "O1", "ceos", Family.PHONE, 5000)),
]


async def write_all(folder, writes):
    """Write what is allowed; gives the writes that were."""
    allowed = []
    async with opened(folder, runner=AtOnce()) as journal:
        await journal.write(*BEGINNING)
        for entries in writes:
            try:
                await journal.write(*entries)
                allowed.append(entries)
            except BugError:
                pass
    return allowed


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example])
@given(st.sampled_from(STEPS), st.lists(st.lists(ENTRIES, min_size=1, max_size=3), max_size=25))
def test_replaying_the_events_gives_the_tables_whatever_was_tried(steps, tried):
    folder = Path(tempfile.mkdtemp())
    try:
        allowed = asyncio.run(write_all(folder, [steps, *tried]))
        assert verify(folder / FILE).problems == ()
        kinds = [kind for kind, _ in events(folder)]
        assert kinds == ["Started", *(type(entry).__name__ for entries in [BEGINNING, *allowed] for entry in entries)]
    finally:
        shutil.rmtree(folder)


async def remembered_wrongly(folder, writes):
    """Write what is allowed; gives what was remembered of a sale otherwise than it stands in the tables."""
    wrong = []
    async with opened(folder, runner=AtOnce()) as journal:
        await journal.write(*BEGINNING)
        for entries in writes:
            with suppress(BugError):
                await journal.write(*entries)
            for order in ("O1", "O2"):
                with suppress(BugError):  # the second order need not be there
                    if await journal.sale(order) != read_sale(journal._file.connection, order):
                        wrong.append((order, entries))
    return wrong


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example])
@given(st.sampled_from(STEPS), st.lists(st.lists(ENTRIES, min_size=1, max_size=3), max_size=25))
@example((), [[AttemptAdvanced("O1-1", State.DECLINED)], [AttemptBegan("O1-2", "O1", "ceos", Family.PHONE, 5000)]])
@example(
    STEPS[3],
    [
        [RefundAsked(REFUND, "O1-1", "", 9)],
        [RefundNoted(REFUND, {"a": "b"})],
        [OrderAdvanced("O1", OrderState.UNWINDING)],
    ],
)
@example(STEPS[3], [[RefundAsked(REFUND, "O1-1", "", 9)], [RefundAdvanced(REFUND, RefundState.SENDING)]])
@example(STEPS[4], [[AttemptAdvanced("O1-2", State.SENDING)], [AttemptNoted("O1-2", {"a": "b"})]])
@example(STEPS[4], [[AttemptNoted("O1-2", {"a": "b"}), GoalUndo("O9-9")], [GoalUndo("O1-2")]])
@example(STEPS[2], [[AttemptAdvanced("O1-1", State.NOT_CHARGED)], [WatchEnded("O1-1")]])
def test_what_is_remembered_of_a_sale_is_what_stands_in_the_tables(steps, tried):
    folder = Path(tempfile.mkdtemp())
    try:
        assert asyncio.run(remembered_wrongly(folder, [steps, *tried])) == []
    finally:
        shutil.rmtree(folder)


@given(ENTRIES)
def test_an_entry_is_read_back_as_it_was_written(entry):
    assert decode(*encode(entry)) == entry
