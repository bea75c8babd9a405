"""Receipts and slips whose pictures are stored, to be compared dot by dot.

    python -m tests.receipt_pictures

draws them anew, after somebody has meant to change how they look; then look at each of them.
"""

import os
from pathlib import Path
from typing import Final

from kiosk.domain.attempt import State
from kiosk.domain.catalogue import Tax
from kiosk.domain.money import won
from kiosk.domain.order import OrderLine, OrderState
from kiosk.domain.receipt import Document, SlipReason, receipt_document, sign_code, slip_document, trial_document
from kiosk.domain.sale import Sale
from tests.receipt_samples import COUPON, INSTANT, LINES, SOLD_AT_MS, STORE, attempt, order, refund, sample_text

FOLDER: Final = Path(__file__).parent / "fixtures" / "receipts"
KEY: Final = b"the key of the store in tests"
ORDER: Final = "K01-1-000027"

GIFT = OrderLine(
    "G1",
    "",
    (
        ("ko", "유기농 제주 한라봉과 산지직송 못난이 사과를 한 상자에 담은 명절 선물세트 (특대, 보자기 포장)"),
        ("en", "Organic Jeju hallabong gift box with farm-direct apples, extra large, wrapped in cloth"),
    ),
    won(1_234_500),
    10,
    Tax.TAXABLE,
)
CARD = attempt(
    3, method="card", amount=won(12_344_000), transaction="tviva20261129063412", masked="1234-****-****-5678"
)
POINTS = attempt(4, method="loyalty", amount=won(1_000), transaction=f"0x{'5f1c7a526d0e4a52' * 4}", masked="0x5f…2c3d")


def documents(language: str) -> dict[str, Document]:
    """By name: an ordinary receipt, one with everything, printed again, one of a sale given back in part, and slips."""
    code = sign_code(ORDER, KEY)
    sold = Sale(order(), (COUPON, INSTANT), ())
    everything = Sale(order(lines=(GIFT, *LINES)), (COUPON, INSTANT, CARD, POINTS), ())
    given_back = Sale(order(OrderState.PARTLY_REFUNDED), (COUPON, INSTANT), (refund(),))
    unknown = attempt(2, State.UNKNOWN, "ceos", won(9_300))
    parked = Sale(order(OrderState.UNWINDING), (COUPON, unknown), (refund(),))
    return {
        "receipt": receipt_document(sold, STORE, code, SOLD_AT_MS, language),
        "reprint": receipt_document(everything, STORE, code, SOLD_AT_MS, language, reprint=True),
        "given_back": receipt_document(given_back, STORE, code, SOLD_AT_MS, language),
        "slip": slip_document(parked, STORE, SlipReason.PARKED, language),
        "test": trial_document(STORE, language),
    }


def stored(name: str, language: str, paper_mm: int) -> Path:
    """Where a picture is."""
    return FOLDER / f"{name}_{language}_{paper_mm}.png"


LANGUAGES: Final = ("ko", "en", "zh", "ja")
NAMES: Final = tuple(documents("ko"))


def main() -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication

    from kiosk.services.resources import resource
    from kiosk.ui.faces import load_fonts
    from kiosk.ui.receipt_image import PAPER_DOTS, render_image

    _application = QGuiApplication([])
    load_fonts(resource("fonts"))
    FOLDER.mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        for name, document in documents(language).items():
            for paper_mm, dots in PAPER_DOTS.items():
                stored(name, language, paper_mm).write_bytes(render_image(document, sample_text(language), dots))


if __name__ == "__main__":
    main()
