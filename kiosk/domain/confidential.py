"""A text that must not be read by accident: a password, a coupon barcode, an account number."""

from typing import NoReturn

from typing_extensions import override

SHOWN_CHARACTERS = 4
"""How much of the end of a long enough text people may see, to tell two apart."""


def mask(text: str) -> str:
    """The text as people may see it: "****6789"; nothing of a text of eight characters or fewer."""
    return "****" + (text[-SHOWN_CHARACTERS:] if len(text) > 2 * SHOWN_CHARACTERS else "")


class Confidential:
    """Wraps a text so that printing, formatting, logging and pickling do not give it away; reveal() does.

    Args:
        text: What to keep to ourselves.
    """

    __slots__ = ("__text",)

    def __init__(self, text: str) -> None:
        self.__text = text

    def reveal(self) -> str:
        """The text itself. Called where it is sent or sealed, and nowhere else."""
        return self.__text

    @override
    def __repr__(self) -> str:
        return f"Confidential({mask(self.__text)!r})"

    @override
    def __str__(self) -> str:
        return mask(self.__text)

    @override
    def __format__(self, spec: str) -> str:
        return format(mask(self.__text), spec)

    @override
    def __eq__(self, other: object) -> bool:
        return isinstance(other, Confidential) and self.__text == other.reveal()

    @override
    def __hash__(self) -> int:
        return hash(self.__text)

    @override
    def __reduce__(self) -> NoReturn:
        raise TypeError("a confidential text is not pickled")
