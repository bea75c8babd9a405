"""The oracle: was everything that stood in the window true of the money, for as long as it stood there?

It holds the sentences itself (not those of resources/text), reads them from the widgets that were really in sight, and
compares them with what the simulators' books held, moment by moment. The journal says only when a fate was known.
"""

import json
import re
import sqlite3
import time
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from itertools import zip_longest
from pathlib import Path
from typing import Any

from kiosk.services.journal.verify import verify
from tests.end_to_end.driver import Seen, Till, until


class Claim(Enum):
    """What a sentence about one payment claims."""

    RECEIVED = auto()
    """We have exactly this amount."""
    NOTHING = auto()
    """We have nothing, and never will."""
    NOT_NOW = auto()
    """We have nothing now."""
    NOT_SEEN = auto()
    """We have seen nothing yet, and are looking."""
    PLANNED = auto()
    """We have nothing now, and will ask for this amount when the rest is paid."""
    RETURNED = auto()
    """We had it, and you have it back."""
    COMES_BACK = auto()
    """We have taken nothing and never will; what is held comes back."""
    NOT_RETURNED = auto()
    """We still have it."""
    CHECKING = auto()
    """We do not know yet."""
    OPEN = auto()
    """A person will find out."""


WON = r"(?:(?P<won>[\d,]+)원|₩(?P<krw>[\d,]+))"
SENTENCES = {
    rf"(?:쿠폰|간편결제|카드|포인트|계좌이체) {WON}을 받았어요": Claim.RECEIVED,
    rf"(?:Coupon|Mobile pay|Card|Points|Bank transfer) {WON} received": Claim.RECEIVED,
    r"아직 입금이 확인되지 않았어요": Claim.NOT_SEEN,
    r"No deposit has been seen yet": Claim.NOT_SEEN,
    rf"포인트 {WON}은 마지막에 승인해요": Claim.PLANNED,
    rf"Points {WON}, approved last": Claim.PLANNED,
    r"아직 결제되지 않았어요": Claim.NOT_NOW,
    r"Not paid yet": Claim.NOT_NOW,
    r"포인트를 쓰지 않았어요, 잠시 묶였다면 곧 돌아옵니다": Claim.COMES_BACK,
    r"No points were used; any that were held come back soon": Claim.COMES_BACK,
    r"휴대폰의 첫 요청은 무시해 주세요, 승인하셨어도 포인트는 돌아옵니다": Claim.COMES_BACK,
    r"환불을 신청했어요, 아직 돌려드리지 못했습니다": Claim.NOT_RETURNED,
    r"A refund was asked for; it is not given back yet": Claim.NOT_RETURNED,
    r"결제되지 않았어요, 돈은 빠져나가지 않았습니다": Claim.NOTHING,
    r"Not paid; no money was taken": Claim.NOTHING,
    r"결제를 취소했어요, 청구되지 않습니다": Claim.NOTHING,
    r"Cancelled; you will not be charged": Claim.NOTHING,
    r"결제되지 않았어요": Claim.NOT_NOW,
    r"Not paid": Claim.NOT_NOW,
    r"돌려드렸어요": Claim.RETURNED,
    r"Given back": Claim.RETURNED,
    r"확인하고 있어요(?:, 다시 결제하지 마세요)?": Claim.CHECKING,
    r"Being checked(?:; please do not pay again)?": Claim.CHECKING,
    r"아직 확인하지 못했어요(?:, 접수번호 \S+)?": Claim.OPEN,
    r"Not certain yet(?:, reference \S+)?": Claim.OPEN,
    r"직원이 확인해 드려요(?:, 접수번호 \S+)?": Claim.OPEN,
    r"Staff will look into this(?:, reference \S+)?": Claim.OPEN,
}
"""What may be said of one payment, in either language, as a whole."""

NEVER_SENT = {
    "요청을 보내기 전에 그만두셨어요",
    "You stopped before anything was sent",
    "결제 회사와 연결되지 않았어요",
    "The payment company could not be reached",
}
"""Reasons that claim that the payment system has not even heard of it."""

PAID = {"결제됐어요", "Paid"}
CANCELLED = {"취소가 끝났어요", "Cancelled"}
STILL_CHECKING = {"결제가 됐는지 확인하고 있어요", "Checking whether you have paid"}
"""Titles of a whole screen."""

