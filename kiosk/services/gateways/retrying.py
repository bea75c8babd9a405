"""How much time has passed, and when to try again."""

from collections.abc import Sequence

from kiosk.domain.moment import Stamp, elapsed_s
from kiosk.domain.ports import Clock


def wait_s(ladder_s: Sequence[float], tries: int, since_last_s: float) -> float:
    """How long to wait before the next try [s]; 0 when it is due.

    Args:
        ladder_s: Wait after the first, second, ... try [s].
        tries: How many there were; at least 1.
        since_last_s: How long ago the last one ended [s].
    """
    return max(0.0, ladder_s[min(tries, len(ladder_s)) - 1] - since_last_s)


class Ages:
    """How long ago something was written down, by all clocks that can be believed (law 10).

    Where none can (the machine was rebooted, and the server was not heard since or disagrees), it counts from this
    start of the program: a wait may then last longer than needed, never shorter.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._started = clock.stamp()

    @property
    def since_start(self) -> float:
        """Since this start of the program [s]."""
        return self._clock.elapsed(self._started)

    def since(self, moment: Stamp, server_ahead_ms: int | None) -> float:
        """Time since a moment [s].

        Args:
            moment: As it was written down, perhaps before a restart or reboot.
            server_ahead_ms: How far the server's clock is ahead of ours [ms]; None when it has not been heard.
        """
        now = self._clock.stamp()
        if now.boot_id == moment.boot_id:
            return self._clock.elapsed(moment)
        server_ms = None if server_ahead_ms is None else now.wall_ms + server_ahead_ms
        passed = elapsed_s(moment, now, server_ms)
        return self.since_start if passed is None else passed
