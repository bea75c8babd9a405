"""Everything that stands on a sheet or above the keys, said in every language: no key and no field is missing."""

from collections.abc import Iterator

from kiosk.domain.words import Words, in_words
from kiosk.flows.manager.views import KeysView, LettersView, SheetView
from kiosk.flows.views import View
from kiosk.services.text import Text, languages

TEXTS = tuple(Text.load(language) for language in languages())


def said(view: View) -> Iterator[str]:
    """All of its words, in each language.

    Raises:
        BugError: a key or a field is missing.
    """
    for text in TEXTS:
        for words in _words(view):
            yield in_words(words, text)


def _words(view: View) -> Iterator[Words]:
    found: list[Words | None] = []
    if isinstance(view, SheetView):
        found += [view.title, view.detail, view.who, view.notice.words if view.notice else None]
        found += [button.words for button in view.buttons]
        for section in view.sections:
            found += [section.title, section.empty]
            found += [words for row in section.rows for words in (row.title, row.second, row.right)]
    elif isinstance(view, KeysView):
        found += [view.title, view.hint, view.problem, view.who]
    elif isinstance(view, LettersView):
        found += [view.title, view.who]
    yield from (words for words in found if words is not None)
