"""How a list is shared out over columns and pages. Pure: heights in, places out."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Block:
    """Something of a height.

    Attributes:
        height: Of itself [px].
        gap: Above it, where it does not begin a column [px].
        leads: It stands above the next one, and is not the last of a column.
    """

    height: int
    gap: int
    leads: bool = False


Column = list[int]
"""The blocks in it, by number."""


def fill(blocks: Sequence[Block], room: int) -> list[Column]:
    """Column after column, as many to each as have room. A block always has a place, even one that is too high."""
    columns: list[Column] = [[]]
    used = 0
    for number, block in enumerate(blocks):
        more = block.gap + block.height if columns[-1] else block.height
        last = blocks[number + 1] if block.leads and number + 1 < len(blocks) else None
        with_next = more if last is None else more + last.gap + last.height
        if columns[-1] and used + with_next > room:
            columns.append([])
            used, more = 0, block.height
        columns[-1].append(number)
        used += more
    return columns


def paginate(blocks: Sequence[Block], room: int, columns: int) -> list[list[Column]]:
    """Pages of so many columns; those of the last page are of about the same height."""
    filled = fill(blocks, room)
    pages = [filled[at : at + columns] for at in range(0, len(filled), columns)]
    first = pages[-1][0][0] if pages[-1][0] else 0
    pages[-1] = _levelled(blocks[first:], room, columns, first)
    return pages


def _levelled(blocks: Sequence[Block], room: int, columns: int, first: int) -> list[Column]:
    """The same in as many columns, none higher than it needs to be."""
    low, high = 1, room
    while low < high:
        middle = (low + high) // 2
        fits = len(fill(blocks, middle)) <= columns and _highest(blocks, middle) <= middle
        low, high = (low, middle) if fits else (middle + 1, high)
    return [[first + number for number in column] for column in fill(blocks, high)]


def _highest(blocks: Sequence[Block], room: int) -> int:
    """The height of the highest column [px]."""
    return max(
        sum(blocks[number].height + (blocks[number].gap if at else 0) for at, number in enumerate(column))
        for column in fill(blocks, room)
    )