SETTLE_S = {"crepay": 60, "ceos": 90, "card": 60, "loyalty": 330}
"""Until when a request may still land after it was sent [s of the simulators]."""

REACTION_MS = 1000
"""Until a screen must have followed what the journal learned, or the money what was sent [real ms]. It takes 170 on a
machine of its own, while the receipt is drawn beside it; in CI three tills and a browser share two cores."""

UNDECIDED = {
    *("PREPARED", "SENDING", "UNKNOWN", "REVERSING"),
    *("OPENING", "OPEN_LOST", "WAITING", "AUTHORISED", "CAPTURING", "VOIDING"),
    *("ISSUING", "AWAITING_DEPOSIT", "CLOSING"),
}
HOLDING = {"APPROVED", "UNDERPAID", "OVERPAID"}
REFUND_UNDECIDED = {"ASKED", "SENDING", "UNKNOWN", "PENDING"}
LATE = {"late", "duplicate"}
"""Findings of money that came into an account and pays for nothing."""
TOLD = re.compile(r"told_(\d+)")
ATTEMPT = re.compile(r"(K\d\d-\d+-\d{6}-\d+)-")


@dataclass(frozen=True)
class Movement:
    """Money that really moved.

    Attributes:
        at_ms: When [real time].
        attempt: For which attempt, by the id in the request.
        amount: Taken; negative when given back.
        about: Of a transfer EzPG's id, of a withdrawal the refund; "" of all else.
    """

    at_ms: int
    attempt: str
    amount: int
    about: str = ""


@dataclass(frozen=True)
class Truth:
    """What really happened, from the simulators' books and their log of requests.

    Attributes:
        movements: Of money, in order.
        sent_ms: When the request that moves it was sent, by attempt; of no transfer, which a customer sends.
        methods: The payment system, by attempt.
        looks_ms: When deposits into an attempt's account were asked for, and told.
    """

    movements: tuple[Movement, ...]
    sent_ms: Mapping[str, int]
    methods: Mapping[str, str]
    looks_ms: Mapping[str, list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, books: Mapping[str, Any], requests: Iterable[Mapping[str, Any]]) -> "Truth":
        requests = list(requests)
        moved: list[Movement] = []
        for entry in books["crepay"]["entries"]:
            moved += _of_entry(entry["transactionId"], entry, entry["state"] == "RETURNED", requests)
        for payment in books["ceos"]["payments"]:
            if payment["state"] != "FAILED":
                moved += _of_entry(payment["paymentId"], payment, payment["state"] == "CANCELLED", requests)
        for payment in books["card"]["payments"]:
            if payment["state"] in ("APPROVED", "CANCELED"):
                moved += _of_entry(payment["paymentKey"], payment, payment["state"] == "CANCELED", requests)
        for payment in books["loyalty"]["payments"]:
            attempt = _attempt(payment["purchaseId"])
            moved += [Movement(at_ms, attempt, amount) for amount, at_ms in payment["moved"]]
        moved += _transferred(books["ezpg"], requests)
        sent: dict[str, int] = {}
        methods: dict[str, str] = {}
        looks: dict[str, list[int]] = {}
        for one in requests:
            ids = one["ids"]
            if one["call"] == "deposits" and not one["fault"] and ATTEMPT.search(ids.get("moid", "")):
                looks.setdefault(_attempt(ids["moid"]), []).append(one["at_ms"])
            if one["call"] in {"checkout", "instant", "confirm"} or (one["call"] == "open_new" and "purchaseId" in ids):
                names = ("transactionId", "purchaseId", "paymentKey", "paymentId")
                attempt = _attempt(next(ids[name] for name in names if ids.get(name)))
                sent.setdefault(attempt, one["at_ms"])
                methods[attempt] = one["gateway"]
        return cls(tuple(sorted(moved, key=lambda one: one.at_ms)), sent, methods, looks)

    def held(self, whose: str, at_ms: int) -> int:
        """What the books held of an attempt, or of an order, at a moment [won]."""
        return sum((one.amount for one in self.movements_of(whose) if one.at_ms <= at_ms), 0)

    def changes(self, whose: str, from_ms: int, to_ms: int) -> list[int]:
        """Moments at which that changed."""
        return [one.at_ms for one in self.movements_of(whose) if from_ms < one.at_ms <= to_ms]

    def movements_of(self, whose: str) -> list[Movement]:
        """All movements of an attempt, or of an order."""
        return [one for one in self.movements if f"{one.attempt}-".startswith(f"{whose}-")]


