"""What the simulators do by themselves, in real time: lets it happen when it is due, and calls the kiosk.

A kiosk is called once and never again. How long it thinks about an answer is its own affair: nobody here waits for it.
"""

import asyncio
import ssl
from contextlib import suppress
from typing import Final

import httpx

from kiosk.simulator.outside import Outside
from kiosk.simulator.relay import RelayServer
from kiosk.simulator.relay_callbacks import Callback

PATIENCE_S: Final = 5.0
"""How long a called kiosk may take [s, real]. The real relay has no limit, and waits; a simulator must not."""
LONGEST_ANSWER: Final = 200
NOWHERE: Final = "no address"


class Caller:
    """The time of the outside world.

    Args:
        outside: What lives in it.
        time_scale: Divides every duration.
    """

    def __init__(self, outside: Outside, time_scale: float) -> None:
        self._outside = outside
        self._scale = time_scale
        self._woken = asyncio.Event()
        no_tls = ssl.SSLContext(
            ssl.PROTOCOL_TLS_CLIENT
        )  # kiosks are called over plain HTTP; reading certificates takes long
        self._http = httpx.AsyncClient(trust_env=False, timeout=PATIENCE_S, follow_redirects=True, verify=no_tls)

    def wake(self) -> None:
        """Something was asked of the servers: there may be something new to do."""
        self._woken.set()

    async def live(self) -> None:
        """Go on until cancelled."""
        async with self._http, asyncio.TaskGroup() as calls:
            while True:
                self._woken.clear()
                self._outside.tick()
                relay = self._outside.loyalty
                for callback in relay.callbacks.take_due():
                    calls.create_task(self._call(relay, callback))
                due_s = self._outside.next_due_s()
                with suppress(TimeoutError):
                    async with asyncio.timeout(None if due_s is None else due_s / self._scale):
                        await self._woken.wait()

    async def call_early(self) -> None:
        """Call for what the kiosk is to hear before the answer to its own request, and wait for that."""
        relay = self._outside.loyalty
        for callback in relay.callbacks.take_early():
            await self._call(relay, callback)

    async def _call(self, relay: RelayServer, callback: Callback) -> None:
        if callback.url is None:
            relay.callbacks.note(callback, None, NOWHERE)
            return
        try:
            async with asyncio.timeout(PATIENCE_S):
                reply = await self._http.post(callback.url, json=callback.body, headers=dict(callback.headers))
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, TimeoutError) as error:
            relay.callbacks.note(callback, None, type(error).__name__)
        else:
            relay.callbacks.note(callback, reply.status_code, reply.text[:LONGEST_ANSWER])
