import contextlib
import io
import json
import logging
import warnings

import pytest
import structlog

from kiosk.domain.confidential import Confidential
from kiosk.services import logs, redaction

CANARY = "canary-Zx81-secret"
BARCODE = "98765432123456789"
WALLET = "0x52908400098527886E0F7030069857D2E4169EE7"
PHONE = "010-1234-5678"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(redaction, "_known", set())
    monkeypatch.setattr(logging, "raiseExceptions", logging.raiseExceptions)
    monkeypatch.setattr(logging.getLogger(), "level", logging.getLogger().level)
    yield tmp_path / "logs"
    logs.close()
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


@pytest.fixture
def log(folder):
    logs.configure(folder, "info")
    return structlog.get_logger("kiosk.test")


@pytest.fixture
def standard_error(log, folder):
    """Standard error of the test itself, which is another one than that of its fixtures."""
    stream = io.StringIO()
    with contextlib.redirect_stderr(stream):
        logs.configure(folder, "info")
    return stream


def written(folder):
    return [json.loads(line) for line in (folder / logs.FILE_NAME).read_text("utf-8").splitlines()]


def test_a_line_says_what_where_and_when(log, folder):
    log.info("attempt approved", attempt="K01-1-000027-2", amount=12_300, store="한글상점")
    [line] = written(folder)
    assert line["event"] == "attempt approved"
    assert (line["logger"], line["level"]) == ("kiosk.test", "info")
    assert (line["attempt"], line["amount"], line["store"]) == ("K01-1-000027-2", 12_300, "한글상점")
    assert line["utc"].endswith("Z")
    assert line["boot_s"] > 0


def test_nothing_secret_is_written_whole_on_any_way_into_the_log(log, folder, standard_error):
    redaction.hide(Confidential(CANARY))
    everything = f"{CANARY} {BARCODE} {WALLET} {PHONE}"
    log.warning(everything, extra=[everything], **{BARCODE: everything})
    log.warning("with %s", everything)
    logging.getLogger("httpx").warning("GET /%s", everything)
    logging.getLogger("other").warning(everything, extra={"more": everything})

    def fail():
        raise ValueError(everything)

    try:
        fail()
    except ValueError:
        log.exception("failed")
        logging.getLogger("library").exception("failed too")
    text = (folder / logs.FILE_NAME).read_text("utf-8") + standard_error.getvalue()
    assert text.count("****6789") >= 12
    for secret in (CANARY, BARCODE, WALLET, PHONE):
        assert secret not in text


def test_a_traceback_does_not_print_local_variables(log, folder):
    def fail(pin_typed):
        raise ValueError

    try:
        fail("482913")
    except ValueError:
        log.exception("failed")
    text = (folder / logs.FILE_NAME).read_text("utf-8")
    assert "ValueError" in text
    assert "482913" not in text.replace('fail(\\"482913\\")', "")


def test_warnings_and_worse_are_on_standard_error_too(log, folder, standard_error):
    log.info("quiet")
    log.warning("loud")
    error = standard_error.getvalue()
    assert "loud" in error
    assert "quiet" not in error
    assert len(written(folder)) == 2


def test_what_is_below_the_level_is_not_written(log, folder):
    log.debug("detail")
    log.info("line")
    assert [line["event"] for line in written(folder)] == ["line"]


def test_pythons_warnings_are_written_too(log, folder):
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=False)
        logging.captureWarnings(capture=True)
        warnings.warn("old way", DeprecationWarning, stacklevel=1)
    assert "old way" in written(folder)[-1]["event"]


def test_files_are_put_aside_before_they_grow_too_big(folder, monkeypatch):
    monkeypatch.setattr(logs, "FILE_BYTES", 2_000)
    monkeypatch.setattr(logs, "FILES_KEPT", 2)
    logs.configure(folder, "info")
    for number in range(100):
        structlog.get_logger("kiosk.test").info("line", number=number)
    files = sorted(file.name for file in folder.iterdir())
    assert files == ["kiosk.log", "kiosk.log.1", "kiosk.log.2"]
    assert all(file.stat().st_size <= 2_000 for file in folder.iterdir())


def test_configuring_again_moves_to_the_other_folder(log, folder, tmp_path):
    logs.configure(tmp_path / "other", "info")
    structlog.get_logger("kiosk.test").info("moved")
    assert written(folder) == []
    assert len(written(tmp_path / "other")) == 1


def test_only_the_kiosks_user_can_look_into_the_folder(log, folder):
    assert folder.stat().st_mode & 0o077 == 0
