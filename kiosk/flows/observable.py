"""A value that tells its listeners when it changes."""

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Observable(Generic[T]):
    """Holds one value; each listener is called with the present one at once and then with each new one."""

    def __init__(self, value: T) -> None:
        self._value = value
        self._listeners: list[Callable[[T], None]] = []

    @property
    def value(self) -> T:
        """The present value."""
        return self._value

    def publish(self, value: T) -> None:
        """Replace the value and tell everyone, unless it is the same."""
        if value == self._value:
            return
        self._value = value
        for listener in tuple(self._listeners):
            listener(value)

    def subscribe(self, listener: Callable[[T], None]) -> Callable[[], None]:
        """Listen; call what comes back to stop."""
        self._listeners.append(listener)
        listener(self._value)

        def unsubscribe() -> None:
            self._listeners.remove(listener)

        return unsubscribe
