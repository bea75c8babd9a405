"""A person's eyes and finger for programs: what the window really shows, a touch where one is possible, and keys."""

from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from kiosk.domain.errors import require
from kiosk.ui.widgets.labels import Label


def visible_texts(window: QWidget) -> list[tuple[str, str]]:
    """Name and text of every label and button that is really in sight: shown, within the window, under nothing."""
    seen = []
    for widget in window.findChildren(QWidget):
        words = _words(widget)
        if words and in_sight(widget):
            seen.append((widget.objectName(), words))
    return seen


def press(window: QWidget, object_name: str) -> bool:
    """Touch the middle of a widget. False when a finger could not: it is off, hidden, covered, or takes no touches."""
    for widget in window.findChildren(QWidget, object_name):
        if in_sight(widget) and widget.isEnabled() and _takes_touches(widget):
            _touch(widget)
            return True
    return False


def type_keys(window: QWidget, text: str, at_ms: int, gap_ms: int) -> None:
    """Type on a keyboard. The events say when; nothing waits, so that a busy machine types no slower.

    Args:
        window: Where.
        text: CR is Enter, a tab is Tab, another control character is Ctrl and its letter.
        at_ms: The first key; any clock [ms].
        gap_ms: From key to key [ms].
    """
    for at, character in enumerate(text):
        key, modifiers = _key(character)
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, modifiers, character)
            event.setTimestamp(at_ms + at * gap_ms)
            QApplication.sendEvent(window.windowHandle(), event)


def shot(window: QWidget, path: Path) -> None:
    """Save a picture of the window as PNG.

    Raises:
        BugError: the file cannot be written.
    """
    require(window.grab().save(str(path), "PNG"), f"a picture can be written to {path}")


def in_sight(widget: QWidget) -> bool:
    """Its middle can be seen: it is shown, has a size, lies within the window, and nothing lies over it."""
    if not widget.isVisible() or widget.width() <= 0 or widget.height() <= 0:
        return False
    window = widget.window()
    middle = widget.mapTo(window, widget.rect().center())
    return window.rect().contains(middle) and not _is_covered(widget, middle)


def _words(widget: QWidget) -> str:
    if isinstance(widget, Label):
        return widget.said
    if isinstance(widget, QLabel):
        return widget.text()
    return widget.text().replace("&&", "&").strip() if isinstance(widget, QAbstractButton) else ""


def _is_covered(widget: QWidget, middle: QPoint) -> bool:
    """A later sibling of it, or of one that holds it, lies over this point of the window; or its holder ends before."""
    window = widget.window()
    for held, holder in pairwise(_up_to_window(widget)):
        if not holder.rect().contains(holder.mapFrom(window, middle)):
            return True
        siblings = [child for child in holder.children() if isinstance(child, QWidget)]
        for other in siblings[siblings.index(held) + 1 :]:
            if other.isVisible() and other.rect().contains(other.mapFrom(window, middle)):
                return True
    return False


def _takes_touches(widget: QWidget) -> bool:
    through = Qt.WidgetAttribute.WA_TransparentForMouseEvents
    return not any(each.testAttribute(through) for each in _up_to_window(widget))


def _up_to_window(widget: QWidget) -> list[QWidget]:
    chain = [widget]
    while (holder := chain[-1].parentWidget()) is not None:
        chain.append(holder)
    return chain


def _key(character: str) -> tuple[int, Qt.KeyboardModifier]:
    named = {"\r": Qt.Key.Key_Return, "\t": Qt.Key.Key_Tab}
    if character in named:
        return named[character], Qt.KeyboardModifier.NoModifier
    if character < " ":
        return ord(character) + ord("@"), Qt.KeyboardModifier.ControlModifier
    return ord(character.upper()), Qt.KeyboardModifier.NoModifier


def _touch(widget: QWidget) -> None:
    middle = QPointF(widget.rect().center())
    where = QPointF(widget.mapToGlobal(widget.rect().center()))
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    keys = Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(widget, QMouseEvent(QEvent.Type.MouseButtonPress, middle, where, left, left, keys))
    QApplication.sendEvent(widget, QMouseEvent(QEvent.Type.MouseButtonRelease, middle, where, left, none, keys))
