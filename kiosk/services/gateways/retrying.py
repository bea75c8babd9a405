"""When to try again."""

from collections.abc import Sequence


def wait_s(ladder_s: Sequence[float], tries: int, since_last_s: float) -> float:
    """How long to wait before the next try [s]; 0 when it is due.

    Args:
        ladder_s: Wait after the first, second, ... try [s].
        tries: How many there were; at least 1.
        since_last_s: How long ago the last one ended [s].
    """
    return max(0.0, ladder_s[min(tries, len(ladder_s)) - 1] - since_last_s)
