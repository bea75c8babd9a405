"""What each button wants, and nothing else."""

import pytest
from PySide6.QtCore import QRect, Qt

from kiosk.flows.access import Aid
from kiosk.flows.intents import (
    AddProduct,
    Begin,
    ChangeQuantity,
    ChooseAmount,
    ChooseCategory,
    ChooseLanguage,
    ChooseMethod,
    Confirm,
    Finish,
    GoBack,
    GoPay,
    Leave,
    Resume,
    Scanned,
    SwitchAid,
    TakeBack,
    TurnPage,
)
from kiosk.flows.views import BasketView, Certainty
from kiosk.tools.samples import MANY, PRODUCTS, VIEWS, basket, certainty
from kiosk.ui.probe import press, visible_texts
from kiosk.ui.widgets.buttons import Pressable
from tests.ui.windows import FORMATS, open_window, show

BUTTONS = [
    ("start", "begin", Begin()),
    ("start", "language_en", ChooseLanguage("en")),
    ("start", "aid_large_print", SwitchAid(Aid.LARGE_PRINT)),
    ("start", "aid_contrast", SwitchAid(Aid.CONTRAST)),
    ("start", "aid_low", SwitchAid(Aid.LOW)),
    ("start", "aid_voice", SwitchAid(Aid.VOICE)),
    ("basket", "category_all", ChooseCategory("")),
    ("basket", "category_1", ChooseCategory("음료")),
    ("basket", "product_milk", AddProduct("milk")),
    ("basket", "quantity_plus_nuts", ChangeQuantity("nuts", 1)),
    ("basket", "quantity_minus_americano", ChangeQuantity("americano", -1)),
    ("basket", "pay_now", GoPay()),
    ("basket", "leave", Leave()),
    ("method", "method_crepay", ChooseMethod("crepay")),
    ("method", "method_ceos", ChooseMethod("ceos")),
    ("method", "method_card", ChooseMethod("card")),
    ("method_points_denied", "method_loyalty", ChooseMethod("loyalty")),
    ("method", "method_ezpg", ChooseMethod("ezpg")),
    ("method", "go_back", GoBack()),
    ("method", "leave", Leave()),
    ("method_planned", "take_back_0", TakeBack("a-received")),
    ("method_planned", "take_back_1", TakeBack("a-planned")),
    ("scan", "go_back", GoBack()),
    ("scan_wallet", "go_back", GoBack()),
    ("phone", "go_back", GoBack()),
    ("transfer", "go_back", GoBack()),
    ("transfer_question", "go_back", GoBack()),
    ("transfer_question", "confirm_sent", Confirm()),
    ("amount", "confirm_amount", Confirm()),
    ("amount", "go_back", GoBack()),
    ("certainty_staff", "finish", Finish()),
    ("interrupted_known", "resume", Resume()),
    ("interrupted_known", "leave", Leave()),
    ("done", "finish", Finish()),
]


def heard_by(window) -> list[object]:
    heard: list[object] = []
    window.intent.connect(heard.append)
    return heard


@pytest.mark.parametrize(("view", "button", "intent"), BUTTONS)
def test_a_button_says_what_the_person_wants(qtbot, view, button, intent):
    window = show(open_window(qtbot), VIEWS[view])
    heard = heard_by(window)
    assert press(window, button)
    assert heard == [intent]


def test_the_list_above_holds_every_button_that_there_is(qtbot):
    window = open_window(qtbot)
    own = {
        "open_aids",
        "call_staff",
        "idle_continue",
        "change_amount",
        "key_back",
        "key_enter",
        "page_next",
        "page_previous",
        "category_more",
    }
    own |= {f"key_{digit}" for digit in range(10)}
    own |= {f"{pager}_{way}" for pager in ("lines", "tenders") for way in ("next", "previous")}
    known = {button.rstrip("_0123456789") for _, button, _ in BUTTONS} | own
    families = ("product_", "category_", "quantity_", "language_", "take_back_")
    for view in VIEWS.values():
        show(window, view)
        there = {one.objectName() for one in window.findChildren(Pressable) if one.isVisible()}
        assert {name for name in there if not name.startswith(families)} <= known


