"""The commands, as an engineer types them."""

import asyncio
import json
import re
import socket
import sys

import httpx
import pytest

from kiosk import cli
from kiosk.domain.entries import TaskOpened
from kiosk.domain.staffwork import TaskKind
from kiosk.services.resources import resource
from kiosk.services.text import Text, languages
from kiosk.simulator.host import Host
from kiosk.tools import staff
from kiosk.ui import voice
from kiosk.ui.sounds import output_name
from kiosk.ui.voice import system_engine, try_out
from tests.support.film import noise, write_film
from tests.support.paper import PtyPrinter


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    for name in ("CREPAY", "CARD", "LOYALTY", "CALLBACK"):
        monkeypatch.setenv(f"KIOSK_DEMO_{name}", "demo-password")
    monkeypatch.setenv("KIOSK_DEMO_EZPG", "demo")
    monkeypatch.setenv("KIOSK_DEMO_EZPG_KEY", "demo-key")


@pytest.fixture
def outside():
    host = Host()
    host.start()
    yield host
    host.stop()


@pytest.fixture
def config(tmp_path, outside):
    template = resource("demo", "kiosk.toml").read_text("utf-8")
    file = tmp_path / "kiosk.toml"
    file.write_text(template.format(port=outside.port, callback=0, state=(tmp_path / "state").as_posix()), "utf-8")
    return file


def run(*arguments):
    return cli.main([str(argument) for argument in arguments])


def test_a_mistake_in_the_configuration_names_file_key_value_and_what_is_allowed(tmp_path, config, capsys):
    config.write_text(
        config.read_text("utf-8").replace('id = "K01"', 'id = "k-1"').replace("width = 1080", "width = 10")
    )

    code = run("run", "--config", config)

    said = capsys.readouterr().err
    assert code == 1
    assert str(config) in said
    assert "kiosk.id" in said
    assert "k-1" in said
    assert "screen.width" in said
    assert "10" in said


def test_a_missing_configuration_is_one_clear_sentence(tmp_path, capsys):
    assert run("run", "--config", tmp_path / "none.toml") == 1
    assert "none.toml" in capsys.readouterr().err


def test_a_product_list_is_imported(config, capsys):
    assert run("catalogue", "import", resource("demo", "catalogue.csv"), "--config", config) == 0
    assert "24" in capsys.readouterr().out


def test_a_bad_product_list_names_the_line_and_changes_nothing(config, tmp_path, capsys):
    run("catalogue", "import", resource("demo", "catalogue.csv"), "--config", config)
    bad = tmp_path / "bad.csv"
    bad.write_text("sku,barcode,name_ko,price\nA1,,물,1000\nA2,,빵,-5\n", "utf-8")
    before = (tmp_path / "state" / "catalogue.sqlite").read_bytes()
    capsys.readouterr()

    assert run("catalogue", "import", bad, "--config", config) == 1
    assert "3" in capsys.readouterr().err
    assert (tmp_path / "state" / "catalogue.sqlite").read_bytes() == before


def test_the_doctor_of_a_ready_terminal_finds_nothing_that_keeps_it_from_selling(config, capsys):
    run("catalogue", "import", resource("demo", "catalogue.csv"), "--config", config)
    capsys.readouterr()

    code = run("doctor", "--json", "--config", config)

    graded = {one["what"]: one["grade"] for one in json.loads(capsys.readouterr().out)}
    assert code == 0, graded
    assert graded["loyalty"] == graded["callback"] == "ok"
    assert graded["crepay"] == graded["ceos"] == graded["card"] == graded["catalogue"] == graded["font"] == "ok"


def test_the_doctor_says_which_payment_system_cannot_be_reached(config, outside, capsys):
    run("catalogue", "import", resource("demo", "catalogue.csv"), "--config", config)
    outside.stop()
    capsys.readouterr()

    code = run("doctor", "--json", "--config", config)

    failed = {one["what"]: one["detail"] for one in json.loads(capsys.readouterr().out) if one["grade"] == "fail"}
    assert code == 1
    assert set(failed) == {"crepay", "ceos", "card", "loyalty", "ezpg", "ezpg_session"}
    assert "127.0.0.1" in failed["crepay"]


