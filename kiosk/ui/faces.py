"""The bundled typefaces, and which of them a language is written in.

The same Chinese character is drawn in one way in China and in another in Japan, so the order of the faces is the
language's. Figures and Latin letters are Pretendard's in all of them.
"""

from pathlib import Path
from typing import Final

from PySide6.QtGui import QFont, QFontDatabase, QRawFont

from kiosk.domain.errors import require

HANGUL: Final = "Pretendard"
JAPANESE: Final = "Pretendard JP"
CHINESE: Final = "Noto Sans SC"
"""Simplified Chinese."""

_OF_LANGUAGE: Final = {
    "ja": (JAPANESE, CHINESE),
    "zh": (HANGUL, CHINESE, JAPANESE),
}

_SIGN_OF: Final = {HANGUL: 0xAC12, JAPANESE: 0x6255, CHINESE: 0x8BF7}
"""A sign that a typeface is there for: 값, 払, 请."""


def own_face(language: str) -> str:
    """The typeface without which a language cannot be read."""
    return {"ja": JAPANESE, "zh": CHINESE}.get(language, HANGUL)


def has_signs(face: str) -> bool:
    """Whether a typeface was loaded, and can write what it is there for; Qt would take another one in its place."""
    raw = QRawFont.fromFont(QFont(face))
    return raw.familyName() == face and bool(raw.supportsCharacter(_SIGN_OF[face]))


def faces(language: str) -> tuple[str, ...]:
    """The typefaces of a language, each for what the ones before it have no glyph for."""
    return _OF_LANGUAGE.get(language, (HANGUL, JAPANESE, CHINESE))


def write_in(font: QFont, language: str) -> None:
    """Give a font the typefaces of a language.

    Qt keeps what it loaded under the first typeface and the style hint: who comes later with the same first one and
    others behind it gets those that were behind it before. For a typeface that is there the hint means nothing else.

    A line is as high as Pretendard's in all of them: Noto Sans leaves room for scripts that nobody writes here, a fifth
    more, unless it is asked for its typographic measures.
    """
    font.setFamilies(faces(language))
    hint = QFont.StyleHint.SansSerif if language == "zh" else QFont.StyleHint.AnyStyle
    font.setStyleHint(hint, QFont.StyleStrategy.PreferTypoLineMetrics)


def type_of(language: str, height_px: int, *, bold: bool = False) -> QFont:
    """Type of a height in the typefaces of a language."""
    font = QFont()
    write_in(font, language)
    font.setPixelSize(height_px)
    font.setBold(bold)
    return font


def load_fonts(fonts_dir: Path) -> None:
    """Make the bundled typefaces known. Call once, on the GUI thread, before anything is drawn.

    Their glyphs are read when they are first drawn; until then a face costs a few milliseconds, whatever its size.

    Raises:
        BugError: the folder lacks one of them.
    """
    for file in sorted(fonts_dir.glob("*.otf")):
        QFontDatabase.addApplicationFont(str(file))
    known = QFontDatabase.families()
    for face in (HANGUL, JAPANESE, CHINESE):
        require(face in known, f"no typeface {face} among the bundled fonts")
