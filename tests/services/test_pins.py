"""PINs are kept as Argon2id keeps them, worked out beside the loop, and fit only themselves."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.confidential import Confidential
from kiosk.services.pins import Argon2Pins, Cost

QUICK = Cost(passes=1, kib=8)
PIN = Confidential("271828")


async def at_once(work, *values):
    return work(*values)


@pytest.fixture
def pins():
    return Argon2Pins(at_once, QUICK)


async def test_a_pin_fits_what_was_kept_of_it_and_no_other_does(pins):
    kept = await pins.keep(PIN)
    assert await pins.fits(PIN, kept)
    assert not await pins.fits(Confidential("271829"), kept)
    assert not await pins.fits(Confidential(""), kept)


async def test_what_is_kept_does_not_say_the_pin_and_is_another_every_time(pins):
    one, other = await pins.keep(PIN), await pins.keep(PIN)
    assert one != other
    assert "271828" not in one.reveal()


async def test_it_costs_more_than_is_asked_for_at_least():
    kept = (await Argon2Pins(at_once).keep(PIN)).reveal()
    assert kept.startswith("$argon2id$v=19$m=32768,t=2,p=1$")


async def test_what_was_kept_at_another_cost_still_fits(pins):
    dearer = await Argon2Pins(at_once, Cost(passes=2, kib=16)).keep(PIN)
    assert await pins.fits(PIN, dearer)


async def test_it_is_worked_out_off_the_loop():
    called = []

    async def elsewhere(work, *values):
        called.append(work)
        return work(*values)

    pins = Argon2Pins(elsewhere, QUICK)
    await pins.fits(PIN, await pins.keep(PIN))
    assert len(called) == 2


@settings(max_examples=50)
@given(pin=st.text("0123456789", min_size=6, max_size=12), other=st.text("0123456789", min_size=6, max_size=12))
async def test_only_the_same_digits_fit(pin, other):
    pins = Argon2Pins(at_once, QUICK)
    assert await pins.fits(Confidential(other), await pins.keep(Confidential(pin))) is (pin == other)
