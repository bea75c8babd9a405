"""Every character of every language is drawn, by a face that draws it as that language does."""

from collections import Counter
from itertools import pairwise

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics, QImage, QPainter, QTextLayout

from kiosk.domain.receipt import Document, Line
from kiosk.services.catalogue import LANGUAGES as OF_NAMES
from kiosk.services.catalogue import Catalogue
from kiosk.services.catalogue_csv import import_csv
from kiosk.services.resources import resource
from kiosk.services.text import languages, read_language
from kiosk.tools.samples import LANGUAGES, VIEWS
from kiosk.ui.faces import CHINESE, HANGUL, JAPANESE, faces, load_fonts, type_of
from kiosk.ui.receipt_image import render_image
from kiosk.ui.widgets.buttons import TextButton
from kiosk.ui.widgets.labels import Label, WholeWordsLabel, breakable
from tests.ui.windows import FORMATS, HOME, find, open_window, show, text_for, theme_of

EVERY = pytest.mark.parametrize("language", LANGUAGES)
HEIGHT_PX = 50
ROOM = QRect(0, 0, 10_000, 10_000)


@pytest.fixture(autouse=True)
def _fonts(qapp):
    load_fonts(resource("fonts"))


def said_in(language):
    """All that the language file says."""
    messages = (message for message in read_language(language) if message.id)
    return set("".join("".join(message.string or "") for message in messages))


def drawn_by(character, language, *, bold=False):
    """The face that draws a character in a text of the language; none where there is only a box for it."""
    layout = QTextLayout(character, type_of(language, HEIGHT_PX, bold=bold))
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    (run,) = layout.glyphRuns()
    return "" if 0 in run.glyphIndexes() else run.rawFont().familyName()


def picture(words, language):
    """The words as their language draws them."""
    image = QImage(400, 80, QImage.Format.Format_Grayscale8)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.setFont(type_of(language, HEIGHT_PX))
    painter.drawText(10, 60, words)
    painter.end()
    return image


def test_there_is_a_language_file_for_every_language_that_products_are_named_in():
    assert set(languages()) == set(OF_NAMES) == set(LANGUAGES)


@EVERY
@pytest.mark.parametrize("bold", [False, True])
def test_no_glyph_is_missing_in_any_sentence(language, bold):
    characters = {character for character in said_in(language) if character.isprintable() and character != " "}
    assert not [character for character in characters if not drawn_by(character, language, bold=bold)]


@EVERY
def test_no_glyph_is_missing_in_the_names_of_the_demos_goods(language, tmp_path):
    import_csv(resource("demo", "catalogue.csv"), tmp_path / "catalogue.sqlite", lambda *_: None)
    goods = Catalogue(tmp_path / "catalogue.sqlite")
    names = {product.name(language) for one in goods.categories() for product in goods.in_category(one)}
    assert len(names) > 20
    assert not [character for character in set("".join(names)) - {" "} if not drawn_by(character, language)]


@pytest.mark.parametrize(("language", "face"), [("zh", CHINESE), ("ja", JAPANESE)])
def test_the_characters_of_a_language_are_drawn_by_its_own_face_whatever_was_spoken_before(language, face):
    assert drawn_by("直", "ko") == JAPANESE
    own = {character for character in said_in(language) if "\u3400" <= character <= "\u9fff"}
    own -= set("中文日本語")
    assert len(own) > 200
    assert {drawn_by(character, language) for character in own} == {face}


@EVERY
def test_figures_and_latin_letters_are_pretendards_in_every_language(language):
    assert {drawn_by(character, language) for character in "0123456789,KWonA-"} <= {HANGUL, JAPANESE}
    assert picture("12,300 A-027", language) == picture("12,300 A-027", "ko")


def test_the_same_character_has_the_form_of_the_language_it_stands_in():
    assert picture("直", "zh") != picture("直", "ja")


@EVERY
def test_a_line_is_as_high_in_every_language(language):
    heights = {
        QFontMetrics(type_of(each, HEIGHT_PX)).boundingRect(ROOM, 0, words).height()
        for each, words in ((language, text_for(language)("done.title")), ("ko", "결제됐어요"))
    }
    assert len(heights) == 1


def faces_in(window):
    """The families of everything with words in it, by the name of the widget."""
    return {
        (one.objectName(), tuple(one.font().families()))
        for one in (*window.findChildren(Label), *window.findChildren(TextButton))
    }


@pytest.mark.parametrize("view", ["basket", "method_part_paid", "phone_last_seconds", "certainty_checking", "done"])
def test_all_words_are_written_in_the_faces_of_the_language_and_in_the_stores_again_afterwards(qtbot, view):
    window = open_window(qtbot)
    for language in ("ko", "zh", "ja", "ko"):
        show(window, VIEWS[view], language)
        assert {families for name, families in faces_in(window) if not name.startswith("language_")} == {
            faces(language)
        }


