"""Which situations a story came through: the tuples that are counted against all that can be reached."""

from collections import Counter
from dataclasses import dataclass, field

from tests.simulation.wire import Exchange

Situation = tuple[str, str, str, str, str, str]
"""Gateway, state of attempt and refund when it was sent, call, fault, where the till was killed, what it led to."""

STAYS = "stays"


@dataclass
class Coverage:
    """Of one story, or of many."""

    situations: Counter[Situation] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    _open: dict[str, Exchange] = field(default_factory=dict)

    def sent(self, exchange: Exchange) -> None:
        """An exchange about an attempt begins: the one before has led to nothing new."""
        self._close(exchange.attempt, STAYS)
        self._open[exchange.attempt] = exchange

    def answered(self, attempt: str) -> None:
        """The answer about an attempt is in the journal, and not only what others write meanwhile."""
        if attempt in self._open:
            self._open[attempt].is_written = True

    def advanced(self, attempt: str, state: str) -> None:
        """An attempt or its refund goes on. What an account shows leads to no refund."""
        exchange = self._open.get(attempt)
        is_look = exchange is not None and exchange.name == "ezpg.deposits"
        self._close(attempt, STAYS if is_look and state.startswith("refund ") else state)

    def killed(self) -> list[Exchange]:
        """The till was killed: wherever an exchange had come to.

        Returns:
            Those that were open.
        """
        for exchange in self._open.values():
            if exchange.phase == "none":
                exchange.phase = exchange.progress
        return list(self._open.values())

    @property
    def pending(self) -> tuple[Exchange, ...]:
        """Those that have led to nothing yet."""
        return tuple(self._open.values())

    def end(self) -> None:
        """The story is over."""
        for attempt in tuple(self._open):
            self._close(attempt, STAYS)

    def _close(self, attempt: str, outcome: str) -> None:
        exchange = self._open.pop(attempt, None)
        if exchange is None:
            return
        fault = exchange.fault or "none"
        self.situations[exchange.gateway, exchange.place, exchange.call, fault, exchange.phase, outcome] += 1
