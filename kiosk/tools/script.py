"""The scripted customer of a demo without a screen: scans goods, pays part with a coupon and the rest with CEOS."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from kiosk.services.config import Config
from kiosk.services.text import Text
from kiosk.tools.door import Deed, Door

COUPON: Final = "11112222333344445"
"""A coupon of the simulated Crepay that holds 3,000 won."""

GOODS: Final = ("8809990000012", "8809990000142", "8809990000081")
"""Americano twice, a rice triangle, nuts four times: 12,300 won. The rest of each is added by its plus button."""

CEOS_TRIES: Final = 3
"""CEOS refuses one payment in ten; a customer tries again."""


def steps() -> Iterator[tuple[str, Deed]]:
    """What the customer does until the coupon has paid: text key of each step, and the deed."""
    yield "demo.step.start", {"wait_view": "StartView"}
    yield "demo.step.shot", {"shot": "1-start.png"}
    for barcode in GOODS:
        yield "demo.step.scan", {"scan": barcode}
        yield "demo.step.basket", {"wait_view": "BasketView"}
    yield "demo.step.more", {"press": "quantity_plus_D001"}
    for _ in range(3):
        yield "demo.step.more", {"press": "quantity_plus_S001"}
    yield "demo.step.shot", {"shot": "2-basket.png"}
    yield "demo.step.pay", {"press": "pay_now"}
    yield "demo.step.methods", {"wait_view": "MethodsView"}
    yield "demo.step.shot", {"shot": "3-methods.png"}
    yield "demo.step.coupon", {"press": "method_crepay"}
    yield "demo.step.hold_coupon", {"wait_view": "ScanView"}
    yield "demo.step.shot", {"shot": "4-scan.png"}
    yield "demo.step.scan_coupon", {"scan": COUPON}
    yield "demo.step.amount", {"wait_view": "AmountView"}
    yield "demo.step.shot", {"shot": "5-amount.png"}
    yield "demo.step.confirm", {"press": "confirm_amount"}
    yield "demo.step.coupon_paid", {"wait_view": "MethodsView"}
    yield "demo.step.shot", {"shot": "6-part-paid.png"}


async def play(door: Door, config: Config, folder: Path, text: Text) -> int:
    """Play one sale; 0 when it was paid and the receipt came out."""
    out = Text.load(config.kiosk.language)("done.printed")
    for key, deed in steps():
        if not await _step(door, text(key), deed):
            return 1
    for _ in range(CEOS_TRIES):
        if not await _step(door, text("demo.step.ceos"), {"press": "method_ceos"}):
            return 1
        await _step(door, text("demo.step.wait"), {"wait_settled": "ceos"})
        if door.view == "DoneView":
            break
    paid = await _step(door, text("demo.step.done"), {"wait_view": "DoneView"})
    paid = paid and await _step(door, text("demo.step.receipt"), {"wait_text": ["receipt_state", out]})
    await _step(door, text("demo.step.shot"), {"shot": "7-done.png"})
    for receipt in sorted(config.receipts_folder.glob("*.txt")):
        print(receipt.read_text(encoding="utf-8"))
    print(text("demo.out", folder=str(folder), receipts=str(config.receipts_folder)), flush=True)
    return 0 if paid else 1


async def _step(door: Door, said: str, deed: Deed) -> bool:
    ok = await door.do(deed)
    what = next(iter(deed.values()))
    print(f"  {'✓' if ok else '✗'} {said}  [{what}]", flush=True)
    return ok
