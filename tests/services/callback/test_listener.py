"""What is taken, what is refused, and what the listener leaves alone."""

import asyncio
import itertools
import logging
import signal
import socket
import threading
import tracemalloc

import pytest

from kiosk.domain.errors import DeviceError
from kiosk.domain.limits import Limits
from kiosk.services.bridge import Bridge
from kiosk.services.callback.listener import Address, Listener, Refused
from kiosk.services.text import Text
from tests.services.callback.callers import (
    PATH,
    TAKEN,
    Crowd,
    answer,
    connect,
    message,
    rest,
    send,
    send_until_cut,
    until,
)

MOST = Limits().callback_body_bytes_max


def a_listener(port, host="127.0.0.1"):
    return Listener(Address(host, port, PATH), lambda body, _: body, lambda _: True, Limits())


def threads():
    return [thread for thread in threading.enumerate() if thread.name == "callback listener"]


def test_a_message_is_taken_answered_and_delivered_once(listen):
    heard = listen()
    assert send(heard.port, message(b'{"type": "pay_new"}')) == (200, TAKEN)
    assert heard.messages == [{"type": "pay_new"}]
    assert heard.threads == {"callback listener"}
    assert heard.counts == {"taken": 1}


def test_the_answer_ends_the_connection_and_says_so(listen):
    with connect(listen().port) as caller:
        caller.sendall(message() + message())
        received = rest(caller)
    assert received.count(b"HTTP/1.1") == 1
    assert b"\r\nconnection: close\r\n" in received
    assert received.endswith(b'{"code":0,"data":{"message":"OK"}}')


def test_the_reader_gets_the_whole_body_and_the_authorization(listen):
    heard = listen(read=lambda body, authorization: (body, authorization))
    send(heard.port, message(b"\x00\xff", "Authorization: 0xkey"))
    send(heard.port, message(b""))
    assert heard.messages == [(b"\x00\xff", "0xkey"), (b"", None)]


def test_it_answers_before_anything_is_done_with_the_message_and_says_when_too_many_wait(listen):
    loop = asyncio.new_event_loop()  # which does not run: it is busy with a sale
    done: list[int] = []
    heard = listen(deliver=Bridge(loop, done.append, limit=2).put)
    answers = [send(heard.port, message(b"%d" % number)) for number in range(3)]
    assert answers == [(200, TAKEN), (200, TAKEN), (503, {"code": 503, "error": {"message": "too_many"}})]
    assert heard.counts == {"taken": 2, "too_many": 1}
    assert done == []
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()
    assert done == [0, 1]


@pytest.mark.parametrize("refused", [Refused("not_json", 400), Refused("other_secret", 403), Refused("strange", 422)])
def test_a_refused_message_is_answered_as_its_refusal_says_counted_and_not_delivered(listen, refused):
    heard = listen(read=lambda _body, _authorization: refused)
    expected = (refused.status, {"code": refused.status, "error": {"message": refused.reason}})
    assert [send(heard.port, message()) for _ in range(2)] == [expected] * 2
    assert heard.counts == {refused.reason: 2}
    assert heard.messages == []


def test_a_reader_that_fails_refuses(listen):
    heard = listen()
    assert send(heard.port, message(b"[" * MOST))[0] == 400  # too deep for the parser
    assert send(heard.port, message(b"nonsense"))[0] == 400
    assert send(heard.port, message(b"1")) == (200, TAKEN)
    assert heard.counts == {"reader_failed": 2, "taken": 1}


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "post", "POSTS"])
def test_only_post_is_taken(listen, method):
    heard = listen()
    with connect(heard.port) as caller:
        caller.sendall(message(method=method))
        received = rest(caller)
    assert answer(received)[0] == 405
    assert b"\r\nallow: POST\r\n" in received
    assert heard.counts == {"other_method": 1}
    assert heard.messages == []


def test_head_is_answered_without_a_body(listen):
    assert send(listen().port, message(method="HEAD")) == (405, None)


OTHER_PATHS = [
    "/",
    "*",
    "/loyalty",
    "/loyalty/callback/",
    "//loyalty/callback",
    "/loyalty//callback",
    "/loyalty/./callback",
    "/x/../loyalty/callback",
    "/loyalty/%63allback",
    "/loyalty%2Fcallback",
    "/loyalty/callback%0A",
    "/loyalty/callback%00",
    "/loyalty/callback%",
    "/loyalty/callback;a",
    "/Loyalty/Callback",
    "loyalty/callback",
    "http://kiosk/loyalty/callback",
]


@pytest.mark.parametrize("target", OTHER_PATHS)
def test_there_is_one_path_and_one_way_of_writing_it(listen, target):
    heard = listen()
    assert send(heard.port, message(target=target))[0] == 404
    assert heard.counts == {"other_path": 1}


def test_a_query_is_no_part_of_the_path(listen):
    assert send(listen().port, message(target=f"{PATH}?shop=1")) == (200, TAKEN)


def test_the_longest_body_is_taken_and_one_byte_more_is_not_even_read(listen):
    heard = listen(read=lambda body, _: len(body))
    assert send(heard.port, message(b"a" * MOST)) == (200, TAKEN)
    head = message(b"a" * (MOST + 1)).removesuffix(b"a" * (MOST + 1))
    assert send(heard.port, head) == (413, {"code": 413, "error": {"message": "too_big"}})
    assert heard.messages == [MOST]
    assert heard.counts == {"taken": 1, "too_big": 1}


