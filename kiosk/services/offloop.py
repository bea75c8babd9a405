"""Work that would hold up the loop is done somewhere else."""

import asyncio
from collections.abc import Callable
from typing import Protocol, TypeVar

T = TypeVar("T")


class OffLoop(Protocol):
    """Runs work that would hold up the loop somewhere else."""

    async def __call__(self, work: Callable[..., T], /, *values: object) -> T:
        """What the work gives, when it is done."""


async def in_executor(work: Callable[..., T], /, *values: object) -> T:
    """In a thread."""
    return await asyncio.get_running_loop().run_in_executor(None, work, *values)
