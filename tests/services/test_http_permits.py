"""Nothing that moves money is sent but with a permit of the journal, once, as it was written down."""

import pytest

from kiosk.domain.attempt import State
from kiosk.domain.entries import AttemptNoted, GoalUndo
from kiosk.domain.errors import BugError
from kiosk.domain.limits import Limits
from kiosk.domain.operation import WireRequest
from kiosk.services.http import Exempt, HttpAnswer, Line, NoAnswer, NotReached, NotSentWhy
from tests.support.clock import FakeClock
from tests.support.journal import Book, opened
from tests.support.server import response, serving

PERMIT_VOID = NotReached(NotSentWhy.PERMIT_VOID)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
async def book(tmp_path, clock):
    async with opened(tmp_path, clock) as journal:
        yield Book(journal)


@pytest.fixture
async def line_to(book, clock):
    lines = []

    def make(url):
        lines.append(Line(url, clock, book.journal, Limits()))
        return lines[-1]

    yield make
    for line in lines:
        await line.close()


@pytest.fixture
async def permit(book):
    attempt = await book.attempt(await book.order())
    return await book.intended(attempt)


async def test_a_permit_sends_exactly_what_was_written_down(line_to, permit):
    async with serving(response()) as server:
        line = line_to(server.url)
        await line.send(permit, {"Authorization": "Basic abc"}, 30)

    head, body = server.requests[0].split(b"\r\n\r\n")
    assert head.startswith(b"POST /checkout HTTP/1.1\r\n")
    assert b"\r\nAuthorization: Basic abc\r\n" in head
    assert body == permit.request.body


async def test_a_lost_answer_is_not_asked_for_again(line_to, permit):
    async def reset(connection):
        connection.reset()

    async with serving(reset) as server:
        line = line_to(server.url)
        assert isinstance(await line.send(permit, {}, 30), NoAnswer)

    assert server.accepts == 1


async def test_a_permit_sends_once(line_to, permit):
    async with serving(response()) as server:
        line = line_to(server.url)
        await line.send(permit, {}, 30)
        with pytest.raises(BugError):
            await line.send(permit, {}, 30)

    assert server.accepts == 1


class Forged:
    operation_id = "K01-1-000001-1-01"
    request = WireRequest("checkout", "req-1", "POST", "/checkout", b"{}")


async def test_a_forged_permit_sends_nothing(line_to):
    async with serving(response()) as server:
        line = line_to(server.url)
        with pytest.raises(BugError):
            await line.send(Forged(), {}, 30)

    assert server.accepts == 0


def test_there_is_no_other_way_to_send():
    assert {name for name in vars(Line) if not name.startswith("_")} == {"ask", "probe", "send", "close"}


def test_what_is_posted_without_a_permit_is_listed_by_name():
    assert [one.value for one in Exempt] == ["relay_probe", "sign_in"]


async def test_a_question_can_not_be_sent_with_a_permit(line_to, book):
    attempt = await book.attempt(await book.order())
    question = WireRequest("checkout", "req-1", "GET", "/checkout", b"")
    permit = await book.journal.intend(attempt, question)
    async with serving(response()) as server:
        line = line_to(server.url)
        with pytest.raises(BugError):
            await line.send(permit, {}, 30)

    assert server.accepts == 0


async def test_a_permit_is_good_for_five_seconds(line_to, permit, clock):
    async with serving(response()) as server:
        line = line_to(server.url)
        clock.advance(5)
        assert isinstance(await line.send(permit, {}, 30), HttpAnswer)

    assert server.accepts == 1


async def test_an_old_permit_sends_nothing(line_to, permit, clock):
    async with serving(response()) as server:
        line = line_to(server.url)
        clock.advance(5.001)
        assert await line.send(permit, {}, 30) == PERMIT_VOID

    assert server.accepts == 0


async def test_a_permit_overtaken_by_a_change_of_goal_sends_nothing(line_to, book):
    attempt = await book.attempt(await book.order())
    permit = await book.intended(attempt)
    await book.journal.write(GoalUndo(attempt))
    async with serving(response()) as server:
        line = line_to(server.url)
        assert await line.send(permit, {}, 30) == PERMIT_VOID

    assert server.accepts == 0


async def test_a_permit_overtaken_by_any_later_event_of_its_attempt_sends_nothing(line_to, book):
    attempt = await book.attempt(await book.order())
    permit = await book.intended(attempt)
    await book.journal.write(AttemptNoted(attempt, {"balance": "1"}))
    async with serving(response()) as server:
        line = line_to(server.url)
        assert await line.send(permit, {}, 30) == PERMIT_VOID

    assert server.accepts == 0
    assert (await book.journal.attempt(attempt)).state is State.SENDING
