"""Moments that survive a restart, and how much time has passed since one (law 10)."""

from dataclasses import dataclass

CLOCKS_AGREE_MS = 10_000
"""How far wall clock and server's clock may differ before neither is believed [ms]. Source: law 10."""


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


def elapsed_s(since: Stamp, now: Stamp, server_now_ms: int | None) -> float | None:
    """Seconds between two moments, or None when nobody can know.

    Within one boot the monotonic clock counts. After a reboot it is the larger of wall time and the server's Date
    minus our own timestamp; if these disagree by more than 10 s, neither is believed. Source: law 10. Wall time alone
    is not believed either: with nothing beside it nobody would notice that the clock was set.

    Args:
        since: The earlier moment.
        now: This moment.
        server_now_ms: The gateway server's clock, now, UTC epoch [ms]; None when it has not been heard.
    """
    if since.boot_id == now.boot_id:
        return (now.monotonic_ms - since.monotonic_ms) / 1000
    wall_ms = now.wall_ms - since.wall_ms
    if server_now_ms is None:
        return None
    server_ms = server_now_ms - since.wall_ms
    if abs(server_ms - wall_ms) > CLOCKS_AGREE_MS:
        return None
    return max(wall_ms, server_ms, 0) / 1000
