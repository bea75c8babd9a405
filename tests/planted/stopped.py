"""Mistakes with what comes to staff behind a customer's back: nothing more is taken for that sale."""

from typing import Final

from tests.planted.bug import Bug

ATTEMPT: Final = "kiosk/domain/attempt.py"
SALE: Final = "kiosk/domain/sale.py"
PERMITS: Final = "kiosk/services/journal/permits.py"
LOYALTY: Final = "kiosk/services/gateways/loyalty/method.py"
EZPG: Final = "kiosk/services/gateways/ezpg/method.py"
BOOKS: Final = "kiosk/flows/books.py"
CHECKOUT: Final = "kiosk/flows/checkout.py"
DESK: Final = "kiosk/flows/desk.py"
OF_SALES: Final = ("tests/domain/test_sale.py",)
OF_PERMITS: Final = ("tests/services/journal/test_permits.py", "-k", "given_no_leave")
STOPPED: Final = ("tests/flows/test_stopped.py",)
CORRECTED: Final = ("tests/flows/test_corrected_beside.py",)
PROOF: Final = "tests/flows/test_points_proof.py"
CHARGES: Final = "frozenset({S.SENDING, S.OPENING, S.CAPTURING, S.ISSUING})"

BUGS: Final = (
    # -- what is a charge, and when there may be one
    *(
        Bug(f"{name} is no charge", "L5", ATTEMPT, CHARGES, f"{CHARGES} - {{S.{name}}}", OF_PERMITS)
        for name in ("SENDING", "OPENING", "CAPTURING", "ISSUING")
    ),
    Bug(
        "what is not wanted any more may charge",
        "1: goal",
        SALE,
        "return attempt.goal is Goal.TAKE and is_alone and completes",
        "return is_alone and completes",
        OF_SALES,
    ),
    Bug(
        "an attempt may charge beside one that forbids it",
        "L5",
        SALE,
        "is_alone = not takes_no_other_charge(beside) and not",
        "is_alone = not",
        OF_SALES,
    ),
    Bug(
        "an attempt may charge while another is given back",
        "L5",
        SALE,
        "takes_no_other_charge(beside) and not self.is_unwanted",
        "takes_no_other_charge(beside)",
        OF_SALES,
    ),
    Bug(
        "points are asked for, and taken, although they complete nothing any more",
        "L11: captured only when that completes the order",
        SALE,
        "completes = attempt.family is not Family.PHONE or attempt.due == self.due",
        "completes = True",
        CORRECTED,
    ),
    Bug(
        "what the bank took back is told as received while points are asked for",
        "nobody is told a wrong fact",
        DESK,
        "        self._sale = await self._books.sale(self._sale.order.id)\n        return self._sale.may_charge(",
        "        return (await self._books.sale(self._sale.order.id)).may_charge(",
        CORRECTED,
    ),
    Bug(
        "a payment is judged and written down while its bank takes another back",
        "each step is before or after",
        EZPG,
        "                async with self._journal.one_step:\n",
        "                if True:\n",
        CORRECTED,
    ),
    Bug(
        "leave to send is given beside an attempt that forbids a charge",
        "L5",
        PERMITS,
        "            if not read_sale(connection, order_id).may_charge(entry.attempt_id):\n",
        "            if False:\n",
        OF_PERMITS,
    ),
    # -- the way of a sale
    Bug(
        "an attempt is begun although the order takes no other charge",
        "L5",
        BOOKS,
        "return None if sale.takes_no_other_charge else await self._begin(sale, method, follows)",
        "return await self._begin(sale, method, follows)",
        STOPPED,
    ),
    Bug(
        "what was released and taken all the same stops nothing",
        "5. NEEDS_STAFF closes the order for the customer",
        BOOKS,
        "if attempt.goal is Goal.UNDO else ()",
        "if attempt is None else ()",
        (PROOF, "-k", "stops_what_is_paid_with"),
    ),
    Bug(
        "a payment that was stopped is said to have been left",
        "the truth about it",
        CHECKOUT,
        "return NotSent(Reason.STOPPED)",
        "return NotSent(Reason.LEFT)",
        STOPPED,
    ),
    Bug(
        "who stands before a question is told only when they answer it",
        "nobody is told a wrong fact",
        DESK,
        "            if not await self._is_wanted():\n                raise NotWantedError\n            try:\n",
        "            try:\n",
        STOPPED,
    ),
    Bug(
        "who is asked on their phone goes on being asked",
        "L5",
        DESK,
        "if request.may_leave and not is_wanted:",
        "if False:",
        STOPPED,
    ),
    Bug(
        "points that may not be taken are neither taken nor released",
        "L5",
        LOYALTY,
        "        except NotWantedError:\n            return await self._release(attempt.id, Reason.STOPPED)\n",
        "        except NotWantedError:\n            return Unsettled()\n",
        STOPPED,
    ),
    Bug(
        "an account stays open for a sale that is with staff",
        "L5",
        DESK,
        "        if not await self._is_wanted():\n            return Waited.STOPPED\n        try:\n",
        "        try:\n",
        STOPPED,
    ),
    Bug(
        "whoever is asked whether they have transferred goes on being asked",
        "L5",
        DESK,
        "        if not await self._is_wanted():\n            raise NotWantedError\n        view",
        "        view",
        STOPPED,
    ),
    Bug(
        "who leaves an account is told that they did not wait for their phone",
        "the truth about it",
        EZPG,
        "return await self._end(attempt, State.CLOSED, Reason.LEFT_TRANSFER, is_proven=True)",
        "return await self._end(attempt, State.CLOSED, Reason.LEFT_WAITING, is_proven=True)",
        ("tests/flows/test_transfers.py", "-k", "otherwise"),
    ),
    Bug(
        "why an account is closed is forgotten when it is",
        "the truth about it",
        EZPG,
        "_ending(attempt, State.CLOSED, attempt.reason,",
        "_ending(attempt, State.CLOSED, Reason.LEFT_TRANSFER,",
        STOPPED,
    ),
)
