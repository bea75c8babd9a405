"""Mistakes for the simulation to catch, beside those of tests/planted; and those of them that it cannot see."""

from collections.abc import Mapping
from typing import Final

from tests.planted.bug import Bug

MASKED: Final = "the other comparisons of the same answer catch what could show it"
SAME_THERE: Final = "the simulated server makes no difference between the two"
NOT_MONEY: Final = "what happens to money is the same"
GUARD: Final = "it holds a second mistake: no flow of the sound till asks for what it refuses"
REFUNDED: Final = "what is found paid is given back all the same, as a refund; that is on no screen at another moment"
OF_THE_FILE: Final = "no story damages what is in the journal's file, or has somebody else read it: tests/crashes does"

NOT_HERE: Final[Mapping[str, str]] = {
    "a refund whose answer could not be written down stays as it was": "a start mends it",
    "work in the background that the journal fails ends for ever": "a till that shut is started again, which mends it",
    "a checkout answer's transaction id is not compared": MASKED,
    "a checkout answer's barcode is not compared": MASKED,
    "a cancel of another amount is believed": MASKED,
    "after a reboot the wall clock is believed": "a clock set, the power lost and a late landing have to meet",
    "the balance from before is ignored": "it guards against what lands later than is assumed",
    "a lost checkout is undone by the ordinary cancel": SAME_THERE,
    "cancel-network is used as a refund": SAME_THERE,
    "another amount is undone by cancel-network": SAME_THERE,
    "a server without cancel-network is asked for it again and again": NOT_MONEY,
    "one scan is many": NOT_MONEY,
    "a till that was off for an hour hands over a CEOS payment without a look": NOT_MONEY,
    "a till that was off for an hour hands over a CEOS refund without a look": NOT_MONEY,
    "a question is answered by what was said before it": "nobody asks here whether a customer meant a payment",
    "a coupon is asked for all that is due, whatever it holds": NOT_MONEY,
    "the amount is not in the custom data": NOT_MONEY,
    "an empty coupon is offered": NOT_MONEY,
    "a smaller amount is not offered": NOT_MONEY,
    "attempts carry on from one another for ever": NOT_MONEY,
    "the first screen waits until everything is settled": NOT_MONEY,
    "an alarm is given for what was settled": NOT_MONEY,
    "what the till does by itself counts as a touch": NOT_MONEY,
    # steps that no flow takes: what they would take is refused once more by whoever would take it
    "an order may have two attempts in a paying state": GUARD,
    "an order may have a second payment while one is unknown": GUARD,
    "an attempt begins beside one in doubt": GUARD,
    "an attempt may have two refunds under way": GUARD,
    "an attempt goes where its table does not lead": GUARD,
    "an unknown payment may simply be declined": GUARD,
    "a refund of which nobody knows may be asked for again": GUARD,
    # every id has a random part, and every request its own
    "one transaction proves two payments": GUARD,
    "one id moves money twice": GUARD,
    # who sends redeems once, and writes one answer down
    "an answer is written over another": GUARD,
    "a permit is good for two sends": GUARD,
    # `_give_back` asks for one refund of an attempt, in full
    "refunds together exceed what was received": GUARD,
    # `Checkout.run` and `Books` complete an order only when nothing is due, and give back one that is not wanted
    "an order is paid although something is due": GUARD,
    "an order is paid with money that is to be given back": GUARD,
    # an approval of either payment system is made of the id that was sent and the amount that was asked
    "an approval needs no evidence": GUARD,
    # the line sends what its permit holds
    "a body may change after it was written down": GUARD,
    # both methods name the attempt's own payment
    "the reversal of an unstored approval may name anything": GUARD,
    # `Books.close` has looked whether all is settled
    "an order is unwound although something is under way": GUARD,
    # what is given back is of an order that takes no payment any more, whose due nobody asks for
    "what is being given back still pays": GUARD,
    # `Checkout.run` gives such an order back before it offers anything
    "an order that needs staff takes another charge": GUARD,
    # a sale in which something is not known takes no other charge, so that no method is offered; its screen is tested
    "a missing answer lets the customer choose another method": GUARD,
    "an interrupted order may go on while its money is not known": GUARD,
    # what is paid and not wanted is found by the unwinding of its order, which looks at every approved attempt
    "a payment that is not wanted any more is a sale when it is found": REFUNDED,
    "a parked order's goal stays TAKE": REFUNDED,
    "somebody else's order name is ours": "custom data name the order, and an order has one name",
    "a reader lets the WAL grow for ever": OF_THE_FILE,
    "a WAL is written on when its pages are in the file": OF_THE_FILE,
    "what a kill left in the WAL is written on": OF_THE_FILE,
    "damage in a value is a fault of the program": OF_THE_FILE,
    "the journal's mode is not looked for in the file": OF_THE_FILE,
    "the journal's mode is believed before it is durable": OF_THE_FILE,
    "damage that the first write finds is folded in": OF_THE_FILE,
    "a till whose identity is damaged gives the same numbers again": OF_THE_FILE,
    "an index that holds a law may be missing": OF_THE_FILE,
    "an end that is lost is not noticed": OF_THE_FILE,
    "a torn note of the last event takes the other with it": OF_THE_FILE,
    "a journal without its WAL and its mark is taken for a first start": OF_THE_FILE,
    "a disk that is full is called damage": "only what the closed till says of it is another",
}
"""Bugs that no story can show, by name, and why."""

