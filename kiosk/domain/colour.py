"""Colours as "#RRGGBB": how well one stands out from another, and what lies between two."""

from typing import Final

READABLE: Final = 4.5
"""The least contrast of text with its ground. Source: WCAG 2.2, 1.4.3."""

_SHARES: Final = (0.2126, 0.7152, 0.0722)
"""Of red, green and blue in the luminance. Source: WCAG 2.2, relative luminance."""


def contrast(one: str, other: str) -> float:
    """From 1 to 21. Source: WCAG 2.2, contrast ratio."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def mixed(one: str, other: str, share: float) -> str:
    """So much of one, from 0 to 1, and the rest of the other."""
    parts = zip(_parts(one), _parts(other), strict=True)
    return "#" + "".join(f"{round(first * share + second * (1 - share)):02X}" for first, second in parts)


def _parts(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour.removeprefix("#")))


def _luminance(colour: str) -> float:
    return sum(share * _linear(part / 255) for share, part in zip(_SHARES, _parts(colour), strict=True))


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
