"""Bytes to codes."""

import tracemalloc
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.services.scanner.framing import GAP_S, PATIENCE, End, Framer, split_aim

NEVER_LONG = GAP_S / 100

bursts = st.lists(
    st.lists(
        st.sampled_from([b"\r", b"\n", b"\r\n", b"\x02", b"\x03", b"A1", b"\xff", b"880", b"x" * 300]), max_size=12
    )
    .map(b"".join)
    .filter(bool),
    max_size=4,
)


def run(framer, pieces_of_bursts):
    """Feed bursts, each in pieces, with a silence after each burst that ends every scan."""
    at = 100.0
    codes = []
    for pieces in pieces_of_bursts:
        for piece in pieces:
            at += NEVER_LONG
            codes += framer.feed(piece, at)
            codes += framer.idle(at + NEVER_LONG)
        at += GAP_S * PATIENCE * 2
        codes += framer.idle(at)
    return codes, framer.overruns, framer.broken


@st.composite
def streams_with_a_split(draw):
    whole = draw(bursts)
    split = []
    for burst in whole:
        cuts = sorted(draw(st.sets(st.integers(1, len(burst)), max_size=8)) | {0, len(burst)})
        split.append([burst[start:end] for start, end in pairwise(cuts)])
    return whole, split


@given(streams_with_a_split(), st.sampled_from(End))
def test_any_split_of_the_bytes_gives_the_same_codes(stream, end):
    whole, split = stream
    assert run(Framer(ended_by=end), split) == run(Framer(ended_by=end), [[burst] for burst in whole])


@given(st.binary(max_size=2000))
def test_any_bytes_give_texts_that_are_neither_empty_nor_too_long(data):
    codes, _, _ = run(Framer(), [[data]])
    assert all(0 < len(code) <= 512 for code in codes)


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
def test_a_line_end_of_any_sort_ends_a_scan(end):
    framer = Framer()
    assert framer.feed(b"8801" + end + b"8802" + end, 0) == ["8801", "8802"]


def test_a_line_feed_that_comes_late_makes_no_second_scan():
    framer = Framer()
    assert framer.feed(b"8801\r", 0) == ["8801"]
    assert framer.feed(b"\n", 3) == []
    assert framer.idle(9) == []


def test_a_scan_between_stx_and_etx_is_given_without_them():
    framer = Framer()
    assert framer.feed(b"\x028801\x03\x028802\r\n\x03", 0) == ["8801", "8802"]


def test_a_line_end_within_stx_and_etx_stays_in_the_code():
    assert Framer().feed(b"\x02one\rtwo\x03", 0) == ["one\rtwo"]


def test_an_stx_in_the_middle_of_a_scan_stays_in_the_code():
    assert Framer().feed(b"foul\x028801043036016\r", 0) == ["foul\x028801043036016"]


def test_a_frame_that_ends_with_a_line_end_is_given_after_the_silence():
    framer = Framer()
    assert framer.feed(b"\x028801\r", 0) == []
    assert framer.idle(GAP_S) == ["8801"]


def test_a_frame_without_an_end_is_not_given_and_the_next_scan_is():
    framer = Framer()
    assert framer.feed(b"\x02880", 0) == []
    assert framer.idle(GAP_S) == []
    assert framer.broken == 1
    assert framer.feed(b"8802\r", 1) == ["8802"]


def test_silence_ends_a_scan_of_a_scanner_without_terminator():
    framer = Framer(gap_s=0.5)
    assert framer.feed(b"8801", 10) == []
    assert framer.idle(10.25) == []
    assert framer.idle(10.5) == ["8801"]
    assert framer.idle(11) == []


def test_every_byte_starts_the_silence_anew():
    framer = Framer(gap_s=0.5)
    framer.feed(b"88", 10)
    framer.feed(b"01", 10.25)
    assert framer.idle(10.5) == []
    assert framer.idle(10.75) == ["8801"]


def test_a_late_reading_of_a_busy_machine_does_not_tear_a_scan():
    framer = Framer()
    assert framer.feed(b"98765432", 10) == []
    assert framer.feed(b"123456789\r", 12) == ["98765432123456789"]


def test_a_pause_in_the_line_does_not_tear_a_scan_of_a_scanner_that_sends_terminators():
    framer = Framer()
    assert framer.feed(b"8801\r98765432", 10) == ["8801"]
    assert framer.idle(10 + GAP_S * 2) == []
    assert framer.feed(b"123456789\r", 10 + GAP_S * 3) == ["98765432123456789"]


def test_a_scanner_that_stops_sending_terminators_is_still_read():
    framer = Framer()
    framer.feed(b"8801\r8802", 10)
    assert framer.idle(10 + GAP_S * PATIENCE * 1.1) == ["8802"]
    framer.feed(b"8803", 20)
    assert framer.idle(20 + GAP_S * 1.1) == ["8803"]


@pytest.mark.parametrize("end", [b"\r", b"\n"])
def test_a_scan_of_512_bytes_is_given_and_one_more_is_too_long(end):
    framer = Framer()
    assert framer.feed(b"A" * 512 + end, 0) == ["A" * 512]
    assert framer.feed(b"A" * 513 + end + b"8801" + end, 0) == ["8801"]
    assert framer.overruns == 1


def test_a_scan_that_is_too_long_also_ends_with_silence():
    framer = Framer()
    framer.feed(b"A" * 600, 0)
    assert framer.idle(GAP_S) == []
    assert framer.feed(b"8801\r", 1) == ["8801"]
    assert framer.overruns == 1


