"""Those who come in numbers, stay silent or dawdle; the relay is heard all the same."""

import itertools
import threading
import time
from contextlib import suppress

import pytest

from kiosk.domain.limits import Limits
from kiosk.services.callback.connection import Places
from tests.services.callback.callers import TAKEN, Crowd, answer, connect, message, rest, send, send_until_cut, until

MOST = Limits().callback_connections_max
PER_PEER = Limits().callback_per_peer_max
BEGUN = message()[:30]


def turn_newcomers_away(places, newcomer, peer):
    """What a plain limit does."""
    displaced = places.enter_without_mercy(newcomer, peer)
    if displaced is None:
        return None
    places._peers[displaced] = places._peers.pop(displaced)
    return newcomer


@pytest.mark.parametrize("beginning", [b"", BEGUN])
def test_two_hundred_silent_sockets_of_the_relays_own_address_do_not_shut_it_out(listen, beginning):
    heard = listen()
    with Crowd(heard.port) as crowd:
        crowd.join(200, beginning)
        assert send(heard.port, message()) == (200, TAKEN)
        assert heard.counts == {"taken": 1, "crowded_out": 200 - (PER_PEER - 1)}


def test_at_one_address_too_it_is_the_oldest_that_goes(listen):
    heard = listen()
    whole = message()
    with Crowd(heard.port) as crowd:
        crowd.join(PER_PEER + 1, whole[:-1])
        assert rest(crowd.callers[0]) == b""
        assert heard.counts == {"crowded_out": 1}
        for caller in crowd.callers[1:]:
            caller.sendall(whole[-1:])
            assert answer(rest(caller)) == (200, TAKEN)


@pytest.mark.parametrize("beginning", [b"", BEGUN])
def test_with_a_plain_limit_they_would(listen, beginning, monkeypatch):
    monkeypatch.setattr(Places, "enter_without_mercy", Places.enter, raising=False)
    monkeypatch.setattr(Places, "enter", turn_newcomers_away)
    heard = listen()
    with Crowd(heard.port) as crowd:
        crowd.join(200, beginning)
        assert send(heard.port, message()) is None
        assert "taken" not in heard.counts


def test_two_hundred_sockets_that_trickle_do_not_shut_the_relay_out(listen):
    heard = listen()
    finished = threading.Event()

    def trickle(crowd):
        while not finished.is_set():
            for caller in crowd.callers:
                with suppress(OSError):
                    caller.send(b"a")

    with Crowd(heard.port) as crowd:
        crowd.join(200, BEGUN)
        dawdlers = threading.Thread(target=trickle, args=(crowd,))
        dawdlers.start()
        answers = [send(heard.port, message()) for _ in range(5)]
        finished.set()
        dawdlers.join()
    assert answers == [(200, TAKEN)] * 5


def test_a_crowd_at_one_address_takes_no_place_of_another_address(listen):
    heard = listen()
    whole = message()
    with Crowd(heard.port) as crowd, connect(heard.port) as relay:
        relay.sendall(whole[:-1])
        crowd.join(200, from_host="127.0.0.2")
        until(lambda: heard.counts.get("crowded_out") == 200 - PER_PEER)
        relay.sendall(whole[-1:])
        assert answer(rest(relay)) == (200, TAKEN)


def test_a_crowd_from_everywhere_takes_the_oldest_places_and_the_newcomer_is_heard(listen):
    heard = listen()
    with Crowd(heard.port) as crowd:
        for number in range(MOST + 10):
            crowd.join(1, from_host=f"127.0.1.{number + 1}")
        until(lambda: heard.counts.get("crowded_out") == 10)
        assert [rest(caller) for caller in crowd.callers[:10]] == [b""] * 10
        assert send(heard.port, message()) == (200, TAKEN)
        assert heard.counts == {"taken": 1, "crowded_out": 11}


def test_the_silent_ones_are_cut_after_their_time(listen):
    heard = listen(callback_request_s=0.1)
    with Crowd(heard.port) as crowd:
        crowd.join(1)
        crowd.join(1, BEGUN)
        crowd.join(1, message(b"12")[:-1])
        assert [rest(caller) for caller in crowd.callers] == [b""] * 3
    assert heard.counts == {"late": 3}
    assert heard.messages == []


def test_a_request_that_keeps_coming_is_cut_after_its_time_all_the_same(listen):
    heard = listen(callback_request_s=0.5)
    with connect(heard.port) as caller:
        caller.sendall(BEGUN)
        send_until_cut(caller, itertools.repeat(b"a"), 0.025)  # the deadline comes before the number of pieces
    assert heard.counts == {"late": 1}


def test_a_request_in_crumbs_is_cut_before_its_time(listen):
    heard = listen()
    with connect(heard.port) as caller:
        send_until_cut(caller, (bytes([crumb]) for crumb in message(b"a" * 8000)), 0.001)
        assert heard.counts == {"in_crumbs": 1}


def test_a_flood_is_served_at_its_rate_and_leaves_the_listener_alive(listen):
    rate, burst, seconds = 40, 10, 1.5
    heard = listen(callback_rate_per_s=rate, callback_burst_max=burst)
    begun = time.monotonic()

    def flood():
        while time.monotonic() < begun + seconds:
            send(heard.port, message())

    floods = [threading.Thread(target=flood) for _ in range(8)]
    for each in floods:
        each.start()
    for each in floods:
        each.join()
    taken = heard.counts["taken"]
    assert 0 < taken <= burst + rate * (time.monotonic() - begun) + 1
    assert send(heard.port, message()) == (200, TAKEN)