@pytest.mark.parametrize(
    ("password", "fault", "grade", "said"),
    [
        ("demo", None, "ok", "logged in as kiosk-1"),
        ("wrong", None, "fail", "name or password of kiosk-1 are refused"),
        ("demo", "html_502", "fail", "could not log in as kiosk-1"),
    ],
)
def test_the_doctor_logs_in_where_transfers_are_taken(
    config, outside, monkeypatch, capsys, password, fault, grade, said
):
    monkeypatch.setenv("KIOSK_DEMO_EZPG", password)
    if fault:
        httpx.post(f"http://127.0.0.1:{outside.port}/_sim/faults", json={"call": "ezpg.login", "kind": fault})

    run("doctor", "--json", "--config", config)

    found = {one["what"]: one for one in json.loads(capsys.readouterr().out)}
    assert found["ezpg"]["grade"] == "ok"
    assert found["ezpg_session"]["grade"] == grade
    assert said in found["ezpg_session"]["detail"]
    assert "env:KIOSK_DEMO_EZPG" in found["secrets"]["detail"]


def test_the_doctor_says_how_far_the_clock_of_the_banks_is_off(config, outside, capsys):
    httpx.post(f"http://127.0.0.1:{outside.port}/_sim/settings", json={"ezpg": {"skew_ms": 3_600_000}})

    run("doctor", "--json", "--config", config)

    found = {one["what"]: one for one in json.loads(capsys.readouterr().out)}
    assert re.search(r"differs by (3600|359\d|360\d) s", found["ezpg_session"]["detail"])


def test_a_password_that_is_not_there_is_a_secret_that_is_missing(config, monkeypatch, capsys):
    monkeypatch.delenv("KIOSK_DEMO_EZPG")

    assert run("doctor", "--json", "--config", config) == 1

    found = {one["what"]: one for one in json.loads(capsys.readouterr().out)}
    assert found["secrets"]["grade"] == "fail"
    assert "KIOSK_DEMO_EZPG" in found["secrets"]["detail"]
    assert "ezpg_session" not in found


def test_the_doctor_opens_the_camera_and_a_till_without_one_still_sells(config, tmp_path, capsys):
    run("catalogue", "import", resource("demo", "catalogue.csv"), "--config", config)
    film = tmp_path / "camera.avi"
    config.write_text(config.read_text("utf-8") + f'\n[camera]\ndevice = "{film.as_posix()}"\n', "utf-8")

    def camera():
        capsys.readouterr()
        assert run("doctor", "--json", "--config", config) == 0
        return next(one for one in json.loads(capsys.readouterr().out) if one["what"] == "camera")

    missing = camera()
    write_film(film, noise(12))
    there = camera()

    assert missing["grade"] == "warn"
    assert film.as_posix() in missing["detail"]
    assert (there["grade"], there["detail"]) == ("ok", f"{film.as_posix()}, 640 × 480")


def examined(config, capsys) -> dict[str, dict[str, str]]:
    run("catalogue", "import", resource("demo", "catalogue.csv"), "--config", config)
    capsys.readouterr()
    assert run("doctor", "--json", "--config", config) == 0
    return {one["what"]: one for one in json.loads(capsys.readouterr().out)}


def test_the_doctor_says_where_sound_comes_out_and_who_speaks_and_a_silent_till_still_sells(config, capsys):
    seen = examined(config, capsys)
    output, (spoken, problem) = output_name(), try_out(system_engine(), languages())
    assert seen["sound"]["grade"] == ("ok" if output else "warn")
    assert (output or "loudspeaker") in seen["sound"]["detail"]
    assert seen["voice"]["grade"] == ("ok" if "ko" in spoken else "warn")
    assert (problem or "한국어") in seen["voice"]["detail"]


def test_the_doctor_names_the_languages_that_nothing_speaks(config, capsys, monkeypatch):
    monkeypatch.setattr(voice, "_NO_ENGINES", frozenset({"speechd"}))
    seen = examined(config, capsys)["voice"]
    assert (seen["grade"], seen["detail"]) == ("warn", "mock: English. No voice for: 한국어, 中文, 日本語")


def test_the_doctor_looks_for_no_sound_where_it_is_switched_off(config, capsys):
    config.write_text(config.read_text("utf-8") + "\n[sound]\nenabled = false\n", "utf-8")
    seen = examined(config, capsys)
    assert seen["sound"]["grade"] == "ok"
    assert "Switched off" in seen["sound"]["detail"]
    assert "voice" not in seen


