"""A serial scanner that is unplugged again and again, on pseudo-terminals."""

import random
import threading
from enum import Enum, auto
from pathlib import Path

import pytest

from kiosk.services.scanner.serial import Line, Link
from tests.services.scanner.reading import reading, stand_still_until
from tests.support.plug import Plug


def held_open() -> tuple[int, int]:
    """How many descriptors the process has open, and how many threads it has."""
    return len(list(Path("/proc/self/fd").iterdir())), threading.active_count()


class Deed(Enum):
    """How a scanner is unplugged."""

    AT_REST = auto()
    IN_THE_MIDDLE = auto()
    """Half a code was read."""
    ON_THE_WAY = auto()
    """Half a code was sent; nobody knows whether it was read."""
    BEHIND_THE_LAST_BYTE = auto()
    """A whole code was sent; nobody knows whether it was read."""


@pytest.mark.parametrize("seed", [7, 8])
async def test_of_a_hundred_unpluggings_nothing_is_lost_but_the_code_being_sent_and_nothing_stays_behind(
    tmp_path, seed
):
    chance, plug = random.Random(seed), Plug(tmp_path / "scanner")
    before = held_open()
    at_work: set[int] = set()
    scanned: list[str] = []
    doubtful: list[str] = []
    plug.plug_in()
    async with reading(plug, Line(gap_s=2, retry_s=(0.001, 0.005))) as (scanner, till):
        for times in range(1, 101):
            for code in (f"{times:04}-{n}" for n in range(chance.randrange(4))):
                scanned.append(code)
                plug.send(f"{code}\r".encode())
                await till.until(lambda code=code: till.codes and till.codes[-1] == code)
            at_work.add(threading.active_count())
            match chance.choice([*Deed]):
                case Deed.AT_REST:
                    pass
                case Deed.IN_THE_MIDDLE:
                    read_at = scanner.state.last_read
                    plug.send(b"98765432")
                    stand_still_until(lambda at=read_at: scanner.state.last_read != at)
                case Deed.ON_THE_WAY:
                    plug.send(b"98765432")
                case Deed.BEHIND_THE_LAST_BYTE:
                    doubtful.append(f"{times:04}-last")
                    plug.send(f"{doubtful[-1]}\r".encode())
            plug.unplug()
            await till.until_link(Link.LOST, times)
            plug.plug_in()
            await till.until_link(Link.CONNECTED, times + 1)
        plug.send(b"end\r")
        await till.until(lambda: till.codes[-1] == "end")
        assert scanner.state.thrown_away == 0
    assert threading.active_count() == before[1]
    plug.unplug()
    assert [code for code in till.codes if code not in doubtful] == [*scanned, "end"]
    assert till.codes == sorted(till.codes)
    assert len(till.codes) == len(set(till.codes))
    assert at_work == {before[1] + 1}
    assert held_open() == before
