"""Which readings of pictures count as a code that a person held up."""

import pytest

from kiosk.domain.picture import Corner
from kiosk.services.scanner.gates import DEFAULT, RIVAL_S, WINDOW_S, Found, Gates, Reader, Symbology

FRAME_S = 1 / 15
RIGHT, OTHER = "8801043036016", "4006381333931"


def found(text=RIGHT, symbology=Symbology.EAN13, reader=Reader.ZXING, x=0.5, y=0.5):
    """A reading of a code 0.3 wide and 0.2 high, with its middle there."""
    corners = tuple(Corner(x + dx, y + dy) for dx, dy in ((-0.15, -0.1), (0.15, -0.1), (0.15, 0.1), (-0.15, 0.1)))
    return Found(symbology, text, corners, reader)


def by_both(**what):
    return [found(reader=reader, **what) for reader in Reader]


class Held:
    """A till's gates, and the pictures that come one after the other."""

    def __init__(self, wanted=DEFAULT):
        self._gates = Gates(wanted)
        self._at = 100.0

    def shows(self, *readings, after_s=FRAME_S):
        self._at += after_s
        return [one.text for one in self._gates.take(list(readings), self._at)]


def test_a_qr_code_counts_at_once():
    assert Held().shows(found("R1-K01-000027", Symbology.QR)) == ["R1-K01-000027"]


def test_a_bar_code_read_by_one_engine_counts_the_third_time():
    held = Held()
    assert [held.shows(found()) for _ in range(3)] == [[], [], [RIGHT]]


def test_a_bar_code_read_by_both_engines_counts_at_once_and_once():
    assert Held().shows(*by_both()) == [RIGHT]


def test_a_code_is_where_the_first_of_its_readings_has_it():
    """The second engine sees a strip of it only."""
    first, second = found(x=0.5), found(reader=Reader.ZBAR, x=0.52)
    assert Gates().take([first, second], 1.0) == [first]


def test_the_second_engine_may_read_it_a_picture_later():
    held = Held()
    held.shows(found())
    assert held.shows(found(reader=Reader.ZBAR)) == [RIGHT]


def test_one_engine_that_reads_it_twice_in_a_picture_has_read_it_once():
    held = Held()
    assert [held.shows(found(), found()) for _ in range(2)] == [[], []]


def test_it_counts_in_every_picture_that_shows_it_from_then_on_and_not_in_others():
    held = Held()
    held.shows(*by_both())
    assert held.shows(found()) == [RIGHT]
    assert held.shows() == []


def test_readings_that_are_too_far_apart_do_not_support_each_other():
    held = Held()
    held.shows(found())
    held.shows(found())
    assert held.shows(found(), after_s=WINDOW_S) == []


@pytest.mark.parametrize(
    ("symbology", "text"),
    [
        (Symbology.EAN13, "8801043036017"),
        (Symbology.EAN13, "801043036016"),
        (Symbology.EAN13, "88010430360I6"),
        (Symbology.EAN8, "88012345"),
        (Symbology.EAN8, RIGHT),
        (Symbology.ITF14, "12345678901232"),
        (Symbology.ITF14, "12345670"),
        (Symbology.UPCE, "04252615"),
    ],
)
def test_a_number_with_a_wrong_check_digit_or_length_never_counts(symbology, text):
    held = Held(DEFAULT | {symbology})
    assert [held.shows(*by_both(text=text, symbology=symbology)) for _ in range(5)] == [[]] * 5


@pytest.mark.parametrize(
    ("symbology", "text"),
    [
        (Symbology.EAN8, "88012346"),
        (Symbology.ITF14, "12345678901231"),
        (Symbology.UPCE, "04252614"),
        (Symbology.CODE128, "12345678901234567"),
        (Symbology.CODE39, "ABC-1"),
    ],
)
def test_what_has_a_right_check_digit_or_none_counts(symbology, text):
    assert Held(DEFAULT | {symbology}).shows(*by_both(text=text, symbology=symbology)) == [text]


@pytest.mark.parametrize("symbology", [Symbology.ITF14, Symbology.UPCE])
def test_what_the_store_does_not_read_never_counts(symbology):
    text = {Symbology.ITF14: "12345678901231", Symbology.UPCE: "04252614"}[symbology]
    assert Held().shows(*by_both(text=text, symbology=symbology)) == []


def test_a_code_that_another_reading_at_its_place_contradicts_needs_as_many_more():
    held = Held()
    held.shows(found(OTHER))
    assert held.shows(*by_both()) == []
    assert held.shows(found()) == [RIGHT]


def test_two_readings_that_contradict_each_other_count_both_for_nothing():
    held = Held()
    assert [held.shows(*by_both(), *by_both(text=OTHER)) for _ in range(1)] == [[]]


def test_codes_beside_each_other_do_not_contradict_each_other():
    held = Held()
    assert held.shows(*by_both(x=0.3), *by_both(text=OTHER, x=0.7)) == [RIGHT, OTHER]


def test_a_code_that_takes_anothers_place_waits_no_longer_than_the_other_speaks_against_it():
    held = Held()
    for _ in range(10):
        held.shows(*by_both(text=OTHER))
    assert held.shows(*by_both()) == []
    assert held.shows(*by_both(), after_s=RIVAL_S) == [RIGHT]


def test_a_reading_with_a_wrong_check_digit_contradicts_nothing():
    held = Held()
    held.shows(found("8801043036017"))
    assert held.shows(*by_both()) == [RIGHT]
