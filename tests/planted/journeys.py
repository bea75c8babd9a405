"""Mistakes that cost a customer touches, or words that no longer say what to touch."""

from typing import Final

from tests.planted.bug import Bug

SESSION: Final = "kiosk/flows/session.py"
DESK: Final = "kiosk/flows/desk.py"
WORDS: Final = "resources/text/ko/kiosk.po"
JOURNEYS: Final = "tests/end_to_end/test_journeys.py"
README: Final = (JOURNEYS, "-k", "readme")
TOUCHES: Final = "issue 8, 4: touches"
SAID: Final = "issue 8, 4: knowing only what the screens say"


def _of(method: str) -> tuple[str, ...]:
    return (f"{JOURNEYS}::test_two_goods_are_bought_with_no_more_touches_and_scans_than_the_table_says[{method}]",)


BUGS: Final = (
    Bug(
        "after a restart what is left to pay is said although it is not known",
        "nobody is told a wrong fact",
        "kiosk/ui/screens/interrupted.py",
        "        self._due.setVisible(view.can_continue)\n",
        "",
        ("tests/ui/test_facts.py", "-k", "after_a_restart"),
    ),
    Bug(
        "goods under the scanner only wake the till",
        TOUCHES,
        SESSION,
        "                    basket.scan(text)\n                    return basket\n",
        "                    return basket\n",
        _of("ceos"),
    ),
    Bug(
        "what was scanned has to be confirmed before it is paid",
        TOUCHES,
        SESSION,
        "                case GoPay() if basket.lines:\n                    return True\n",
        "                case GoPay() if basket.lines and fresh:\n                    return True\n"
        "                case GoPay():\n                    fresh = True\n",
        _of("ceos"),
    ),
    Bug(
        "an amount is agreed to twice",
        TOUCHES,
        DESK,
        "        self.said.amount, self.said.fee = amount, fee\n",
        "        await self._ask(view, Confirm, ChooseAmount)\n        self.said.amount, self.said.fee = amount, fee\n",
        _of("crepay"),
    ),
    Bug(
        "a code has to be held up twice",
        "issue 8, 4: scans",
        DESK,
        "                self.said.code = self._read(kind, answer.text.strip())\n",
        "                self.said.code = self._read(kind, answer.text.strip()) if problem else None\n",
        _of("loyalty"),
    ),
    Bug(
        "instant pay no longer says that it pays at once",
        SAID,
        WORDS,
        'msgstr "바로 결제돼요"',
        'msgstr "간편하게"',
        _of("ceos"),
    ),
    Bug(
        "the way to the methods has another word",
        SAID,
        WORDS,
        'msgid "basket.pay"\nmsgstr "계산하기"',
        'msgid "basket.pay"\nmsgstr "다음"',
        _of("card"),
    ),
    Bug(
        "the README counts a touch less",
        "the README is true",
        "README.md",
        "| 간편결제 (CEOS) | 2 | 2 |",
        "| 간편결제 (CEOS) | 2 | 1 |",
        README,
    ),
    Bug(
        "the README forgets a method",
        "the README is true",
        "README.md",
        "| 카드 | 2 | 2 | nothing |\n",
        "",
        README,
    ),
)