RARE: Final = frozenset(
    {
        # the till must be killed between two commits, just when late money is found
        "late money is written down before staff are told of it",
        # somebody must confirm in the very moment in which points come to staff, before the screen hears of it
        "a charge is sent beside one that has come to staff",
        # the permit of an undo must wait for a slow disk just when its order is put aside
        "a permit outlives a change of goal",
        # a refund of CEOS's takes a restart at the right moment; its cancel must then be lost, or not be found
        "a cancel of what is not there gave it back",
        "a refused cancel is not looked into",
        # a look must be frozen on its way over the ninetieth second, and the payment land meanwhile
        "the 90 s count until a look was written down and not until it was asked",
        # the disk must refuse a sync, and again at once, just when an approval is stored; and the till be killed then
        "an approval that was reversed and comes back is told as received",
        # the till must be frozen, while a phone asks, from before the first minute until the fifth
        "an approval is taken however late it is seen",
        # the order must be put aside in the millisecond in which a further close is written down
        "points are taken although their customer was sent away while that was written down",
        # staff must ask for a sale, and the answer to the opened cancel be lost
        "an opened cancel that is heard of no more gives nothing back",
        # the till must be off or cut off for the best part of an hour, an approval having landed behind its last close
        "a till that was off for an hour gives up without asking",
        "what landed behind the last close is held for ever",
        # a till must be killed while points are taken, and its customer come back within a minute
        "after a restart points are taken once more",
        # staff must ask for a sale, and the owner be slow just then
        "a cancel is closed before anybody has approved it",
        # two people must ask while the till is frozen
        "two people who ask at the same time ask twice",
        # a clock must be set in the second in which an account is asked for
        "an account counts from a time that a clock was set from meanwhile",
        # two equal transfers must be paid out to one account, and one answer be lost, by an EzPG that keeps no id
        "another refund's withdrawal is taken for this one's",
        # a bank must take back what had paid, staff have begun to pay it out, and the till start anew just then
        "after a restart nobody asks for a withdrawal of what its bank took back meanwhile",
        # two equal withdrawals must wait for a day at such an EzPG, one of them lost, and the other go to staff first
        "who is with staff because nobody could tell leaves its row to another",
        # a shop must become inactive just between an approval and its capture
        "the shop is not asked about before points are taken for it",
        # a payment must be done, refused in words, found by the look, and just then not be stored
        "an approval found by a look that cannot be stored has no reversal",
    }
)
"""Bugs that take thousands of stories: the long runs try them."""

SEEN_IN_STORIES: Final = ("tests/simulation",)

