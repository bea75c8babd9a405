"""A film as the camera of the running program: goods, points, and a camera that goes and comes back."""

import json

import pytest

from kiosk.services.scanner.gates import Symbology
from tests.end_to_end.driver import AMERICANO, until
from tests.pictures import Code, approach
from tests.support.film import write_film

pytestmark = pytest.mark.end_to_end

SIZE = (640, 480)


@pytest.fixture
def film(tmp_path):
    """Where the camera is: nothing is there yet."""
    return tmp_path / "camera.avi"


@pytest.fixture
def till(open_till, film):
    till = open_till(points=True, film=film)
    till.wait_view("StartView")
    return till


def sights(till):
    """How the log says the camera was, from the start."""
    log = till.state / "logs" / "kiosk.log"
    lines = map(json.loads, log.read_text("utf-8").splitlines())
    return [line["sight"] for line in lines if line["event"] == "camera"]


def hold_up(film, code):
    """Plug in a camera before which a hand brings a code into view and takes it away; then it is unplugged."""
    write_film(film, approach(code, SIZE, empty=8, coming=8, held=15))


@pytest.mark.parametrize("scale", [2.0])  # the phone's code is good for a minute, and its film has to be made first
def test_goods_and_points_are_read_by_the_camera_and_paid(till, film, world):
    until(lambda: sights(till) == ["missing"], "the camera is missed")
    hold_up(film, Code(Symbology.EAN13, AMERICANO))
    basket = till.next_view("BasketView", says="1개")
    film.unlink()
    assert "아메리카노" in str(basket.texts)
    until(lambda: sights(till)[-1] == "lost", "the camera is gone")
    till.press("pay_now")
    till.press("method_loyalty")
    till.wait_view("ScanView")
    hold_up(film, Code(Symbology.QR, world.code()))
    till.next_view("AmountView")
    film.unlink()
    till.press("confirm_amount")
    world.answer()
    till.next_view("DoneView", says="영수증이 나왔어요")
    assert sights(till)[:4] == ["missing", "seeing", "lost", "seeing"]