def _of_entry(entry_id: str, entry: Mapping[str, Any], is_back: bool, requests: list[Any]) -> list[Movement]:
    attempt, amount = _attempt(entry_id), entry["amount"]
    moved = [Movement(entry["at"], attempt, amount)]
    if is_back:
        moved.append(Movement(_given_back_ms(entry_id, entry["at"], requests), attempt, -amount))
    return moved


def _transferred(books: Mapping[str, Any], requests: list[Any]) -> Iterable[Movement]:
    """Deposits from when EzPG was told of them: before that the money is under way between banks, and nobody has it."""
    for one in books["transfers"]:
        if one["trxId"] is None or ATTEMPT.search(one["reference"]) is None:
            continue
        told_ms = _telegram_ms("deposit", one["number"], requests)
        yield Movement(told_ms, _attempt(one["reference"]), one["amount"], one["trxId"])
        if one["isBack"]:
            back_ms = _telegram_ms("correction", one["number"], requests)
            yield Movement(back_ms, _attempt(one["reference"]), -one["amount"], one["trxId"])
    for one in books["withdrawals"]:
        if one["state"] == "completed":
            reference = one["reference"]
            yield Movement(one["settled"], _attempt(reference), -one["amount"], reference.rpartition("-")[0])


def _telegram_ms(call: str, number: str, requests: list[Any]) -> int:
    """When Dozn's telegram of this number arrived."""
    for one in requests:
        if (one["gateway"], one["call"], one["ids"].get("tr_natv_no")) == ("dozn", call, number) and one["answers"]:
            return int(one["at_ms"])
    raise AssertionError(f"nothing in the log told EzPG of {call} {number}")


def _given_back_ms(entry_id: str, taken_ms: int, requests: list[Any]) -> int:
    """When the first cancel of it worked: cancels are processed as they arrive, once the money has moved."""
    for one in requests:
        names = (one["body"].get("cancelTtransactionId"), one["ids"].get("paymentId"), one["ids"].get("paymentKey"))
        if one["call"].startswith("cancel") and entry_id in names and 200 in one["answers"]:
            return max(int(one["at_ms"]), taken_ms)
    raise AssertionError(f"nothing in the log gave {entry_id} back")


def _attempt(entry_id: str) -> str:
    found = ATTEMPT.search(entry_id)
    assert found, f"an id that names no attempt: {entry_id}"
    return found[1]


@dataclass(frozen=True)
class Journal:
    """The till's own record, read-only.

    Attributes:
        tables: Rows of each state table.
        steps: (when, attempt, "attempt" or "refund", state), in order.
    """

    tables: Mapping[str, list[dict[str, Any]]]
    steps: tuple[tuple[int, str, str, str], ...]

    @classmethod
    def read(cls, path: Path) -> "Journal":
        names = ("orders", "attempts", "operations", "inbox", "refunds", "findings", "staff_tasks", "prints")
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
            db.row_factory = sqlite3.Row
            db.execute("BEGIN")
            tables = {name: [dict(row) for row in db.execute(f"SELECT * FROM {name} ORDER BY rowid")] for name in names}  # noqa: S608
            steps = [_step(row) for row in db.execute("SELECT stamp, kind, attempt_id, body FROM events ORDER BY seq")]
        return cls(tables, tuple(step for step in steps if step))

    @property
    def late(self) -> set[str]:
        """Transfers that came too late or twice, and the withdrawals that give them back."""
        found = {row["gateway_txn"] for row in self.tables["findings"] if row["kind"] in LATE}
        return found | {row["id"] for row in self.tables["refunds"] if row.get("finding_id")}

    def ended_ms(self, attempt: str) -> int | None:
        """Since when nobody has been looking at an account to pay with it; None while somebody may."""
        states = [(at_ms, state) for at_ms, one, what, state in self.steps if (one, what) == (attempt, "attempt")]
        ends = [at_ms for at_ms, state in states if state in ("CLOSING", "EXPIRED")]
        return ends[-1] if ends and states[-1][1] in ("CLOSED", "EXPIRED") else None

    def undecided(self, attempt: str) -> list[tuple[int, int]]:
        """The times [from ms, to ms] in which the till itself did not know an attempt's fate."""
        states = {"attempt": "", "refund": ""}
        spans: list[tuple[int, int]] = []
        since: int | None = None
        for at_ms, _, what, state in [step for step in self.steps if step[1] == attempt]:
            states[what] = state
            open_now = states["attempt"] in UNDECIDED or states["refund"] in REFUND_UNDECIDED
            if open_now and since is None:
                since = at_ms
            elif not open_now and since is not None:
                spans.append((since, at_ms))
                since = None
        return spans if since is None else [*spans, (since, 1 << 62)]


