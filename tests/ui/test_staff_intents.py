"""What is pressed in manager mode, and what the header says of it."""

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget

from kiosk.domain.errors import BugError
from kiosk.domain.told import Tone
from kiosk.domain.words import Said
from kiosk.flows.intents import GoBack
from kiosk.flows.manager.intents import Act, Choose, Do, Lock, OpenSale
from kiosk.flows.manager.views import Row, Section, SheetView
from kiosk.tools.samples import LANGUAGES, VIEWS
from kiosk.tools.staff_samples import FINISHED, HOME, MENU, PAYMENTS, RESULTS, SALE, STAFF, TASK, rows, sheet
from kiosk.ui.manager.rows import PressRow, TellRow
from kiosk.ui.probe import in_sight, press, visible_texts
from kiosk.ui.widgets.buttons import Pressable
from tests.ui.test_intents import heard_by, pressables_of
from tests.ui.windows import FORMATS, find, open_window, show, text_for

SHEETS = {name: view for name, view in STAFF.items() if isinstance(view, SheetView)}


def place_of(window, name: str) -> QRect:
    widget = next(one for one in window.findChildren(Pressable, name) if one.isVisible())
    return QRect(widget.mapTo(window, widget.rect().topLeft()), widget.size())


def press_on_its_page(window, name: str) -> None:
    while not press(window, name):
        assert press(window, "page_next"), name


@pytest.mark.parametrize("format_", list(FORMATS))
@pytest.mark.parametrize("name", list(SHEETS))
def test_everything_to_press_on_a_sheet_says_what_it_means(qtbot, name, format_):
    view = SHEETS[name]
    window = show(open_window(qtbot, format_), view)
    heard = heard_by(window)
    wanted = [(row.name, row.wish) for section in view.sections for row in section.rows if row.wish]
    wanted += [(button.name, button.wish) for button in view.buttons]
    for pressed, _ in wanted:
        press_on_its_page(window, pressed)
    assert heard == [wish for _, wish in wanted]


def test_a_row_without_a_wish_only_tells(qtbot):
    window = show(open_window(qtbot), SALE)
    rows_there = {one.objectName() for one in window.findChildren(TellRow) if in_sight(one)}
    assert {"line_0", "attempt_2"} <= rows_there
    assert not [one for one in window.findChildren(PressRow) if in_sight(one)]


def test_only_a_row_with_a_wish_has_a_chevron(qtbot):
    window = show(open_window(qtbot), TASK)
    chevrons = {row: find(window, kind, row)._face._chevron for kind, row in KINDS}
    assert {row for row, chevron in chevrons.items() if chevron.isVisible()} == {"option_0"}


KINDS = ((PressRow, "option_0"), (TellRow, "fact_0"))


def test_the_way_out_is_back_or_else_the_lock_and_nothing_before_anybody_is_in(qtbot):
    window = open_window(qtbot)
    heard = heard_by(window)
    show(window, MENU)
    assert press(window, "staff_back")
    assert not press(window, "staff_lock")
    show(window, HOME)
    assert press(window, "staff_lock")
    assert not press(window, "staff_back")
    show(window, SheetView("처음", (), can_go_back=False))
    assert pressables_of(window) == []
    assert heard == [GoBack(), Lock()]


@pytest.mark.parametrize("format_", list(FORMATS))
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_way_out_is_at_the_bottom_left_and_the_button_that_is_meant_at_the_bottom_right(qtbot, format_, language):
    window = show(open_window(qtbot, format_), HOME, language)
    out, more, main = (place_of(window, name) for name in ("staff_lock", "go_menu", "go_find"))
    assert out.bottom() == main.bottom()
    assert out.left() < more.left() < main.left()
    margin = window.width() - main.right() - 1
    assert out.left() == margin


@pytest.mark.parametrize("format_", list(FORMATS))
def test_buttons_that_do_not_fit_in_one_row_stand_in_two(qtbot, format_):
    many = sheet("판매", buttons=SALE.buttons + RESULTS.buttons + FINISHED.buttons)
    window = show(open_window(qtbot, format_), many)
    places = {name: place_of(window, name) for name in ("staff_back", *(button.name for button in many.buttons))}
    assert len({place.top() for place in places.values()}) > 1
    assert not [(a, b) for a in places for b in places if a < b and places[a].intersects(places[b])]
    assert all(window.rect().contains(place) for place in places.values())


def test_a_button_that_is_gone_cannot_be_pressed_and_one_that_stays_is_the_same(qtbot):
    window = show(open_window(qtbot), sheet("판매", buttons=SALE.buttons))
    kept = find(window, Pressable, "act_timeline")
    show(window, sheet("판매", buttons=SALE.buttons[2:]))
    assert find(window, Pressable, "act_timeline") is kept
    assert not press(window, "act_cancel")


def test_tab_goes_through_a_sheet_in_reading_order(qtbot):
    window = show(open_window(qtbot), TASK)
    order = [*(f"option_{at}" for at in range(4)), "staff_back", "act_sale"]
    next(one for one in window.findChildren(Pressable, order[0]) if one.isVisible()).setFocus()
    walked = [order[0]]
    for _ in order[1:]:
        window.focusNextChild()
        walked.append(window.focusWidget().objectName())
    assert walked == order


