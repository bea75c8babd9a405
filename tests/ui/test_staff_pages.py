"""A list that is longer than the screen: every row is reached, and nobody is carried off the page they are on."""

from dataclasses import replace
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRect

from kiosk.domain.money import won
from kiosk.flows.manager.views import Section, SheetView
from kiosk.tools.samples import VIEWS
from kiosk.tools.staff_samples import HOME, MENU, RESULTS, SALES, STAFF, sale, sheet
from kiosk.ui.manager.pages import Block, fill, paginate
from kiosk.ui.manager.rows import PressRow
from kiosk.ui.probe import in_sight, press, visible_texts
from tests.ui.windows import FORMATS, find, open_window, show

BLOCKS = st.lists(
    st.builds(
        Block,
        height=st.integers(1, 60),
        gap=st.integers(0, 9),
        begins=st.booleans(),
        leads=st.booleans(),
        stands_alone=st.booleans(),
    ),
    max_size=30,
)


def height_of(blocks, column) -> int:
    return sum(blocks[number].height + (blocks[number].gap if at else 0) for at, number in enumerate(column))


@given(BLOCKS, st.integers(1, 200), st.booleans())
def test_every_block_has_its_place_in_order_and_no_column_is_too_high(blocks, room, halves):
    pages = paginate(blocks, room, halves=halves)
    columns = [column for page in pages for column in page]
    assert [number for column in columns for number in column] == list(range(len(blocks)))
    assert all(len(page) <= (2 if halves else 1) for page in pages)
    assert not [
        column for column in columns if len(column) > 1 and height_of(blocks, column) > room + most_led(blocks, column)
    ]


def most_led(blocks, column) -> int:
    """A block that is too high by itself may still have its heading above it."""
    return 0 if not any(blocks[number].leads for number in column) else 200


def test_a_heading_is_not_the_last_of_a_column():
    blocks = [Block(40, 0), Block(10, 0, begins=True, leads=True), Block(40, 0)]
    assert fill(blocks, 60) == [[0], [1, 2]]
    assert fill(blocks, 90) == [[0, 1, 2]]


def test_two_columns_part_between_sections_before_they_part_within_one():
    one, other = Block(10, 0, begins=True, stands_alone=True), Block(10, 0, stands_alone=True)
    assert paginate([one, other, other, one], 100, halves=True) == [[[0, 1, 2], [3]]]
    assert paginate([one, other, other, other], 100, halves=True) == [[[0, 1], [2, 3]]]
    assert paginate([one, other, other], 100, halves=True) == [[[0, 1], [2]]]
    assert paginate([one, Block(10, 0), Block(10, 0)], 100, halves=True) == [[[0, 1, 2]]]


def shown_rows(window) -> list[str]:
    return [
        name.removesuffix("_title")
        for name, _ in visible_texts(window)
        if name.endswith("_title") and name != "staff_title"
    ]


@pytest.mark.parametrize("format_", list(FORMATS))
@pytest.mark.parametrize("name", ["staff_home", "staff_results", "staff_timeline", "staff_hard", "staff_people"])
def test_every_row_is_reached_by_turning_pages_and_back_again(qtbot, name, format_):
    view = STAFF[name]
    assert isinstance(view, SheetView)
    window = show(open_window(qtbot, format_), view)
    pages = [shown_rows(window)]
    while press(window, "page_next"):
        pages.append(shown_rows(window))
    rows = [row.name for section in view.sections for row in section.rows]
    assert sorted(row for page in pages for row in page) == sorted(rows)
    for page in reversed(pages[:-1]):
        assert press(window, "page_previous")
        assert shown_rows(window) == page
    assert not press(window, "page_previous")


def test_which_page_it_is_is_said_where_there_are_more(qtbot):
    window = show(open_window(qtbot), RESULTS)
    assert "1 / 3" in dict(visible_texts(window)).values()
    assert press(window, "page_next")
    assert "2 / 3" in dict(visible_texts(window)).values()
    show(window, MENU)
    assert not press(window, "page_next")


def later(view, by: int):
    """The same rows, with other words."""
    section = view.sections[0]
    rows = tuple(replace(row, second=f"{by}분 더 지났어요. " * by, right=won(100 + by)) for row in section.rows)
    return replace(view, sections=(replace(section, rows=rows),))


@pytest.mark.parametrize("format_", list(FORMATS))
def test_the_page_stays_while_the_same_sheet_goes_on(qtbot, format_):
    window = show(open_window(qtbot, format_), RESULTS)
    assert press(window, "page_next")
    before = shown_rows(window)
    show(window, later(RESULTS, 1))
    assert shown_rows(window) == before
    assert dict(visible_texts(window))[f"{before[0]}_right"] == "101원"


def test_the_page_stays_although_there_is_less_room_for_a_while(qtbot):
    window = show(open_window(qtbot), RESULTS)
    while press(window, "page_next"):
        pass
    before = shown_rows(window)
    show(window, later(RESULTS, 0))
    show(window, RESULTS)
    assert shown_rows(window) == before


def test_another_sheet_begins_with_its_first_page(qtbot):
    window = show(open_window(qtbot), RESULTS)
    first = shown_rows(window)
    assert press(window, "page_next")
    show(window, replace(RESULTS, title="4,500원인 판매"))
    assert shown_rows(window) == first
    assert press(window, "page_next")
    fewer = replace(RESULTS.sections[0], rows=RESULTS.sections[0].rows[:-1])
    show(window, replace(RESULTS, sections=(fewer,)))
    assert shown_rows(window) == first


def test_who_comes_back_later_begins_with_the_first_page(qtbot):
    window = show(open_window(qtbot), HOME)
    first = shown_rows(window)
    assert press(window, "page_next")
    show(window, VIEWS["start"])
    show(window, HOME)
    assert shown_rows(window) == first


def place_of(window, name: str) -> QRect:
    return QRect(find(window, PressRow, name).geometry())


def test_rows_and_their_widgets_stay_together_when_others_come_and_go(qtbot):
    window = show(open_window(qtbot), sheet("판매", SALES))
    kept = find(window, PressRow, "sale_410")
    newer = Section((sale(413, "방금 · 카드", 1000), *SALES.rows))
    show(window, sheet("판매", newer))
    assert find(window, PressRow, "sale_410") is kept
    assert in_sight(kept)
    assert place_of(window, "sale_413").bottom() < place_of(window, "sale_412").top() < kept.y()


def test_forty_rows_are_drawn_anew_before_anybody_notices(qtbot):
    window = open_window(qtbot)
    views = [later(sheet("판매", Section(tuple(sale(n, "카드", 100) for n in range(40)))), by % 3) for by in range(9)]
    show(window, views[0])
    took_s = []
    for view in views[1:]:
        start_s = perf_counter()
        show(window, view)
        took_s.append(perf_counter() - start_s)
    assert min(took_s) < 0.1