def test_the_doctor_says_which_library_sound_is_missing(config, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "kiosk.ui.sounds", None)
    seen = examined(config, capsys)["sound"]
    assert seen["grade"] == "warn"
    assert "kiosk.ui.sounds" in seen["detail"]


def test_the_doctor_says_that_nobody_can_call_where_somebody_else_listens(config, capsys):
    run("catalogue", "import", resource("demo", "catalogue.csv"), "--config", config)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        config.write_text(config.read_text("utf-8").replace("port = 0", f"port = {port}"), "utf-8")
        capsys.readouterr()

        code = run("doctor", "--json", "--config", config)

    found = {one["what"]: one for one in json.loads(capsys.readouterr().out)}
    assert code == 0
    assert found["callback"]["grade"] == "warn"
    assert str(port) in found["callback"]["detail"]


@pytest.mark.parametrize(
    ("port", "wedge", "camera", "scanners"),
    [
        ("none", "false", "", {"scanner": "warn"}),
        ("none", "true", "", {"wedge": "ok"}),
        ("none", "false", "no_such.avi", {}),
        ("COM3", "true", "", {"wedge": "ok", "scanner": "ok"}),
    ],
)
def test_the_doctor_misses_a_scanner_only_where_none_is_used(
    config, monkeypatch, capsys, port, wedge, camera, scanners
):
    monkeypatch.setenv("KIOSK_SCANNER__PORT", port)
    monkeypatch.setenv("KIOSK_SCANNER__WEDGE", wedge)
    monkeypatch.setenv("KIOSK_CAMERA__DEVICE", camera)

    run("doctor", "--json", "--config", config)

    found = {one["what"]: one for one in json.loads(capsys.readouterr().out)}
    assert {what: found[what]["grade"] for what in ("wedge", "scanner") if what in found} == scanners
    assert "wedge" not in scanners or "scan a code" in found["wedge"]["detail"]


@pytest.mark.parametrize(
    ("mood", "grade", "said"),
    [
        ({}, "ok", "Ready"),
        ({"has_little": True}, "warn", "running low"),
        ({"has_paper": False}, "warn", "Put in a new roll"),
    ],
)
def test_the_doctor_asks_the_printer_how_it_is(config, tmp_path, capsys, mood, grade, said):
    hardware = PtyPrinter(tmp_path / "printer")
    hardware.change(**mood)
    config.write_text(config.read_text("utf-8") + f"\n[printer]\nport = '{hardware.port}'\n", "utf-8")

    run("doctor", "--json", "--config", config)

    hardware.close()
    (found,) = (one for one in json.loads(capsys.readouterr().out) if one["what"] == "printer")
    assert found["grade"] == grade
    assert hardware.port in found["detail"]
    assert said in found["detail"]
    assert hardware.paper.receipts == []


def test_the_doctor_says_that_receipts_are_files_without_a_printer(config, tmp_path, capsys):
    run("doctor", "--json", "--config", config)
    (found,) = (one for one in json.loads(capsys.readouterr().out) if one["what"] == "printer")
    assert found["grade"] == "ok"
    assert str(tmp_path / "state" / "receipts") in found["detail"]


def test_a_stored_secret_can_be_referred_to(config, tmp_path, monkeypatch, capsys):
    config.write_text(config.read_text("utf-8").replace("env:KIOSK_DEMO_CREPAY", "store:crepay"), "utf-8")
    run("catalogue", "import", resource("demo", "catalogue.csv"), "--config", config)
    assert run("doctor", "--config", config) == 1
    _type(monkeypatch, "a-long-password\n")

    assert run("secrets", "set", "crepay", "--config", config) == 0

    assert run("doctor", "--config", config) == 0
    assert "a-long-password" not in capsys.readouterr().out


def test_without_a_journal_verify_says_so(config, capsys):
    assert run("journal", "verify", "--config", config) == 1
    assert "journal.sqlite" in capsys.readouterr().err


def test_the_sealing_key_comes_back_from_its_backup_and_only_with_the_passphrase(config, tmp_path, monkeypatch, capsys):
    backup, store = tmp_path / "key.txt", tmp_path / "state" / "secrets.json"
    _type(monkeypatch, "four words of mine\n")
    assert run("journal", "backup-key", backup, "--config", config) == 0
    before = store.read_bytes()
    store.unlink()

    _type(monkeypatch, "another passphrase\n")
    assert run("journal", "restore-key", backup, "--config", config) == 1
    _type(monkeypatch, "four words of mine\n")
    assert run("journal", "restore-key", backup, "--config", config) == 0

    assert store.read_bytes() == before


