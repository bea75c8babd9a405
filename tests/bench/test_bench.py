"""The figures' own machinery. No test asserts a time: what a figure says is for people to judge."""

import json
import stat
import sys

import pytest

from kiosk.services.journal.verify import verify
from tests.bench import behind
from tests.bench.__main__ import FIGURES, main
from tests.bench.customers import SCANS_A_CUSTOMER, Times
from tests.bench.figure import Figure, Measured, percentile
from tests.bench.history import FILE, multiplied
from tests.bench.starting import browser_started
from tests.bench.workplace import NotMeasuredError, Workplace, file_system
from tests.support.clock import FakeClock
from tests.support.journal import a_setting, opened

BROWSER = """#!{python}
import sys, threading, urllib.request
urllib.request.urlopen(sys.argv[-1]).read()
urllib.request.urlopen(sys.argv[-1] + "painted").read()
threading.Event().wait()
"""


def a_figure(name, said, aim=2.0):
    """One that gives this, or fails with it."""

    def measure(_workplace):
        if isinstance(said, Exception):
            raise said
        return said

    return Figure(name, f"what {name} is", "bare", aim, measure)


@pytest.fixture
def bench(tmp_path, capsys):
    """Run the command with these figures; its exit code, what it printed, and its file."""

    def run(*figures, arguments=()):
        file = tmp_path / "out" / "bench.json"
        code = main([*arguments, "--json", str(file)], figures)
        printed = capsys.readouterr()
        written = json.loads(file.read_text("utf-8")) if file.exists() else None
        return code, printed, written

    return run


def test_the_table_prints_each_ratio_with_its_aim_and_a_verdict(bench):
    good, bad = a_figure("good", Measured(3.0, 2.0, "ms")), a_figure("bad", Measured(9.0, 2.0, "ms"))
    code, printed, written = bench(good, bad)
    assert code == 0
    lines = [line.split() for line in printed.out.splitlines()]
    assert [
        "good",
        "what",
        "good",
        "is",
        "3.00",
        "ms",
        "2.00",
        "ms,",
        "bare",
        "1.50",
        "×",
        "≤",
        "2",
        "×",
        "met",
    ] in lines
    assert [
        "bad",
        "what",
        "bad",
        "is",
        "9.00",
        "ms",
        "2.00",
        "ms,",
        "bare",
        "4.50",
        "×",
        "≤",
        "2",
        "×",
        "MISSED",
    ] in lines
    assert [(one["name"], one["ratio"], one["verdict"]) for one in written["figures"]] == [
        ("good", 1.5, "met"),
        ("bad", 4.5, "MISSED"),
    ]
    assert written["machine"]["Python"] in printed.out


def test_a_figure_that_fails_says_so_and_the_others_go_on(bench):
    failing, absent = a_figure("failing", KeyError("x")), a_figure("absent", NotMeasuredError("comes with the camera"))
    code, printed, written = bench(failing, absent, a_figure("sound", Measured(1.0, 1.0, "s")))
    assert code == 0
    assert "failing: not measured: KeyError: 'x'" in printed.out
    assert "absent: not measured: comes with the camera" in printed.out
    assert [one["verdict"] for one in written["figures"]] == ["not measured", "not measured", "met"]


def test_a_figure_measured_with_less_than_its_name_says_says_so_beside_its_verdict(bench):
    _, printed, _ = bench(a_figure("short", Measured(1.0, 1.0, "s", only="20 sales")))
    assert "met, but with" in printed.out
    assert "20 sales" in printed.out


def test_only_what_is_named_is_measured(bench):
    one, other = a_figure("one", Measured(1.0, 1.0, "s")), a_figure("other", AssertionError("was measured"))
    _, _, written = bench(one, other, arguments=["one"])
    assert [figure["name"] for figure in written["figures"]] == ["one"]


def test_an_unknown_name_lists_the_names(bench):
    code, printed, written = bench(*FIGURES, arguments=["speed"])
    assert code == 2
    assert written is None
    for figure in FIGURES:
        assert figure.name in printed.err


def test_a_percentile_is_a_value_that_was_seen():
    values = [float(n) for n in range(1, 201)]
    assert [percentile(values, percent) for percent in (50, 99, 100)] == [100.0, 198.0, 200.0]


async def test_a_multiplied_journal_is_whole_and_opens(tmp_path):
    events = await multiplied(a_setting(tmp_path), 300)
    verdict = verify(tmp_path / FILE)
    assert verdict.problems == ()
    assert verdict.events == events
    async with opened(tmp_path, FakeClock()) as journal:
        sale = await journal.sale("K01-1-000300")
        assert (sale.order.code, sale.due.amount) == ("K01-0300", 0)
        assert await journal.next_order() == ("K01-1-000301", "K01-0301")
        assert await journal.open_orders() == ()
        assert await journal.queued_prints() == ()


@pytest.mark.skipif(sys.platform != "linux", reason="the memory of a process is only known on Linux")
def test_a_browser_is_measured_until_it_has_painted_and_is_gone_then(tmp_path):
    program = tmp_path / "browser"
    program.write_text(BROWSER.format(python=sys.executable), encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    taken = browser_started(str(program), tmp_path)
    assert taken.seconds > 0
    assert taken.megabytes > 0


def test_the_kind_of_a_file_system_is_known(tmp_path):
    assert file_system(tmp_path)


@pytest.fixture
def workplace():
    """A quick one."""
    workplace = Workplace(quick=True)
    yield workplace
    workplace.close()


def test_what_took_longer_because_other_programs_had_the_cores_is_not_held_against_the_till(workplace):
    alone, beside = Times([30.0, 40.0], [0.0, 5.0]), Times([100.0, 400.0], [80.0, 350.0])
    measured = behind.measured(alone, beside, 100.0, "touches", workplace)
    assert (measured.ours, measured.yardstick, measured.only) == (50.0, 100.0, "2 customers")
    assert "With neither, at the same till: p50 32.5, p99 35.0" in measured.remark


@pytest.mark.end_to_end
def test_customers_shop_with_nothing_behind_them_and_then_with_a_payment_that_is_asked_for(workplace):
    alone, beside = behind.shoppers(workplace)
    customers = behind.CUSTOMERS_QUICK
    assert [len(each.scans.passed) for each in (alone, beside)] == [SCANS_A_CUSTOMER * customers] * 2
    assert [len(each.touches.passed) for each in (alone, beside)] == [behind.TOUCHES_A_CUSTOMER * customers] * 2
    assert len(workplace.world.asked("ceos.instant")) == 1
