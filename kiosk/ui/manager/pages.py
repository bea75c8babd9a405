"""How a list is shared out over columns and pages. Pure: heights in, places out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Block:
    """Something of a height.

    Attributes:
        height: Of itself [px].
        gap: Above it, where it does not begin a column [px].
        begins: It is the first one of its section.
        leads: It stands above the next one, and is not the last of a column.
        stands_alone: The one before it can as well be in another column.
    """

    height: int
    gap: int
    begins: bool = False
    leads: bool = False
    stands_alone: bool = False


Column = list[int]
"""The blocks in it, by number."""


def fill(blocks: Sequence[Block], room: int) -> list[Column]:
    """Column after column, as many to each as have room. A block always has a place, even one that is too high."""
    columns: list[Column] = [[]]
    used = 0
    for number, block in enumerate(blocks):
        more = block.gap + block.height if columns[-1] else block.height
        after = blocks[number + 1] if block.leads and number + 1 < len(blocks) else None
        needed = more if after is None else more + after.gap + after.height
        if columns[-1] and used + needed > room:
            columns.append([])
            used, more = 0, block.height
        columns[-1].append(number)
        used += more
    return columns


def paginate(blocks: Sequence[Block], room: int, *, halves: bool) -> list[list[Column]]:
    """Pages of one column, or of two halves beside each other; on the last page they are about as high."""
    filled, columns = fill(blocks, room), 2 if halves else 1
    pages = [filled[at : at + columns] for at in range(0, len(filled), columns)]
    if halves:
        last = [number for column in pages[-1] for number in column]
        pages[-1] = _halved(blocks, last, room) or pages[-1]
    return pages


def _halved(blocks: Sequence[Block], page: Column, room: int) -> list[Column]:
    """Two columns parted between sections, or else between two that stand alone; none where neither can be."""
    return _parted(blocks, page, room, lambda block: block.begins) or _parted(
        blocks, page, room, lambda block: block.stands_alone
    )


def _parted(blocks: Sequence[Block], page: Column, room: int, may: Callable[[Block], bool]) -> list[Column]:
    cuts = [at for at in range(1, len(page)) if may(blocks[page[at]]) and not blocks[page[at - 1]].leads]
    higher = {at: max(_height(blocks, page[:at]), _height(blocks, page[at:])) for at in cuts}
    if not higher or min(higher.values()) > room:
        return []
    best = min(cuts, key=lambda at: (higher[at], -at))
    return [page[:best], page[best:]]


def _height(blocks: Sequence[Block], column: Column) -> int:
    return sum(blocks[number].height + (blocks[number].gap if at else 0) for at, number in enumerate(column))