def test_an_unknown_command_is_a_mistake_of_the_command_line():
    with pytest.raises(SystemExit) as stopped:
        run("sell")
    assert stopped.value.code == 2


def _type(monkeypatch, text):
    import io
    import sys

    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


async def write_down(config, *entries):
    """As the till does it."""
    till = staff.till_of(config)
    parts = await till.open_behind()
    await parts.journal.write(*entries)
    tasks = await parts.journal.staff_tasks()
    await till.close()
    return tasks


def test_staff_read_what_needs_a_hand_and_what_to_do_and_close_it_with_their_words(config, capsys):
    (task,) = asyncio.run(write_down(config, TaskOpened(TaskKind.CALLED, facts={"code": "A01"})))
    capsys.readouterr()

    assert run("staff", "tasks", "--config", config) == 0
    said = capsys.readouterr().out
    assert task.id in said
    assert "code: A01" in said
    assert "Go to the customer" in said

    assert run("staff", "done", task.id, "was only curious", "--config", config) == 0
    assert run("staff", "done", task.id, "again", "--config", config) == 1
    assert "no such open task" in capsys.readouterr().out
    assert run("staff", "tasks", "--config", config) == 0
    assert task.id not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("system", "language"),
    [("ko_KR.UTF-8", "ko"), ("zh_CN.UTF-8", "zh"), ("ja_JP.UTF-8", "ja"), ("de_DE.UTF-8", "en"), ("C", "en")],
)
def test_commands_speak_the_language_of_the_system_where_they_can(monkeypatch, system, language):
    monkeypatch.setenv("LC_ALL", system)
    assert cli.command_line_language() == language


@pytest.mark.parametrize("language", languages())
def test_every_kind_of_staff_work_says_what_to_do(language):
    text = Text.load(language)
    assert all(text(f"todo.{kind}", code="K01-0001") for kind in TaskKind)


def staffed(config, monkeypatch, *arguments, pin=""):
    _type(monkeypatch, f"{pin}\n")
    return run("staff", *arguments, "--config", config)


def test_people_are_added_listed_given_a_pin_and_removed(config, monkeypatch, capsys):
    assert staffed(config, monkeypatch, "add", "김점장", pin="271828") == 0
    assert staffed(config, monkeypatch, "add", "이직원", "--role", "clerk", pin="161803") == 0
    assert staffed(config, monkeypatch, "people") == 0
    said = capsys.readouterr().out
    assert "P1  김점장  Engineer, Manager" in said
    assert "P2  이직원  Clerk" in said
    assert staffed(config, monkeypatch, "pin", "P2", pin="141421") == 0
    assert staffed(config, monkeypatch, "remove", "P2") == 0
    assert staffed(config, monkeypatch, "people") == 0
    assert "P2 " not in capsys.readouterr().out.split("can")[-1]
    assert "271828" not in said


def test_a_bad_pin_nobody_and_the_last_manager_are_one_sentence_each(config, monkeypatch, capsys):
    assert staffed(config, monkeypatch, "add", "이직원", "--role", "clerk", pin="271828") == 1
    assert "manager" in capsys.readouterr().out
    assert staffed(config, monkeypatch, "add", "김점장", pin="123456") == 1
    assert "easy" in capsys.readouterr().out
    assert staffed(config, monkeypatch, "add", "김점장", pin="271828") == 0
    assert staffed(config, monkeypatch, "pin", "P9", pin="271828") == 1
    assert staffed(config, monkeypatch, "remove", "P1") == 1
    assert "manager" in capsys.readouterr().out


def test_the_doctor_says_who_works_here_and_what_to_do_while_there_is_nobody(config, monkeypatch, capsys):
    def found():
        capsys.readouterr()
        run("doctor", "--json", "--config", config)
        return next(one for one in json.loads(capsys.readouterr().out) if one["what"] == "people")

    assert found()["grade"] == "warn"
    assert "kiosk staff add" in found()["detail"]
    assert staffed(config, monkeypatch, "add", "김점장", pin="271828") == 0
    assert found() == {"what": "people", "grade": "ok", "detail": "1"}
