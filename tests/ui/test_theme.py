"""The tokens keep the rules: contrast, sizes, and time that is shown as it passes."""

import pytest
from PySide6.QtGui import QColor

from kiosk.domain.colour import READABLE, contrast
from kiosk.ui.style import style_sheet
from kiosk.ui.theme import Palette
from kiosk.ui.widgets.buttons import MainButton
from kiosk.ui.widgets.keypad import masked
from kiosk.ui.widgets.notice import Notice
from kiosk.ui.widgets.qr import QrCode
from kiosk.ui.widgets.timeleft import Busy, TimeLeft
from tests.ui.windows import FORMATS, theme_of

C = Palette()


def pairs_of(c: Palette) -> list[tuple[str, str]]:
    """Every colour of words, with every ground that it stands on."""
    tones = ("done", "wait", "act")
    return [
        (c.ink, c.ground),
        (c.ink, c.card),
        (c.ink, c.plain_pressed),
        (c.second, c.ground),
        (c.second, c.card),
        (c.second, c.accent_soft),
        (c.second, c.track),
        (c.on_accent, c.accent),
        (c.on_accent, c.accent_pressed),
        (c.on_accent, c.hero_from),
        (c.on_accent, c.hero_to),
        (c.card, c.ink),
        (c.act, c.plain),
        *((c.tone(tone), c.card) for tone in tones),
        (c.on_accent, c.ink),
        *((c.tone(tone), c.soft(tone)) for tone in (*tones, "calm", "accent")),
        *((c.second, c.soft(tone)) for tone in (*tones, "calm")),
        *((sign, ground) for ground, sign in c.tints),
    ]


@pytest.mark.parametrize(("text", "ground"), pairs_of(C))
def test_text_stands_out_from_what_is_behind_it(text, ground):
    assert contrast(text, ground) >= READABLE


@pytest.mark.parametrize("format_", list(FORMATS))
def test_no_text_is_smaller_than_the_rule(qapp, format_):
    theme = theme_of(format_)
    rule_mm = 7.25 if format_ == "1280x800" else 12.0
    sizes = [theme.font(role).pixelSize() for role in ("body", "strong", "heading", "title", "total", "giant")]
    assert min(sizes) >= rule_mm * theme.px_per_mm


def test_the_bar_of_time_starts_full_and_the_same_time_again_changes_nothing(qtbot):
    bar = TimeLeft(theme_of(), "wait")
    qtbot.addWidget(bar)
    bar.show_left(60.0)
    assert bar.fraction == pytest.approx(1.0, abs=0.02)
    bar.show_left(30.0)
    assert bar.fraction == pytest.approx(0.5, abs=0.02)
    bar.show_left(0.0)
    assert bar.isHidden()
    bar.show_left(30.0)
    assert bar.fraction == pytest.approx(1.0, abs=0.02)


@pytest.mark.parametrize(
    ("digits", "shown"),
    [("", ""), ("12", "12"), ("12345", "•234 5"), ("12345678", "•••• 5678"), ("1" * 20, "•••• •••• •••• 1111")],
)
def test_a_number_is_never_on_the_screen_whole(digits, shown):
    assert masked(digits) == shown


def test_a_qr_code_is_hidden_where_there_is_nothing_in_it(qtbot):
    code = QrCode(theme_of(), 40)
    qtbot.addWidget(code)
    code.show_text("K01.0412")
    assert not code.isHidden()
    code.show_text("")
    assert code.isHidden()


def test_a_touch_is_seen_at_once(qtbot):
    theme = theme_of()
    button = MainButton(theme, "main", "pay_now")
    qtbot.addWidget(button)
    button.setStyleSheet(style_sheet(theme))
    button.resize(300, 120)
    button.show()
    place = (150, 20)
    assert button.grab().toImage().pixelColor(*place) == QColor(C.accent)
    button.setDown(True)
    assert button.grab().toImage().pixelColor(*place) == QColor(C.accent_pressed)


def test_a_line_that_is_said_again_flashes_and_comes_to_rest(qtbot):
    notice = Notice(theme_of(reduced_motion=False), "scan_notice")
    qtbot.addWidget(notice)
    notice.flash()
    assert notice.property("fresh") == "true"
    qtbot.waitUntil(lambda: notice.property("fresh") == "false")


def test_nothing_flashes_where_motion_is_reduced(qtbot):
    notice = Notice(theme_of(), "scan_notice")
    qtbot.addWidget(notice)
    notice.flash()
    assert notice.property("fresh") is None


def test_the_bar_empties_and_the_ring_turns_by_themselves(qtbot):
    theme = theme_of(reduced_motion=False)
    bar, ring = TimeLeft(theme, "wait"), Busy(theme, 40)
    for widget in (bar, ring):
        qtbot.addWidget(widget)
        widget.resize(200, 200)
        widget.show()
    ring.draw("zap")
    bar.show_left(0.2)
    before = ring.grab().toImage()
    qtbot.waitUntil(lambda: bar.fraction == 0.0)
    qtbot.waitUntil(lambda: ring.grab().toImage() != before)
