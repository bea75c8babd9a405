"""Keys to codes: what a scanner types is one code, what a person types comes back."""

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.scanned import LONGEST_TEXT, Danger, Hostile, ProductCode, classify
from kiosk.services.scanner.wedge import COMBINATION, END_S, GAP_S, LEAST, Sifted, Wedge

CODE = "8801234567893"
QUICK_S = 0.005
SLOW_S = 0.12


class Hands:
    """Presses keys on a wedge, at times of its own, and keeps what comes out."""

    def __init__(self) -> None:
        self.wedge = Wedge[str]()
        self.now_s = 100.0
        self.codes: list[str] = []
        self.back = ""
        self.typed = ""

    def press(self, character: str, after_s: float) -> None:
        self.now_s += after_s
        self.take(self.wedge.press(character, character, self.now_s))
        self.typed += character

    def type(self, text: str, gap_s: float) -> None:
        for character in text:
            self.press(character, gap_s)

    def wait(self) -> None:
        self.take(self.wedge.end())
        self.now_s += 1

    def take(self, sifted: Sifted[str]) -> None:
        self.codes += [sifted.code] if sifted.code else []
        self.back += "".join(sifted.back)


@pytest.fixture
def hands():
    return Hands()


@pytest.mark.parametrize("gap_ms", [0, 1, 20, 30])
@pytest.mark.parametrize("end", ["\r", "\t", "\r\r", ""])
def test_quick_keys_are_one_scan_and_none_of_them_comes_back(hands, gap_ms, end):
    hands.type(CODE + end, gap_ms / 1000)
    assert hands.codes == []
    hands.wait()
    assert (hands.codes, hands.back, hands.wedge.codes) == ([CODE], "", 1)


@pytest.mark.parametrize("gap_ms", [50, 120])
def test_a_persons_keys_come_back_in_order_and_are_no_scan(hands, gap_ms):
    hands.type(CODE + "\r", gap_ms / 1000)
    assert hands.back == CODE
    hands.wait()
    assert (hands.codes, hands.back) == ([], CODE + "\r")


def test_a_person_waits_no_longer_than_a_gap_for_a_key(hands):
    hands.press("1", SLOW_S)
    assert hands.wedge.patience_s == GAP_S
    hands.wait()
    assert hands.back == "1"
    assert not hands.wedge.is_holding


def test_a_few_keys_that_a_person_rolls_are_no_scan(hands):
    hands.type("1234\r", QUICK_S)
    hands.wait()
    assert (hands.codes, hands.back) == ([], "1234\r")


def test_the_shortest_scan_has_five_characters_and_its_enter(hands):
    hands.type("M0012\r", QUICK_S)
    hands.wait()
    assert (hands.codes, hands.back) == (["M0012"], "")
    assert len("M0012\r") == LEAST


def test_silence_after_enter_is_short_and_without_one_longer(hands):
    hands.type(CODE, QUICK_S)
    assert hands.wedge.patience_s == END_S
    hands.press("\r", QUICK_S)
    assert hands.wedge.patience_s == GAP_S


def test_a_scan_that_a_busy_machine_tore_is_not_two(hands):
    hands.type("98765432", QUICK_S)
    hands.now_s += 0.15
    hands.type("123456789\r", QUICK_S)
    hands.wait()
    assert hands.codes == ["98765432123456789"]


@pytest.mark.parametrize("torn_at", [1, 3, LEAST - 1])
def test_a_scan_whose_first_keys_came_late_is_whole_or_nothing(hands, torn_at):
    hands.type(CODE[:torn_at], QUICK_S)
    hands.wedge.end()
    hands.now_s += 0.1
    hands.type(CODE[torn_at:] + "\r", QUICK_S)
    hands.wait()
    assert hands.codes == [CODE]


def test_keys_of_a_person_just_before_a_scan_spoil_it_and_those_before_them_do_not(hands):
    hands.press("x", SLOW_S)
    hands.now_s += END_S + 0.01
    hands.type(CODE + "\r", QUICK_S)
    hands.type("y", SLOW_S)
    hands.now_s += 0.1
    hands.type(CODE + "\r", QUICK_S)
    hands.wait()
    assert (hands.codes, hands.back) == ([CODE, f"y{CODE}"], "xy")


def test_two_scans_are_two_whoever_is_asked_late(hands):
    hands.type(CODE + "\r", QUICK_S)
    hands.now_s += 0.1
    hands.type("8809990000012\r", QUICK_S)
    hands.wait()
    assert hands.codes == [CODE, "8809990000012"]


def test_two_scans_without_enter_are_two_whoever_is_asked_late(hands):
    hands.type(CODE, QUICK_S)
    hands.now_s += END_S + 0.01
    hands.type("8809990000012", QUICK_S)
    hands.wait()
    assert hands.codes == [CODE, "8809990000012"]


def test_what_a_hostile_code_types_after_its_own_enter_belongs_to_it(hands):
    hands.type(f"{CODE}\r{COMBINATION}cmd\r", QUICK_S)
    hands.wait()
    assert hands.back == ""
    assert [classify(code) for code in hands.codes] == [Hostile(Danger.CONTROL)]


@pytest.mark.parametrize("at", [0, 3, LEAST, len(CODE)])
def test_a_combination_anywhere_in_a_scan_makes_it_a_refused_code(hands, at):
    hands.type(f"{CODE[:at]}{COMBINATION}{CODE[at:]}\r", QUICK_S)
    hands.wait()
    assert hands.back == ""
    assert [classify(code) for code in hands.codes] == [Hostile(Danger.CONTROL)]