def chunk(data):
    return b"%x\r\n%b\r\n" % (len(data), data)


CHUNKED = message(b"", "Transfer-Encoding: chunked").replace(b"Content-Length: 0\r\n", b"")


def test_a_body_in_chunks_is_taken_up_to_the_same_size(listen):
    heard = listen(read=lambda body, _: len(body))
    halves = chunk(b"a" * (MOST // 2)) * 2
    assert send(heard.port, CHUNKED + halves + chunk(b"")) == (200, TAKEN)
    assert send(heard.port, CHUNKED + halves + chunk(b"a"))[0] == 413
    assert heard.messages == [MOST]
    assert heard.counts == {"taken": 1, "too_big": 1}


@pytest.mark.parametrize("head", [CHUNKED, message().replace(b"Content-Length: 2", b"Content-Length: 1000000000")])
def test_a_body_without_end_is_cut_and_fills_no_memory(listen, head):
    heard = listen()
    piece = chunk(b"a" * 65_000)
    tracemalloc.start()
    with connect(heard.port) as caller:
        caller.sendall(head)
        sent = send_until_cut(caller, itertools.repeat(piece, 15_000))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sent < 100_000_000  # what systems keep under way
    assert peak < 2_000_000
    assert heard.counts == {"too_big": 1}
    assert send(heard.port, message()) == (200, TAKEN)


def test_chunks_of_one_byte_cost_more_bytes_than_there_are(listen):
    heard = listen()
    assert send(heard.port, CHUNKED + chunk(b"a") * 6_000) is None
    assert heard.counts == {"too_big": 1}


def test_a_message_in_pieces_is_taken(listen):
    whole = message(b'{"a": 1}')
    heard = listen()
    with connect(heard.port) as caller:
        for piece in (whole[:10], whole[10:-3], whole[-3:]):
            caller.sendall(piece)
        assert answer(rest(caller)) == (200, TAKEN)
    assert heard.messages == [{"a": 1}]


def test_a_caller_that_sends_no_more_is_answered(listen):
    with connect(listen().port) as caller:
        caller.sendall(message())
        caller.shutdown(socket.SHUT_WR)
        assert answer(rest(caller)) == (200, TAKEN)


def test_a_caller_that_asks_first_whether_to_send_is_told_to(listen):
    with connect(listen().port) as caller:
        caller.sendall(message(b"1", "Expect: 100-continue")[:-1])
        assert caller.recv(100).startswith(b"HTTP/1.1 100")
        caller.sendall(b"1")
        assert answer(rest(caller)) == (200, TAKEN)


def test_half_a_message_is_no_message(listen):
    heard = listen()
    with connect(heard.port) as caller:
        caller.sendall(message(b"12")[:-1])
        caller.shutdown(socket.SHUT_WR)
        assert rest(caller) == b""
    until(lambda: heard.counts == {"broken_off": 1})
    assert heard.messages == []


def test_close_cuts_every_connection_and_ends_the_thread(listen):
    heard = listen()
    with Crowd(heard.port) as crowd:
        crowd.join(1)
        crowd.join(1, message()[:20])
        crowd.join(1, message(b"12")[:-1])
        crowd.join(1, CHUNKED + chunk(b"a"))
        until(lambda: len(heard.listener._state.tasks) == 2)
        heard.listener.close()
        assert [rest(caller) for caller in crowd.callers] == [b""] * 4
    assert heard.counts == {"broken_off": 4}  # and not waited for until they were late
    assert threads() == []
    with pytest.raises(ConnectionRefusedError):
        connect(heard.port)
    heard.listener.close()


def test_it_can_be_closed_without_a_start_and_at_once_after_it():
    never = a_listener(0)
    never.close()
    for _ in range(20):
        listener = a_listener(0)
        listener.start()
        listener.close()
    assert threads() == []


def test_the_port_is_free_again_for_the_next():
    first = a_listener(0)
    port = first.start()
    assert send(port, message()) == (200, TAKEN)
    first.close()
    second = a_listener(port)
    assert second.start() == port
    assert send(port, message()) == (200, TAKEN)
    second.close()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_taken_port_has_its_sentence(listen, language):
    port = listen().port
    with pytest.raises(DeviceError) as error:
        a_listener(port).start()
    assert error.value.key == "callback.port_taken"
    assert str(port) in Text.load(language).error(error.value)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_host_that_is_none_of_this_machine_has_its_sentence(language):
    with pytest.raises(DeviceError) as error:
        a_listener(0, "203.0.113.7").start()  # an address for documents; no machine has it
    assert error.value.key == "callback.no_such_host"
    assert "203.0.113.7" in Text.load(language).error(error.value)


def test_logging_and_signals_stay_as_they_are(listen):
    def everything():
        names = (None, "uvicorn", "uvicorn.access", "uvicorn.error", "uvicorn.asgi")
        loggers = [logging.getLogger(name) for name in names]
        return (
            [(logger.level, logger.propagate, logger.disabled, tuple(logger.handlers)) for logger in loggers],
            [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)],
        )

    before = everything()
    heard = listen()
    send(heard.port, message())
    assert everything() == before
    heard.listener.close()
    assert everything() == before
