import pytest

from kiosk.domain.errors import BugError
from kiosk.domain.ids import Issuer, attempt_id, operation_id, refund_id, wire_id


def test_an_id_carries_the_kiosk_and_the_journals_epoch():
    assert Issuer("K01", 1).order(27) == "K01-1-000027"
    assert Issuer("K01", 2).running("T", 4) == "K01-2-T000004"


def test_an_id_grows_rather_than_repeat_when_the_numbers_run_out():
    assert Issuer("K01", 1).order(1_000_000) == "K01-1-1000000"


def test_a_code_is_short_in_the_first_epoch_and_names_later_ones():
    assert [Issuer("K01", 1).code(27), Issuer("K01", 2).code(27)] == ["K01-0027", "K01-2-0027"]


def test_no_two_epochs_share_an_id():
    assert Issuer("K01", 1).order(27) != Issuer("K01", 2).order(27)


def test_the_id_of_a_part_tells_what_it_is_part_of():
    attempt = attempt_id("K01-1-000027", 2)
    assert attempt == "K01-1-000027-2"
    assert operation_id(attempt, 3) == "K01-1-000027-2-03"
    assert refund_id(attempt, 1) == "K01-1-000027-2-R1"


def test_an_id_for_the_wire_has_a_random_part_so_that_a_restored_journal_repeats_none():
    assert wire_id("K01-1-000027-2-03", "k3x9", 22) == "K01-1-000027-2-03-k3x9"


def test_an_id_that_a_payment_system_would_cut_off_is_refused():
    with pytest.raises(BugError, match="longest is 21"):
        wire_id("K01-1-000027-2-03", "k3x9", 21)
