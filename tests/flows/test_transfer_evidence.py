"""A bank gives the same account number out again, and lists a deposit that has paid already: it pays nothing else."""

from kiosk.domain.attempt import State
from kiosk.flows.intents import Finish
from kiosk.flows.views import DoneView, TransferView
from tests.flows.till import Till


async def test_a_transaction_that_has_paid_pays_nothing_else(tmp_path):
    till = Till(tmp_path, takes_transfers=True)
    await till.start()
    await till.fill()
    await till.show_account()
    await till.transfer()
    await till.pass_time(3)
    assert isinstance(till.view, DoneView)
    await till.do(Finish())

    await till.fill()
    await till.show_account()
    row = till.outside.ezpg.ledger.deposits[0]
    # listed again under the account that is shown now, and dated anew
    row.account = list(till.outside.ezpg.ledger.accounts.values())[-1]
    row.at_ms = till.clock.now_ms()
    await till.pass_time(10)

    assert isinstance(till.view, TransferView)
    assert (await till.journal.attempt("K01-1-000002-1")).state is State.AWAITING_DEPOSIT
    await till.close()
    assert till.failures == []
