"""Aimed stories: some stories set out for one situation of reachable.py, which chance alone would seldom come to.

What is aimed at is made likely, and what has to happen first with it. Each such accident has a name like any other, and
can be left out. To help stories on their way: one row in HINTS.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from math import inf
from typing import Final

from kiosk.domain.attempt import State
from kiosk.services.gateways.card import rules as card
from kiosk.services.gateways.ceos import rules as ceos
from kiosk.services.gateways.crepay import rules as crepay
from kiosk.services.gateways.ezpg import answers as ezpg
from kiosk.services.gateways.loyalty import answers as loyalty
from tests.simulation import faults
from tests.simulation.chance import Chance
from tests.simulation.coverage import STAYS, Situation
from tests.simulation.faults import Reads
from tests.simulation.reachable import NONE, SILENT, UNWRITTEN, Way, ways
from tests.simulation.systems import BY_NAME
from tests.simulation.wire import Exchange

AIMED, OF = 2, 5
"""So many of so many stories in a row have an aim."""
SHIFTED_EVERY: Final = 100
"""Which of them these are changes: what is done with every tenth or hundredth story is done with both."""
STRIDE: Final = 104_729
"""From one aim to the next; a prime, so that each situation has its turn before any has another."""
LATE_S: Final = 3_100.0
"""How long a till is frozen or off, so that a person has taken over when it goes on [s]."""
DEAF_S: Final = 60.0
"""How long a till is frozen, so that it has no time left to hear an answer [s]."""
LINGERS_S: Final = 1_500.0
"""How long a story goes on for its aim when its customers are gone [s]: until slow tries and looks for late money."""
ON_THE_WAY: Final = 0.85
"""How probable an accident is that has to happen first."""
TIMES_MAX: Final = 3
"""How often a till is killed, frozen or has its clock set on the way to one aim; more tell nothing new."""
FIRST_MAX: Final = 5
"""The same, for what has to happen to it first."""
POWER_RATE: Final = 0.3
"""How often a program that ends has lost its power [per kill]."""
CLOCKS: Final = ("clock set forward", "clock set back")
TILL: Final = frozenset({"killed", "killed in recovery", "killed at a commit", "frozen", "power lost"})

ASK_FIRST: Final = ("card", "ceos", "loyalty")
"""Where a till that was off for long asks before it gives up."""

SPENT, ASK_BACK = "points spent elsewhere", "staff ask a sale back"

BEFORE: Final = ("request lost, reset", "502 before", "503 before")
"""Answers that are lost, of requests that never arrived."""
AFTER: Final = ("answer lost, reset", "500 after", "502 after", "reset in the body")
"""Answers that are lost, of requests that were carried out."""
LOST: Final = (*BEFORE, *AFTER)

P, S, U, R = State.PREPARED, State.SENDING, State.UNKNOWN, State.REVERSING
NOT_CHARGED, DECLINED, STAFF = State.NOT_CHARGED, State.DECLINED, State.NEEDS_STAFF
ASKED, SENT, UNSURE = (f"{State.APPROVED}/{refund}" for refund in ("ASKED", "SENDING", "UNKNOWN"))
OPENING, OPEN_LOST, WAITING = State.OPENING, State.OPEN_LOST, State.WAITING
CAPTURING, VOIDING, PENDING = State.CAPTURING, State.VOIDING, f"{State.APPROVED}/PENDING"
AWAITING, CLOSING = State.AWAITING_DEPOSIT, State.CLOSING
C, K, D, L, E = crepay.Answer, ceos.Answer, card.Answer, loyalty.Answer, ezpg.Answer


@dataclass(frozen=True)
class Fails:
    """A call that is made to fail on the way.

    Attributes:
        standing: State of the attempt and of its refund when it is sent.
        call: Which.
        kinds: Of fault, one of them.
        for_s: Since the first such call about the same attempt; after that it succeeds [s].
    """

    standing: str
    call: str
    kinds: Sequence[str]
    for_s: float = inf


@dataclass(frozen=True)
class Hint:
    """What makes some situations likely.

    Attributes:
        to: Pattern of gateway, standing, call, answer and outcome.
        fails: What has to fail first.
        fault: Pattern of the fault.
        kills: (standing, call) under which the till is killed first.
        how_often: How probable that is.
        is_dark: By losing power: the machine is another start of itself then.
        from_s: Nothing happens to the till before, since the first such call about the same attempt [s].
        every: The fault has to strike every time, and so has what has to happen first.
        unwritten: (standing, call) of which the journal does not take the answer.
        settings: How the server behaves.
        clock: (standing, call) after which the clock is set.
        prefers: (view, choice) that customers choose more often, or less; and how many times.
        approvals: What becomes of approvals on phones: a kind of accident.
        spends: Points are spent elsewhere in the last moment.
        cancels: Staff ask sales back.
        shop: How the shop is known to the relay.
        transfers: Kinds of accident at the banks.
    """

    to: str
    fails: tuple[Fails, ...] = ()
    fault: str = "*"
    kills: tuple[tuple[str, str], ...] = ()
    how_often: float = ON_THE_WAY
    is_dark: bool = False
    from_s: float = 0.0
    every: bool = False
    unwritten: tuple[tuple[str, str], ...] = ()
    clock: tuple[tuple[str, str], ...] = ()
    settings: Mapping[str, object] = field(default_factory=dict)
    prefers: Mapping[tuple[str, str], float] = field(default_factory=dict)
    approvals: str = ""
    spends: bool = False
    cancels: bool = False
    shop: Mapping[str, object] = field(default_factory=dict)
    transfers: tuple[str, ...] = ()


SETTLE_S: Final = BY_NAME["ceos"].settle_s
UNREAD_S: Final = sum(crepay.BALANCE_LADDER_S) + crepay.BALANCE_LADDER_S[-1] - 1
"""Until a balance is asked for the last time, since the first [s]."""
STANDS_S: Final = 62.0
"""How long a customer stands before a payment that is unsure, and a little more: then it is not wanted any more [s]."""
STOOD_S: Final = 58.0
"""The same in CEOS: who stands there is sent away just before the look that comes 59 s after the first, and the next
comes when no lie is told any more [s]."""
SOUGHT_S: Final = 35.0
"""From then on a payment that a message has named, and that nobody finds, is soon not looked for any more [s]."""
CLIMBED_S: Final = 110.0
"""From then on the relay is asked only once a minute, since the first time: who is killed is back before that [s]."""
FORCED_S: Final = 265.0
"""From then on the next look at a payment that nobody answered comes after the relay has ended it [s]."""
PART: Final = "part paid"
"""The choice of a method, when a part is paid."""
PHONE, OWNER = "phone", "owner"
"""What a customer, and the shop's owner, say on their phones."""
DEAF: Final = {"dialect": "spec", "confirm_honoured": False}
"""A relay that does not heed what a close says."""
HEEDS: Final = {"dialect": "relay"}
SILENT_PHONE: Final = {(PHONE, "soon"): 0.0, (PHONE, "deny"): 0.0, (PHONE, "at the last moment"): 0.0}
LEAVES: Final = {("PhoneView", "back"): 30.0, (PHONE, "soon"): 0.2}
SOON: Final = {("bank", "at once"): 5.0, ("bank", "never"): 0.2}
WAITS: Final = {("TransferView", "back"): 0.0, ("TransferView", "leave"): 0.0, ("TransferView", "walk"): 0.0}
GOES_BACK: Final = {("TransferView", "back"): 30.0}
NO_CARD: Final = {("MethodsView", "method card"): 0.1, (PART, "method card"): 0.3}
NO_TRANSFER: Final = {("MethodsView", "method ezpg"): 0.15, (PART, "method ezpg"): 0.3}
STAYS_THERE: Final = {("PhoneView", "back"): 0.0, ("PhoneView", "leave"): 0.0, ("PhoneView", "walk"): 0.0}

