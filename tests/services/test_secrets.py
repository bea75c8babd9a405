import json
import os

import pytest

from kiosk.domain.confidential import Confidential
from kiosk.domain.errors import SecretError
from kiosk.services.secrets import SecretStore

PASSWORD = "correct horse battery staple"


@pytest.fixture
def store(tmp_path):
    return SecretStore(tmp_path, {})


def test_a_secret_kept_is_found_again(store, tmp_path):
    store.set("crepay", Confidential(PASSWORD))
    assert SecretStore(tmp_path, {}).get("crepay") == Confidential(PASSWORD)


def test_keeping_one_secret_keeps_the_others(store):
    store.set("crepay", Confidential("first"))
    store.set("ceos", Confidential("second"))
    store.set("crepay", Confidential("third"))
    assert store.resolve("store:crepay").reveal() == "third"
    assert store.resolve("store:ceos").reveal() == "second"


def test_only_the_owner_can_read_the_file_and_nothing_else_is_left(store, tmp_path):
    store.set("crepay", Confidential(PASSWORD))
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["secrets.json"]


def test_a_name_nobody_kept_is_none(store):
    assert store.get("crepay") is None


def test_the_state_folder_is_made_when_it_is_not_there(tmp_path):
    store = SecretStore(tmp_path / "new" / "state", {})
    store.set("crepay", Confidential("x"))
    assert store.get("crepay") is not None


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601])
def test_a_file_that_others_can_touch_is_refused_with_the_remedy(store, tmp_path, mode):
    store.set("crepay", Confidential(PASSWORD))
    file = tmp_path / "secrets.json"
    file.chmod(mode)
    with pytest.raises(SecretError) as refused:
        store.get("crepay")
    assert (refused.value.key, refused.value.params) == ("secrets.too_open", {"file": str(file)})


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a file away")
def test_a_file_of_another_user_is_refused(store, tmp_path):
    store.set("crepay", Confidential(PASSWORD))
    os.chown(tmp_path / "secrets.json", 12345, 12345)
    with pytest.raises(SecretError, match=r"secrets\.not_ours"):
        store.get("crepay")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"crepay": 1}', b'{"crepay": "canary-\xff"}', b"null"])
def test_a_damaged_file_is_reported_without_its_content_and_not_overwritten(store, tmp_path, content):
    file = tmp_path / "secrets.json"
    file.write_bytes(content)
    file.chmod(0o600)
    for act in (lambda: store.get("crepay"), lambda: store.set("crepay", Confidential("x"))):
        with pytest.raises(SecretError, match=r"secrets\.damaged") as refused:
            act()
        assert "canary" not in str(refused.value)
    assert file.read_bytes() == content


def test_systemds_credentials_go_before_the_file(store, tmp_path):
    store.set("crepay", Confidential("from the file"))
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / "crepay").write_text("from systemd\n")
    given = SecretStore(tmp_path, {"CREDENTIALS_DIRECTORY": str(credentials)})
    assert given.resolve("store:crepay").reveal() == "from systemd"
    store.set("ceos", Confidential("kept here"))
    assert given.resolve("store:ceos").reveal() == "kept here"


@pytest.mark.parametrize("name", ["", "../passwd", "a/b", "..", ".hidden", "a b", "x" * 65])
def test_a_name_is_no_path(store, name):
    with pytest.raises(SecretError, match=r"secrets\.bad_name"):
        store.get(name)
    with pytest.raises(SecretError, match=r"secrets\.bad_name"):
        store.set(name, Confidential("x"))


def test_a_reference_to_the_environment_is_resolved(tmp_path):
    store = SecretStore(tmp_path, {"CREPAY_PASSWORD": PASSWORD, "EMPTY": ""})
    assert store.resolve("env:CREPAY_PASSWORD").reveal() == PASSWORD
    for name in ("EMPTY", "ABSENT"):
        with pytest.raises(SecretError, match=r"secrets\.not_in_environment"):
            store.resolve(f"env:{name}")


def test_a_reference_to_a_file_is_resolved_without_its_line_end(store, tmp_path):
    file = tmp_path / "password"
    file.write_text(PASSWORD + "\n")
    file.chmod(0o600)
    assert store.resolve(f"file:{file}").reveal() == PASSWORD


def test_a_referenced_file_is_as_private_as_ours(store, tmp_path):
    file = tmp_path / "password"
    file.write_text(PASSWORD)
    file.chmod(0o644)
    with pytest.raises(SecretError, match=r"secrets\.too_open"):
        store.resolve(f"file:{file}")


def test_a_referenced_file_that_is_absent_or_empty_is_named(store, tmp_path):
    with pytest.raises(SecretError, match=r"secrets\.no_file"):
        store.resolve(f"file:{tmp_path / 'absent'}")
    (tmp_path / "empty").touch(mode=0o600)
    with pytest.raises(SecretError, match=r"secrets\.empty"):
        store.resolve(f"file:{tmp_path / 'empty'}")


def test_a_store_reference_without_its_secret_says_where_it_looked(store, tmp_path):
    with pytest.raises(SecretError) as missing:
        store.resolve("store:crepay")
    assert missing.value.params == {"name": "crepay", "place": str(tmp_path / "secrets.json")}


def test_what_is_no_reference_is_refused_without_being_repeated(store):
    with pytest.raises(SecretError) as refused:
        store.resolve(PASSWORD)
    assert PASSWORD not in str(refused.value)


def test_an_unwritable_folder_is_named(tmp_path):
    in_the_way = tmp_path / "file"
    in_the_way.touch()
    with pytest.raises(SecretError, match=r"secrets\.un(writ|read)able"):
        SecretStore(in_the_way, {}).set("crepay", Confidential("x"))


def test_the_file_is_one_that_a_person_can_repair(store, tmp_path):
    store.set("crepay", Confidential("한글"))
    assert json.loads((tmp_path / "secrets.json").read_text("utf-8")) == {"crepay": "한글"}
