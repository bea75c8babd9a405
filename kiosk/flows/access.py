"""How the person before the screen wants it: larger, clearer, lower, spoken. Kept until the next customer."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final


class Aid(StrEnum):
    """What can be switched on. The value is a field of Access, and the last part of the text key `access.<value>`."""

    LARGE_PRINT = "large_print"
    CONTRAST = "contrast"
    LOW = "low"
    VOICE = "voice"


@dataclass(frozen=True, slots=True)
class Access:
    """What is switched on.

    Attributes:
        large_print: Text at 200 %, larger targets; screens page instead of shrinking.
        contrast: Every contrast is at least 7 to 1.
        low: All that is pressed is in the lower half of the screen.
        voice: What is on the screen is spoken.
    """

    large_print: bool = False
    contrast: bool = False
    low: bool = False
    voice: bool = False

    def switched(self, aid: Aid) -> "Access":
        """With this one the other way round."""
        return replace(self, **{aid.value: not self.has(aid)})

    def has(self, aid: Aid) -> bool:
        """Whether this one is on."""
        return bool(getattr(self, aid.value))

    @property
    def takes_longer(self) -> bool:
        """Who reads large print or listens needs more time."""
        return self.large_print or self.voice


USUAL: Final = Access()
"""Nothing is switched on."""