def test_touching_the_start_screen_anywhere_begins(qtbot):
    window = show(open_window(qtbot), VIEWS["start"])
    heard = heard_by(window)
    qtbot.mouseClick(window.childAt(500, 900), Qt.MouseButton.LeftButton)
    assert heard == [Begin()]


def test_a_typed_number_is_said_whole_but_shown_masked(qtbot):
    window = show(open_window(qtbot), VIEWS["scan"])
    heard = heard_by(window)
    assert not press(window, "key_enter")
    for digit in "1234567890129":
        assert press(window, f"key_{digit}")
    assert press(window, "key_back")
    assert dict(visible_texts(window))["typed_number"] == "•••• •••• 9012"
    assert press(window, "key_enter")
    assert heard == [Scanned("123456789012")]
    assert "typed_number" not in dict(visible_texts(window))


def test_another_amount_is_typed_where_the_bill_was_and_said_whole(qtbot):
    window = show(open_window(qtbot), VIEWS["amount"])
    heard = heard_by(window)
    assert "due_amount" in dict(visible_texts(window))
    assert press(window, "change_amount")
    assert "due_amount" not in dict(visible_texts(window))
    for digit in "2500":
        assert press(window, f"key_{digit}")
    assert dict(visible_texts(window))["typed_number"] == "2,500"

    assert press(window, "key_enter")

    assert heard == [ChooseAmount("2500")]
    assert "due_amount" in dict(visible_texts(window))


def test_the_keys_for_an_amount_stay_while_the_same_question_is_shown_anew_and_go_with_another(qtbot):
    window = show(open_window(qtbot), VIEWS["amount"])
    press(window, "change_amount")
    press(window, "key_7")
    show(window, VIEWS["amount"])
    assert dict(visible_texts(window))["typed_number"] == "7"
    show(window, VIEWS["amount_last"])
    assert "due_amount" in dict(visible_texts(window))
    show(window, VIEWS["amount_too_much"])
    assert "due_amount" not in dict(visible_texts(window))
    press(window, "change_amount")
    assert "due_amount" in dict(visible_texts(window))


def test_a_number_half_typed_is_forgotten_with_the_screen(qtbot):
    window = show(open_window(qtbot), VIEWS["scan"])
    press(window, "key_7")
    show(window, VIEWS["method"])
    show(window, VIEWS["scan"])
    assert not press(window, "key_enter")


def test_a_page_of_the_catalogue_is_turned_in_parts_and_then_by_the_flow(qtbot):
    window = show(open_window(qtbot, "1280x800"), VIEWS["basket"])
    heard = heard_by(window)
    assert press(window, "page_next")
    assert heard == []
    assert press(window, f"product_{PRODUCTS[4].sku}")
    assert press(window, "page_next")
    assert heard == [AddProduct(PRODUCTS[4].sku), TurnPage(1)]


def test_going_back_a_page_lands_on_its_last_part(qtbot):
    window = open_window(qtbot, "1280x800")
    show(window, on_page(1))
    show(window, on_page(0))
    assert f"product_{PRODUCTS[4].sku}" in pressables_of(window)


def on_page(page: int) -> BasketView:
    view = basket()
    return BasketView(view.lines, view.count, view.total, view.categories, view.category, view.products, page, 3)


def pressables_of(window) -> list[str]:
    return [one.objectName() for one in window.findChildren(Pressable) if one.isVisible()]


def test_nothing_in_the_basket_can_be_paid_before_something_is_in_it(qtbot):
    assert not press(show(open_window(qtbot), VIEWS["basket_empty"]), "pay_now")


def test_an_order_whose_facts_are_open_cannot_be_carried_on_with(qtbot):
    assert not press(show(open_window(qtbot), VIEWS["interrupted"]), "resume")


def test_facts_that_are_open_cannot_be_left(qtbot):
    assert not press(show(open_window(qtbot), certainty(Certainty.CHECKING)), "finish")


