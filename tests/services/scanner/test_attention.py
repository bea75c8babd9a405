"""When a picture is worth a look, and when a code counts as held up."""

import numpy as np

from kiosk.services.scanner.attention import AWAKE_S, AWAY_S, CELLS, Attention, Held
from kiosk.services.scanner.gates import Found, Symbology

EMPTY = np.full((CELLS[1], CELLS[0]), 120, dtype=np.uint8)
EAN, OTHER = Found(Symbology.EAN13, "8801043036016", ()), Found(Symbology.QR, "0xabc", ())


def hand(x):
    """A hand as wide as a tenth of the picture, at this column."""
    cells = EMPTY.copy()
    cells[30:, x : x + 8] = 60
    return cells


def asleep():
    """One that has seen the empty counter for so long that it sleeps, and what time it is [s]."""
    attention = Attention()
    attention.see(EMPTY, 0.0)
    for at in (1.0, AWAKE_S + 0.1, AWAKE_S + 0.2):
        attention.see(EMPTY, at)
    assert not attention.is_awake(10.0)
    return attention


def test_nothing_that_happens_lets_it_sleep():
    attention = Attention()
    attention.see(EMPTY, 5.0)
    assert attention.is_awake(5.0 + AWAKE_S - 0.1)
    assert not attention.is_awake(5.0 + AWAKE_S)


def test_a_hand_wakes_it_once():
    attention = asleep()
    assert attention.see(hand(20), 10.0)
    assert attention.is_awake(10.0)
    assert not attention.see(hand(24), 10.1)


def test_the_noise_of_a_sensor_does_not_wake_it():
    attention, chance = asleep(), np.random.default_rng(1)
    noisy = [np.clip(EMPTY + chance.normal(0, 3, EMPTY.shape), 0, 255).astype(np.uint8) for _ in range(50)]
    assert not any(attention.see(cells, 10.0 + n / 4) for n, cells in enumerate(noisy))


def test_a_fly_does_not_wake_it():
    attention, cells = asleep(), EMPTY.copy()
    cells[10:13, 20:24] = 0
    assert not attention.see(cells, 10.0)


def test_what_gets_darker_moves_as_what_gets_lighter():
    for grey in (60, 180):
        attention = asleep()
        cells = EMPTY.copy()
        cells[:6] = grey
        assert attention.see(cells, 10.0)


def test_what_comes_very_slowly_wakes_it_too():
    attention = asleep()
    fading = [np.full_like(EMPTY, 120 - step) for step in range(1, 16)]
    woke = [attention.see(cells, 10.0 + n / 4) for n, cells in enumerate(fading)]
    assert any(woke)


def test_it_says_how_long_something_moves_in_vain_and_a_code_ends_that():
    attention = asleep()
    for step in range(31):
        attention.see(hand(step), 10.0 + step / 10)
    assert 2.9 < attention.searching_s(13.0) < 3.1
    attention.found(13.0)
    assert attention.searching_s(13.0) == 0.0
    assert attention.is_awake(13.0 + AWAKE_S - 0.1)


def test_who_has_gone_is_not_searched_for():
    attention = asleep()
    attention.see(hand(20), 10.0)
    attention.see(EMPTY, 10.1)
    for n in range(12):
        attention.see(EMPTY, 10.2 + n / 4)
    assert attention.searching_s(13.0) == 0.0


# -- codes


def test_a_code_that_stays_is_one_scan_however_long():
    held = Held()
    assert held.take([EAN], [EAN], 10.0) == [EAN.text]
    assert [held.take([EAN], [EAN], 10.0 + n / 15) for n in range(1, 200)] == [[]] * 199


def test_a_reading_that_is_not_confirmed_again_keeps_it_there():
    held = Held()
    held.take([EAN], [EAN], 10.0)
    for n in range(1, 30):
        held.take([EAN], [], 10.0 + n / 10)
    assert held.take([EAN], [EAN], 13.0) == []


def test_an_unconfirmed_reading_is_nothing():
    held = Held()
    assert held.take([EAN], [], 10.0) == []
    assert not held.holds(EAN.text)


def test_a_reading_that_fails_for_a_moment_makes_no_second_scan():
    held = Held()
    held.take([EAN], [EAN], 10.0)
    assert held.take([], [], 10.5) == []
    assert held.take([EAN], [EAN], 10.0 + AWAY_S - 0.05) == []


def test_a_code_that_was_away_for_a_second_is_held_up_anew():
    held = Held()
    held.take([EAN], [EAN], 10.0)
    held.take([], [], 10.0 + AWAY_S)
    assert not held.holds(EAN.text)
    assert held.take([EAN], [EAN], 10.0 + AWAY_S) == [EAN.text]


def test_codes_beside_each_other_are_each_one_scan():
    held = Held()
    assert held.take([EAN, OTHER, EAN], [EAN, OTHER, EAN], 10.0) == [EAN.text, OTHER.text]
    assert held.take([OTHER, EAN], [OTHER, EAN], 10.1) == []
