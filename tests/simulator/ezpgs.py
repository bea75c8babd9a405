"""A small till that speaks with EzPG, with the customers, the staff and the head office around it."""

import itertools
from datetime import datetime, timedelta, timezone

from tests.simulator.relays import json_shape
from tests.simulator.tills import World

KST = timezone(timedelta(hours=9))
DAY = datetime(2026, 11, 27, tzinfo=KST)
TODAY, TOMORROW = "20261127", "20261128"
PRICE = 12_300
PASSWORD = "demo"
START = 1_000_000
FEE = 1_000
"""Of a withdrawal."""
PAYEE = {"bankCd": "090", "withAccntNo": "3333012345678", "withAccntNm": "홍길동"}
MINUTE, HOUR = 60.0, 3600.0


def at(clock, day=0):
    """A moment of the test's day, or of one after it, as "2026-11-27T23:29:00+09:00"."""
    hour, minute, *second = map(int, clock.split(":"))
    return (DAY + timedelta(days=day, hours=hour, minutes=minute, seconds=sum(second))).isoformat()


class EzpgTill:
    """Sends what the documents and our contract say; any key can be overridden, and with None left out."""

    def __init__(self, http):
        self.http = http
        self.world = World(http)
        self._numbers = itertools.count(1)
        self.tokens: dict[str, str] = {}

    def begin(self):
        """A new world, at noon."""
        self.world.reset()
        self.clock("12:00")

    # -- time, settings, faults

    def clock(self, clock, day=0):
        self.control("clock", at=at(clock, day))

    def later(self, seconds):
        self.control("clock", ahead_s=seconds)

    def settings(self, **changes):
        self.world.settings(ezpg=changes)

    def merchant(self, **changes):
        """Change how the usual one is set up."""
        merchants = self.world.settings()["ezpg"]["merchants"]
        self.settings(merchants=merchants | {"demo": merchants["demo"] | changes})

    def control(self, what, **body):
        reply = self.http.post(f"/_sim/ezpg/{what}", json=body)
        assert reply.status_code == 200, reply.text
        return reply.json()

    # -- logins

    def login(self, user="kiosk-1", password=PASSWORD):
        return self.http.post("/ezpg/auth/login", json={"userId": user, "password": password})

    def verify(self, token, code="123456", user="staff"):
        headers = {"Authorization": f"Bearer {token}"}
        return self.http.post("/ezpg/auth/verify-otp", headers=headers, json={"userId": user, "otpCode": code})

    def token(self, user):
        """Of somebody who is logged in, with six digits where they are needed."""
        if user not in self.tokens:
            body = self.login(user).json()
            again = body["requireOtp"] == "Y"
            self.tokens[user] = self.verify(body["token"]).json()["token"] if again else body["token"]
        return self.tokens[user]

    # -- calls

    def send(self, method, path, user="kiosk-1", **more):
        headers = {"Authorization": f"Bearer {self.token(user)}"} if user else {}
        return self.http.request(method, f"/ezpg/{path}", headers=headers, **more)

    def get(self, path, user="kiosk-1", **query):
        return self.send("GET", path, user, params=query)

    def post(self, path, body, user="kiosk-1"):
        return self.send("POST", path, user, json={key: value for key, value in body.items() if value is not None})

    def issue(self, user="kiosk-1", **changes):
        body = {
            "merchantId": "demo",
            "accountType": "one-time",
            "amount": PRICE,
            "moid": f"K{next(self._numbers)}",
            "expireDt": at("13:00"),
        }
        return self.post("accounts/issue", body | changes, user)

    def account(self, user="kiosk-1", **changes):
        reply = self.issue(user, **changes).json()
        assert reply["resultCode"] == "0000", reply
        return reply["accountInfo"]

    def close(self, account, user="kiosk-1", **changes):
        return self.post("accounts/close", {"merchantId": "demo", "accountId": account["accountId"]} | changes, user)

    def rows(self, user="kiosk-1", **query):
        body = self.get("transactions/deposits", user, **query).json()
        assert body["resultCode"] == "0000", body
        return body["depositList"]

    def statuses(self, **query):
        return [(row["amount"], row["status"]) for row in self.rows(**query)]

    def state(self, account):
        """How an account stands, by the books."""
        return next(a["state"] for a in self.books["accounts"] if a["accountId"] == account["accountId"])

    def withdraw(self, user="staff", **changes):
        body = {"mid": "demo", "meky": "demo-key", "withAmt": 10_000, "moid": f"R{next(self._numbers)}", **PAYEE}
        return self.post("merWithdrawApi", body | changes, user)

    def withdrawals(self, user="kiosk-1", **query):
        body = self.get("transactions/withdrawals", user, **query).json()
        assert body["resultCode"] == "0000", body
        return body["withdrawalList"]

    # -- people and banks

    def pay(self, account, amount=None, **more):
        body = {"bank": account["bankCode"], "account": account["accountNo"], "amount": amount or account["amount"]}
        return self.control("pay", **body | more)

    def paid(self, account, amount=None, **more):
        """A deposit that the bank took; its number."""
        told = self.pay(account, amount, **more)
        assert told["refused"] is None, told
        return told["number"]

    def refusal(self, account, amount=None, **more):
        return self.pay(account, amount, **more)["refused"]

    def correct(self, number, **more):
        return self.control("correct", number=number, **more)["answered"]

    def settle(self, row, status, reason=""):
        self.control("withdrawals", trx_id=row["trxId"], status=status, reason=reason)

    def lose(self, telegram, count=1, kind="drop_before", **params):
        """EzPG does not hear, or is not heard by, Dozn."""
        self.world.fault(f"dozn.{telegram}", kind, count, **params)

    def telegrams(self):
        """What Dozn sent: kind, and whether as something sent again."""
        told = [one for one in self.world.requests() if one["gateway"] == "dozn"]
        return [(one["call"], one["body"].get("retry_yn", "")) for one in told]

    # -- the truth

    @property
    def books(self):
        return self.world.books()["ezpg"]

    @property
    def transfers(self):
        return [(t["reference"], t["amount"], t["row"], t["isBack"]) for t in self.books["transfers"]]

    def balance(self, merchant="demo"):
        return self.books["balances"][merchant]


def code(reply):
    """HTTP's status and the answer's code."""
    return reply.status_code, reply.json()["resultCode"]


def fields(value, prefix=""):
    """The names in a JSON object with their types, through objects and the rows of lists."""
    found: dict[str, str] = {}
    for name, part in value.items():
        match part:
            case dict():
                found |= fields(part, f"{prefix}{name}.")
            case list():
                for row in part:
                    found |= fields(row, f"{prefix}{name}.")
            case _:
                found[prefix + name] = json_shape(part)
    return found
