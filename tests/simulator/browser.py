"""A hand that holds the phones' page in a real browser: Debian's chromium, driven by Playwright, which downloads none.

The page is drawn in the kiosk's own typeface, so that it looks the same on every machine.
"""

import os
import re
import shutil
from contextlib import contextmanager

import numpy as np
import pytest
from playwright.sync_api import expect, sync_playwright

from kiosk.services.resources import resource
from kiosk.services.scanner import decoding
from kiosk.simulator.relay_settings import ACCESS_KEY, RICH, SHOP_ID
from tests.simulator.tills import until

UNIT = 10**18
PATIENCE_S = 20.0
HAND, DESK = (360, 740), (1280, 800)
OPEN = {
    "accessKey": ACCESS_KEY,
    "purchaseId": "P1",
    "amount": str(10 * UNIT),
    "currency": "krw",
    "shopId": SHOP_ID,
    "account": RICH,
}

expect.set_options(timeout=PATIENCE_S * 1000)


@contextmanager
def chromium(folder):
    """The browser.

    Args:
        folder: For its settings; an empty one.
    """
    program = shutil.which("chromium")
    if program is None:
        pytest.fail("the phones' page is tested in Debian's package chromium, which is not installed")
    (folder / "fonts").symlink_to(resource("fonts"))
    # root, as whom continuous integration runs, has no sandbox
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    environment: dict[str, str | float | bool] = {
        **os.environ,
        "XDG_DATA_HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
    }
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=arguments, env=environment)
        yield browser
        browser.close()


class Phone:
    """The page, and what went wrong in it.

    Attributes:
        trouble: Errors on its console, and what it asked of others than its own server.
    """

    def __init__(self, page, base):
        self.page = page
        self.trouble: list[str] = []
        self._base = base
        page.set_default_timeout(PATIENCE_S * 1000)
        page.on("console", lambda message: self.trouble.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.trouble.append(str(error)))
        page.on("request", self._on_request)

    def open(self, place="rich", query=""):
        self.page.goto(f"{self._base}/phone{query}#{place}")
        return self

    def __getitem__(self, name):
        """What has this id."""
        return self.page.locator(f"[id='{name}']")

    @property
    def request(self):
        """The payment, or cancel, that is shown."""
        return self.page.locator(".request")

    def shows(self, *texts):
        """Wait until all of these are to be read on it."""
        for text in texts:
            expect(self.page.locator("main")).to_contain_text(text, use_inner_text=True)

    def shows_not(self, text):
        expect(self.page.locator("main")).not_to_contain_text(text, use_inner_text=True)

    def is_in(self, state):
        """Wait until the one payment that is shown has come so far."""
        expect(self.request).to_have_attribute("data-state", state)

    def press(self, name):
        self[name].click()

    def press_keys_to(self, name, longest=20):
        """Go with the tabulator to what has this id, and press it with Enter."""
        for _ in range(longest):
            if self.page.evaluate("document.activeElement.id") == name:
                self.page.keyboard.press("Enter")
                return
            self.page.keyboard.press("Tab")
        pytest.fail(f"the tabulator does not lead to {name}")

    @property
    def code(self):
        """What the kiosk reads off a picture of it, when there is something to read."""
        expect(self["qr"]).to_be_visible()
        expect(self["qr"]).to_have_attribute("src", re.compile("account"))
        expect(self["qr"]).not_to_have_class("over")
        picture = np.frombuffer(self.page.screenshot(), dtype=np.uint8)
        cv2 = decoding.load().cv2
        assert cv2 is not None
        (code,) = decoding.Decoder().look(cv2.imdecode(picture, cv2.IMREAD_GRAYSCALE))
        return code.text

    def _on_request(self, request):
        if not request.url.startswith(f"{self._base}/phone"):
            self.trouble.append(request.url)


class Till:
    """A kiosk that speaks the relay's language over HTTP."""

    def __init__(self, http):
        self._http = http

    def post(self, path, **body):
        reply = self._http.post(f"/loyalty/v1/payment/{path}", json={"accessKey": ACCESS_KEY} | body).json()
        assert reply["code"] == 0, reply
        return reply["data"]

    def opened(self, **changes):
        """A payment that the customer is asked for."""
        return self.post("new/open", **(OPEN | changes))["paymentId"]

    def close(self, payment_id, confirm="true"):
        self.post("new/close", paymentId=payment_id, confirm=confirm)

    def paid(self, **changes):
        """A payment that came to its end."""
        payment_id = self.opened(**changes)
        self.phone("answer_new", payment_id=payment_id, approve=True)
        until(lambda: self.status(payment_id) == 17)
        self.close(payment_id)
        return payment_id

    def cancel_opened(self, **changes):
        payment_id = self.paid(**changes)
        self.post("cancel/open", paymentId=payment_id)
        return payment_id

    def phone(self, what, **body):
        assert self._http.post(f"/_sim/phone/{what}", json=body).json()["code"] == 0

    def booked(self, payment_id):
        rows = self._http.get("/_sim/books").json()["loyalty"]["payments"]
        return next(row for row in rows if row["paymentId"] == payment_id)

    def status(self, payment_id):
        return self.booked(payment_id)["status"]

    def points(self, payment_id):
        """Held and taken."""
        row = self.booked(payment_id)
        return int(row["held"]), int(row["taken"])

    def wallet_of(self, code):
        """Whose points a kiosk would see that read this code."""
        reply = self._http.get("/loyalty/v1/payment/user/balance", params={"account": code}).json()
        return reply.get("data", {}).get("account")