@pytest.mark.parametrize("tone", list(Tone))
def test_a_tone_is_told_by_an_icon_and_in_words_besides_its_colour(qtbot, tone):
    view = sheet(
        "판매", Section((Row("one", "쿠폰", tone=tone, wish=Choose("1")), Row("two", "카드", wish=Choose("2"))))
    )
    window = show(open_window(qtbot), view)
    marked, plain = (find(window, PressRow, name) for name in ("one", "two"))
    assert marked._face._disc.isVisible()
    assert not plain._face._disc.isVisible()
    assert marked.accessibleName() == text_for("ko")(f"staff.tone.{tone}") + "\n쿠폰"
    assert plain.accessibleName() == "카드"
    assert marked._face._title.x() == plain._face._title.x()


def test_what_a_row_says_is_in_sight(qtbot):
    seen = dict(visible_texts(show(open_window(qtbot), sheet("판매", PAYMENTS))))
    assert (seen["section_0"], seen["attempt_0_title"], seen["attempt_0_right"]) == ("결제", "쿠폰", "3,000원")
    assert seen["attempt_0_second"] == "•••• 4445 · 받았어요"


def test_a_section_without_rows_says_so_or_is_left_out(qtbot):
    window = show(open_window(qtbot), sheet("처음", Section((), "할 일", "할 일이 없어요"), Section((), "판매")))
    seen = {words for _, words in visible_texts(window)}
    assert {"할 일", "할 일이 없어요"} <= seen
    assert "판매" not in seen


def test_a_heading_goes_with_its_section(qtbot):
    window = show(open_window(qtbot), SALE)
    assert "section_1" in dict(visible_texts(window))
    show(window, sheet("판매", Section(SALE.sections[0].rows), Section(PAYMENTS.rows)))
    assert not [name for name, _ in visible_texts(window) if name in {"section_0", "section_1"}]


def test_a_sheet_that_cannot_be_drawn_leaves_nothing_behind(qtbot):
    window = show(open_window(qtbot), RESULTS)
    with pytest.raises(BugError):
        show(window, sheet("판매", Section((Row("one", Said("staff.no_such_sentence")),))))
    window.resize(window.width(), window.height() - 1)
    show(window, sheet("판매", PAYMENTS))
    there = {
        one.objectName()
        for one in window.findChildren(QWidget)
        if isinstance(one, PressRow | TellRow) and one.isVisible()
    }
    assert there == {"attempt_0", "attempt_1", "attempt_2"}


def test_a_finger_that_is_down_on_a_row_does_not_press_another_one(qtbot):
    window = show(open_window(qtbot), RESULTS)
    heard = heard_by(window)
    held = find(window, PressRow, "sale_400")
    held.setDown(True)
    show(window, sheet("다른 판매", rows("하나", "둘")))
    assert not held.isDown()
    show(window, RESULTS)
    assert press(window, "sale_400")
    assert heard == [OpenSale("K01-0400")]


def test_a_second_tap_does_not_fall_on_the_next_sheet(qtbot):
    window = show(open_window(qtbot, settle_ms=60_000), HOME)
    window._settled.timeout.emit()
    assert press(window, "go_menu")
    show(window, HOME)
    assert press(window, "go_menu")
    show(window, MENU)
    assert not press(window, "staff_back")
    window._settled.timeout.emit()
    assert press(window, "staff_back")


def test_a_second_tap_does_not_fall_on_a_button_that_comes_at_the_end(qtbot):
    window = show(open_window(qtbot, settle_ms=60_000), STAFF["staff_cancelling"])
    window._settled.timeout.emit()
    show(window, STAFF["staff_cancelled"])
    assert not press(window, "act_again")


def test_the_header_says_who_is_in_and_calls_nobody(qtbot):
    window = show(open_window(qtbot), VIEWS["basket"], network_down=True, help_code="K01-7")
    assert {"call_staff", "network_banner", "help_banner"} <= set(dict(visible_texts(window)))
    seen = dict(visible_texts(show(window, HOME, network_down=True, help_code="K01-7")))
    assert seen["staff_mode"] == "관리자 모드 · 김하늘 점장"
    assert not {"call_staff", "network_banner", "help_banner", "store_name"} & set(seen)
    assert "담기" not in seen.values()
    assert dict(visible_texts(show(window, STAFF["staff_pin"])))["staff_mode"] == "관리자 모드"


def test_the_header_is_the_customers_again_afterwards(qtbot):
    window = show(open_window(qtbot), HOME)
    dark = window.grab().toImage().pixelColor(2, 2).name()
    show(window, VIEWS["basket"], network_down=True)
    seen = dict(visible_texts(window))
    assert {"call_staff", "network_banner"} <= set(seen)
    assert "staff_mode" not in seen
    assert window.grab().toImage().pixelColor(2, 2).name() != dark


def test_a_notice_is_said_while_it_holds(qtbot):
    window = show(open_window(qtbot), SALE)
    assert dict(visible_texts(window))["staff_notice"] == "결제 하나가 아직 확인되지 않았어요"
    assert "staff_notice" not in dict(visible_texts(show(window, MENU)))


def test_a_danger_looks_like_one_and_stops_to_when_it_is_none(qtbot):
    window = show(open_window(qtbot), SALE)
    cancel = find(window, Pressable, "act_cancel")
    assert cancel.property("role") == "danger"
    assert cancel.wish == Do(Act.CANCEL)
