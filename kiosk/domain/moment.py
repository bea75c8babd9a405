"""Moments that survive a restart, and how much time has passed since one (law 10)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stamp:
    """A moment, written down so that it means something after a restart or a reboot.

    Attributes:
        wall_ms: Wall clock, UTC epoch [ms].
        monotonic_ms: A clock that counts through suspend, meaningful within one boot [ms].
        boot_id: Which boot the monotonic clock belongs to.
    """

    wall_ms: int
    monotonic_ms: int
    boot_id: str


def passed_s(since: Stamp, now: Stamp, started: Stamp) -> float:
    """Seconds that are known to have passed since a moment: not all of them, perhaps, but never more than there were.

    Within one boot the clock that nobody sets counts. What was written down in another boot was before this start of
    the program, and counts from there. The wall clock is believed in neither case, however well it agrees with a
    server's now: nobody knows how far off it was when the moment was written down. A wait may so last longer than
    needed, never shorter. Source: law 10.

    Args:
        since: The earlier moment.
        now: This moment.
        started: When this run of the program began.
    """
    earliest = since if since.boot_id == now.boot_id else started
    return (now.monotonic_ms - earliest.monotonic_ms) / 1000
