"""Where a column that is higher than its place is parted: nothing is lost, and nothing is cut that need not be."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kiosk.ui.widgets.pages import Span, break_up

ROOM = 100


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 260)), max_size=20), st.integers(1, 200))
def test_pages_follow_each_other_and_leave_nothing_out(parts, room):
    spans, at = [], 0
    for gap, height in parts:
        spans.append(Span(at + gap, at + gap + height))
        at += gap + height
    pages = break_up(spans, room, at)
    assert all(end - top <= room for top, end in pages)
    assert all(before <= after for (_, before), (after, _) in pairwise(pages))
    covered = {row for top, end in pages for row in range(top, end)}
    assert not [span for span in spans if not covered >= set(range(span.top, span.bottom))]


@given(st.lists(st.integers(1, ROOM), max_size=20))
def test_what_has_room_on_a_page_is_cut_on_none(heights):
    spans, at = [], 0
    for height in heights:
        spans.append(Span(at, at + height))
        at += height
    pages = break_up(spans, ROOM, at)
    assert not [(span, end) for span in spans for _, end in pages if span.is_cut(end)]


def test_words_that_are_higher_than_a_page_are_parted_between_lines():
    pages = break_up([Span(0, 30), Span(35, 275, line=24)], ROOM, 275)
    assert pages == [(0, 83), (83, 179), (179, 275)]


def test_a_heading_stays_with_what_it_leads():
    spans = [Span(0, 70), Span(75, 95, leads=20), Span(98, 150)]
    assert break_up(spans, ROOM, 150) == [(0, 70), (75, 150)]


def test_a_heading_that_cannot_stay_with_it_parts_from_it_rather_than_that_anything_is_cut():
    spans = [Span(0, 60, leads=20), Span(65, 130)]
    assert break_up(spans, ROOM, 130) == [(0, 60), (65, 130)]


def test_a_card_is_not_parted_from_what_it_holds():
    spans = [Span(0, 15), Span(20, 118), Span(30, 60), Span(70, 99)]
    assert break_up(spans, ROOM, 118) == [(0, 15), (20, 118)]
