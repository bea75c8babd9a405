"""Mistakes with languages: the wrong words, amounts or faces, and what stays of the customer before."""

from typing import Final

from tests.planted.bug import Bug

STAGE: Final = "kiosk/flows/stage.py"
TEXT: Final = "kiosk/services/text.py"
FACES: Final = "kiosk/ui/faces.py"
WINDOW: Final = "kiosk/ui/face.py"
START: Final = "kiosk/ui/screens/start.py"
RECEIPT: Final = "kiosk/domain/receipt.py"
RECEIPT_IMAGE: Final = "kiosk/ui/receipt_image.py"
CHINESE: Final = "resources/text/zh/kiosk.po"
JAPANESE: Final = "resources/text/ja/kiosk.po"
OF_TEXT: Final = ("tests/services/test_text.py",)
OF_FACES: Final = ("tests/ui/test_faces.py",)

BUGS: Final = (
    Bug(
        "the next customer finds the language of the last one",
        "reset",
        STAGE,
        "language=self._home_language, help_code",
        "help_code",
        ("tests/flows/test_session.py",),
    ),
    Bug(
        "amounts are written as in Korean whatever is spoken",
        "amounts",
        CHINESE,
        'msgstr "₩{amount}"',
        'msgstr "{amount}원"',
        OF_TEXT,
    ),
    Bug("one of it is said like many", "plurals", TEXT, "int(str(count))", "2", OF_TEXT),
    Bug(
        "a field got lost in translation",
        "fields",
        JAPANESE,
        "まだ確認できていません。受付番号{code}",
        "まだ確認できていません。受付番号",
        OF_TEXT,
    ),
    Bug("a sentence is left in Korean", "translation", JAPANESE, 'msgstr "やめる"', 'msgstr "그만두기"', OF_TEXT),
    Bug(
        "a Japanese form in a Chinese sentence", "translation", CHINESE, "请扫描或选择商品", "请扫描或選择商品", OF_TEXT
    ),
    Bug(
        "Chinese gets the faces that were loaded for Korean",
        "faces",
        FACES,
        'QFont.StyleHint.SansSerif if language == "zh" else QFont.StyleHint.AnyStyle',
        "QFont.StyleHint.AnyStyle",
        OF_FACES,
    ),
    Bug(
        "Chinese is drawn by the Japanese face",
        "faces",
        FACES,
        "(HANGUL, CHINESE, JAPANESE)",
        "(HANGUL, JAPANESE, CHINESE)",
        OF_FACES,
    ),
    Bug(
        "Chinese lines are a fifth higher",
        "faces",
        FACES,
        "font.setStyleHint(hint, QFont.StyleStrategy.PreferTypoLineMetrics)",
        "font.setStyleHint(hint)",
        OF_FACES,
    ),
    Bug(
        "the words on the screen keep the faces of the language before",
        "faces",
        WINDOW,
        "        self._write_in(shown.language)\n",
        "",
        OF_FACES,
    ),
    Bug(
        "the languages are all named in the face of the one that is spoken",
        "faces",
        START,
        'self.theme.font("body", language)',
        'self.theme.font("body")',
        OF_FACES,
    ),
    Bug(
        "a receipt is drawn in the faces of Korean",
        "faces",
        RECEIPT_IMAGE,
        "_pieces(row, say, document.language, ",
        '_pieces(row, say, "ko", ',
        OF_FACES,
    ),
    Bug(
        "a Chinese sentence breaks before its full stop",
        "lines",
        RECEIPT,
        "[{_WIDE}][{_CLOSING}]*|",
        "[{_WIDE}]|",
        ("tests/domain/test_receipt.py",),
    ),
)
