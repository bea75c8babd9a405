"""How the ways to a printer are named, and how one on USB is found wherever it is plugged in."""

import pytest

from kiosk.domain.errors import ConfigError
from kiosk.services.printer.wires import find_usb_printer, way_to


@pytest.mark.parametrize(
    "port", ["tcp:10.0.0.7", "tcp::9100", "tcp:10.0.0.7:x", "usb:04b8", "usb:04b8:0e28:1", "usb:zzzz:0e28", "file:"]
)
def test_a_port_that_cannot_be_read_is_named(port):
    with pytest.raises(ConfigError) as caught:
        way_to(port, 115200)
    assert (caught.value.key, caught.value.params) == ("config.printer_port", {"value": port})


@pytest.mark.parametrize(
    "port",
    ["tcp:printer.local:9100", "tcp:[::1]:9100", "usb:04B8:0e28", "file:/dev/usb/lp0", "/dev/ttyS0", "COM3"],
)
def test_a_port_is_read_without_touching_it(port):
    assert callable(way_to(port, 115200))


def test_a_name_that_cannot_be_is_a_printer_that_is_not_there():
    with pytest.raises(OSError, match="no such name"):
        way_to(f"tcp:{'a' * 64}.local:9100", 115200)()


@pytest.fixture
def plugged_in(tmp_path):
    """Linux' list of USB printers, with these in it: name -> vendor and product."""

    def plug(**printers):
        listed = tmp_path / "usbmisc"
        listed.mkdir()
        (listed / "hiddev0").mkdir()
        for at, (name, (vendor, product)) in enumerate(printers.items()):
            device = tmp_path / f"1-{at}"
            (device / f"1-{at}:1.0").mkdir(parents=True)
            (device / "idVendor").write_text(f"{vendor}\n")
            (device / "idProduct").write_text(f"{product}\n")
            (listed / name).mkdir()
            (listed / name / "device").symlink_to(device / f"1-{at}:1.0")
        return listed

    return plug


def test_a_usb_printer_is_found_by_its_ids(plugged_in):
    folder = plugged_in(lp0=("04b8", "0e15"), lp1=("04b8", "0e28"), lp2=("1504", "0e28"))
    assert find_usb_printer(0x04B8, 0x0E28, folder) == "lp1"


def test_one_that_is_not_plugged_in_is_not_found(plugged_in, tmp_path):
    assert find_usb_printer(0x04B8, 0x0E28, plugged_in(lp0=("04b8", "0e15"))) is None
    assert find_usb_printer(0x04B8, 0x0E28, tmp_path / "no such folder") is None