MORE: Final[tuple[Bug, ...]] = (
    Bug(
        "a till that the journal fails sells on",
        "no journal, no sale",
        "kiosk/flows/stage.py",
        "        self._shut_by = self._shut_by or reason\n",
        "        del reason\n",
        SEEN_IN_STORIES,
    ),
    Bug(
        "a refusal that a doubled request makes worthless is not looked at again",
        "payment methods, ceos",
        "kiosk/services/gateways/ceos/rules.py",
        "Declined(Reason.REFUSED, watch=True)",
        "Declined(Reason.REFUSED)",
        SEEN_IN_STORIES,
    ),
    Bug(
        "a question that found nothing proves that nothing was taken, at once",
        "L3",
        "kiosk/services/gateways/ceos/rules.py",
        "        case Answer.NOT_THERE if last.after_waiting_s >= evidence.settle_s:\n",
        "        case Answer.NOT_THERE if last.after_waiting_s >= 0:\n",
        SEEN_IN_STORIES,
    ),
    Bug(
        "200 means paid, whatever the body says",
        "L4",
        "kiosk/services/gateways/ceos/wire.py",
        "        return _read_payment(fields, payment_id, when_absent=Answer.PAID)\n",
        "        return Answer.PAID\n",
        SEEN_IN_STORIES,
    ),
    Bug(
        "a coupon's 200 means paid, whatever the body says",
        "L4",
        "kiosk/services/gateways/crepay/wire.py",
        "    try:\n        message = _Checkout.model_validate_json(body)\n    except ValidationError:\n"
        "        return Read(Answer.UNREADABLE)\n",
        "    try:\n        message = _Checkout.model_validate_json(body)\n    except ValidationError:\n"
        "        return Read(Answer.OK, amount)\n",
        SEEN_IN_STORIES,
    ),
    Bug(
        "a time-out means not sent",
        "L3",
        "kiosk/services/http.py",
        '            return NoAnswer("deadline")\n',
        "            return NotReached(NotSentWhy.UNREACHABLE)\n",
        SEEN_IN_STORIES,
    ),
    Bug(
        "a proxy's 5xx is a refusal",
        "L3",
        "kiosk/services/gateways/ceos/wire.py",
        "    if not fields:\n        return Answer.NO_ANSWER\n",
        "    if not fields:\n        return Answer.REFUSED\n",
        SEEN_IN_STORIES,
    ),
    Bug(
        "the permit is skipped",
        "L2",
        "kiosk/services/http.py",
        "            await self._journal.redeem(permit)\n",
        "            pass\n",
        SEEN_IN_STORIES,
    ),
    Bug(
        "the intent is written after the request was sent",
        "L2",
        "kiosk/services/journal/store.py",
        "            self._file.write((*entries, intended))\n            return self._permit(",
        "            self._late = (*entries, intended)\n            return self._permit(",
        SEEN_IN_STORIES,
    ),
    Bug(
        "the answer is told before it is durable",
        "L2",
        "kiosk/services/journal/store.py",
        "        await self._runner.run(lambda: self._file.write(entries))\n        self._tell(entries)\n",
        "        asyncio.get_running_loop().create_task(self._runner.run(lambda: self._file.write(entries)))\n"
        "        self._tell(entries)\n",
        SEEN_IN_STORIES,
    ),
    Bug(
        "commits are not waited for",
        "I8",
        "kiosk/services/journal/file.py",
        '            connection.execute("COMMIT")\n        except',
        '            connection.execute("ROLLBACK" if self._head[0] % 50 == 49 else "COMMIT")\n        except',
        SEEN_IN_STORIES,
    ),
    Bug(
        "a refund is sent again whenever it is looked at",
        "L1",
        "kiosk/flows/recovery.py",
        "        else:\n            return\n        await self._drive(",
        "        else:\n            new = sale.next_refund(attempt.id)\n"
        '            await self._journal.write(RefundAsked(new, attempt.id, "", refund.amount.amount))\n'
        "        await self._drive(",
        SEEN_IN_STORIES,
    ),
    Bug(
        "after a restart an order that nobody claims is completed",
        "section 1",
        "kiosk/flows/session.py",
        '                await self._parts.books.undo(order.id, "unwound.unclaimed", TaskKind.UNCLAIMED)\n'
        "                self._parts.recovery.unwind(order.id)\n",
        "                pass\n",
        SEEN_IN_STORIES,
    ),
    Bug(
        "the goal is forgotten by a restart",
        "section 1, goal",
        "kiosk/flows/recovery.py",
        "                unwinds.add(order.id)\n                continue\n",
        "                interrupted = order\n                continue\n",
        SEEN_IN_STORIES,
    ),
    Bug(
        "giving back stops at the first payment",
        "L11",
        "kiosk/flows/recovery.py",
        "            work.append(task)\n",
        "            work.append(task)\n            if len(work) > 1:\n                break\n",
        SEEN_IN_STORIES,
    ),
    Bug(
        "the next payment is given back before the last has had its time",
        "L11",
        "kiosk/flows/recovery.py",
        "within(self._limits.unwind_step_s, asyncio.wait([task]))",
        "within(self._limits.unwind_step_s / 2, asyncio.wait([task]))",
        SEEN_IN_STORIES,
    ),
    Bug(
        "a lost refund is believed done",
        "L3",
        "kiosk/services/gateways/crepay/rules.py",
        "    if last.answer is Answer.OK:\n        return RefundVerdict(RefundState.DONE)\n",
        "    if last.answer in (Answer.OK, Answer.NO_ANSWER):\n        return RefundVerdict(RefundState.DONE)\n",
        SEEN_IN_STORIES,
    ),
    Bug(
        "a lost cancel is believed done",
        "L3",
        "kiosk/services/gateways/ceos/rules.py",
        "        case Answer.CANCELLED:\n            return RefundVerdict(RefundState.DONE)\n",
        "        case Answer.CANCELLED | Answer.NO_ANSWER:\n            return RefundVerdict(RefundState.DONE)\n",
        SEEN_IN_STORIES,
    ),
    Bug(
        "a net-cancel that was sent has worked",
        "L3; cancel sent means cancelled",
        "kiosk/services/gateways/crepay/rules.py",
        "    last = evidence.undos[-1]\n    if last.answer is Answer.OK:\n"
        "        return Verdict(State.REVERSED, Reason.NO_ANSWER)\n",
        "    last = evidence.undos[-1]\n    if last.answer in (Answer.OK, Answer.NO_ANSWER):\n"
        "        return Verdict(State.REVERSED, Reason.NO_ANSWER)\n",
        SEEN_IN_STORIES,
    ),
    Bug(
        "what a kill interrupted before it was sent counts as sent",
        "L3",
        "kiosk/flows/recovery.py",
        "AttemptAdvanced(attempt.id, State.NOT_SENT, Reason.INTERRUPTED)",
        "AttemptAdvanced(attempt.id, State.SENDING, Reason.INTERRUPTED)",
        SEEN_IN_STORIES,
    ),
    Bug(
        "the receipt is printed when the customer wants to pay",
        "L6",
        "kiosk/flows/books.py",
        "            OrderAdvanced(order_id, OrderState.PAYING),\n",
        "            OrderAdvanced(order_id, OrderState.PAYING),\n"
        "            PrintQueued(order_id, PrintKind.RECEIPT),\n",
        SEEN_IN_STORIES,
    ),
    Bug(
        "the approved amount is what was due",
        "L4",
        "kiosk/services/gateways/crepay/method.py",
        "        return Approved(amount, permit.request.request_id, entries)\n",
        "        return Approved(Money(amount.amount + 1, amount.currency), permit.request.request_id, entries)\n",
        SEEN_IN_STORIES,
    ),
    Bug(
        "an id is not made anew after a restart",
        "L2; one id, one body",
        "kiosk/services/gateways/crepay/method.py",
        "transaction_id=wire_id(operation, self._random.token(TOKEN_LENGTH), ID_LONGEST),",
        'transaction_id=wire_id(attempt.id, "0" * TOKEN_LENGTH, ID_LONGEST),',
        SEEN_IN_STORIES,
    ),
    Bug(
        "a coupon is readable in the journal",
        "I11",
        "kiosk/services/journal/store.py",
        "        return self._sealer.seal(value, context)\n",
        '        return self._sealer.seal(value, context) + " " + value.reveal()\n',
        SEEN_IN_STORIES,
    ),
    Bug(
        "late money is written down before staff are told of it",
        "L9",
        "kiosk/services/gateways/ceos/method.py",
        "            await self._journal.write(*late_money(attempt, attempt.facts[PAYMENT], amount))\n",
        "            for entry in late_money(attempt, attempt.facts[PAYMENT], amount):\n"
        "                await self._journal.write(entry)\n",
        SEEN_IN_STORIES,
    ),
    Bug(
        "an answer is asked for ten times a second",
        "I12",
        "kiosk/services/gateways/ceos/rules.py",
        "LOOK_EVERY_S: Final = 60.0",
        "LOOK_EVERY_S: Final = 0.1",
        SEEN_IN_STORIES,
    ),
    Bug(
        "an approval that was reversed and comes back is told as received",
        "L6; section 4",
        "kiosk/flows/recovery.py",
        "        if attempt.state is State.APPROVED and attempt.received and sale.last_refund(attempt_id) is None:\n",
        "        if attempt.state is State.OPENING and attempt.received:\n",
        SEEN_IN_STORIES,
    ),
    Bug(
        "an approval found by a look that cannot be stored has no reversal",
        "L6",
        "kiosk/services/journal/permits.py",
        "AND o.moves_money = 1 ORDER BY",
        "AND o.moves_money = 1 AND o.answer = '' ORDER BY",
        SEEN_IN_STORIES,
    ),
)
