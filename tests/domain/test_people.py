"""What roles let people do, which PINs are good ones, and how long a wrong one makes wait."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.people import (
    FIRST,
    LOCK_S_MAX,
    MAY,
    TRIES_FREE,
    Deed,
    Person,
    PinFlaw,
    Role,
    flaw_of,
    keeps_somebody_for,
    lock_s,
)


def somebody(*roles, is_here=True):
    return Person("P1", "점장", frozenset(roles), "", is_pin_given=False, wrong=0, tried=None, is_here=is_here)


def allowed(*roles):
    return {deed for deed in Deed if somebody(*roles).may(deed)}


EVERYBODY = {Deed.LOOK, Deed.REPRINT, Deed.ANSWER}


def test_each_role_has_what_it_needs_and_no_more():
    assert allowed(Role.CLERK) == EVERYBODY
    assert allowed(Role.MANAGER) == EVERYBODY | {Deed.CANCEL, Deed.RESOLVE, Deed.SHOP, Deed.PEOPLE}
    assert allowed(Role.ENGINEER) == EVERYBODY | {Deed.LOGS, Deed.EXIT}
    assert allowed() == set()


def test_two_roles_have_what_either_has():
    assert allowed(*FIRST) == set(Deed) == set().union(*MAY.values())


def test_who_does_not_work_here_any_more_may_nothing():
    assert not any(somebody(Role.MANAGER, is_here=False).may(deed) for deed in Deed)


def test_somebody_is_kept_who_may():
    assert keeps_somebody_for(Deed.PEOPLE, [somebody(Role.CLERK), somebody(Role.MANAGER)])
    assert not keeps_somebody_for(Deed.PEOPLE, [somebody(Role.CLERK), somebody(Role.MANAGER, is_here=False)])


@pytest.mark.parametrize(
    ("pin", "flaw"),
    [
        ("", PinFlaw.NO_DIGITS),
        ("12a456", PinFlaw.NO_DIGITS),
        ("１２３４５６", PinFlaw.NO_DIGITS),
        ("27182", PinFlaw.SHORT),
        ("2718281828459", PinFlaw.LONG),
        ("000000", PinFlaw.EASY),
        ("123456", PinFlaw.EASY),
        ("890123", PinFlaw.EASY),
        ("654321", PinFlaw.EASY),
        ("271828", None),
        ("112233", None),
        ("271828182845", None),
    ],
)
def test_a_pin_is_six_to_twelve_digits_and_not_the_first_that_a_stranger_tries(pin, flaw):
    assert flaw_of(pin) is flaw


@given(st.text())
def test_any_text_is_a_pin_or_has_a_flaw(text):
    assert flaw_of(text) is not None or (text.isdigit() and 6 <= len(text) <= 12)


def test_the_wait_begins_after_a_few_and_grows_up_to_an_hour():
    assert [lock_s(wrong) for wrong in range(TRIES_FREE)] == [0.0] * TRIES_FREE
    assert [lock_s(TRIES_FREE + more) for more in range(4)] == [60.0, 120.0, 240.0, 480.0]
    assert lock_s(TRIES_FREE + 6) == lock_s(1_000_000) == LOCK_S_MAX == 3600.0
