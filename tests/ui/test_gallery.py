"""The gallery: which pictures there are, and that they are what the screens show."""

import pytest
from PySide6.QtGui import QImage

from kiosk.domain.errors import OperatingError
from kiosk.flows.access import USUAL
from kiosk.flows.views import Shown
from kiosk.services.config import SCREENS_MM
from kiosk.tools.gallery import MODES, OFFERED, SAMPLES, gallery, pictures, theme_for
from kiosk.tools.samples import GALLERY
from kiosk.ui.face import SCREENS
from tests.ui.windows import text_for

LARGE, WIDE, SMALL = SCREENS_MM


def test_there_is_a_picture_of_every_screen():
    assert {type(SAMPLES[name]) for name in GALLERY} == set(SCREENS)


@pytest.mark.parametrize(("size", "modes"), [(LARGE, OFFERED), (WIDE, OFFERED), (SMALL, OFFERED[:3])])
def test_each_look_that_a_screen_offers_is_drawn_in_each_language(qapp, size, modes):
    drawn = list(pictures(["start", "staff_home"], OFFERED, ["ko", "en"], theme_for(size)))
    assert [(one.mode, one.language) for one in drawn if one.screen == "start"] == [
        (mode, language) for mode in modes for language in ("ko", "en")
    ]
    assert [(one.mode, one.language) for one in drawn if one.screen == "staff_home"] == [("normal", "ko")]


def test_a_gallery_is_a_picture_for_each_and_a_sheet_for_each_screen(qapp, tmp_path, capsys):
    assert gallery(tmp_path, ["method"], ["normal", "low"], ["ko"], text_for("ko")) == 0
    assert sorted(file.name for file in (tmp_path / "method").iterdir()) == [
        "1080x1920_low_ko.png",
        "1080x1920_normal_ko.png",
        "1280x800_normal_ko.png",
        "1920x1080_low_ko.png",
        "1920x1080_normal_ko.png",
    ]
    assert QImage(str(tmp_path / "method" / "1280x800_normal_ko.png")).size().toTuple() == (1280, 800)
    assert not QImage(str(tmp_path / "method.png")).isNull()
    assert "5" in capsys.readouterr().out


@pytest.mark.parametrize(("screens", "modes", "spoken"), [(["moon"], [], []), ([], ["moon"], []), ([], [], ["moon"])])
def test_a_name_that_there_is_not_is_said(qapp, tmp_path, screens, modes, spoken):
    with pytest.raises(OperatingError) as raised:
        gallery(tmp_path, screens, modes, spoken, text_for("ko"))
    assert raised.value.params["name"] == "moon"
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_said(qapp, tmp_path):
    (tmp_path / "taken").write_text("")
    with pytest.raises(OperatingError) as raised:
        gallery(tmp_path / "taken", ["closed"], ["normal"], ["ko"], text_for("ko"))
    assert raised.value.key == "gallery.unwritable"


def test_the_usual_look_is_among_the_modes():
    assert MODES["normal"] == USUAL == Shown(SAMPLES["start"], "ko").access