@EVERY
def test_the_lines_on_the_screen_are_as_high_in_every_language(qtbot, language):
    window = open_window(qtbot)
    for spoken in ("ko", language):
        show(window, VIEWS["done"], spoken)
    label = next(one for one in window.findChildren(Label) if one.said == text_for(language)("done.title"))
    assert label.sizeHint().height() == QFontMetrics(label.font()).boundingRect(ROOM, 0, "A-027").height()


@EVERY
def test_each_language_is_named_in_its_own_face_whatever_is_spoken(qtbot, language):
    window = show(open_window(qtbot), VIEWS["start"], language)
    for one in LANGUAGES:
        chip = find(window, TextButton, f"language_{one}")
        assert tuple(chip.font().families()) == faces(one)
        assert chip.text() == {"ko": "한국어", "en": "English", "zh": "中文", "ja": "日本語"}[one]


@pytest.mark.parametrize("format_", list(FORMATS))
@EVERY
def test_the_chips_of_four_languages_stand_in_even_rows(qtbot, format_, language):
    window = show(open_window(qtbot, format_), VIEWS["start"], language)
    chips = [find(window, TextButton, f"language_{one}") for one in LANGUAGES]
    rows = Counter(chip.y() for chip in chips)
    assert list(rows.values()) == ([4] if format_ == HOME else [2, 2])
    in_one_row = [(one, other) for one, other in pairwise(chips) if one.y() == other.y()]
    assert all(one.geometry().right() < other.x() for one, other in in_one_row)
    assert chips[-1].mapTo(window, chips[-1].rect().bottomRight()).x() < window.width()


def test_a_sentence_without_spaces_ends_its_lines_where_its_language_does(qapp):
    metrics = QFontMetrics(theme_of().font("body", "zh"))
    sentence = text_for("zh")("certainty.parked.body")
    assert breakable(sentence, metrics.horizontalAdvance(sentence) // 3, metrics) == sentence
    assert "\u200b" in breakable("K01" * 30, 200, metrics)


def test_a_receipt_is_drawn_in_the_faces_of_its_language():
    drawn = {language: render_image(Document(language, (Line("直"),)), text_for(language)) for language in LANGUAGES}
    assert drawn["ja"] == drawn["ko"] == drawn["en"] != drawn["zh"]


@EVERY
def test_no_word_beside_the_total_is_torn(qtbot, language):
    label = WholeWordsLabel(theme_of(), "body")
    qtbot.addWidget(label)
    label.say(text_for(language)("basket.count", count=7))
    first, second = text_for(language)("basket.count", count=7).split(" · ")
    wide = label.fontMetrics().horizontalAdvance(f"{first} · {second}")
    layout = QTextLayout(label.text(), label.font())
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(wide - label.fontMetrics().horizontalAdvance(second[-1]) / 2)
    layout.endLayout()
    assert label.text()[line.textLength() :].replace("\u2060", "").strip() == second.split(" ")[-1]
    assert label.accessibleName() == f"{first} · {second}"


@pytest.mark.parametrize(
    ("words", "last"),
    [
        ("영수증이 나왔어요. 가져가 주세요", "가져가 주세요"),
        ("Your receipt is out. Please take it", "take it"),
        ("小票已打印，请取走", "取走"),
        ("ただいま決済を処理しています", "処理しています"),
        ("決済を処理しています", "います"),
        ("もう振り込みましたか？", "込みましたか？"),
    ],
)
def test_what_ends_a_heading_does_not_stand_alone_in_part_on_its_last_line(qtbot, words, last):
    label = Label(theme_of(), "heading")
    qtbot.addWidget(label)
    label.show()
    label.say(words)
    label.resize(label.fontMetrics().horizontalAdvance(words[:-1]), 500)
    layout = QTextLayout(label.text(), label.font())
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(label.width())
    layout.endLayout()
    assert label.text()[line.textLength() :].replace("\u2060", "").replace("\u00a0", " ") == last
    assert label.accessibleName() == words
    assert label.said == words


def test_what_ends_a_sentence_stands_alone_in_part_in_no_script_without_spaces(qtbot):
    label = Label(theme_of())
    qtbot.addWidget(label)
    label.show()
    label.resize(10_000, 500)
    for words, joined in (("正在处理付款", "正在处理付⁠款"), ("確認しています", "確⁠認⁠し⁠て⁠い⁠ま⁠す")):
        label.say(words)
        assert label.text() == joined
    label.say("결제를 처리하고 있어요")
    assert label.text() == label.said


def test_what_has_no_room_in_a_line_is_parted(qtbot):
    label = Label(theme_of(), "heading")
    qtbot.addWidget(label)
    label.show()
    label.say("決済を処理しています")
    label.resize(label.fontMetrics().horizontalAdvance("処理し"), 500)
    assert label.text() == label.said