HINTS: Final = (
    # a story makes ten payments, and then it is over: few of them by what it does not set out for
    Hint("crepay *", prefers={("MethodsView", "method ceos"): 0.15, (PART, "method ceos"): 0.3,
                              ("MethodsView", "method loyalty"): 0.1, **NO_CARD, **NO_TRANSFER}),
    Hint("loyalty *", prefers={("MethodsView", "method crepay"): 0.1, ("MethodsView", "method ceos"): 0.15,
                               **NO_CARD, **NO_TRANSFER}),
    Hint("ceos *", prefers={("MethodsView", "method loyalty"): 0.1, **NO_CARD, **NO_TRANSFER}),
    Hint("card *", prefers=NO_TRANSFER),
    # -- transfers
    Hint("ezpg *", prefers={("MethodsView", f"method {one}"): 0.1 for one in ("crepay", "ceos", "loyalty", "card")}),
    *(Hint(to, transfers=("another amount transferred",), settings={"mode": "S"}, prefers=SOON)
      for to in ("ezpg * UNDERPAID", "ezpg * OVERPAID", "ezpg UNDERPAID *", "ezpg OVERPAID *")),
    Hint(f"ezpg {AWAITING} * {State.APPROVED}", prefers=SOON),
    *(Hint(to, prefers={("bank", "at once"): 0.0, ("bank", "after a while"): 0.0, **WAITS})
      for to in (f"ezpg * {State.EXPIRED}", f"ezpg {State.EXPIRED} *")),
    Hint(f"ezpg {AWAITING} * {CLOSING}", prefers=GOES_BACK),
    Hint(f"ezpg {CLOSING} *", prefers=GOES_BACK),
    # nobody could be asked before: what came is seen, or told by the close
    *(Hint(to, (Fails(AWAITING, "deposits", BEFORE, 90.0),), prefers={**SOON, **GOES_BACK})
      for to in (f"ezpg {CLOSING} deposits * {State.APPROVED}", f"ezpg {CLOSING} deposits * UNDERPAID",
                 f"ezpg {CLOSING} deposits * OVERPAID", f"ezpg {CLOSING} deposits * {AWAITING}")),
    Hint(f"ezpg {CLOSING} close {E.PAID} *", (Fails(AWAITING, "deposits", BEFORE), Fails(CLOSING, "deposits", BEFORE)),
         settings={"extensions": "on"}, prefers={**SOON, **GOES_BACK}),
    Hint(f"ezpg {CLOSING} close {E.UNSUPPORTED} *", settings={"extensions": "off"}),
    Hint(f"ezpg {CLOSING} close {E.CLOSED} *", settings={"extensions": "on"}),
    Hint(f"ezpg {State.CLOSED} deposits *", prefers=GOES_BACK),
    Hint(f"ezpg {State.APPROVED} deposits *", prefers=SOON),
    *(Hint(to, transfers=("transfer taken back",), prefers=SOON)
      for to in (f"ezpg {State.CORRECTED} *", f"ezpg {State.APPROVED} * {State.CORRECTED}")),
    Hint(f"ezpg {SENT} withdraw *", cancels=True, prefers=SOON),
    Hint(f"ezpg {State.CLOSED} withdraw *", cancels=True, transfers=("transferred twice",), settings={"mode": "S"},
         prefers=SOON),
    *(Hint("ezpg * withdraw * *", fault=twice, settings={"extensions": "on"})
      for twice in ("sent twice", "refused as sent twice", "an older answer")),
    *(Hint(f"ezpg {State.ISSUING} issue *", fault=twice, settings={"extensions": "on"})
      for twice in ("sent twice", "refused as sent twice", "an older answer")),
    Hint(f"ezpg * withdraw {E.MAINTENANCE} *", settings={"maintenance": True}),
    Hint(f"ezpg * withdraw {E.REFUSED} *", settings={"withdrawal_minimum": 1_000_000}),
    Hint(f"ezpg * withdraw {E.TAKEN} *", settings={"maintenance": False, "payees": {}}),
    # -- loyalty: paying
    Hint(f"loyalty {OPENING} open_new {L.POINTS_SHORT} *", spends=True),
    Hint(f"loyalty {WAITING} item {L.DENIED} *", prefers={(PHONE, "deny"): 20}),
    Hint(f"loyalty {WAITING} item {L.SEND_FAILED} *", approvals="approval not sent"),
    Hint(f"loyalty {WAITING} item {L.REVERTED} *", approvals="approval refused", settings=HEEDS),
    Hint(f"loyalty {WAITING} item {L.OPENED} {VOIDING}", prefers=SILENT_PHONE),
    # nobody approves, and it is asked in vain until the time is over
    *(Hint(f"loyalty {WAITING} item {answer} {VOIDING}", every=True, prefers=SILENT_PHONE)
      for answer in (L.OTHER_STATUS, L.NO_SUCH_PAYMENT, L.REFUSED, L.NOT_SENT, L.NO_ANSWER)),
    Hint(f"loyalty {WAITING} item * {State.AUTHORISED}", prefers={**STAYS_THERE, (PHONE, "soon"): 3}),
    Hint(f"loyalty {CAPTURING} *", prefers={**STAYS_THERE, (PHONE, "soon"): 3}),
    # the relay cannot be reached until the customer is sent away; then it is released
    *(Hint(f"loyalty {CAPTURING} close_new {answer} *", (Fails(CAPTURING, "close_new", BEFORE, 70.0),), settings=HEEDS)
      for answer in (L.FAILED, L.RUN_OUT)),
    Hint(f"loyalty {CAPTURING} close_new {L.CLOSED_BEFORE} *", (Fails(CAPTURING, "close_new", AFTER, 1.0),
         Fails(CAPTURING, "item", BEFORE, 20.0)), settings=HEEDS),
    # only who waits long enough before the next try gives up, and not who is killed and asks as soon as it is back
    Hint(f"loyalty {CAPTURING} close_new * {STAFF}",
         (Fails(CAPTURING, "close_new", BEFORE, 100.0), Fails(CAPTURING, "item", BEFORE, 115.0)), from_s=CLIMBED_S,
         every=True, settings=HEEDS),
    Hint(f"loyalty {CAPTURING} item * {STAFF}", from_s=CLIMBED_S, every=True),
    Hint(f"loyalty {CAPTURING} item {L.PAID} *", (Fails(CAPTURING, "close_new", AFTER),)),
    Hint(f"loyalty {CAPTURING} item {L.APPROVED} *", (Fails(CAPTURING, "close_new", BEFORE),)),
    Hint(f"loyalty {CAPTURING} item *", (Fails(CAPTURING, "close_new", LOST),)),
    # -- loyalty: not wanted any more
    Hint(f"loyalty {OPEN_LOST} item *", (Fails(OPENING, "open_new", AFTER),),
         prefers={**STAYS_THERE, (PHONE, "soon"): 9}),
    # once found it is looked at no more: nobody may find it as long as it is looked for
    Hint(f"loyalty {OPEN_LOST} item * {STAFF}", from_s=SOUGHT_S, every=True, settings=DEAF),
    *(Hint(f"loyalty {OPEN_LOST} item {answer} {VOIDING}", from_s=SOUGHT_S, every=True, settings=HEEDS)
      for answer in (L.OTHER_STATUS, L.OTHER_PAYMENT, L.NO_SUCH_PAYMENT, L.REFUSED, L.NOT_SENT, L.NO_ANSWER)),
    Hint(f"loyalty {VOIDING} close_new {L.DENIED} *", settings={"dialect": "spec", "confirm_honoured": True},
         prefers={(PHONE, "deny"): 30}),
    Hint(f"loyalty {VOIDING} close_new {L.NEVER_HELD} *", settings=HEEDS, prefers=SILENT_PHONE),
    Hint(f"loyalty {VOIDING} close_new *", settings={"confirm_honoured": True}, prefers=LEAVES),
    Hint(f"loyalty {VOIDING} item {L.DENIED} *", prefers={(PHONE, "deny"): 30}),
    Hint(f"loyalty {VOIDING} item *", prefers=LEAVES),
    # where no close can be sent: what the customer has approved is seen when the till is back
    *(Hint(f"loyalty {VOIDING} item * {STAFF}", fault=fault, settings=DEAF, kills=((WAITING, "item"),),
           prefers={(PHONE, "soon"): 3}) for fault in (NONE, "slow")),
    # and nobody hears of it until the relay has ended it by force
    *(Hint(f"loyalty {VOIDING} item {answer} {STAFF}", from_s=FORCED_S, every=True, settings=DEAF,
           prefers=SILENT_PHONE)
      for answer in (L.NO_ANSWER, L.NOT_SENT, L.REFUSED, L.OTHER_STATUS, L.OTHER_PAYMENT, L.NO_SUCH_PAYMENT)),
    # the close has to have been sent in vain before, or else it is sent now
    Hint(f"loyalty {VOIDING} close_new {L.NOT_SENT} {STAFF}", from_s=CLIMBED_S, every=True),
    Hint(f"loyalty {State.VOIDED} *", settings={"confirm_honoured": True}),
    Hint(f"loyalty {State.VOIDED} item *", prefers=LEAVES),
    # told by another start's clock, what was proven may not be proven any more
    Hint(f"loyalty {State.VOIDED} close_new *", kills=((WAITING, "item"),), is_dark=True,
         clock=((State.VOIDED, "item"),), every=True),
    Hint(f"loyalty {STAFF} item *", settings=DEAF, kills=((WAITING, "item"),), prefers={(PHONE, "soon"): 3}),
    Hint(f"loyalty {STAFF} close_new *", (Fails(VOIDING, "close_new", BEFORE), Fails(VOIDING, "item", BEFORE)),
         settings={"confirm_honoured": True}, prefers={**LEAVES, (PHONE, "deny"): 0.0}),
    # -- loyalty: giving back, which staff begin
    Hint("loyalty APPROVED/* *", cancels=True, prefers={**STAYS_THERE, (PHONE, "soon"): 3}, shop={"phone": True}),
    Hint(f"loyalty {SENT} open_cancel {L.NO_PHONE} *", settings={"dialect": "relay"}, shop={"phone": False}),
    Hint(f"loyalty {SENT} open_cancel {L.NOT_CANCELLABLE} *", fault="refused as sent twice"),
    Hint(f"loyalty {UNSURE} item {L.PAID} *", (Fails(SENT, "open_cancel", BEFORE),)),
    Hint(f"loyalty {UNSURE} item *", (Fails(SENT, "open_cancel", AFTER),)),
    Hint(f"loyalty {UNSURE} item * refund {STAFF}", from_s=CLIMBED_S, every=True),
    # the document's relay is not closed unasked
    Hint(f"loyalty {PENDING} item * refund {STAFF}", every=True, settings={"dialect": "spec"}),
    Hint(f"loyalty {PENDING} close_cancel * refund {STAFF}", every=True),
    # nobody has seen that the owner approved, and the relay ends it by force
    *(Hint(f"loyalty {standing} item {L.REFUNDED} refund {STAFF}", (Fails(standing, "item", BEFORE, 315.0),),
           every=True, settings={"dialect": "spec", "forced_close": "completes"}, prefers={(OWNER, "soon"): 9})
      for standing in (UNSURE, PENDING)),
    *(Hint(f"loyalty {standing} item {answer} *", prefers={(OWNER, "deny"): 20})
      for standing in (UNSURE, PENDING) for answer in (L.CANCEL_DENIED,)),
    Hint(f"loyalty {PENDING} close_cancel {L.CANCEL_DENIED} *", settings={"dialect": "spec"},
         prefers={(OWNER, "never"): 20}),
    Hint(f"loyalty {PENDING} close_cancel {L.CANCEL_FAILED} *", settings=HEEDS, prefers={(OWNER, "never"): 20}),
    Hint(f"loyalty {PENDING} close_cancel {L.CLOSED_BEFORE} *", (Fails(PENDING, "close_cancel", AFTER, 1.0),
         Fails(PENDING, "item", BEFORE, 20.0)), settings=HEEDS),
    # -- cards
    Hint("card *", prefers={("MethodsView", f"method {other}"): 0.1 for other in ("crepay", "ceos", "loyalty")}),
    Hint(f"card {S} cancel *", unwritten=((S, "confirm"),)),
    Hint(f"card {S} confirm {D.APPROVED} {STAYS}", unwritten=((S, "confirm"),)),
    Hint(f"card {U} create {D.CANCELED} *", unwritten=((S, "confirm"),)),
    # it was confirmed in vain while its customer stood there
    Hint(f"card {U} create {D.APPROVED} *", (Fails(S, "confirm", AFTER), Fails(U, "confirm", BEFORE, STANDS_S))),
    Hint(f"card {U} create {D.INITIATED} *", (Fails(S, "confirm", BEFORE), Fails(U, "confirm", BEFORE, STANDS_S))),
    Hint(f"card {U} create *", (Fails(S, "confirm", LOST), Fails(U, "confirm", BEFORE, STANDS_S))),
    Hint(f"card {U} confirm * {STAFF}", (Fails(S, "confirm", LOST), Fails(U, "create", LOST))),
    Hint(f"card {U} confirm *", (Fails(S, "confirm", LOST),)),
    Hint(f"card {R} cancel *",
         (Fails(S, "confirm", AFTER), Fails(U, "confirm", BEFORE, STANDS_S), Fails(U, "create", BEFORE, STANDS_S))),
    Hint("card APPROVED/* *", kills=((S, "confirm"),),
         prefers={("InterruptedView", "resume"): 0, ("InterruptedView", "leave"): 10}),
    Hint(f"card {UNSURE} cancel *", (Fails(SENT, "cancel", BEFORE),)),
    Hint(f"card {UNSURE} create {D.APPROVED} *", (Fails(SENT, "cancel", BEFORE),)),
    Hint(f"card {R} create *",
         (Fails(S, "confirm", AFTER), Fails(U, "confirm", BEFORE, STANDS_S), Fails(U, "create", BEFORE, STANDS_S))),
    Hint(f"card {R} create {D.APPROVED} *", (Fails(R, "cancel", BEFORE),)),
    Hint(f"card {NOT_CHARGED} cancel *",
         (Fails(S, "confirm", ("executed after the settle time",)), Fails(U, "confirm", BEFORE, STANDS_S))),
    Hint(f"card {NOT_CHARGED} create *", (Fails(S, "confirm", BEFORE), Fails(U, "confirm", BEFORE, STANDS_S))),
    Hint(f"card {STAFF} *",
         (Fails(S, "confirm", AFTER), Fails(U, "confirm", BEFORE, STANDS_S), Fails(U, "create", LOST))),
    Hint("ceos *", prefers={("MethodsView", "method crepay"): 0.1, (PART, "method crepay"): 0.1}),
    # -- Crepay: paying
    Hint(f"crepay {P} balance * {State.NOT_SENT}", prefers={("AmountView", "leave"): 20, ("AmountView", "back"): 10}),
    # what follows an attempt asks for no other coupon: it was empty, and nobody could read that before
    Hint(f"crepay {P} balance * {DECLINED}", (Fails(P, "balance", BEFORE, 8.0),)),
    Hint(f"crepay {S} checkout {C.BALANCE_SHORT} *", (Fails(P, "balance", BEFORE),)),
    Hint(f"crepay {S} checkout {C.NO_SUCH_BARCODE} *", (Fails(P, "balance", BEFORE),),
         prefers={("ScanView", "typo"): 20}),
    Hint(f"crepay {S} cancel *", unwritten=((S, "checkout"),)),
    Hint(f"crepay {S} checkout {C.CLOCK} *", clock=((P, "balance"),)),
    Hint(f"crepay {S} checkout {C.OK} {STAYS}", unwritten=((S, "checkout"),)),
    Hint(f"crepay {S} cancel {C.NO_SUCH_PAYMENT} *", (Fails(S, "cancel", AFTER, 1.0),),
         settings={"repeated_cancel": "refuse"}),
    # -- Crepay: a lost checkout
    Hint("crepay * cancel-network *", settings={"cancel_network": "on"}),
    Hint(f"crepay {R} cancel *", settings={"cancel_network": "off"}),
    Hint(f"crepay {NOT_CHARGED} cancel *", settings={"cancel_network": "off"}),
    Hint(f"crepay {STAFF} cancel *", settings={"cancel_network": "off"}),
    # a coupon that nobody knows, and whose balance nobody could read
    Hint(f"crepay {R} * {C.NO_SUCH_BARCODE} *", (Fails(P, "balance", BEFORE), Fails(S, "checkout", LOST)),
         prefers={("ScanView", "typo"): 20}),
    Hint(f"crepay {STAFF} cancel-network *", (Fails(P, "balance", BEFORE), Fails(S, "checkout", LOST)),
         prefers={("ScanView", "typo"): 20}),
    # it says another amount than it took, and knows no payment of that
    Hint(f"crepay {R} cancel {C.NO_SUCH_PAYMENT} {STAFF}", (Fails(S, "checkout", ("another amount",)),)),
    Hint(f"crepay {STAFF} cancel *", (Fails(S, "checkout", ("another amount",)),)),
    # four times not found, and nobody could read the balance before
    Hint(f"crepay {R} cancel* {C.NO_SUCH_PAYMENT} {NOT_CHARGED}",
         (Fails(P, "balance", BEFORE), Fails(S, "checkout", BEFORE)), from_s=crepay.NOT_THERE_AT_S[-1] - 2),
    Hint(f"crepay {R} balance {C.OK} {STAFF}",
         (Fails(S, "checkout", ("executed after the settle time",)), Fails(R, "balance", BEFORE, 150.0))),
    Hint(f"crepay {R} cancel* {C.OK} *", (Fails(S, "checkout", AFTER),)),
    Hint(f"crepay {R} cancel* {C.NO_SUCH_PAYMENT} *", (Fails(S, "checkout", BEFORE),)),
    Hint(f"crepay {R} cancel* *", (Fails(S, "checkout", LOST),)),
    Hint(f"crepay {R} balance *", (Fails(S, "checkout", BEFORE),)),
    Hint(f"crepay {NOT_CHARGED} *", (Fails(S, "checkout", BEFORE),)),
    # the answer to a cancel that a kill kept from the till
    *(Hint(f"crepay {standing} {call} {C.OK} *", fault="an older answer", kills=((standing, call),), how_often=0.5)
      for standing, call in ((R, "cancel-network"), (R, "cancel"), (UNSURE, "cancel"))),
    # -- Crepay: giving back
    Hint("crepay APPROVED/* *", prefers={(PART, "leave"): 40, (PART, "back"): 20, (PART, "walk"): 0}),
    Hint(f"crepay {UNSURE} cancel {C.NO_SUCH_PAYMENT} *", (Fails(SENT, "cancel", AFTER),),
         settings={"repeated_cancel": "refuse"}),
    Hint(f"crepay {UNSURE} cancel {C.NO_SUCH_PAYMENT} refund {STAFF}", (Fails(ASKED, "balance", BEFORE),)),
    Hint(f"crepay {UNSURE} cancel *", (Fails(SENT, "cancel", LOST),)),
    Hint(f"crepay {SENT} cancel {C.CLOCK} *", clock=((ASKED, "balance"),)),
    # it lies that it knows no such payment, and the coupon holds no more than before
    Hint(f"crepay {UNSURE} balance {C.OK} refund {STAFF}",
         (Fails(SENT, "cancel", BEFORE), Fails(UNSURE, "cancel", ("not found, then found",)))),
    # nobody can read it, five times
    *(Hint(f"crepay {UNSURE} balance {answer} refund {STAFF}", from_s=UNREAD_S, every=True)
      for answer in (C.NO_ANSWER, C.NOT_SENT, C.REFUSED)),
    Hint(f"crepay {UNSURE} balance *", (Fails(SENT, "cancel", AFTER),), settings={"repeated_cancel": "refuse"}),
    # -- CEOS: paying
    Hint(f"ceos {S} payment {K.FAILED} *", settings={"dialect": "B", "failure_rate": 0.7}),
    Hint(f"ceos {S} payment {K.NOT_THERE} {DECLINED}", settings={"dialect": "A", "failure_rate": 0.7}),
    Hint(f"ceos {S} payment *", (Fails(S, "instant", ("refusal after", "refused as sent twice")),)),
    Hint(f"ceos {S} instant {K.PENDING} *", settings={"dialect": "B", "failure_rate": 0.0}),
    Hint(f"ceos {S} instant {K.REFUSED_TRY} *", settings={"failure_rate": 0.4}),
    Hint(f"ceos {S} cancel *", unwritten=((S, "instant"), (S, "payment"))),
    Hint(f"ceos {S} instant {K.PAID} {STAYS}", unwritten=((S, "instant"),)),
    Hint(f"ceos {S} payment {K.PAID} {STAYS}", unwritten=((S, "payment"),)),
    Hint(f"ceos {S} cancel {K.CONFLICT} *", (Fails(S, "cancel", AFTER, 1.0),), settings={"dialect": "B"}),
    # dialect A cancels twice
    Hint(f"ceos * cancel {K.CANCELLED} *", fault="refused as sent twice", settings={"dialect": "A"}),
    # -- CEOS: a lost payment
    # it is asked for in vain until the customer is sent away; then it is not wanted any more
    Hint(f"ceos {U} payment * {R}", (Fails(S, "instant", AFTER), Fails(U, "payment", BEFORE, STANDS_S))),
    Hint(f"ceos {R} cancel *", (Fails(S, "instant", AFTER), Fails(U, "payment", BEFORE, STOOD_S))),
    Hint(f"ceos {R} cancel {K.CONFLICT} *", (Fails(R, "cancel", ("504, done later",), 1.0),),
         settings={"dialect": "B"}),
    Hint(f"ceos {U} payment {K.NOT_THERE} {NOT_CHARGED}", from_s=SETTLE_S - 2),
    Hint(f"ceos {R} payment {K.CANCELLED} *", (Fails(R, "cancel", AFTER),)),
    Hint(f"ceos {R} payment {K.PAID} *", (Fails(R, "cancel", BEFORE),)),
    Hint(f"ceos {R} payment *",
         (Fails(S, "instant", AFTER), Fails(U, "payment", BEFORE, STOOD_S), Fails(R, "cancel", LOST))),
    # its approval could not be stored, and was reversed
    Hint(f"ceos {U} payment {K.CANCELLED} *", unwritten=((S, "instant"),)),
    Hint(f"ceos {U} payment {K.FAILED} *", (Fails(S, "instant", AFTER),),
         settings={"dialect": "B", "failure_rate": 0.7}),
    Hint(f"ceos {U} payment {K.NOT_THERE} *", (Fails(S, "instant", BEFORE),)),
    Hint(f"ceos {U} payment {K.PAID} *", (Fails(S, "instant", AFTER),), settings={"failure_rate": 0.0}),
    Hint(f"ceos {U} payment *", (Fails(S, "instant", LOST),)),
    # -- CEOS: giving back what was found after a restart, and nobody came back for
    Hint("ceos APPROVED/* *", kills=((S, "instant"),), settings={"failure_rate": 0.0},
         prefers={("InterruptedView", "resume"): 0, ("InterruptedView", "leave"): 10}),
    Hint(f"ceos {UNSURE} cancel {K.CONFLICT} *", (Fails(SENT, "cancel", (*BEFORE, "504, done later")),),
         settings={"dialect": "B"}),
    # a further cancel is sent only when a look has found it paid
    Hint(f"ceos {UNSURE} cancel *", (Fails(SENT, "cancel", BEFORE),)),
    Hint(f"ceos {UNSURE} payment {K.CANCELLED} *", (Fails(SENT, "cancel", AFTER),)),
    Hint(f"ceos {UNSURE} payment {K.PAID} *", (Fails(SENT, "cancel", BEFORE),)),
    Hint(f"ceos {UNSURE} payment *", (Fails(SENT, "cancel", LOST),)),
    # -- CEOS: afterwards
    Hint(f"ceos {NOT_CHARGED} cancel *", (Fails(S, "instant", ("executed after the settle time",)),)),
    Hint(f"ceos {DECLINED} cancel *", (Fails(S, "instant", ("refusal after, and out of sight",)),)),
    # a lie is told at the next start, and that soon
    Hint(f"ceos {DECLINED} cancel *", fault="not found, then found", kills=((S, "instant"),), how_often=0.35),
    *(Hint(f"ceos {state} payment *", fault=lie, kills=((S, "instant"),), how_often=0.35)
      for state in (NOT_CHARGED, DECLINED) for lie in ("not found, then found", "changing its mind")),
    *(Hint(f"ceos {NOT_CHARGED} payment *", (Fails(S, "instant", AFTER),), fault=lie,
           settings={"dialect": "B", "failure_rate": 0.6}) for lie in ("not found, then found", "changing its mind")),
    Hint(f"ceos {NOT_CHARGED} payment *", (Fails(S, "instant", BEFORE),)),
    Hint(f"ceos {DECLINED} payment *", settings={"dialect": "A", "failure_rate": 0.7}),
    Hint(f"ceos {STAFF} cancel *", (Fails(S, "instant", AFTER), Fails(U, "payment", BEFORE)),
         settings={"failure_rate": 0.0}),
    Hint(f"ceos {STAFF} payment *", (Fails(S, "instant", LOST), Fails(U, "payment", LOST))),
)  # fmt: skip
"""The first that makes a call fail counts; all else adds up."""

