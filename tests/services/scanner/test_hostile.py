"""Some thousands of hostile inputs; a million with `python -m tests.services.scanner.hostile --count 1000000`."""

import pytest

from kiosk.domain.scanned import Danger, ProductCode
from tests.services.scanner import hostile, oracle
from tests.services.scanner.oracle import Setting, framed


@pytest.fixture(scope="module")
def tally():
    return hostile.tell(20_000, seed=1)


def test_framing_and_grammar_take_nothing_but_what_is_described(tally):
    assert tally.differences == []
    assert tally.inputs == 20_000


def test_every_kind_and_every_danger_is_among_them_often(tally):
    kinds = {"ProductCode", "CouponCode", "WalletCode", "ReceiptCode", "StoreCode"}
    assert set(tally.accepted) == kinds
    assert set(tally.refused) == set(Danger)
    assert min(tally.accepted.values()) > 50
    assert min(tally.refused.values()) > 50
    assert min(tally.thrown_away[why] for why in ("overruns", "broken", "foreign")) > 50


def test_the_same_seed_gives_the_same_inputs_and_another_others():
    once, again, other = (hostile.tell(500, seed).refused for seed in (3, 3, 4))
    assert once == again != other


def test_what_is_taken_though_nobody_described_it_is_found(monkeypatch):
    monkeypatch.setattr(hostile, "classify", ProductCode)
    assert len(hostile.tell(50, seed=1).differences) > 25


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("8801043036016", ("ProductCode", "8801043036016", "")),
        ("8801043036017", ("StoreCode", "8801043036017")),
        ("04252614", ("ProductCode", "0042100005264", "")),
        ("00000055", ("ProductCode", "00000055", "0000000000055")),
        ("atz", ("refused",)),
        ("ATZX", ("StoreCode", "ATZX")),
        ("R1-", ("StoreCode", "R1-")),
        ("8801\r", ("refused",)),
    ],
)
def test_the_oracle_reads_the_grammar_as_a_person_does(text, kind):
    assert oracle.described(text) == kind


@pytest.mark.parametrize(
    ("sent", "end", "codes"),
    [
        (b"8801\r\n8802", "any", ["8801", "8802"]),
        (b"8801\r\n8802", "line", ["8801"]),
        (b"8801\r8802\r", "silence", ["8801\r8802"]),
        (b"\x028801\r\x03", "etx", ["8801"]),
        (b"\x028801\x038802\t", "any", ["8801", "8802\t"]),
    ],
)
def test_the_oracle_cuts_a_stream_as_a_person_does(sent, end, codes):
    assert framed([sent], Setting(end, "", "", strip_aim=False)).codes == codes
