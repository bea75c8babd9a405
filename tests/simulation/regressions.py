"""Stories that went wrong once, as short as they could be told. They are told for ever, and must end well."""

from typing import Final

from tests.simulation.world import Story

REGRESSIONS: Final = (Story(0),)
