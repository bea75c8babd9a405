"""Mistakes in manager mode: who gets in, what they may, what a person's word changes, and what is given back twice."""

from typing import Final

from tests.planted.bug import Bug

PEOPLE: Final = "kiosk/domain/people.py"
RESOLUTION: Final = "kiosk/domain/resolution.py"
SALE: Final = "kiosk/domain/sale.py"
BOOKS: Final = "kiosk/flows/books.py"
STAFF: Final = "kiosk/flows/staff.py"
STAGE: Final = "kiosk/flows/stage.py"
RECOVERY: Final = "kiosk/flows/recovery.py"
FRONT: Final = "kiosk/flows/manager/front.py"
VISIT: Final = "kiosk/flows/manager/visit.py"
OFFICE: Final = "kiosk/flows/manager/office.py"
SALES: Final = "kiosk/flows/manager/sales.py"
HANDS: Final = "kiosk/flows/manager/hands.py"
PROJECTION: Final = "kiosk/services/journal/projection.py"
STORE: Final = "kiosk/services/journal/store.py"
ARCHIVE: Final = "kiosk/services/journal/archive.py"
RULES: Final = ("tests/domain/test_people.py",)
PINS: Final = ("tests/flows/test_staff.py",)
ENTRY: Final = ("tests/flows/manager/test_entry.py",)
OF_SALES: Final = ("tests/flows/manager/test_sales.py",)
OF_HANDS: Final = ("tests/flows/manager/test_hands.py",)
OF_PAYOUTS: Final = ("tests/flows/manager/test_payout.py",)
RESOLVING: Final = ("tests/flows/test_resolving.py",)
FOUND: Final = ("tests/services/journal/test_archive.py",)

