import copy
import pickle

import pytest

from kiosk.domain.confidential import Confidential

BARCODE = "98765432123456789"


def test_only_reveal_gives_the_text():
    secret = Confidential(BARCODE)
    assert secret.reveal() == BARCODE
    for seen in (repr(secret), str(secret), f"{secret}", f"{secret:>30}", f"{[secret]}"):
        assert BARCODE not in seen


@pytest.mark.parametrize(
    ("text", "shown"), [(BARCODE, "****6789"), ("123456789", "****6789"), ("12345678", "****"), ("", "****")]
)
def test_the_last_four_of_a_long_enough_text_are_shown(text, shown):
    assert str(Confidential(text)) == f"{Confidential(text)}" == shown


def test_it_is_not_pickled():
    with pytest.raises(TypeError):
        pickle.dumps(Confidential(BARCODE))
    with pytest.raises(TypeError):
        copy.copy(Confidential(BARCODE))


def test_it_has_no_attributes_to_print():
    assert not hasattr(Confidential(BARCODE), "__dict__")


def test_two_of_the_same_text_are_equal():
    assert Confidential("a") == Confidential("a") != Confidential("b")
    assert len({Confidential("a"), Confidential("a")}) == 1
    assert Confidential("a") != "a"
