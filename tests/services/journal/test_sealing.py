import base64
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.confidential import Confidential
from kiosk.domain.entries import AttemptNoted
from kiosk.domain.errors import JournalError
from kiosk.services.journal.sealing import Sealer, unwrap_key, wrap_key
from tests.support.journal import FILE, KEY, Book, opened

BARCODE = "8472913056112498"


@pytest.fixture
def sealer():
    return Sealer(KEY, os.urandom)


@given(st.text(), st.text())
def test_a_sealed_value_opens_in_its_context(value, context):
    sealer = Sealer(KEY, os.urandom)
    assert sealer.unseal(sealer.seal(Confidential(value), context), context).reveal() == value


@pytest.mark.parametrize("context", ["", "K01-1-000001-2:coupon", "K01-1-000001-1:wallet"])
def test_a_sealed_value_opens_in_no_other_context(sealer, context):
    sealed = sealer.seal(Confidential(BARCODE), "K01-1-000001-1:coupon")
    with pytest.raises(JournalError, match="seal_broken"):
        sealer.unseal(sealed, context)


def test_a_sealed_value_altered_anywhere_does_not_open(sealer):
    key_id, _, text = sealer.seal(Confidential(BARCODE), "c").partition(".")
    data = base64.b64decode(text)
    for position in range(len(data)):
        altered = bytearray(data)
        altered[position] ^= 1
        with pytest.raises(JournalError, match="seal_broken"):
            sealer.unseal(f"{key_id}.{base64.b64encode(altered).decode()}", "c")


@pytest.mark.parametrize("text", ["", "AAAA", "!!!!", "AAAAAAAAAAAAAAAA"])
def test_what_was_never_sealed_does_not_open(sealer, text):
    with pytest.raises(JournalError, match="seal_broken"):
        sealer.unseal(f"{sealer.key_id}.{text}", "c")


def test_another_key_is_named_as_the_reason(sealer):
    with pytest.raises(JournalError, match="other_key"):
        Sealer(bytes(32), os.urandom).unseal(sealer.seal(Confidential(BARCODE), "c"), "c")


def test_a_value_is_never_sealed_the_same_way_twice(sealer):
    assert sealer.seal(Confidential(BARCODE), "c") != sealer.seal(Confidential(BARCODE), "c")


def test_a_key_is_known_by_an_id_that_does_not_give_it_away(sealer):
    assert sealer.key_id != Sealer(bytes(32), os.urandom).key_id
    assert sealer.key_id not in KEY.hex()


def test_the_key_comes_back_from_its_backup():
    kept = wrap_key(KEY, Confidential("correct horse"), os.urandom)
    assert unwrap_key(kept, Confidential("correct horse")) == KEY


def test_a_backup_opens_with_no_other_passphrase():
    kept = wrap_key(KEY, Confidential("correct horse"), os.urandom)
    with pytest.raises(JournalError, match="wrong_passphrase"):
        unwrap_key(kept, Confidential("correct horsf"))


@pytest.mark.parametrize("spoil", [lambda kept: kept[:-8], lambda kept: "A" + kept[1:], lambda _: "", lambda _: "!"])
def test_a_spoilt_backup_does_not_open(spoil):
    kept = wrap_key(KEY, Confidential("p"), lambda count: b"\xff" * count)
    with pytest.raises(JournalError, match="wrong_passphrase"):
        unwrap_key(spoil(kept), Confidential("p"))


async def test_the_file_never_contains_a_sealed_barcode(tmp_path):
    async with opened(tmp_path) as journal:
        book = Book(journal)
        attempt = await book.attempt(await book.order())
        sealed = journal.seal(Confidential(BARCODE), f"{attempt}:coupon")
        await journal.write(AttemptNoted(attempt, {"coupon": sealed}))
        wal = (tmp_path / f"{FILE}-wal").read_bytes()
        kept = (await journal.attempt(attempt)).facts["coupon"]
        assert journal.unseal(kept, f"{attempt}:coupon").reveal() == BARCODE
    for data in (wal, *(path.read_bytes() for path in tmp_path.iterdir())):
        assert BARCODE.encode() not in data
        assert BARCODE[-8:].encode() not in data
    assert sealed.encode() in (tmp_path / FILE).read_bytes()


async def test_what_was_sealed_before_a_restart_opens_after_it(tmp_path):
    async with opened(tmp_path) as journal:
        sealed = journal.seal(Confidential(BARCODE), "c")
    async with opened(tmp_path) as journal:
        assert journal.unseal(sealed, "c").reveal() == BARCODE
