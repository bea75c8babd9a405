"""Whatever comes in is read without an error, and nothing is believed that is not as it was asked for.

Apart from the messages' tables, so that those need no library for arbitrary values.
"""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.services.gateways.ezpg import rows, wire
from kiosk.services.gateways.ezpg.answers import Answer
from tests.services.gateways.ezpg.test_rows import ACCOUNT, DEPOSIT, SECOND_DRAFT_WITHDRAWAL, WITHDRAWAL
from tests.services.gateways.ezpg.test_wire import CLOSE, ISSUE, WITHDRAW, closed, issued, taken

A = Answer
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30) | st.just("0000")
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=4)
)
STATUSES = st.sampled_from((200, 201, 400, 401, 403, 404, 405, 429, 500, 501, 503))
ANY_ROW = st.dictionaries(st.sampled_from([*DEPOSIT, *WITHDRAWAL, *SECOND_DRAFT_WITHDRAWAL]), JSON, max_size=8)


def mutated(sound):
    """A sound answer with some of its values changed, its own or those of an object inside."""
    changes = st.dictionaries(st.sampled_from(sorted(sound)), JSON, max_size=3)
    inner = sound.get("accountInfo", {})
    if not inner:
        return st.builds(lambda outer: {**sound, **outer}, changes)
    parts = st.dictionaries(st.sampled_from(sorted(inner)), JSON, max_size=3)
    return st.builds(lambda outer, part: {**sound, "accountInfo": {**inner, **part}, **outer}, changes, parts)


@given(STATUSES, mutated(issued()))
def test_an_account_is_only_what_was_asked_for(status, fields):
    read = wire.read_issue(status, fields, ISSUE.body)
    assert (read.account is not None) == (read.answer is A.ISSUED)
    if read.account is not None:
        assert (status, fields["resultCode"], fields["merchantId"]) == (200, "0000", "demo")
        assert (read.account.amount, read.account.bank) == (12_300, "004")
        assert read.account.number.isdigit()
        assert read.account.id


@given(STATUSES, mutated(closed()))
def test_an_account_is_closed_only_if_it_says_so(status, fields):
    if wire.read_close(status, fields, CLOSE.body) is A.CLOSED:
        assert (status, fields["resultCode"], fields["accountInfo"]["status"]) == (200, "0000", "closed")


@given(STATUSES, mutated(taken()))
def test_a_withdrawal_is_taken_only_as_it_was_asked_for(status, fields):
    read = wire.read_withdraw(status, fields, WITHDRAW.body)
    if read.answer is A.TAKEN:
        assert (status, fields["resultCode"], fields["withAccntNo"]) == (200, "0000", "3333012345678")
    assert read.natv == "" or read.answer is A.TAKEN


@given(STATUSES, st.dictionaries(st.sampled_from(["resultCode", "token", "requireOtp", "accountInfo"]), JSON))
def test_whatever_comes_is_read(status, fields):
    assert wire.read_issue(status, fields, ISSUE.body).answer is not A.ISSUED
    assert wire.read_close(status, fields, CLOSE.body) is not A.CLOSED
    assert wire.read_withdraw(status, fields, WITHDRAW.body).answer is not A.TAKEN
    signed_in = wire.read_sign_in(status, fields)
    assert (signed_in.token is not None) == (signed_in.answer is A.SIGNED_IN)


@given(st.dictionaries(st.sampled_from(["totalCount", "depositList", "balanceList", "settings"]), JSON))
def test_whatever_list_comes_is_read(fields):
    rows.read_page(fields, "depositList", "deposits")
    rows.read_balances(fields)
    rows.read_recent(fields)
    wire.read_terms(fields)


@given(st.lists(ANY_ROW, max_size=4))
def test_rows_are_all_read_or_none_is(listed):
    deposits, withdrawals = rows.read_deposits(listed, "demo", ACCOUNT), rows.read_withdrawals(listed, "demo")
    if deposits is not None:
        assert all(one.account == ACCOUNT for one in deposits[0])
        assert len(deposits[0]) + deposits[1] == len(listed)
    if withdrawals is not None:
        assert len(withdrawals[0]) + withdrawals[1] == len(listed)
