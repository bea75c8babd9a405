"""`kiosk doctor` on typefaces: each that a language of this till needs, and no other."""

import json

import pytest

from kiosk import cli
from kiosk.services.resources import resource
from kiosk.ui import faces


def faces_told(tmp_path, capsys, languages: list[str]) -> dict[str, str]:
    """Grade by typeface, of a till that speaks these languages."""
    template = resource("demo", "kiosk.toml").read_text("utf-8")
    written = template.format(port=1, callback=0, state=(tmp_path / "state").as_posix())
    file = tmp_path / "kiosk.toml"
    file.write_text(written.replace('["ko", "en", "zh", "ja"]', json.dumps(languages)), "utf-8")
    cli.main(["doctor", "--json", "--config", str(file)])
    found = json.loads(capsys.readouterr().out)
    return {one["detail"]: one["grade"] for one in found if one["what"] == "font"}


@pytest.mark.parametrize(
    ("languages", "needed"),
    [
        (["ko"], {"Pretendard"}),
        (["ko", "en", "ja"], {"Pretendard", "Pretendard JP"}),
        (["ko", "zh"], {"Pretendard", "Noto Sans SC"}),
        (["ko", "en", "zh", "ja"], {"Pretendard", "Pretendard JP", "Noto Sans SC"}),
    ],
)
def test_each_typeface_that_a_language_needs_is_looked_at(qapp, tmp_path, capsys, languages, needed):
    assert faces_told(tmp_path, capsys, languages) == dict.fromkeys(needed, "ok")


def test_a_typeface_that_is_not_there_is_a_fault_though_another_one_has_its_signs(qapp, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(faces, "JAPANESE", "Pretendard KR")
    monkeypatch.setitem(faces._SIGN_OF, "Pretendard KR", "A")
    assert faces_told(tmp_path, capsys, ["ko", "ja"]) == {"Pretendard": "ok", "Pretendard KR": "fail"}
