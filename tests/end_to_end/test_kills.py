"""Killed at every commit, connect, write and read of a sale, and again inside recovery: the money comes out right.

The expected end of every point stands in STAGES and RECOVERIES. A point that is not reached fails.
"""

from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.end_to_end.driver import Till
from tests.end_to_end.lives import (
    End,
    Place,
    Stop,
    Workers,
    a_till,
    begin_anew,
    buy,
    come_back,
    judge,
    live_until,
    points_of,
    receipts_of,
    stay_away,
)

pytestmark = pytest.mark.end_to_end


def unwound(*tenders: str) -> End:
    return End("UNWOUND", tenders)


def paid(*tenders: str) -> End:
    return End("PAID", tenders)


@dataclass(frozen=True)
class Stage:
    """From one point of the journey on, up to the next stage.

    Attributes:
        begins: The first point of it.
        alone: What is left when the till is started again and nobody comes.
        resumed: What is left when somebody presses 계속하기 and pays the rest by CEOS.
    """

    begins: str
    alone: End
    resumed: End


COUPON_BACK = "crepay APPROVED DONE"
IS_PAID = paid("crepay APPROVED", "ceos APPROVED")

STAGES = (
    # the start, and the demo's manager
    Stage("commit 1 before", End(""), End("")),
    # the order is written down; the coupon, then its balance, then the intended checkout
    Stage("commit 3 after", unwound("crepay NOT_SENT"), paid("crepay NOT_SENT", "ceos APPROVED")),
    Stage("commit 6 after", unwound("crepay NOT_CHARGED"), paid("crepay NOT_CHARGED", "ceos APPROVED")),
    # the whole checkout is out: the money moves, and is never claimed
    Stage("crepay.checkout 1 write 2 after", unwound("crepay REVERSED"), paid("crepay REVERSED", "ceos APPROVED")),
    Stage("commit 7 after", unwound(COUPON_BACK), IS_PAID),
    Stage(
        "commit 8 after",
        unwound(COUPON_BACK, "ceos NOT_SENT"),
        paid("crepay APPROVED", "ceos NOT_SENT", "ceos APPROVED"),
    ),
    Stage(
        "commit 9 after",
        unwound(COUPON_BACK, "ceos NOT_CHARGED"),
        paid("crepay APPROVED", "ceos NOT_CHARGED", "ceos APPROVED"),
    ),
    # the whole payment is out: it is found, and belongs to whoever presses 계속하기
    Stage("ceos.instant 1 write 2 after", unwound(COUPON_BACK, "ceos APPROVED DONE"), IS_PAID),
    Stage("commit 10 after", IS_PAID, IS_PAID),
)


@dataclass(frozen=True)
class Recovery:
    """A stop from which the till recovers alone, and is killed again at every point of that.

    Attributes:
        killed_at: Where each life before ended.
        end: What is left in the end, wherever the recovery was killed.
    """

    killed_at: tuple[str, ...]
    end: End


RECOVERIES = (
    Recovery(("crepay.checkout 1 read 1 before",), unwound("crepay REVERSED")),
    Recovery(("ceos.instant 1 read 1 before",), unwound(COUPON_BACK, "ceos APPROVED DONE")),
    Recovery(("commit 7 after",), unwound(COUPON_BACK)),
    Recovery(("commit 7 after", "crepay.cancel 1 read 1 before"), unwound(COUPON_BACK)),
)


@pytest.fixture
def workers(tmp_path):
    workers = Workers(tmp_path)
    yield workers
    workers.close()


# -- the journey


def enumerate_journey(folder: Path, place: Place) -> list[str]:
    """The points of an undisturbed sale, in order."""
    begin_anew(place.world)
    with closing(a_till(folder, place)) as till:
        till.start()
        buy(till)
        judge(till, IS_PAID)
        return points_of(till)


def a_death(point: str, end: End, come: Callable[[Till], None], **limits) -> Callable[[Path, Place], None]:
    """Bought until killed at a point, started again, and judged when all is settled."""

    def run(folder: Path, place: Place) -> None:
        with closing(a_till(folder, place, **limits)) as till:
            live_until(till, point, buy)
            came_out = receipts_of(till)
            till.start()
            come(till)
            judge(till, end)
            if end.order == "PAID" and not came_out:
                assert "DoneView" in [one.view for one in till.seen if one.run == till.run]

    return run


def stages_of(points: Iterable[str]) -> Iterable[tuple[str, Stage]]:
    """Each point with its stage."""
    begins = {stage.begins: stage for stage in STAGES}
    stage = STAGES[0]
    for point in points:
        stage = begins.pop(point, stage)
        yield point, stage
    assert not begins, f"stages that never begin: {list(begins)}"


def test_killed_at_every_point_of_a_sale_the_till_makes_it_good(tmp_path, workers):
    with workers.place() as place:
        points = enumerate_journey(tmp_path / "once", place)
        assert enumerate_journey(tmp_path / "twice", place) == points
    cases = []
    for point, stage in stages_of(points):
        cases.append((f"{point}, alone", a_death(point, stage.alone, stay_away)))
        cases.append((f"{point}, resumed", a_death(point, stage.resumed, come_back, resume_within_s=600)))
    print(f"\n{len(points)} points of the sale")
    wrong = workers.try_all(cases)
    assert not wrong, "\n".join(wrong)


# -- recovery


def stop_at(recovery: Recovery, folder: Path, place: Place) -> Stop:
    """Live and die as the recovery says, each life beginning where the one before ended."""
    with closing(a_till(folder, place)) as till:
        live_until(till, recovery.killed_at[0], buy)
        for point in recovery.killed_at[1:]:
            live_until(till, point, stay_away)
    return Stop(till.state, [one for one in place.world.requests() if one["call"] not in {"auth", "unknown"}])


def recover(stop: Stop, end: End) -> Callable[[Path, Place], list[str]]:
    """From a stop to the end, undisturbed; gives the points of it."""

    def run(folder: Path, place: Place) -> list[str]:
        with closing(stop.restore(folder, place)) as till:
            till.start()
            stay_away(till)
            judge(till, end)
            return points_of(till)

    return run


def die_in_recovery(stop: Stop, point: str, end: End) -> Callable[[Path, Place], None]:
    """From a stop, killed at a point of the recovery, to the end in one more life."""

    def run(folder: Path, place: Place) -> None:
        with closing(stop.restore(folder, place)) as till:
            live_until(till, point, stay_away)
            till.start()
            stay_away(till)
            judge(till, end)

    return run


@pytest.mark.parametrize("recovery", RECOVERIES, ids=lambda one: ", ".join(one.killed_at))
def test_killed_again_at_every_point_of_its_recovery_the_till_makes_it_good(tmp_path, workers, recovery):
    with workers.place() as place:
        stop = stop_at(recovery, tmp_path / "stop", place)
        points = recover(stop, recovery.end)(tmp_path / "once", place)
        # printing goes on beside it, so that the same points may come in another order
        assert sorted(recover(stop, recovery.end)(tmp_path / "twice", place)) == sorted(points)
    print(f"\n{len(points)} points of the recovery")
    wrong = workers.try_all((point, die_in_recovery(stop, point, recovery.end)) for point in points)
    assert not wrong, "\n".join(wrong)
