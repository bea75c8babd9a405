"""Nothing is clipped, overlapped or too small to press, in every format and language, on every screen."""

import os
from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget

from kiosk.flows.views import View
from kiosk.tools.samples import LANGUAGES, VIEWS
from kiosk.tools.staff_samples import STAFF
from kiosk.ui.manager.rows import LOWEST_MM, PressRow
from kiosk.ui.probe import in_sight, shot
from kiosk.ui.widgets.buttons import MainButton, Pressable, TextButton
from kiosk.ui.widgets.labels import Label
from tests.ui.windows import FORMATS, open_window, show

SHOTS = os.environ.get("KIOSK_SHOTS", "")
"""A folder that pictures go to, if one is named."""


GAP_MM = 3
"""The least between two things to press."""

GROUPS: dict[str, Mapping[str, View]] = {"customers": VIEWS, "staff": STAFF}


def place_of(widget: QWidget) -> QRect:
    return QRect(widget.mapTo(widget.window(), widget.rect().topLeft()), widget.size())


def seen_of(widget: QWidget) -> QRect:
    """As much of its place as what holds it lets be seen."""
    place, holder = place_of(widget), widget.parentWidget()
    while holder is not None:
        place &= place_of(holder)
        holder = holder.parentWidget()
    return place


def is_cut_by_a_holder(widget: QWidget) -> bool:
    """A part of it lies outside of something that holds it."""
    place, holder = place_of(widget), widget.parentWidget()
    while holder is not None:
        if not place_of(holder).contains(place):
            return True
        holder = holder.parentWidget()
    return False


def is_clipped(widget: QWidget) -> bool:
    if is_cut_by_a_holder(widget):
        return True
    if isinstance(widget, TextButton):
        lines = widget.text().splitlines()
        high = (len(lines) - 1) * widget.fontMetrics().lineSpacing() + ink_of(widget, lines[-1]).height()
        return high > widget.height() or any(ink_of(widget, line).width() > widget.width() for line in lines)
    assert isinstance(widget, Label)
    metrics, room = widget.fontMetrics(), widget.rect()
    if not widget.wordWrap():
        return metrics.horizontalAdvance(widget.text()) > room.width() or is_cut_high(widget)
    needed = metrics.boundingRect(QRect(0, 0, room.width(), 10_000), 0x1000, widget.text())
    return needed.width() > room.width() or needed.height() > room.height() + 2


def ink_of(widget: QWidget, words: str) -> QRect:
    """Where ink would be."""
    return widget.fontMetrics().tightBoundingRect(words)


def is_cut_high(label: Label) -> bool:
    """Words in one line stand in the middle: as far as their ink goes they must be within."""
    ink, metrics = ink_of(label, label.text()), label.fontMetrics()
    top = (label.height() - metrics.height()) // 2 + metrics.ascent() + ink.top()
    return top < 0 or top + ink.height() > label.height()


def texts_in_sight(window) -> list[QWidget]:
    labels = [label for label in window.findChildren(Label) if label.said and in_sight(label)]
    return [*labels, *(button for button in window.findChildren(TextButton) if in_sight(button))]


def too_small(button: Pressable) -> bool:
    scale, theme = button.theme.scale, button.theme
    if isinstance(button, PressRow):
        return min(button.height(), button.width()) < theme.px_per_mm * LOWEST_MM
    rule = theme.px_per_mm * (scale.main if isinstance(button, MainButton) else scale.target)
    return button.height() < rule or button.width() < theme.px_per_mm * scale.target


def near(pressed: Sequence[Pressable]) -> list[tuple[str, str]]:
    """Those with less than the gap between them, across or down."""
    places = [(one.objectName(), seen_of(one), GAP_MM * one.theme.px_per_mm) for one in pressed]
    return [
        (name, other_name)
        for (name, one, gap), (other_name, other, _) in combinations(places, 2)
        if max(
            _between(one.left(), one.right(), other.left(), other.right()),
            _between(one.top(), one.bottom(), other.top(), other.bottom()),
        )
        < gap
    ]


def _between(first: int, last: int, other_first: int, other_last: int) -> int:
    """Pixels between two stretches; less than 0 where they overlap."""
    return max(first - other_last, other_first - last) - 1


@pytest.mark.parametrize("format_", list(FORMATS))
@pytest.mark.parametrize("group", list(GROUPS))
@pytest.mark.parametrize("state", [{}, {"network_down": True, "help_code": "K01-17"}], ids=["calm", "banners"])
def test_there_are_three_millimetres_between_two_things_to_press(qtbot, group, format_, state):
    window = open_window(qtbot, format_)
    faults: list[tuple[str, ...]] = []
    for name, view in GROUPS[group].items():
        show(window, view, **state)
        pressed = [one for one in window.findChildren(Pressable) if in_sight(one)]
        faults += [(name, *names) for names in near(pressed)]
    assert not faults, "\n".join(map(str, faults))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("format_", list(FORMATS))
@pytest.mark.parametrize("state", [{}, {"network_down": True, "help_code": "K01-17"}], ids=["calm", "banners"])
@pytest.mark.parametrize("group", list(GROUPS))
def test_every_screen_shows_all_of_its_words_in_every_format(qtbot, group, format_, language, state):
    window = open_window(qtbot, format_)
    faults: list[tuple[str, ...]] = []
    for name, view in GROUPS[group].items():
        show(window, view, language, **state)
        texts = texts_in_sight(window)
        faults += [(name, "clipped", one.accessibleName()) for one in texts if is_clipped(one)]
        faults += [
            (name, "overlap", one.accessibleName(), other.accessibleName())
            for one, other in combinations(texts, 2)
            if place_of(one).intersects(place_of(other))
        ]
        faults += [
            (name, "small", button.objectName())
            for button in window.findChildren(Pressable)
            if in_sight(button) and too_small(button)
        ]
        if SHOTS:
            suffix = "_banners" if state else ""
            shot(window, Path(SHOTS) / f"{name}_{format_}_{language}{suffix}.png")
    assert not faults, faults


@pytest.mark.parametrize("format_", list(FORMATS))
def test_the_idle_warning_covers_the_screen_but_not_the_call_for_staff(qtbot, format_):
    window = show(open_window(qtbot, format_), VIEWS["basket"], idle_left_s=20.0)
    seen = {button.objectName() for button in window.findChildren(Pressable) if in_sight(button)}
    assert {"idle_continue", "call_staff"} <= seen
    assert "pay_now" not in seen
    assert not [one.accessibleName() for one in texts_in_sight(window) if is_clipped(one)]


@pytest.mark.parametrize("format_", list(FORMATS))
@pytest.mark.parametrize("group", list(GROUPS))
def test_everything_to_press_has_a_name_of_its_own_and_words_for_those_who_cannot_see(qtbot, group, format_):
    window = open_window(qtbot, format_)
    for name, view in GROUPS[group].items():
        show(window, view)
        names = [one.objectName() for one in window.findChildren(Pressable) if in_sight(one)]
        assert len(names) == len(set(names)), name
        for button in window.findChildren(Pressable):
            if in_sight(button):
                assert button.objectName(), name
                assert button.accessibleName(), (name, button.objectName())