def _step(row: sqlite3.Row) -> tuple[int, str, str, str] | None:
    body = json.loads(row["body"])
    at_ms = int(row["stamp"].partition(":")[0])
    match row["kind"]:
        case "AttemptBegan":
            return at_ms, row["attempt_id"], "attempt", "PREPARED"
        case "AttemptAdvanced":
            return at_ms, row["attempt_id"], "attempt", body["to"]
        case "RefundAsked":
            return at_ms, row["attempt_id"], "refund", "ASKED"
        case "RefundAdvanced":
            return at_ms, row["attempt_id"], "refund", body["to"]
        case _:
            return None


@dataclass(frozen=True)
class Standing:
    """A view and the time in which it stood in the window."""

    seen: Seen
    to_ms: int

    @property
    def from_ms(self) -> int:
        return self.seen.at_ms


def standings(till: Till, now_ms: int) -> list[Standing]:
    """Every view, until the next one was drawn, the program was killed, or the judging began."""
    result = []
    seen = tuple(till.seen)
    for one, following in zip_longest(seen, seen[1:]):
        goes_on = following is not None and following.run == one.run
        result.append(Standing(one, following.at_ms if goes_on else till.killed_ms.get(one.run, now_ms)))
    return result


@dataclass
class Judge:
    """Judges every view of a till against what really happened."""

    world: Truth
    journal: Journal
    scale: float
    wrong: list[str] = field(default_factory=list)

    def judge(self, standing: Standing) -> None:
        """Note everything in a view that was not true."""
        line, seen = standing.seen.line, standing.seen
        attempts = [claim["attempt"] for claim in line["claims"]]
        told = [(int(found[1]), words) for name, words in seen.texts if (found := TOLD.fullmatch(name)) and words]
        for n, words in told:
            self._judge_line(standing, attempts[n], n, words)
            if seen.text(f"tender_reason_{n}") in NEVER_SENT and attempts[n] in self.world.sent_ms:
                self._note(standing, f"says that {attempts[n]} was never sent")
        if attempts and not told and line["idle_left_s"] is None:
            self._note(standing, "nothing is told of a payment that the screen is about")
        said = {words for _, words in seen.texts}
        if said & PAID or seen.text("order_number"):
            self._judge_whole(standing, _won(seen.text("total_amount")), attempts)
        if said & CANCELLED:
            self._judge_whole(standing, 0, attempts)
        if said & STILL_CHECKING and not any(self._is_undecided(one, standing) for one in attempts):
            self._note(standing, "says it is checking, and all is known")
        if seen.text("total_amount") and seen.text("due_amount"):
            self._judge_due(standing, attempts)

    def _judge_line(self, standing: Standing, attempt: str, n: int, text: str) -> None:
        found = next((m for m in (re.fullmatch(one, text) for one in SENTENCES) if m), None)
        if found is None:
            self._note(standing, f"an unknown sentence about money: {text!r}")
            return
        claim = SENTENCES[found.re.pattern]
        amount = _won(standing.seen.text(f"tender_amount_{n}"))
        said = found.groupdict().get("won") or found.groupdict().get("krw")
        if said is not None and amount is not None and _won(said) != amount:
            self._note(standing, f"two amounts for one payment: {text!r} and {amount}")
        match claim:
            case Claim.RECEIVED:
                self._always_held(standing, attempt, _won(said), text)
            case Claim.NOTHING | Claim.NOT_NOW | Claim.PLANNED | Claim.COMES_BACK:
                self._always_held(standing, attempt, 0, text)
                if claim in (Claim.NOTHING, Claim.COMES_BACK):
                    self._never_charged(standing, attempt, text)
            case Claim.NOT_RETURNED:
                self._always_held(standing, attempt, _won(standing.seen.text(f"tender_amount_{n}")), text)
            case Claim.RETURNED:
                self._always_held(standing, attempt, 0, text)
                if not self.world.changes(attempt, 0, standing.from_ms):
                    self._note(standing, f"{text!r} of {attempt}, which took nothing")
            case Claim.NOT_SEEN:
                self._not_seen(standing, attempt, text)
            case Claim.CHECKING:
                if not self._is_undecided(attempt, standing):
                    self._note(standing, f"{text!r} of {attempt}, whose fate was known")

    def _not_seen(self, standing: Standing, attempt: str, text: str) -> None:
        """It may be on its way, or have come since the last look; but what a look was told of is seen."""
        if not self._is_undecided(attempt, standing):
            self._note(standing, f"{text!r} of {attempt}, whose fate was known")
        looks_ms = [one for one in self.world.looks_ms.get(attempt, ()) if one < standing.to_ms - REACTION_MS]
        # after a restart nobody looks before the customer goes on: what was seen before it was not written down
        if standing.seen.view == "TransferView" and any(self._held(attempt, one) for one in looks_ms):
            self._note(standing, f"{text!r} of {attempt}, which had come")

    def _held(self, whose: str, at_ms: int) -> int:
        """What the books held, but for what came into an account too late or twice, and the till has found."""
        late = [one for one in self.world.movements_of(whose) if one.at_ms <= at_ms and self._pays_nothing(one)]
        return self.world.held(whose, at_ms) - sum(one.amount for one in late)

    def _pays_nothing(self, moved: Movement) -> bool:
        if not moved.about or moved.about not in self.journal.late:
            return False
        if moved.about.startswith(moved.attempt):
            return True
        ended_ms = self.journal.ended_ms(moved.attempt)
        before = [one for one in self.world.movements_of(moved.attempt) if one.amount > 0 and one.at_ms < moved.at_ms]
        return bool(before) or (ended_ms is not None and moved.at_ms >= ended_ms - REACTION_MS)

    def _always_held(self, standing: Standing, attempt: str, amount: int | None, text: str) -> None:
        """For as long as it stood there; a charge that lands after its time is judged by what is done about it."""
        moments = [standing.from_ms, *self.world.changes(attempt, standing.from_ms, standing.to_ms - REACTION_MS)]
        for at_ms in moments:
            held = self._held(attempt, at_ms)
            if held != amount and not self._landed_late(attempt, at_ms):
                self._note(standing, f"{text!r} of {attempt}, and the books held {held}")

    def _never_charged(self, standing: Standing, attempt: str, text: str) -> None:
        for at_ms in self.world.changes(attempt, standing.from_ms, 1 << 62):
            held = self._held(attempt, at_ms)
            if held and not self._landed_late(attempt, at_ms):
                self._note(standing, f"{text!r} of {attempt}, and then {held} were taken")

    def _landed_late(self, attempt: str, at_ms: int) -> bool:
        """Taken after the settle time, and the till knows of it: a finding, or work for staff. Not of a transfer."""
        if attempt not in self.world.sent_ms:
            return False
        taken = next((m.at_ms for m in self.world.movements if m.attempt == attempt and m.at_ms <= at_ms), None)
        if taken is None:
            return False
        settle_ms = SETTLE_S[self.world.methods[attempt]] * 1000 / self.scale
        if taken < self.world.sent_ms[attempt] + settle_ms:
            return False
        rows = [*self.journal.tables["findings"], *self.journal.tables["staff_tasks"]]
        return any(row["attempt_id"] == attempt for row in rows)

    def _judge_whole(self, standing: Standing, total: int | None, attempts: list[str]) -> None:
        """The order on the screen holds exactly this, for as long as the screen stands."""
        order = self._order(standing, attempts)
        for at_ms in (standing.from_ms, standing.to_ms):
            held = self._held(order, at_ms) if order else 0
            late = any(self._landed_late(one, at_ms) for one in self._attempts(order))
            if held != total and not late:
                self._note(standing, f"says that all of {order} is {total}, and the books held {held}")

    def _judge_due(self, standing: Standing, attempts: list[str]) -> None:
        """What is left to pay and what is held make the whole, or the customer pays too much or too little."""
        total, due = (_won(standing.seen.text(name)) for name in ("total_amount", "due_amount"))
        if due is not None and standing.seen.view == "MethodsView":
            due += _planned(standing.seen)
        order = self._order(standing, attempts)
        unseen = sum(self._held(one, standing.from_ms) for one in self._told_unseen(standing.seen))
        held = self._held(order, standing.from_ms) - unseen if order else 0
        late = any(self._landed_late(one, standing.from_ms) for one in self._attempts(order))
        if total is None or due is None or (held + due != total and not late):
            self._note(standing, f"says {due} of {total} are left to pay, and the books held {held}")

    def _told_unseen(self, seen: Seen) -> list[str]:
        """Payments of which it says that nothing is seen yet, and so counts nothing."""
        told = [(int(found[1]), words) for name, words in seen.texts if (found := TOLD.fullmatch(name))]
        unseen = {pattern for pattern, claim in SENTENCES.items() if claim is Claim.NOT_SEEN}
        return [seen.line["claims"][n]["attempt"] for n, words in told if words in unseen]

    def _order(self, standing: Standing, attempts: list[str]) -> str:
        """Which order a screen is about: by its payments, or by the code it shows."""
        code = standing.seen.text("inquiry_code")
        by_code = {row["code"]: str(row["id"]) for row in self.journal.tables["orders"]}
        return attempts[0].rpartition("-")[0] if attempts else by_code.get(code, "")

    def _attempts(self, order: str) -> list[str]:
        return [row["id"] for row in self.journal.tables["attempts"] if row["order_id"] == order]

    def _is_undecided(self, attempt: str, standing: Standing) -> bool:
        """At the beginning and at the end of its standing, but for the time a screen needs to follow."""
        spans = self.journal.undecided(attempt)
        begins = any(since <= standing.from_ms <= until + REACTION_MS for since, until in spans)
        ends = any(since <= standing.to_ms <= until + REACTION_MS for since, until in spans)
        return begins and ends

    def _note(self, standing: Standing, what: str) -> None:
        self.wrong.append(f"{standing.seen} (from {standing.from_ms} to {standing.to_ms})\n    {what}")


