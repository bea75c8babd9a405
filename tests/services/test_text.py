import io
import re
import string

import pytest
from babel.messages.pofile import read_po

from kiosk.domain.errors import BugError, CatalogueError, ConfigError
from kiosk.domain.money import Currency, Money, won
from kiosk.services.resources import resource
from kiosk.services.text import Text, languages, read_language


@pytest.fixture(params=["ko", "en"])
def language(request):
    return request.param


def forms(message):
    return message.string if isinstance(message.string, tuple) else (message.string,)


def fields(sentence):
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def messages(language):
    return {m.id if isinstance(m.id, str) else m.id[0]: m for m in read_language(language) if m.id}


def test_korean_and_english_have_the_same_keys():
    assert messages("ko").keys() == messages("en").keys()


def test_a_key_has_the_same_fields_in_every_language():
    english = messages("en")
    for key, korean in messages("ko").items():
        assert fields(forms(korean)[0]) == fields(forms(english[key])[-1]), key


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


def test_there_are_korean_and_english():
    assert {"ko", "en"} <= set(languages())


@pytest.mark.parametrize(
    ("language", "money", "written"),
    [
        ("ko", won(12_300), "12,300원"),
        ("en", won(12_300), "₩12,300"),
        ("ko", won(-3_000), "-3,000원"),
        ("en", won(0), "₩0"),
        ("en", Money(123_456, Currency.USD), "$1,234.56"),
        ("ko", Money(5, Currency.USD), "0.05달러"),
    ],
)
def test_money_is_written_as_the_language_writes_it(language, money, written):
    assert Text.load(language).money(money) == written


def test_date_and_time_are_koreas():
    assert Text.load("ko").date_time(1_763_650_800_000) == "2025-11-21 00:00"
    assert Text.load("en").date_time(1_763_650_800_000) == "21 Nov 2025 00:00"


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