def test_a_frame_that_is_too_long_ends_with_its_etx():
    assert Framer().feed(b"\x02" + b"A" * 600 + b"\x03\x028801\x03", 0) == ["8801"]


def test_a_flood_without_an_end_takes_no_memory():
    framer = Framer()
    chunk = b"A" * 4096
    tracemalloc.start()
    try:
        for at in range(64):
            framer.feed(chunk, at)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 50_000
    assert framer.overruns == 1


def test_bytes_beyond_ascii_arrive_one_character_each():
    assert Framer().feed("쿠".encode() + b"1\r", 0) == ["\xec\xbf\xa01"]


def test_the_symbology_identifier_is_taken_off_when_asked():
    assert Framer(strip_aim=True).feed(b"]E08801\r]]C1\r]\r8802\r", 0) == ["8801", "]]C1", "]", "8802"]
    assert Framer().feed(b"]E08801\r", 0) == ["]E08801"]


def test_only_one_symbology_identifier_is_taken_off():
    assert Framer(strip_aim=True).feed(b"]C1]E0880\r]Q0\r", 0) == ["]E0880"]


def test_a_reset_forgets_the_half_of_a_scan():
    framer = Framer()
    framer.feed(b"880", 0)
    framer.reset()
    assert framer.feed(b"8802\r", 1) == ["8802"]


# -- what the scanner was set to send

FOREVER_S = 3600


@pytest.mark.parametrize(
    ("end", "sent"),
    [
        (End.LINE, b"8801\r8802\n8803\r\n"),
        (End.TAB, b"8801\t8802\t8803\t"),
        (End.ETX, b"8801\x03\x028802\x03\x028803\r\n\x03"),
    ],
)
def test_a_named_terminator_ends_a_scan(end, sent):
    assert Framer(ended_by=end).feed(sent, 0) == ["8801", "8802", "8803"]


@pytest.mark.parametrize(
    ("end", "other"), [(End.LINE, b"\t"), (End.TAB, b"\r\n"), (End.ETX, b"\r\n"), (End.ETX, b"\t")]
)
def test_where_the_terminator_is_named_no_other_ends_a_scan(end, other):
    framer = Framer(ended_by=end)
    assert framer.feed(b"8801" + other, 0) == []
    assert framer.idle(FOREVER_S) == []
    assert framer.broken == 1


@pytest.mark.parametrize("end", [End.LINE, End.TAB, End.ETX])
def test_where_the_terminator_is_named_the_very_first_scan_is_not_torn_by_a_pause(end):
    framer = Framer(ended_by=end)
    framer.feed(b"98765432", 10)
    assert framer.idle(10 + GAP_S * 2) == []
    assert framer.feed(b"123456789\r\t\x03", 10 + GAP_S * 3)[0].startswith("98765432123456789")


@pytest.mark.parametrize("end", [End.LINE, End.TAB, End.ETX])
def test_where_the_terminator_is_named_half_a_scan_is_thrown_away_every_time(end):
    framer = Framer(ended_by=end)
    for times in range(3):
        framer.feed(b"98765432", times * 10)
        assert framer.idle(times * 10 + GAP_S * PATIENCE * 1.1) == []
    assert framer.broken == 3
    assert framer.overruns == 0


def test_a_scan_that_is_too_long_and_has_no_end_is_counted_once():
    framer = Framer(ended_by=End.LINE)
    framer.feed(b"A" * 600, 0)
    assert framer.idle(FOREVER_S) == []
    assert (framer.overruns, framer.broken) == (1, 0)


def test_where_only_silence_ends_a_scan_several_lines_are_one_scan_that_no_kind_fits():
    framer = Framer(ended_by=End.SILENCE)
    assert framer.feed(b"98765432123456789\r8801043036016\r", 0) == []
    assert framer.idle(GAP_S) == ["98765432123456789\r8801043036016"]


@pytest.mark.parametrize("sent", [b"8801", b"8801\r", b"8801\r\n"])
def test_where_only_silence_ends_a_scan_a_line_end_behind_it_is_no_part_of_it(sent):
    framer = Framer(ended_by=End.SILENCE)
    framer.feed(sent, 0)
    assert framer.idle(GAP_S) == ["8801"]


def test_prefix_and_suffix_are_taken_off_once_and_the_symbology_identifier_between_them():
    framer = Framer(prefix="P1", suffix="#", strip_aim=True)
    assert framer.feed(b"P1]E08801#\rP1P1880##\r\x02P1A#\x03", 0) == ["8801", "P1880#", "A"]
    assert framer.foreign == 0


@pytest.mark.parametrize("sent", [b"8801", b"P8801", b"8801#", b"p8801#", b"xP8801#", b"P8801# "])
def test_a_code_without_prefix_and_suffix_is_thrown_away_and_counted(sent):
    framer = Framer(prefix="P", suffix="#")
    assert framer.feed(sent + b"\r", 0) == []
    assert framer.foreign == 1


def test_one_character_is_not_both_prefix_and_suffix():
    framer = Framer(prefix="#", suffix="#")
    assert framer.feed(b"#\r##\r#8#\r", 0) == ["8"]
    assert framer.foreign == 1


def test_an_empty_line_is_no_foreign_code():
    framer = Framer(prefix="P")
    assert framer.feed(b"\r\r\n", 0) == []
    assert framer.foreign == 0


@pytest.mark.parametrize(
    ("text", "parts"), [("]E08801", ("]E0", "8801")), ("8801", ("", "8801")), ("]E0", ("]E0", "")), ("]1", ("", "]1"))]
)
def test_the_symbology_identifier_is_told_from_the_code(text, parts):
    assert split_aim(text) == parts