BUGS: Final = (
    # -- who gets in
    Bug(
        "a clerk may cancel",
        "roles",
        PEOPLE,
        "Role.CLERK: _EVERYBODY,",
        "Role.CLERK: _EVERYBODY | {Deed.CANCEL},",
        RULES,
    ),
    Bug(
        "an engineer may move money",
        "roles",
        PEOPLE,
        "Role.ENGINEER: _EVERYBODY | {Deed.LOGS, Deed.EXIT},",
        "Role.ENGINEER: _EVERYBODY | {Deed.LOGS, Deed.EXIT, Deed.RESOLVE},",
        RULES,
    ),
    Bug("who has left may still", "roles", PEOPLE, "return self.is_here and any(", "return any(", RULES),
    Bug("a run of digits is a good PIN", "PIN", PEOPLE, "({0}, {1}, {9})", "({0},)", RULES),
    Bug("five digits are a good PIN", "PIN", PEOPLE, "PIN_DIGITS_MIN: Final = 6", "PIN_DIGITS_MIN: Final = 5", RULES),
    Bug("the wait does not grow", "lock-out", PEOPLE, "2.0 ** min(wrong - TRIES_FREE, 16)", "1.0", RULES),
    Bug("the wait grows without end", "lock-out", PEOPLE, ", LOCK_S_MAX)", ", 1e9)", RULES),
    Bug(
        "a PIN counts as wrong only after it was looked at",
        "lock-out",
        STAFF,
        """            await self._journal.write(PinTried(person.id, is_right=False))
            if not await self._fits(person, pin):
                return""",
        """            if not await self._fits(person, pin):
                await self._journal.write(PinTried(person.id, is_right=False))
                return""",
        PINS,
    ),
    Bug(
        "the lock-out is not looked at",
        "lock-out",
        STAFF,
        "            if left_s > 0:\n                return Refused(left_s)\n",
        "",
        PINS,
    ),
    Bug(
        "the lock-out is counted by the wall clock after a reboot",
        "clock set back",
        STAFF,
        "self._clock.elapsed(person.tried)",
        "max(0.0, (self._clock.now_ms() - person.tried.wall_ms) / 1000)",
        PINS,
    ),
    Bug(
        "many tries at once are one",
        "lock-out",
        STAFF,
        "        async with self._one_try:\n            person",
        "        if True:\n            person",
        PINS,
    ),
    Bug(
        "a right PIN forgets nothing",
        "lock-out",
        PROJECTION,
        '"UPDATE people SET wrong = 0, tried = NULL WHERE id = ?"',
        '"UPDATE people SET tried = NULL WHERE id = ?"',
        PINS,
    ),
    Bug(
        "the last manager can leave",
        "people",
        STAFF,
        "if not keeps_somebody_for(Deed.PEOPLE, others):",
        "if not others:",
        PINS,
    ),
    Bug(
        "a given PIN stays",
        "PIN",
        PROJECTION,
        "is_given = int(entry.by != entry.person_id)",
        "is_given = 0",
        (*PINS, *ENTRY),
    ),
    Bug(
        "the same PIN is another",
        "PIN",
        STAFF,
        "and await self._fits(person, pin):\n            flaw = PinFlaw.SAME",
        "and False:\n            flaw = PinFlaw.SAME",
        PINS,
    ),
    Bug(
        "staff can knock while somebody pays",
        "manager entry",
        FRONT,
        "if not self.is_open and type(self._customer.shown.value.view) in DOORS:",
        "if not self.is_open:",
        ENTRY,
    ),
    Bug(
        "what a sheet does not offer is an answer all the same",
        "direct signals",
        VISIT,
        "if isinstance(answer, also) or answer in offered:",
        "if not isinstance(answer, GoBack):",
        ENTRY,
    ),
    Bug(
        "back at the home sheet is out of it, or into what was before",
        "back navigation",
        VISIT,
        "if isinstance(answer, GoBack) and view.can_go_back:\n                return answer",
        "if isinstance(answer, GoBack):\n                return answer",
        ENTRY,
    ),
    Bug(
        "the very first start can be got around",
        "first PIN",
        OFFICE,
        "while not await self._tools.staff.people():",
        "if not await self._tools.staff.people():",
        ENTRY,
    ),
    Bug(
        "a PIN that somebody else chose is good for ever",
        "first PIN",
        OFFICE,
        "(not visit.me.is_pin_given or await self._own_pin(visit, visit.me))",
        "visit.me",
        ENTRY,
    ),
    Bug(
        "a basket idles out beneath staff",
        "nobody loses anything",
        STAGE,
        "            if self._is_covered:\n                self._touched_s = self._clock.monotonic()\n"
        "                continue\n",
        "",
        ENTRY,
    ),
    Bug(
        "what staff scan is the customer's",
        "two stages",
        FRONT,
        "            self.staff.submit(Scanned(text))\n        return self.is_open",
        "            self.staff.submit(Scanned(text))\n        return False",
        ENTRY,
    ),
    Bug(
        "what staff press is the customer's",
        "two stages",
        FRONT,
        "(self.staff if self.is_open else self._customer).submit(intent)",
        "self.staff.submit(intent)\n        self._customer.submit(intent)",
        ENTRY,
    ),
    # -- finding
    Bug(
        "an amount is only the whole",
        "find a sale",
        ARCHIVE,
        "sorted({*whole, *part}, reverse=True)",
        "sorted(whole, reverse=True)",
        FOUND,
    ),
    Bug(
        "the oldest come first",
        "find a sale",
        ARCHIVE,
        'ORDER BY sequence DESC LIMIT ?"\nIN_RANGE',
        'ORDER BY sequence LIMIT ?"\nIN_RANGE',
        FOUND,
    ),
    Bug("a day is one of Greenwich", "find a sale", ARCHIVE, ".replace(tzinfo=KOREA)", ".replace(tzinfo=UTC)", FOUND),
    Bug("there is always more", "find a sale", ARCHIVE, "len(found) > skip + count", "bool(found)", FOUND),
    Bug(
        "a receipt that another signed opens a sale",
        "find a sale",
        SALES,
        "order_id = read_code(text, visit.tools.letterhead.key)",
        "order_id = claimed_order(text)",
        OF_SALES,
    ),
    # -- giving back
    Bug(
        "a sale that its customer is paying is asked back",
        "never twice",
        BOOKS,
        "if sale.order.state in ASKED_BACK else ()",
        "if sale.attempts else ()",
        OF_SALES,
    ),
    Bug(
        "the owner is asked without a word",
        "loyalty: one try",
        SALES,
        "    theirs = visit.tools.parts.given_back_by(GivesBack.OWNER, sale)\n",
        "    theirs = frozenset()\n",
        OF_SALES,
    ),
    Bug(
        "without the owner their one try is used up",
        "loyalty: one try",
        SALES,
        "        case Do(Act.NO) if len(theirs) < len(sale.to_give_back_by_staff):\n            return theirs\n",
        "        case Do(Act.NO):\n            return frozenset()\n",
        OF_SALES,
    ),
    Bug(
        "the screen locks while money moves",
        "auto-lock: not during a refund",
        SALES,
        "if is_over or left_s <= 0:",
        "if is_over or left_s:",
        OF_SALES,
    ),
    Bug(
        "whoever walks away from what takes days leaves the till open for days",
        "auto-lock: not during a refund, as long as an alarm takes",
        SALES,
        "clock.monotonic() + visit.tools.parts.limits.alarm_after_s",
        "clock.monotonic() + 86_400.0",
        OF_SALES,
    ),
    Bug(
        "nobody can lock while money moves",
        "lock: at every sheet",
        "kiosk/flows/manager/visit.py",
        "kinds = (*{type(wish) for wish in offered}, GoBack, Lock, Changed)",
        "kinds = (*{type(wish) for wish in offered}, GoBack, Changed)",
        OF_SALES,
    ),
    Bug(
        "all came back, says the screen, while something is left",
        "never silently half",
        SALES,
        "if sale.needs_staff else Notice",
        "if False else Notice",
        OF_SALES,
    ),
    Bug(
        "no slip says what came back",
        "a cancel slip",
        BOOKS,
        "await self._journal.write(OrderAdvanced(order_id, _refunded(sale)), slip)",
        "await self._journal.write(OrderAdvanced(order_id, _refunded(sale)))",
        OF_SALES,
    ),
    Bug(
        "why a sale is given back is not written down",
        "who, what, why",
        BOOKS,
        '{"why": why})]',
        "{})]",
        OF_SALES,
    ),
    # -- what a person's word changes
    Bug(
        "nobody asks the payment system before somebody says",
        "2: asked again just before",
        HANDS,
        "            await method.ask(attempt_id)\n",
        "            pass\n",
        OF_HANDS,
    ),
    Bug(
        "a clerk may say how it ended",
        "2: manager only",
        HANDS,
        "    elif ends and visit.may(Deed.RESOLVE):",
        "    elif ends:",
        OF_HANDS,
    ),
    Bug(
        "anybody closes anything",
        "roles",
        HANDS,
        "return visit.may(CLERKS.get(kind, Deed.RESOLVE))",
        "return True",
        OF_HANDS,
    ),
    Bug(
        "what the shop keeps is given back behind its back",
        "2: resolution",
        RECOVERY,
        "            if said is None or said.way in STILL_TRIED or is_told_apart:\n                return",
        "            if True:\n                return",
        (*OF_HANDS, "tests/flows/test_recovery.py"),
    ),
    Bug(
        "what nobody charged is not looked for any more",
        "2: later contrary proof reopens it",
        STORE,
        "s.way <> 'not_charged'",
        "s.way <> ''",
        (*RESOLVING, *OF_HANDS),
    ),
    Bug(
        "what the till did since it asked is not looked at",
        "2: asked again just before",
        HANDS,
        "        said = is_still_so and await parts",
        "        said = await parts",
        OF_HANDS,
    ),
    Bug(
        "one word settles money that came while it was thought about",
        "2: finding",
        HANDS,
        "        is_still_so = is_heard and await _open_findings(visit, task) == findings\n",
        "        is_still_so, findings = is_heard, await _open_findings(visit, task) if findings else ()\n",
        OF_PAYOUTS,
    ),
    Bug(
        "what became of money is said while the till gives it back",
        "2: asked again just before",
        HANDS,
        "    async with parts.recovery.one_look:\n        before",
        "    if True:\n        before",
        OF_HANDS,
    ),
    Bug(
        "what the till tried with money that was found is not looked at",
        "2: asked again just before",
        HANDS,
        "is_heard = heard is None or await _is_still_so(visit, heard)",
        "is_heard = True",
        OF_HANDS,
    ),
    Bug(
        "a slip that did not come out is printed as another",
        "kinds of slips",
        HANDS,
        'else {"key": task.facts["key"]}',
        'else {"key": "slip.staff"}',
        OF_HANDS,
    ),
    Bug(
        "what was given back may be said to be kept",
        "2: resolution",
        RESOLUTION,
        "return allowed - {Way.CHARGED_KEPT} if is_given_back or attempt.state is State.CORRECTED else allowed",
        "return allowed",
        RESOLVING,
    ),
    Bug(
        "a word about a lost attempt makes a paid order a refunded one",
        "1: PAID",
        BOOKS,
        "    if not any(back):\n        return OrderState.PAID\n",
        "",
        RESOLVING,
    ),
    Bug(
        "what its customer took back makes a paid order a partly refunded one",
        "1: PAID",
        BOOKS,
        "return is_taken_back or attempt.state not in",
        "return attempt.state not in",
        RESOLVING,
    ),
    Bug("it can be said twice", "2: further row", BOOKS, "if end not in sale.loose_ends or", "if", RESOLVING),
    Bug(
        "it can be said of an order that is under way",
        "2: NEEDS_STAFF",
        PROJECTION,
        "    require(sale.order.state in AT_REST, f",
        "    require(True, f",
        RESOLVING,
    ),
    Bug(
        "a proven payment can be said not to have been made",
        "2: NEEDS_STAFF",
        RESOLUTION,
        "allowed = _OF_REFUND if refund_id else _OF_ATTEMPT",
        "allowed = _OF_ATTEMPT",
        RESOLVING,
    ),
    Bug(
        "more can be given back outside than there was",
        "L1: refunds never exceed",
        PROJECTION,
        "0 < entry.amount <= whole if entry.way in PARTLY else entry.amount == whole",
        "0 < entry.amount",
        RESOLVING,
    ),
    Bug(
        "staff sell what was not paid for in full",
        "L6: goods only after approval",
        PROJECTION,
        "require(not sale.due and not sale.needs_staff, f",
        "require(not sale.is_giving_back, f",
        RESOLVING,
    ),
    Bug(
        "what was charged and kept is no sale",
        "1: UNWINDING_STAFF -> PAID",
        BOOKS,
        "        if sale.due:\n            return (OrderAdvanced(order_id, OrderState.UNWOUND),)\n"
        "        return await self._paid(sale)\n",
        "        return (OrderAdvanced(order_id, OrderState.UNWOUND),)\n",
        RESOLVING,
    ),
    Bug(
        "what was given back outside is still told as not given back",
        "4: told facts",
        SALE,
        "        if said is not None and not self._is_refuted(said):\n"
        "            return TenderLine(attempt.id, attempt.method, said.amount, TOLD[said.way])\n",
        "",
        RESOLVING,
    ),
    Bug(
        "what was given back outside may be asked back once more",
        "never twice",
        SALE,
        "        if said is not None and said.way is not Way.CHARGED_KEPT:\n            return False\n",
        "",
        RESOLVING,
    ),
    Bug(
        "what was given back outside counts as held",
        "I1",
        SALE,
        "                given_back[one.attempt_id] = given_back.get(one.attempt_id, 0) + one.amount.amount\n",
        "                pass\n",
        RESOLVING,
    ),
    Bug(
        "an order with its last end resolved stays open",
        "1: UNWINDING_STAFF",
        BOOKS,
        "return (*closed, *(await self._at_the_end(after) if is_the_end else ()))",
        "return (*closed,)",
        RESOLVING,
    ),
    Bug(
        "an order with its last end resolved is closed while something of it is being given back",
        "1: UNWINDING_STAFF -> UNWOUND when settled",
        BOOKS,
        "is_the_end = not after.needs_staff and not after.is_giving_back",
        "is_the_end = not after.needs_staff",
        RESOLVING,
    ),
    Bug(
        "points are taken when that does not complete the order",
        "L11: captured only when that completes the order",
        PROJECTION,
        "        require(attempt.asked == due, f",
        "        require(due, f",
        RESOLVING,
    ),
)