def test_a_combination_on_its_own_is_nobodys(hands):
    hands.type(f"a{COMBINATION}b", QUICK_S)
    hands.wait()
    assert (hands.codes, hands.back) == ([], "ab")
    hands.press(COMBINATION, SLOW_S)
    assert hands.wedge.is_holding
    hands.wait()
    assert (hands.codes, hands.back) == ([], "ab")


def test_a_scan_of_nothing_but_enter_is_refused_and_not_forgotten(hands):
    hands.type("\r" * LEAST, QUICK_S)
    hands.wait()
    assert hands.back == ""
    assert [classify(code) for code in hands.codes] == [Hostile(Danger.CONTROL)]


def test_a_flood_is_one_refused_code_and_takes_no_memory(hands):
    for character in "8" * 5000 + "\r":
        hands.press(character, QUICK_S)
        hands.wedge.release(character)
    assert len(hands.wedge._text) == LONGEST_TEXT + 1
    assert hands.wedge._held == []
    hands.wait()
    assert [classify(code) for code in hands.codes] == [Hostile(Danger.TOO_LONG)]
    hands.type("8" * LONGEST_TEXT + "\r", QUICK_S)
    hands.wait()
    assert hands.codes[1:] == ["8" * LONGEST_TEXT]


def test_shift_is_no_character_but_comes_back_in_its_place(hands):
    wedge = hands.wedge
    for name, text in (("shift", ""), ("A", "A")):
        hands.take(wedge.press(name, text, 1.0))
        wedge.release(f"-{name}")
    hands.wait()
    assert (hands.codes, hands.back) == ([], "shift-shiftA-A")
    for _ in range(LEAST):
        hands.take(wedge.press("shift", "", 2.0))
    hands.wait()
    assert hands.codes == []


def test_a_capital_costs_a_scan_no_more_than_the_time_of_its_shift(hands):
    for character in "ABC-12":
        hands.press("", 0.02)
        hands.press(character, 0.02)
    hands.wait()
    assert hands.codes == ["ABC-12"]


@pytest.mark.parametrize("count", [1, LEAST])
def test_a_key_that_goes_up_shares_the_fate_of_those_held(hands, count):
    for n in range(count):
        hands.press(str(n), QUICK_S)
        hands.wedge.release("-")
    hands.wait()
    assert hands.back == ("0-" if count == 1 else "")


# --- whatever comes -------------------------------------------------------------------------------------------------

PRINTABLE = st.characters(min_codepoint=32, max_codepoint=126)
ANY_KEY = st.one_of(PRINTABLE, st.sampled_from("\r\t\x08"))
QUICK = st.floats(0, 0.030)
SLOW = st.floats(0.050, 3)
ROLLS = st.lists(st.tuples(ANY_KEY, st.lists(st.tuples(ANY_KEY, QUICK), max_size=3)), max_size=20)
"""A person: keys apart, each with up to three that follow it as fast as a scanner's."""

SCAN = st.tuples(
    st.text(PRINTABLE, min_size=LEAST, max_size=40),
    st.sampled_from(["\r", "\t", "\r\r"]),
    st.lists(QUICK, min_size=45, max_size=45),
)


def roll(hands, rolls, pauses):
    for key, more in rolls:
        hands.press(key, next(pauses))
        for quick, gap_s in more:
            hands.press(quick, gap_s)


@given(ROLLS, st.lists(SLOW, min_size=20, max_size=20))
def test_no_person_is_ever_a_scan_and_every_key_comes_back_in_order(rolls, pauses):
    hands = Hands()
    roll(hands, rolls, iter(pauses))
    hands.wait()
    assert (hands.codes, hands.back) == ([], hands.typed)


@given(ROLLS, SCAN, ROLLS, st.lists(SLOW, min_size=41, max_size=41))
def test_a_scan_is_exactly_one_code_whatever_surrounds_it(before, scan, after, pauses):
    hands, pause = Hands(), iter(pauses)
    roll(hands, before, pause)
    typed, hands.typed = hands.typed, ""
    text, end, gaps = scan
    hands.now_s += END_S + next(pause)
    for character, gap_s in zip(text + end, gaps, strict=False):
        hands.press(character, gap_s)
    hands.typed = typed
    roll(hands, after, pause)
    hands.wait()
    assert (hands.codes, hands.back) == ([text], hands.typed)


@given(st.lists(st.tuples(st.one_of(ANY_KEY, st.just(COMBINATION)), st.floats(0, 0.3)), max_size=60))
def test_what_comes_back_was_typed_in_that_order_and_no_combination_ever_does(keys):
    hands = Hands()
    for key, gap_s in keys:
        hands.press(key, gap_s)
    hands.wait()
    assert COMBINATION not in hands.back
    assert len(hands.codes) == hands.wedge.codes
    left = iter(hands.typed)
    assert all(character in left for character in hands.back)


@given(st.lists(st.floats(1e-3, 0.030), min_size=14, max_size=14), st.floats(1, 4e6))
def test_the_times_of_days_on_end_are_as_good_as_those_of_a_start(gaps, start_s):
    wedge = Wedge[str]()
    for character, at in zip(CODE + "\r", accumulate(gaps, initial=start_s), strict=False):
        assert wedge.press(character, character, at) == Sifted()
    assert isinstance(classify(wedge.end().code), ProductCode)