def _planned(seen: Seen) -> int:
    """What the screen says is to be paid last [won]."""
    told = [words for name, words in seen.texts if TOLD.fullmatch(name)]
    claims = [(one, SENTENCES[pattern]) for one in told for pattern in SENTENCES if re.fullmatch(pattern, one)]
    return sum(_won(one) or 0 for one, claim in claims if claim is Claim.PLANNED)


def _won(text: str | None) -> int | None:
    digits = re.sub(r"\D", "", text or "")
    return int(digits) if digits else None


def untruths(till: Till, now_ms: int) -> list[str]:
    """Everything that a till's window said and that was not so; empty when all was true.

    Args:
        till: With its world still there.
        now_ms: Until when the last view stands [real wall time, ms].
    """
    judge = Judge(world_of(till), journal_of(till), till.world.scale)
    for standing in standings(till, now_ms):
        judge.judge(standing)
    return judge.wrong


def disagreements(journal: Journal, world: Truth) -> list[str]:
    """Where the journal's idea of the money is not that of the books, per attempt."""
    known = {row["id"] for row in journal.tables["attempts"]}
    wrong = [
        f"the books hold {one}, and the journal knows no such attempt"
        for one in world.movements
        if one.attempt not in known
    ]
    for row in journal.tables["attempts"]:
        believed, held = _believed(row, journal), world.held(row["id"], 1 << 62)
        if believed not in (None, held):
            wrong.append(f"{row['id']} is {row['state']}: the journal says {believed}, the books hold {held}")
    return wrong