@pytest.mark.parametrize("format_", list(FORMATS))
@pytest.mark.parametrize("view", ["phone_no_way_out", "phone_checking"])
def test_a_phone_that_cannot_be_left_has_nothing_to_press(qtbot, view, format_):
    window = show(open_window(qtbot, format_), VIEWS[view])
    assert pressables_of(window) == ["open_aids", "call_staff"]


def test_the_number_of_a_wallet_cannot_be_typed_and_the_way_back_is_where_it_always_is(qtbot):
    for format_ in FORMATS:
        window = show(open_window(qtbot, format_), VIEWS["scan"])
        back = next(one for one in window.findChildren(Pressable, "go_back") if one.isVisible())
        place = QRect(back.mapTo(window, back.rect().topLeft()), back.size())
        show(window, VIEWS["scan_wallet"])
        assert pressables_of(window) == ["open_aids", "call_staff", "go_back"]
        assert QRect(back.mapTo(window, back.rect().topLeft()), back.size()) == place
        show(window, VIEWS["scan"])
        assert "key_1" in pressables_of(window)


def test_the_basket_shows_the_page_with_the_line_touched_last(qtbot):
    window = show(open_window(qtbot), basket(MANY))
    assert "quantity_plus_sku9" in pressables_of(window)
    assert "quantity_plus_sku1" not in pressables_of(window)
    while press(window, "lines_previous"):
        pass
    assert "quantity_plus_sku1" in pressables_of(window)


def test_a_row_is_kept_from_one_scan_to_the_next_and_leaves_with_its_line(qtbot):
    window = show(open_window(qtbot), VIEWS["basket"])
    row = window.findChild(Pressable, "quantity_plus_nuts")
    show(window, VIEWS["basket_unknown"])
    assert window.findChild(Pressable, "quantity_plus_nuts") is row
    show(window, VIEWS["basket_empty"])
    assert "quantity_plus_nuts" not in pressables_of(window)


@pytest.mark.parametrize("view", list(VIEWS))
def test_staff_can_be_called_from_every_screen(qtbot, view):
    window = show(open_window(qtbot), VIEWS[view])
    with qtbot.waitSignal(window.help_requested):
        assert press(window, "call_staff")


def test_the_idle_warning_takes_one_touch_away_and_nothing_below_it_can_be_pressed(qtbot):
    window = show(open_window(qtbot), VIEWS["basket"], idle_left_s=20.0)
    heard = heard_by(window)
    assert not press(window, "pay_now")
    assert press(window, "idle_continue")
    assert heard == [Resume()]
    show(window, VIEWS["basket"])
    assert press(window, "pay_now")


def test_a_second_tap_does_not_fall_on_the_next_screen(qtbot):
    window = show(open_window(qtbot, settle_ms=60_000), VIEWS["basket"])
    heard = heard_by(window)
    assert not press(window, "pay_now")
    assert heard == []


def test_a_new_screen_takes_touches_after_a_moment(qtbot):
    window = show(open_window(qtbot, settle_ms=1), VIEWS["basket"])
    qtbot.waitUntil(lambda: press(window, "pay_now"))


ORDERS = {
    "scan": [*(f"key_{digit}" for digit in "1234567890"), "key_back", "go_back"],
    "method": [*(f"method_{name}" for name in ("crepay", "ceos", "card", "loyalty", "ezpg")), "go_back", "leave"],
    "amount": ["change_amount", "go_back", "confirm_amount"],
    "basket": ["product_nuts", "quantity_minus_americano", "quantity_plus_americano", "quantity_minus_gimbap"],
    "transfer_question": ["go_back", "confirm_sent"],
    "start": ["language_ko", "language_en", "language_zh", "language_ja", "begin"],
}


@pytest.mark.parametrize("view", list(ORDERS))
def test_tab_goes_through_a_screen_in_reading_order(qtbot, view):
    window = show(open_window(qtbot), VIEWS[view])
    next(one for one in window.findChildren(Pressable, ORDERS[view][0]) if one.isVisible()).setFocus()
    walked = [ORDERS[view][0]]
    for _ in ORDERS[view][1:]:
        window.focusNextChild()
        walked.append(window.focusWidget().objectName())
    assert walked == ORDERS[view]
