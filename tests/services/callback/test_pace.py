import pytest

from kiosk.services.callback.pace import GAP_S, REQUEST_WORK_S, Pace


def test_after_a_rest_a_burst_is_let_in_with_gaps_only_and_then_the_rate_begins():
    pace = Pace(50, 100, 0, 0)
    assert [pace.take(0, 0) for _ in range(100)] == [GAP_S] * 100
    assert pace.take(0, 0) == 1 / 50


def test_in_the_long_run_the_rate_holds():
    pace = Pace(50, 100, 0, 0)
    now_s, served, seconds = 0.0, 0, 60
    while now_s < seconds:
        now_s += pace.take(now_s, 0)
        served += 1
    assert served == pytest.approx(100 + 50 * seconds, abs=1)


def test_a_long_rest_saves_up_no_more_than_a_burst():
    pace = Pace(50, 2, 0, 0)
    assert [pace.take(1000, 0) for _ in range(3)] == [GAP_S, GAP_S, 1 / 50]


def test_what_costs_much_counts_for_as_many():
    pace = Pace(50, 100, 0, 0)
    worked_s, now_s, seconds = 0.0, 0.0, 60
    while now_s < seconds:
        now_s += pace.take(now_s, worked_s)
        worked_s += 20 * REQUEST_WORK_S
    assert worked_s == pytest.approx((100 + 50 * seconds) * REQUEST_WORK_S, rel=0.02)


def test_a_rate_of_nothing_lets_one_in_a_second():
    pace = Pace(0, 0, 0, 0)
    assert pace.take(0, 0) == 1
    assert pace.take(1, 0) == 1