def money_differs(till: Till) -> list[str]:
    """Where the till's journal and its world disagree now."""
    return disagreements(journal_of(till), world_of(till))


def _believed(attempt: Mapping[str, Any], journal: Journal) -> int | None:
    """What the journal says is held of an attempt [won]; None when it says that it does not know."""
    refunds = [row for row in journal.tables["refunds"] if _refunded(row) == attempt["id"]]
    unsure = attempt["state"] in UNDECIDED | {"NEEDS_STAFF"}
    if unsure or any(row["state"] in REFUND_UNDECIDED | {"NEEDS_STAFF"} for row in refunds):
        return None
    findings = [row for row in journal.tables["findings"] if row["attempt_id"] == attempt["id"]]
    received = int(attempt["received"] or 0) if attempt["state"] in HOLDING else 0
    given_back = sum(int(row["amount"]) for row in refunds if row["state"] == "DONE")
    if attempt.get("method") == "ezpg":
        # how much was found is known; what the bank took back of that is explained
        return received + sum(int(row["amount"]) for row in findings if _is_held(row)) - given_back
    return None if any(row["state"] == "OPEN" for row in findings) else received - given_back


def _refunded(refund: Mapping[str, Any]) -> str:
    """Which attempt's money a refund is of, also where that was found too late."""
    return str(refund["id"].rpartition("-R")[0])


