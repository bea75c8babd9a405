"""Whatever bytes arrive: no answer is an error of ours, nothing is delivered, and the next message is taken."""

import json
import random
import socket

import pytest

from tests.services.callback.callers import PATH, TAKEN, answer, connect, message, rest, send

START = f"POST {PATH} HTTP/1.1\r\n".encode()
HOST = b"Host: kiosk\r\n"
CHUNKED = START + HOST + b"Transfer-Encoding: chunked\r\n\r\n"

SHAPES = {
    "nothing": b"",
    "an empty line": b"\r\n\r\n",
    "not HTTP": b"hello\r\n\r\n",
    "noise": random.Random(7).randbytes(5000),
    "zeros": bytes(20_000),
    "a TLS hello": bytes.fromhex("16030100f8010000f40303") + bytes(240),
    "HTTP/2 at once": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00",
    "a change to HTTP/2": message(
        b"{", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAA"
    ),
    "a web socket": message(b"", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Key: a", method="GET"),
    "SSH": b"SSH-2.0-OpenSSH_9.2\r\n",
    "an old version": f"POST {PATH}\r\n\r\n".encode(),
    "a version to come": f"POST {PATH} HTTP/3.0\r\n".encode() + HOST + b"\r\n",
    "no version number": f"POST {PATH} HTTP/x\r\n".encode() + HOST + b"\r\n",
    "a blank in the path": b"POST /loyalty/ callback HTTP/1.1\r\n" + HOST + b"\r\n",
    "a path of no ASCII": "POST /포인트 HTTP/1.1\r\n".encode() + HOST + b"\r\n",
    "a zero byte in the path": b"POST /loyalty/callback\x00 HTTP/1.1\r\n" + HOST + b"\r\n",
    "a zero byte in a header": START + HOST + b"X: a\x00b\r\n\r\n",
    "a zero byte in the body": message(b'{"a": "\x00"}'),
    "no host": START + b"Content-Length: 2\r\n\r\n{}",
    "two hosts": START + HOST + HOST + b"Content-Length: 2\r\n\r\n{}",
    "two lengths": message(b"{}", "Content-Length: 3"),
    "a list of lengths": START + HOST + b"Content-Length: 2, 3\r\n\r\n{}",
    "a negative length": START + HOST + b"Content-Length: -2\r\n\r\n{}",
    "a length of words": START + HOST + b"Content-Length: two\r\n\r\n{}",
    "a length with a plus": START + HOST + b"Content-Length: +2\r\n\r\n{}",
    "a length of many digits": START + HOST + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n{}",
    "a great length": START + HOST + b"Content-Length: 18446744073709551615\r\n\r\n{}",
    "an unknown encoding": START + HOST + b"Transfer-Encoding: gzip\r\n\r\n{}",
    "a doubled encoding": START + HOST + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    "a chunk without a size": CHUNKED + b"\r\n\r\n",
    "a chunk with a wrong size": CHUNKED + b"zz\r\n{}\r\n0\r\n\r\n",
    "a chunk with a negative size": CHUNKED + b"-2\r\n{}\r\n0\r\n\r\n",
    "a chunk longer than it says": CHUNKED + b"1\r\n{}\r\n0\r\n\r\n",
    "a chunk with a long extension": CHUNKED + b"2;" + b"a" * 20_000 + b"\r\n{}\r\n0\r\n\r\n",
    "a trailer without end": CHUNKED + b"0\r\n" + b"a: b\r\n" * 5000,
    "a huge header": START + HOST + b"X: " + b"a" * 100_000 + b"\r\n\r\n",
    "a great many headers": START + HOST + b"a: b\r\n" * 20_000 + b"\r\n",
    "a header without end": START + HOST + b"X: " + b"a" * 9_000,
    "a long path": b"POST /" + b"a" * 100_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n",
    "a header without a name": START + HOST + b": a\r\n\r\n",
    "a header without a colon": START + HOST + b"nonsense\r\n\r\n",
    "a blank before the colon": START + HOST + b"Content-Length : 2\r\n\r\n{}",
    "a folded first header": START + b" folded: a\r\n" + HOST + b"\r\n",
    "line ends of one byte in a number": START + HOST + b"Content-Length: 2\n0\r\n\r\n{}",
    "an absolute path": message(b"{}", target=f"http://kiosk{PATH}"),
    "the way through a proxy": message(b"", method="CONNECT", target="example.org:443"),
    "percents": message(b"{}", target="/%2e%2e/%00/%ff%zz%"),
    "half a character": message(b'{"a": "\xed\x95"}'),
    "deep JSON": message(b"[" * 8192),
    "deep objects": message(b'{"a":' * 1600),
    "a number without end": message(b"9" * 8192),
    "a body that was packed": message(b"\x1f\x8b\x08\x00\x00\x00\x00\x00", "Content-Encoding: gzip"),
    "too much asked for first": message(b"", "Expect: 100-continue").replace(b"Length: 0", b"Length: 9000"),
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_a_malformed_shape_is_refused_and_the_listener_goes_on(listen, shape):
    heard = listen()
    with connect(heard.port) as caller:
        try:
            caller.sendall(shape)
            caller.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # cut before it had been sent whole
        answered = answer(rest(caller))
    assert answered is None or answered[0] in {400, 404, 405, 413}
    assert heard.messages == []
    assert send(heard.port, message(b'"the next"')) == (200, TAKEN)
    assert heard.messages == ["the next"]
    counts = dict(heard.counts)
    assert counts.pop("taken") == 1
    assert sum(counts.values()) == 1


def test_a_head_that_goes_on_and_on_is_cut_and_not_waited_for(listen):
    heard = listen()
    assert send(heard.port, SHAPES["a header without end"]) is None
    assert heard.counts == {"not_http": 1}


def test_the_answers_to_refused_shapes_have_the_envelope(listen):
    with connect(listen().port) as caller:
        caller.sendall(SHAPES["deep JSON"])
        _, _, body = rest(caller).partition(b"\r\n\r\n")
    assert json.loads(body) == {"code": 400, "error": {"message": "reader_failed"}}
