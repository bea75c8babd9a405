import io
import re
import string

import pytest
from babel.messages.pofile import read_po

from kiosk.domain.errors import BugError, CatalogueError, ConfigError
from kiosk.domain.money import Currency, Money, won
from kiosk.services.resources import resource
from kiosk.services.text import Text, languages, read_language

LANGUAGES = ("ko", "en", "zh", "ja")
SAME = {
    "language.ko",
    "language.en",
    "language.zh",
    "language.ja",
    "doctor.sqlite",
    "format.time",
    "cli.pin",
    "money.krw",
    "money.usd",
}
"""May say the same in two languages, though there are letters in it."""

IN_HANGUL = {"language.ko", "receipt.test_line"}
"""Holds Korean letters in every language, or in English too: what Korean is called, and a line to try a printer."""

HAN = re.compile(r"[\u3400-\u9fff]")
WRITTEN_IN = {"zh": "gb2312", "ja": "euc_jis_2004"}
"""A character set of simplified Chinese, and one of Japanese: each lacks the forms of the other."""


@pytest.fixture(params=LANGUAGES)
def language(request):
    return request.param


def forms(message):
    return message.string if isinstance(message.string, tuple) else (message.string,)


def fields(sentence):
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def messages(language):
    return {m.id if isinstance(m.id, str) else m.id[0]: m for m in read_language(language) if m.id}


def test_there_are_korean_english_chinese_and_japanese():
    assert set(languages()) == set(LANGUAGES)


def test_every_language_has_the_same_keys(language):
    assert messages(language).keys() == messages("ko").keys()


def test_a_key_has_the_same_fields_in_every_language(language):
    translated = messages(language)
    for key, korean in messages("ko").items():
        assert {field for form in forms(translated[key]) for field in fields(form)} == fields(forms(korean)[0]), key


def test_a_key_has_plural_forms_in_every_language_or_in_none_and_as_many_as_the_language_has(language):
    translated = messages(language)
    for key, korean in messages("ko").items():
        assert isinstance(translated[key].id, tuple) == isinstance(korean.id, tuple), key
        assert len(forms(translated[key])) == (2 if isinstance(korean.id, tuple) and language == "en" else 1), key


@pytest.mark.parametrize(("language", "other"), [("en", "ko"), ("zh", "ko"), ("zh", "en"), ("ja", "ko"), ("ja", "en")])
def test_every_sentence_is_translated(language, other):
    translated, originals = messages(language), messages(other)
    same = {key for key, message in translated.items() if forms(message)[-1] == forms(originals[key])[-1]}
    # fields with signs between them may be the same
    assert {key for key in same if re.search(r"[^\W_]", re.sub(r"{\w+}", "", forms(translated[key])[-1]))} <= SAME


@pytest.mark.parametrize("language", ["en", "zh", "ja"])
def test_nothing_is_left_in_korean(language):
    left = {key for key, message in messages(language).items() if re.search("[ㄱ-ㅣ가-힣]", "".join(forms(message)))}
    assert left <= IN_HANGUL


@pytest.mark.parametrize("language", ["zh", "ja"])
def test_no_character_has_the_form_of_another_language(language):
    for key, message in messages(language).items():
        if key not in SAME:
            for character in HAN.findall("".join(forms(message))):
                assert character.encode(WRITTEN_IN[language], "ignore"), (key, character)


def test_fields_are_plain_names(language):
    for key, message in messages(language).items():
        for form in forms(message):
            assert all(re.fullmatch("[a-z_]+", field) for field in fields(form)), key


def test_no_sentence_is_empty_or_doubtful(language):
    for key, message in messages(language).items():
        assert all(form.strip() for form in forms(message)), key
        assert not message.fuzzy, key


def test_keys_are_a_section_and_a_name(language):
    for key, message in messages(language).items():
        assert re.fullmatch(r"[a-z_]+(\.[a-z0-9_]+)+", key), key
        assert isinstance(message.id, str) or message.id[0] == message.id[1], key


