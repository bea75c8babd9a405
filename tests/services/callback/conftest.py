import json
import logging
import threading

import pytest

from kiosk.domain.limits import Limits
from kiosk.services.callback.listener import Address, Listener
from tests.services.callback.callers import PATH

PATIENT = {"callback_request_s": 60.0, "callback_rate_per_s": 10_000.0, "callback_burst_max": 10_000}
"""So that nothing but the limit in question can help or hinder."""


def read_json(body, _authorization):
    return json.loads(body)


class Heard:
    """A listener and what it delivered."""

    def __init__(self, read=read_json, deliver=None, **limits):
        self.messages = []
        self.threads = set()
        address = Address("127.0.0.1", 0, PATH)
        self.listener = Listener(address, read, deliver or self._deliver, Limits(**(PATIENT | limits)))
        self.port = self.listener.start()

    @property
    def counts(self):
        return self.listener.counts

    def _deliver(self, thing):
        self.messages.append(thing)
        self.threads.add(threading.current_thread().name)
        return True


@pytest.fixture
def listen():
    """Makes listeners and closes them."""
    made = []

    def make(**arguments):
        made.append(Heard(**arguments))
        return made[-1]

    yield make
    for heard in made:
        heard.listener.close()


@pytest.fixture(autouse=True)
def nothing_is_logged(caplog):
    """Whatever arrives: no line, of no level, of nobody."""
    with caplog.at_level(logging.DEBUG):
        yield
    assert [
        r.getMessage() for r in caplog.get_records("call") if r.name != "asyncio" or r.levelno > logging.DEBUG
    ] == []
