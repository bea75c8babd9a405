"""Who stands before the screen: a customer, or staff who knocked. One window, two stages.

While staff are in, the customer's story waits beneath: nothing of it idles out, and it is shown again when they go.
"""

import asyncio
from typing import Final

from kiosk.flows.intents import Intent, Scanned
from kiosk.flows.manager.intents import Knock
from kiosk.flows.manager.views import SheetView
from kiosk.flows.observable import Observable
from kiosk.flows.stage import Stage
from kiosk.flows.views import BasketView, ClosedView, DoneView, Shown, StartView

DOORS: Final = frozenset({StartView, BasketView, DoneView, ClosedView})
"""Screens at which staff can knock: nobody is being asked about money."""

NOTHING: Final = SheetView("", ())
"""An empty sheet: what the staff's stage holds while nobody is in."""


class Front:
    """Shows one stage or the other, and hands on what is pressed and scanned.

    Args:
        customer: The customers' stage.
        staff: The staff's.
    """

    def __init__(self, customer: Stage, staff: Stage) -> None:
        self._customer = customer
        self.staff: Final = staff
        self.shown = Observable(customer.shown.value)
        self.is_open = False
        self._knock = asyncio.Event()
        customer.shown.subscribe(self._customer_shows)
        staff.shown.subscribe(self._staff_shows)

    def submit(self, intent: Intent) -> None:
        """What a person pressed."""
        if isinstance(intent, Knock):
            if not self.is_open and type(self._customer.shown.value.view) in DOORS:
                self._knock.set()
            return
        (self.staff if self.is_open else self._customer).submit(intent)

    def on_code(self, text: str) -> bool:
        """What a scanner read while staff are in; false when it is for the customer's story."""
        if self.is_open:
            self.staff.submit(Scanned(text))
        return self.is_open

    async def knocked(self) -> None:
        """Come back when somebody knocks."""
        self._knock.clear()
        await self._knock.wait()

    def open(self) -> None:
        """Staff are in; what they are asked first is shown next."""
        self.is_open = True
        self._customer.cover()

    def close(self) -> None:
        """Staff are out; nothing of theirs stays, not for a moment of the next visit."""
        self.is_open = False
        self.staff.show(NOTHING)
        self._customer.uncover()
        self.shown.publish(self._customer.shown.value)

    def _customer_shows(self, shown: Shown) -> None:
        if not self.is_open:
            self.shown.publish(shown)

    def _staff_shows(self, shown: Shown) -> None:
        if self.is_open:
            self.shown.publish(shown)