def test_no_key_is_there_twice(language):
    ids = re.findall(r'^msgid "(.+)"', resource("text", language, "kiosk.po").read_text("utf-8"), re.MULTILINE)
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize(
    ("language", "money", "written"),
    [
        ("ko", won(12_300), "12,300원"),
        ("en", won(12_300), "₩12,300"),
        ("ko", won(-3_000), "-3,000원"),
        ("en", won(0), "₩0"),
        ("zh", won(12_300), "₩12,300"),
        ("ja", won(12_300), "₩12,300"),
        ("ja", won(-3_000), "-₩3,000"),
        ("zh", Money(123_456, Currency.USD), "$1,234.56"),
        ("en", Money(123_456, Currency.USD), "$1,234.56"),
        ("ko", Money(5, Currency.USD), "0.05달러"),
    ],
)
def test_money_is_written_as_the_language_writes_it(language, money, written):
    assert Text.load(language).money(money) == written


def test_date_and_time_are_koreas():
    assert Text.load("ko").date_time(1_763_650_800_000) == "2025-11-21 00:00"
    assert Text.load("en").date_time(1_763_650_800_000) == "21 Nov 2025 00:00"
    assert Text.load("zh").date_time(1_763_650_800_000) == "2025/11/21 00:00"
    assert Text.load("ja").date_time(1_763_650_800_000) == "2025/11/21 00:00"


@pytest.mark.parametrize(
    ("language", "afternoon", "night"),
    [
        ("ko", "오후 3:20", "오전 12:05"),
        ("en", "3:20 PM", "12:05 AM"),
        ("zh", "下午3:20", "上午12:05"),
        ("ja", "午後3:20", "午前12:05"),
    ],
)
def test_a_time_of_day_is_said_as_people_say_it(language, afternoon, night):
    text = Text.load(language)
    assert (text.clock(1_763_619_600_000), text.clock(1_763_651_100_000)) == (afternoon, night)


@pytest.mark.parametrize(
    ("language", "one", "three"),
    [
        ("ko", "1개 · 총 금액", "3개 · 총 금액"),
        ("en", "1 item · total", "3 items · total"),
        ("zh", "1件 · 合计", "3件 · 合计"),
        ("ja", "1点 · 合計", "3点 · 合計"),
    ],
)
def test_goods_are_counted_as_the_language_counts_them(language, one, three):
    text = Text.load(language)
    assert (text("basket.count", count=1), text("basket.count", count=3)) == (one, three)


def sample(body, language="en"):
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    plural = '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
    own = read_language(language)
    extra = read_po(io.BytesIO((head + plural + body).encode()), locale=language)
    for message in extra:
        if message.id:
            own[message.id] = message
    return Text(language, own)


def test_money_in_a_sentence_is_written_as_money():
    text = sample('msgid "basket.left"\nmsgstr "{amount} left of {name}"\n')
    assert text("basket.left", amount=won(9_300), name="Kim") == "₩9,300 left of Kim"


def test_plural_forms_choose_by_count():
    text = sample(
        'msgid "basket.items"\nmsgid_plural "basket.items"\nmsgstr[0] "{count} item"\nmsgstr[1] "{count} items"\n'
    )
    assert text("basket.items", count=1) == "1 item"
    assert text("basket.items", count=3) == "3 items"
    with pytest.raises(BugError):
        text("basket.items")


def test_braces_in_a_parameter_stay_as_they_are():
    text = sample('msgid "basket.name"\nmsgstr "{name}"\n')
    assert text("basket.name", name="{amount}") == "{amount}"


def test_an_error_with_several_problems_becomes_several_lines():
    text = sample('msgid "a.all"\nmsgstr "Problems:\\n{problems}"\n\nmsgid "a.one"\nmsgstr "line {line}"\n')
    problems = (CatalogueError("a.one", line=1), CatalogueError("a.one", line=2))
    assert text.error(ConfigError("a.all", problems=problems)) == "Problems:\nline 1\nline 2"


def test_an_unknown_key_is_our_bug():
    with pytest.raises(BugError, match=r"nobody\.wrote_this"):
        Text.load("ko")("nobody.wrote_this")


def test_the_header_is_no_key():
    with pytest.raises(BugError):
        Text.load("ko")("")


def test_a_missing_translation_does_not_fall_back():
    text = sample('msgid "basket.empty"\nmsgstr ""\n')
    with pytest.raises(BugError):
        text("basket.empty")


def test_a_missing_parameter_is_our_bug():
    with pytest.raises(BugError, match="amount"):
        Text.load("ko")("money.krw")


@pytest.mark.parametrize("value", [True, 1.5, None, b"raw"])
def test_what_people_cannot_read_is_not_said(value):
    with pytest.raises(BugError):
        Text.load("ko")("money.krw", amount=value)


def test_an_unknown_language_is_our_bug():
    with pytest.raises(BugError):
        Text.load("tlh")