def _is_held(finding: Mapping[str, Any]) -> bool:
    return finding["kind"] in LATE and finding["state"] != "EXPLAINED"


def journal_of(till: Till) -> Journal:
    """The till's record as it is now."""
    return Journal.read(till.state / "journal.sqlite")


def world_of(till: Till) -> Truth:
    """What really happened until now to the money of this till."""
    truth = Truth.of(till.world.books(), till.world.requests())
    mine = tuple(one for one in truth.movements if one.attempt.startswith(f"{till.kiosk}-"))
    return replace(truth, movements=mine)


def is_settled(till: Till) -> bool:
    """Nothing is under way any more: every attempt and refund has its end, and every order that was given up."""
    journal = journal_of(till)
    return not (
        any(row["state"] in UNDECIDED for row in journal.tables["attempts"])
        or any(row["state"] in REFUND_UNDECIDED for row in journal.tables["refunds"])
        or any(row["state"] == "UNWINDING" for row in journal.tables["orders"])
    )


def assert_true(till: Till) -> None:
    """Everything shown was true while it stood, and the journal is whole."""
    wrong = untruths(till, time.time_ns() // 1_000_000)
    assert not wrong, "\n".join([*wrong, "--- the story", till.story(), str(world_of(till).movements)])
    verdict = verify(till.state / "journal.sqlite")
    assert verdict.problems == ()


def assert_ended_well(till: Till) -> None:
    """Wait until nothing is under way; then all that was shown was true, and journal and books agree on the money."""
    until(lambda: is_settled(till), f"everything is settled\n{till.story()}")
    assert_true(till)
    assert money_differs(till) == []
    # what was promised to come back has come back
    assert till.world.points()[1] == 0


@dataclass(frozen=True)
class End:
    """How an order is expected to end: in the journal, in the books, on paper, and on the staff list.

    Attributes:
        order: Its state.
        attempts: Method and state of each, in order.
        refunds: State of each.
        held: What the books hold of it at the end [won].
        tasks: Kinds on the staff list that name it.
        findings: State of each.
        receipts: How many came out.
        slips: How many came out.
    """

    order: str
    attempts: tuple[tuple[str, str], ...]
    refunds: tuple[str, ...] = ()
    held: int = 0
    tasks: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    receipts: int = 0
    slips: int = 0


def ends_of(till: Till) -> list[End]:
    """How each order stands now, in order."""
    journal, world = journal_of(till), world_of(till)
    papers = [file.name for file in (till.state / "receipts").glob("*.txt")]
    return [_end_of(row["id"], row["state"], journal, world, papers) for row in journal.tables["orders"]]


def _end_of(order: str, state: str, journal: Journal, world: Truth, papers: list[str]) -> End:
    attempts = [row for row in journal.tables["attempts"] if row["order_id"] == order]
    ids = {row["id"] for row in attempts}
    return End(
        order=state,
        attempts=tuple((row["method"], row["state"]) for row in attempts),
        refunds=tuple(row["state"] for row in journal.tables["refunds"] if _refunded(row) in ids),
        held=world.held(order, 1 << 62),
        tasks=tuple(row["kind"] for row in journal.tables["staff_tasks"] if row["order_id"] == order),
        findings=tuple(row["state"] for row in journal.tables["findings"] if row["attempt_id"] in ids),
        receipts=sum(name.startswith(f"{order}-receipt") for name in papers),
        slips=sum(name.startswith(f"{order}-slip") for name in papers),
    )


def assert_ends(till: Till, *expected: End) -> None:
    """Wait until every order has ended as expected; then all that was shown was true, and all agree on the money."""
    try:
        until(lambda: ends_of(till) == [*expected], "the expected end")
    except AssertionError:
        assert ends_of(till) == [*expected], f"{ends_of(till)}\n{till.story()}"
    assert_ended_well(till)


def said_of(till: Till, attempt: str) -> list[str]:
    """The sentences that the window said of one attempt, each once, in order."""
    said: list[str] = []
    for one in till.seen:
        for n, claim in enumerate(one.line["claims"]):
            words = one.text(f"told_{n}")
            if claim["attempt"] == attempt and words and words not in said[-1:]:
                said.append(words)
    return said
