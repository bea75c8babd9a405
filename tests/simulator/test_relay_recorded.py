"""What a relay that ran was asked, asked of the simulator: the same answers, but for a list with reasons.

Ids, accounts of a minute, signatures and times are the simulator's own; everything else goes over the wire as recorded.
Where the recorded relay did something by itself a little earlier, its own rhythm being what it was, time is given until
the simulator has done it too. Compared are HTTP status and content type, code, type, state, keys and JSON types all the
way down, and every amount; not the texts for people, random ids, times, and what the recorded shop had turned over
before.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from kiosk.simulator.relay_accounts import checksummed, signature_of
from kiosk.simulator.relay_money import UNIT
from kiosk.simulator.relay_settings import Shop, Wallet
from tests.simulator.relays import VirtualRelay, json_shape

ROWS = [
    json.loads(line)
    for line in (Path(__file__).parent.parent / "fixtures/relay/answers.jsonl").read_text(encoding="utf-8").splitlines()
][1:]
CASES = sorted({row["case"] for row in ROWS})
KEY = "0x2c93e943c0d7f6f1a42f53e116c52c40fe5c1b428506dc04b290f2a77580a342"
CALLBACK_KEY = "0x9812176e565a007a84c5d2fc4cf842b12eb26dbc7568b4e40fc4f2418f2c8f54"
SHOPS = {
    "0x0000e01f0c156fe3facd56eddb7f3b82b5550d7630552c59219cab1674efa23d": Shop(
        name="Shop1", account="0x9995ad23372122A19D7f6220Ab3e293552dc3bde"
    ),
    "0x00003e5da81be600ffb436c6a7a52c46bc12b90033309d7f7a7482e005b91f46": Shop(name="Shop2"),
}
FULL = 100_000 * UNIT
POINTS = {
    ("0xA0B70c7333e6c01e88Ff91aa3976BAb966DF6be1", "new-approved"): FULL - 21 * UNIT // 2,
    ("0xA0B70c7333e6c01e88Ff91aa3976BAb966DF6be1", "cancel-approved"): FULL - 21 * UNIT,
    ("0xaCb73dCF5154CbdcfD3bC99AB21A4b56372Acc74", "temporary-account"): FULL - 21 * UNIT // 2,
    ("0xC5A7F4446741A99A5e9e4AB83DD01DB3fBdDcf8E", "insufficient-balance"): 15 * UNIT,
}
ACCOUNTS = {
    "0xA0B70c7333e6c01e88Ff91aa3976BAb966DF6be1",
    "0xaCb73dCF5154CbdcfD3bC99AB21A4b56372Acc74",
    "0xC5A7F4446741A99A5e9e4AB83DD01DB3fBdDcf8E",
    "0xF73C3987129764bEC656E1dd2E5f6D5045a5823B",
    "0x2BEefe67475366E7D51110B81728161D897d25Cd",
    "0xa9D71442B1d70AB666d526bcA07c967D39211C8D",
}
PATIENCE_S = 10.5  # the longest of the relay's rhythms
MONEY = ("balance", "amount", "paidPoint", "paidValue", "feePoint", "feeValue", "totalPoint", "totalValue")

DIFFERENCES: dict[tuple[str, str], str] = {}
"""(case, step): why the simulator answers otherwise. None is known."""


@dataclass(frozen=True)
class Compared:
    case: str
    step: str
    recorded: str
    simulated: str
    is_same: bool


class Replay:
    """One case, step by step."""

    def __init__(self, case):
        self.case = case
        wallets = {account: Wallet(balance=POINTS.get((account, case), FULL)) for account in ACCOUNTS}
        self.relay = VirtualRelay(access_key=KEY, callback_key=CALLBACK_KEY, mining_s=0.0, wallets=wallets, shops=SHOPS)
        self.ours = {}  # theirs to ours: payment ids, temporary accounts
        self.signers = {}  # our payment id to customer and shop
        self.lag_s = 0.0
        self.heard = 0
        self.compared = []

    def play(self):
        for row in ROWS:
            if row["case"] == self.case:
                self._play(row)
        return self.compared

    def _play(self, row):
        match row["direction"]:
            case "relay->kiosk":
                self._hear(row)
            case "note":
                self._note(row)
            case _:
                self._until(row)
                status, body = self._ask(row)
                self._learn(row, body)
                self._compare(row["step"], (row["status"], row["response"]), (status, body))

    def _until(self, row):
        """A request is dealt with when it was answered: the chain took a part of that time."""
        answered_ms = row["t_ms"] + row.get("took_ms", 0)
        self.relay.at(max(answered_ms / 1000 + self.lag_s, self.relay.clock.seconds))

    def _ask(self, row):
        split = urlsplit(self._mapped(row["path"]))
        body = b"" if row["body"] is None else json.dumps(self._signed(row)).encode()
        headers = {name: str(value) for name, value in row["request_headers"].items()}
        reply = self.relay.send(row["method"], split.path, headers, body, split.query)
        assert reply.headers["content-type"] == row["response_headers"]["content-type"]
        return reply.status, json.loads(reply.body)

    def _signed(self, row):
        body = json.loads(self._mapped(json.dumps(row["body"])))
        if "signature" not in body:
            return body
        if "account" in body:
            return body | {"signature": signature_of(body["account"], "", "temporary")}
        customer, shop_id = self.signers.get(body["paymentId"], ("", ""))
        signer = SHOPS[shop_id].account if "/cancel/" in row["path"] else customer
        answer = "approve" if body["approval"] == "true" else "deny"
        return body | ({"signature": signature_of(signer, body["paymentId"], answer)} if signer else {})

    def _mapped(self, text):
        for theirs, ours in self.ours.items():
            text = text.replace(theirs, ours)
        return text

    def _learn(self, row, body):
        data, theirs = body.get("data", {}), row["response"].get("data", {})
        if "temporaryAccount" in theirs:
            self.ours[theirs["temporaryAccount"]] = data["temporaryAccount"]
            self.ours[theirs["temporaryAccount"].lower()] = data["temporaryAccount"].lower()
        if row["path"].endswith("/new/open") and "paymentId" in theirs:
            self.ours[theirs["paymentId"]] = data["paymentId"]
            self.signers[data["paymentId"]] = data["account"], data["shopId"]

    def _wait(self, condition):
        """Give the simulator the time that its own rhythm needs; everything after is later by as much."""
        start_s = self.relay.clock.seconds
        while not condition() and self.relay.clock.seconds < start_s + PATIENCE_S:
            self.relay.after(0.05)
        self.lag_s += self.relay.clock.seconds - start_s

    def _hear(self, row):
        self._wait(lambda: len(self.relay.called) > self.heard)
        callback = self.relay.called[self.heard]
        self.heard += 1
        shown = ["authorization" in row["request_headers"], "authorization" in callback.headers]
        self._compare(row["step"], (shown[0], row["body"]), (shown[1], json.loads(json.dumps(callback.body))))
        assert callback.body["accessKey"] == CALLBACK_KEY

    def _note(self, row):
        if row["body"] is None:
            return
        self._until(row)
        if row["body"].startswith("item poll"):
            payment_id = self.ours[row["response"]["data"]["paymentId"]]
            awaited = row["response"]["data"]["paymentStatus"]
            self._wait(lambda: self.relay.status(payment_id) == awaited)
            item = self.relay.item(payment_id)
            self._compare(row["body"], (200, row["response"]), (item.status, item.body))
        elif row["body"].startswith("callbacks "):
            which = list(self.signers)[-1]
            heard = sum(one.body["data"]["paymentId"] == which for one in self.relay.called)
            assert int(row["body"].rsplit(" ", 1)[1]) == heard

    def _compare(self, step, recorded, simulated):
        words = [_words(*one) for one in (recorded, simulated)]
        shapes = [json_shape(body) for _, body in (recorded, simulated)]
        is_same = words[0] == words[1] and shapes[0] == shapes[1]
        self.compared.append(Compared(self.case, step, words[0], words[1], is_same))


def _words(status, body):
    data = body.get("data", {})
    told = [f"{status}", f"code {body['code']}"]
    told += [body["type"]] if "type" in body else []
    told += [f"status {data['paymentStatus']}"] if "paymentStatus" in data else []
    told += [f"{name}={data[name]}" for name in MONEY if name in data]
    return " ".join(told)


def _short(words):
    """Without the amounts."""
    return " ".join(word for word in words.split() if "=" not in word)


@cache
def played(case):
    return tuple(Replay(case).play())


@pytest.mark.parametrize("case", CASES)
def test_the_simulator_answers_as_the_relay_that_ran(case):
    assert [one for one in played(case) if not one.is_same and (case, one.step) not in DIFFERENCES] == []


def test_every_difference_that_is_listed_is_really_there():
    compared = [one for case in CASES for one in played(case)]
    assert {(one.case, one.step) for one in compared if not one.is_same} == set(DIFFERENCES)


def test_every_recorded_step_is_compared_and_the_comparison_can_be_read():
    compared = [one for case in CASES for one in played(case)]
    print()
    for one in compared:
        mark = "same" if one.is_same else DIFFERENCES.get((one.case, one.step), "DIFFERENT")
        print(f"{one.case:26} {one.step[:44]:44} {_short(one.recorded):34} {_short(one.simulated):34} {mark}")
    assert len(compared) == sum(row["direction"] != "note" or "item poll" in (row["body"] or "") for row in ROWS)


def test_the_recorded_addresses_have_the_capitals_that_ours_would_have():
    assert [checksummed(account.lower()) for account in sorted(ACCOUNTS)] == sorted(ACCOUNTS)
