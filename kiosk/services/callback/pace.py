"""How often the listener accepts: by count, and by the time that the work took."""

from typing import Final

REQUEST_WORK_S: Final = 0.0007
"""Work of one request [s of the processor]; what took longer counts as several. So a flood has 3.5 % of one core at the
usual rate, on a slow machine too and whatever it sends: 12 KiB in chunks of a byte cost as much as twenty messages."""

GAP_S: Final = 0.005
"""Between any two the other threads have their turn, also in a burst."""


class Pace:
    """A bucket that holds `burst` requests and gains `per_s` every second.

    Args:
        per_s: Requests a second in the long run; at least one.
        burst: Requests at once after a rest.
        now_s: A clock that never goes back [s].
        worked_s: Processor time of the thread so far [s].
    """

    def __init__(self, per_s: float, burst: int, now_s: float, worked_s: float) -> None:
        self._per_s = max(per_s, 1.0)
        self._burst = burst
        self._room = float(burst)
        self._now_s = now_s
        self._worked_s = worked_s

    def take(self, now_s: float, worked_s: float) -> float:
        """Take room for one request, and what the former ones took too much.

        Returns:
            How long to wait before it is accepted [s].
        """
        gained = (now_s - self._now_s) * self._per_s
        spent = max(1.0, (worked_s - self._worked_s) / REQUEST_WORK_S)
        self._room = min(self._burst, self._room + gained) - spent
        self._now_s, self._worked_s = now_s, worked_s
        return max(GAP_S, -self._room / self._per_s)
