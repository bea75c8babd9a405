"""Everybody calls at the callback address, as often and as badly as they can, while a customer pays with points."""

import multiprocessing
from pathlib import Path

import pytest

from tests.bench.flood import attack
from tests.end_to_end.oracle import End, assert_ends, journal_of

pytestmark = pytest.mark.end_to_end

SECONDS = 10
GROWN_MIB_MAX = 50


def memory_mib(till):
    """What the program has in memory."""
    status = Path(f"/proc/{till.pid}/status").read_text(encoding="ascii")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) / 1024


def test_a_sale_goes_on_while_the_callback_address_is_flooded(open_till, world):
    till = open_till(points=True)
    till.fill_basket()
    before_mib = memory_mib(till)
    callers = [multiprocessing.Process(target=attack, args=(till.callback, SECONDS, kind)) for kind in range(2)]
    for caller in callers:
        caller.start()
    till.ask_phone()
    world.answer()
    till.next_view("DoneView", says="영수증이 나왔어요")
    for caller in callers:
        caller.join()

    assert memory_mib(till) - before_mib < GROWN_MIB_MAX
    # only the relay named a payment that is open here
    assert len(journal_of(till).tables["inbox"]) <= 1
    assert_ends(till, End("PAID", (("loyalty", "APPROVED"),), held=12_300, receipts=1))
