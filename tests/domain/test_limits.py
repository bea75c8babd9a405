from dataclasses import fields

from kiosk.domain.limits import Limits

UNITS = ("_s", "_bytes", "_max")
"""What the name of a limit ends with; a `_max` counts things."""


def test_every_limit_has_its_unit_in_its_name():
    assert [limit.name for limit in fields(Limits) if not limit.name.endswith(UNITS)] == []


def test_every_limit_is_more_than_nothing():
    assert [limit.name for limit in fields(Limits) if not getattr(Limits(), limit.name) > 0] == []


def test_a_limit_of_time_can_be_a_fraction_and_one_that_counts_cannot():
    assert [
        limit.name for limit in fields(Limits) if limit.type is not (float if limit.name.endswith("_s") else int)
    ] == []


def test_the_limits_that_the_laws_name_have_their_values():
    limits = Limits()
    assert limits.permit_life_s == 5
    assert limits.park_after_s == 60
    assert limits.resume_within_s == 60
    assert limits.recovery_first_pass_s == 20
    assert limits.alarm_after_s == 10 * 60
    assert limits.staff_after_s == 50 * 60
    assert limits.free_space_min_bytes == 64 * 1024**2
    assert limits.reserve_bytes == 8 * 1024**2


def test_the_limits_follow_one_another_sensibly():
    limits = Limits()
    assert limits.permit_life_s < limits.park_after_s < limits.alarm_after_s < limits.staff_after_s
    assert limits.reserve_bytes < limits.free_space_min_bytes
    assert limits.connect_s < min(limits.crepay_answer_s, limits.ceos_answer_s)
