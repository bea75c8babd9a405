"""A window joined to a flow."""

from kiosk.flows.intents import Begin, GoPay
from kiosk.flows.observable import Observable
from kiosk.flows.views import Shown
from kiosk.tools.samples import VIEWS
from kiosk.ui.binding import bind
from kiosk.ui.probe import press, visible_texts
from tests.ui.windows import open_window


def test_a_bound_window_shows_the_flow_and_tells_it_what_is_wanted(qtbot):
    window, shown = open_window(qtbot), Observable(Shown(VIEWS["start"], "ko"))
    wanted: list[object] = []
    calls: list[str] = []
    part = bind(window, shown, wanted.append, lambda: calls.append("help"))
    assert press(window, "begin")
    shown.publish(Shown(VIEWS["basket"], "ko", help_code="K01-7"))
    assert press(window, "pay_now")
    assert press(window, "call_staff")
    assert wanted == [Begin(), GoPay()]
    assert calls == ["help"]
    assert "K01-7" in dict(visible_texts(window))["help_banner"]
    part()
    shown.publish(Shown(VIEWS["done"], "ko"))
    press(window, "pay_now")
    assert wanted == [Begin(), GoPay()]
    assert "order_number" not in dict(visible_texts(window))


def test_another_language_changes_every_word(qtbot):
    window, shown = open_window(qtbot), Observable(Shown(VIEWS["start"], "ko"))
    bind(window, shown, lambda _: None, lambda: None)
    korean = {words for _, words in visible_texts(window)}
    shown.publish(Shown(VIEWS["start"], "en"))
    english = {words for _, words in visible_texts(window)}
    assert korean & english == {"다정상회 성수점", "한국어", "English", "中文", "日本語"}


def test_a_lost_connection_is_said_until_it_is_back(qtbot):
    window, shown = open_window(qtbot), Observable(Shown(VIEWS["basket"], "ko", network_down=True))
    bind(window, shown, lambda _: None, lambda: None)
    assert "network_banner" in dict(visible_texts(window))
    shown.publish(Shown(VIEWS["basket"], "ko"))
    assert "network_banner" not in dict(visible_texts(window))
