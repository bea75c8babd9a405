"""What a planted bug is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bug:
    """One mistake.

    Attributes:
        name: The mistake, in words.
        breaks: The law (L1-L11), section or row that it breaks.
        file: Where it is made.
        old: The text that it takes the place of; found there exactly once.
        new: What stands there then.
        tests: The narrowest set of tests that should notice, as pytest takes them.
    """

    name: str
    breaks: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]
