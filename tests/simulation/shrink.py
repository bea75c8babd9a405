"""From a story that went wrong to the shortest one that goes wrong in the same way: things are left out, one by one."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tests.simulation.run import tell
from tests.simulation.world import Story, World

TRIES_MAX = 400
"""How many stories are told to find it [stories]."""


def goes_wrong_in(law: str, folder: Path) -> Callable[[Story], World | None]:
    """A test of a story: the world, if it breaks this law."""

    def test(story: Story) -> World | None:
        world = tell(story, folder)
        return world if any(one.law == law for one in world.laws.violations) else None

    return test


def shrink(seed: int, law: str, folder: Path) -> World:
    """The shortest story found that breaks this law.

    Args:
        seed: Of a story that does.
        law: Which.
        folder: For the till's files.
    """
    test = goes_wrong_in(law, folder)
    best = test(Story(seed))
    if best is None:
        raise ValueError(f"story {seed} does not break {law}")
    tries = 1

    def attempt(story: Story) -> bool:
        nonlocal best, tries
        tries += 1
        world = test(story) if tries <= TRIES_MAX else None
        if world is None:
            return False
        best = world
        return True

    accidents = list(dict.fromkeys(key for key, _ in best.fired))
    attempt(replace(best.story, only=frozenset(accidents)))
    size = max(1, len(accidents) // 2)
    while size:
        start = 0
        while start < len(accidents):
            fewer = accidents[:start] + accidents[start + size :]
            if attempt(replace(best.story, only=frozenset(fewer))):
                happened = {key for key, _ in best.fired}
                accidents = [one for one in fewer if one in happened]
            else:
                start += size
        size //= 2
    for customer in sorted(range(1, 26), reverse=True):
        came = best.story.customers or frozenset(range(1, 26))
        if customer in came:
            attempt(replace(best.story, customers=came - {customer}))
    return best