FROZEN_FIRST: Final = {
    f"card {STAFF} cancel": ((U, "create"),),
    f"card {STAFF} create": ((U, "create"),),
    f"ceos {STAFF} cancel": ((U, "payment"),),
    f"ceos {STAFF} payment": ((U, "payment"),),
    f"loyalty {STAFF} close_new": ((VOIDING, "item"),),
}
"""Where a till has to be frozen first, so that a person takes over."""


class Aim:
    """What one story sets out for.

    Args:
        chance: Of the story.
        situation: Of reachable.py.
        way: By which answer.
    """

    def __init__(self, chance: Chance, situation: Situation, way: Way) -> None:
        self.situation = situation
        self.way = way
        self.gateway, self.standing, self.call, self.fault, self.phase, self.outcome = situation
        text = f"{self.gateway} {self.standing} {self.call} {way.answer or 'unwritten'} {self.outcome}"
        hints = [hint for hint in HINTS if fnmatchcase(text, hint.to) and fnmatchcase(self.fault, hint.fault)]
        self._chance = chance
        # what fails for a while and then succeeds may be the very call that is aimed at
        self._fails = sorted((fails for hint in hints for fails in hint.fails), key=lambda fails: fails.for_s == inf)
        self._kills = {one for hint in hints for one in hint.kills}
        self._unwritten = {one for hint in hints for one in hint.unwritten}
        self._freezes = FROZEN_FIRST.get(f"{self.gateway} {self.standing} {self.call}", ())
        self.settings = {name: value for hint in hints for name, value in hint.settings.items()}
        self.prefers = {view: times for hint in hints for view, times in hint.prefers.items()}
        self._clock = {one for hint in hints for one in hint.clock}
        self.approvals = frozenset(hint.approvals for hint in hints if hint.approvals)
        self.spends = any(hint.spends for hint in hints)
        self.cancels = any(hint.cancels for hint in hints)
        self.transfers = frozenset(kind for hint in hints for kind in hint.transfers)
        self.shop = {name: value for hint in hints for name, value in hint.shop.items()}
        self._rate = chance.pick("aim rate", (0.7, 0.85, 0.95))
        self.power_rate = ON_THE_WAY if any(hint.is_dark for hint in hints) else POWER_RATE
        self._first_kill_rate = min((hint.how_often for hint in hints if hint.kills), default=0.0)
        self._from_s = max(hint.from_s for hint in hints)
        self._way_rate = ON_THE_WAY
        if any(hint.every for hint in hints):
            self._rate = self._way_rate = 1.0
        self._kill_rate = chance.pick("aim kill rate", (0.7, 0.85, 0.95))
        self._first_s: dict[tuple[str, str, str], float] = {}
        self._since_s: dict[str, float] = {}
        self.times = 0
        self.firsts = 0
        if way.comes_back or (way.answer == UNWRITTEN and self.phase == NONE):
            self._unwritten.add((self.standing, self.call))

    @property
    def kinds(self) -> frozenset[str]:
        """Of the accidents that it needs."""
        wire = {kind for fails in self._fails for kind in fails.kinds}
        disk = {"disk full", "write error", "sync error", "database busy"} if self._unwritten else set()
        clocks = set(CLOCKS) if self._clock else set()
        points = {*self.approvals, *({SPENT} if self.spends else ()), *({ASK_BACK} if self.cancels else ())}
        return frozenset({*wire, *disk, *clocks, *points, *self.transfers, *TILL, self.fault} - {NONE})

    @property
    def _is_deaf(self) -> bool:
        """The till is frozen before the request leaves: only so what is slow is sure to come too late."""
        return self.way.is_frozen or (self.fault == "slow" and self.way.answer == C.NO_ANSWER)

    @property
    def _is_frozen_first(self) -> bool:
        """Who was off for long asks before it gives up: it has to be frozen while it asks, and killed right after."""
        is_written = self.phase != NONE and self.way.answer != UNWRITTEN and not self.way.comes_back
        return self.gateway in ASK_FIRST and is_written and self.way.is_late

    @property
    def is_late(self) -> bool:
        """A person has to take over first."""
        return self.way.is_late or bool(self._freezes)

    @property
    def needs_disk(self) -> bool:
        """The journal has to fail."""
        return bool(self._unwritten)

    # -- what meets a request

    def fault_of(self, exchange: Exchange, now_s: float) -> str | None:
        """The kind of fault that meets a request on the way there, or ""; None where the aim says nothing about it."""
        is_there = self._is_there(exchange)
        if is_there:
            self._since_s.setdefault(exchange.attempt, now_s)
        for fails in self._fails:
            if is_there and fails.for_s == inf and self._strikes(exchange):
                return self.fault
            if not self._is(exchange, fails.standing, fails.call):
                continue
            first_s = self._first_s.setdefault((exchange.attempt, fails.standing, fails.call), now_s)
            # what has to fail for a while fails all the while: it takes but one answer in between, and it is over
            rate = self._way_rate if fails.for_s == inf else 1.0
            if now_s - first_s < fails.for_s and self._chance.happens(f"way {exchange.key}", rate):
                return self._chance.pick(f"way {exchange.key} which", fails.kinds)
        if is_there:
            return self.fault if self._strikes(exchange) else ""
        return None

    def _strikes(self, exchange: Exchange) -> bool:
        return self.fault != NONE and self._chance.happens(f"aim {exchange.key}", self._rate)

    def _is_there(self, exchange: Exchange) -> bool:
        return self._is(exchange, self.standing, self.call)

    def _is(self, exchange: Exchange, standing: str, call: str) -> bool:
        return (exchange.gateway, exchange.place, exchange.call) == (self.gateway, standing, call)

    def _is_met_by(self, exchange: Exchange) -> bool:
        return self._is_there(exchange) and (exchange.fault or NONE) == self.fault

    # -- what meets the till

    def strikes(
        self, exchange: Exchange | None, point: str, pending: Iterable[Exchange], now_s: float
    ) -> tuple[str, float]:
        """The kind of accident that meets the till at a point of an exchange, or at a commit, and how probable it is.

        Args:
            exchange: None at a commit.
            point: Its name.
            pending: Exchanges that have led to nothing yet.
            now_s: In the story [s].
        """
        if exchange is None:
            from_s = LATE_S if self._is_frozen_first else self._from_s
            pending = self._due(pending, from_s, now_s)
            return (self._kind_at_commit(pending), self._rate) if point.endswith("after") else ("", 0.0)
        if exchange.progress == "under way" and self._is_any(exchange, self._kills):
            return "killed", self._first_kill_rate if self.firsts < FIRST_MAX else 0.0
        if exchange.progress == "under way" and self._is_any(exchange, self._freezes):
            return "frozen", ON_THE_WAY if self.firsts < FIRST_MAX else 0.0
        since_s = now_s - self._since_s.get(exchange.attempt, now_s)
        # who is late already need not be frozen again
        is_due = since_s >= self._from_s and not (self._is_frozen_first and since_s >= LATE_S)
        if not is_due or not self._is_met_by(exchange):
            return "", 0.0
        if self._is_deaf:
            return "frozen" if exchange.progress == "before" else "", self._rate
        if self.way.comes_back:
            return "", 0.0
        if self.phase == NONE or self._is_frozen_first:
            return "frozen" if self.way.is_late and exchange.progress == self._last_phase else "", self._rate
        return "killed" if self.way.answer == UNWRITTEN and exchange.progress == self.phase else "", self._kill_rate

    def _due(self, pending: Iterable[Exchange], from_s: float, now_s: float) -> list[Exchange]:
        """Those about attempts for which it is not too early."""
        return [one for one in pending if now_s - self._since_s.get(one.attempt, now_s) >= from_s]

    def _kind_at_commit(self, pending: Iterable[Exchange]) -> str:
        if any(self._is_any(one, self._clock) and one.progress == "answered" for one in pending):
            return CLOCKS[self.firsts % 2] if self.firsts < FIRST_MAX else ""
        is_written = self.phase != NONE and self.way.answer != UNWRITTEN and not self.way.comes_back
        # who was killed then already is not killed again as soon as it is back: it is to find out what comes of it
        met = (one for one in pending if one.phase == NONE and one.is_written and self._is_met_by(one))
        is_due = is_written and any(one.progress == self.phase for one in met)
        return "killed" if is_due else ""

    def struck(self, kind: str, exchange: Exchange | None) -> None:
        """Such an accident has happened."""
        if self.is_on_the_way(exchange) or kind in CLOCKS:
            self.firsts += 1
        else:
            self.times += 1

    def is_on_the_way(self, exchange: Exchange | None) -> bool:
        """A till is killed or frozen under it so that it comes to what is aimed at."""
        return exchange is not None and self._is_any(exchange, {*self._kills, *self._freezes})

    @property
    def frozen_s(self) -> float:
        """How long a till is frozen [s]."""
        return LATE_S if self.is_late else DEAF_S

    @property
    def late_s(self) -> float:
        """How much longer than usual a till is off [s]."""
        has_been_off = self.gateway in ASK_FIRST and self.times > 1
        return LATE_S if self.way.is_late and not self._is_frozen_first and not has_been_off else 0.0

    @property
    def last_power_rate(self) -> float:
        """How often a till has lost its power that is killed where the aim is.

        By the clocks of another start nothing is late before the server was heard, which is another situation.
        """
        return 0.0 if self.way.is_late else POWER_RATE

    def _is_any(self, exchange: Exchange, of: Iterable[tuple[str, str]]) -> bool:
        return any(self._is(exchange, *one) for one in of)

    @property
    def _last_phase(self) -> str:
        """The last point that the till comes to under the fault."""
        kind = faults.BY_NAME.get(self.fault)
        if kind is not None and kind.reads is Reads.UNSENT:
            return "before"
        return "under way" if self.fault in SILENT or self._is_deaf else "answered"

    def disk_rate(self, kind: str, pending: Iterable[Exchange], now_s: float) -> float:
        """How probable it is that the disk fails at a commit."""
        if self.way.comes_back:
            # who is killed too soon has to begin anew; and who was killed is to find out what comes of it
            pending = [one for one in self._due(pending, self._from_s, now_s) if one.phase == NONE]
        if not any(self._is_any(one, self._unwritten) and self._is_answered(one) for one in pending):
            return 0.0
        # what was refused while it was being synced may come back
        if self.way.comes_back or self.outcome == State.APPROVED:
            return 0.5 if kind == "sync error" else 0.0
        return 0.0 if kind == "sync error" else 0.4

    def _is_answered(self, exchange: Exchange) -> bool:
        """Or it has failed, where the aim is at a call that cannot be answered."""
        if self._is_there(exchange):
            return self._is_met_by(exchange) and exchange.progress == self._last_phase
        return exchange.progress == "answered"


def aim_of(chance: Chance, seed: int) -> Aim | None:
    """What a story sets out for, if anything."""
    place = (seed + seed // SHIFTED_EVERY) % OF
    if place >= AIMED:
        return None
    situations, turn = tuple(ways()), seed // OF * AIMED + place
    return aim_at(chance, situations[turn * STRIDE % len(situations)])


def aim_at(chance: Chance, situation: Situation) -> Aim:
    """A certain aim, by one of the easiest ways to it."""
    found = sorted(ways()[situation], key=lambda way: (_hardness(way), way))
    easiest = [way for way in found if _hardness(way) == _hardness(found[0])]
    return Aim(chance, situation, chance.pick("aim way", easiest))


def _hardness(way: Way) -> int:
    hard = {C.CLOCK: 3, C.UNSUPPORTED: 1, UNWRITTEN: 2}
    return 10 * way.is_late + 5 * way.comes_back + 4 * way.is_frozen + hard.get(way.answer, 0)
