import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.confidential import Confidential
from kiosk.services import redaction
from kiosk.services.redaction import hide, redact, redact_value


@pytest.fixture(autouse=True)
def no_known_secrets(monkeypatch):
    monkeypatch.setattr(redaction, "_known", set())


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("scan 98765432123456789 done", "scan ****6789 done"),
        ("8801234567893", "****7893"),
        ("code8801234567893x", "code****7893x"),
        ("call 010-1234-5678", "call 01*-****-5678"),
        ("call 01012345678", "call 01*-****-5678"),
        ("call 010.1234.5678", "call 01*-****-5678"),
        ("call +82 10-1234-5678", "call 01*-****-5678"),
        ("account 110-123-456789", "account ****6789"),
        ("card 1234 5678 9012 3456.", "card ****3456."),
        ("to 0x52908400098527886E0F7030069857D2E4169EE7", "to 0x****9EE7"),
        ("wallet0x52908400098527886E0F7030069857D2E4169EE7", "wallet0x****9EE7"),
        ("Bearer abc.def-123", "Bearer ****"),
        ("authorization: Basic aWQ6cGFzcw==", "authorization: **** ****"),
        ('{"accessKey": "topsecret", "code": 0}', '{"accessKey": ****", "code": 0}'),
        (r"{\"password\":\"hunter2\"}", r"{\"password\":****\"}"),
        ("{'barcode': 'A1'}", "{'barcode': ****'}"),
        ("?api_secret=xyz&store=1", "?api_secret=****&store=1"),
    ],
)
def test_what_must_not_be_read_is_masked(text, redacted):
    assert redact(text) == redacted


@pytest.mark.parametrize(
    "text",
    [
        "K01-1-000027-2 went on",
        "K01-1-000027-2-01-a8f3k2",
        "K01-2-T000004",
        "20251121_K01_000027_x3f9",
        "2025-11-21T01:31:00.123456Z",
        "between 2025-11-21 01:31 and 2025-11-22 02:00",
        "paid 12,300원 of 1234567",
        "127.0.0.1:8088 answered 200 in 35.127 s",
        "pinned, tokens, mysecrets",
    ],
)
def test_ids_times_and_amounts_stay_readable(text):
    assert redact(text) == text


def test_a_secret_known_from_the_start_is_hidden_in_every_form():
    secret = 'p"ä/ss word'
    hide(Confidential(secret))
    for form in (secret, json.dumps({"x": secret}), "https://host/?p=p%22%C3%A4%2Fss%20word"):
        assert "ss" not in redact(form).replace("https", "")


def test_a_secret_within_another_leaves_nothing_of_the_longer_one():
    hide(Confidential("abcd"))
    hide(Confidential("abcd-efgh"))
    assert redact("x abcd-efgh y") == "x **** y"


def test_a_very_short_secret_does_not_blank_out_every_line():
    hide(Confidential("a"))
    assert redact("a payment") == "a payment"


def test_values_of_every_shape_are_redacted():
    barcode = "98765432123456789"
    value = {
        "lines": [barcode, (barcode,), {barcode}],
        barcode: 1,
        "bytes": barcode.encode(),
        "number": int(barcode),
        "error": ValueError(barcode),
        "confidential": Confidential(barcode),
    }
    assert barcode not in repr(redact_value(value))


@pytest.mark.parametrize("name", ["password", "PIN", "accessKey", "barcode", "otp"])
@pytest.mark.parametrize("value", ["1", 123456, {"a": 1}, ["x"]])
def test_a_field_that_names_a_secret_is_hidden_whole(name, value):
    assert redact_value(value, name) == "****"


def test_times_and_small_numbers_stay_numbers():
    assert redact_value({"wall_ms": 1_763_650_800_000, "amount": 12_300, "ok": True, "s": 1.5, "none": None}) == {
        "wall_ms": 1_763_650_800_000,
        "amount": 12_300,
        "ok": True,
        "s": 1.5,
        "none": None,
    }


@given(st.text("0123456789", min_size=8, max_size=40), st.text(max_size=20), st.text(max_size=20))
def test_no_long_number_survives_whatever_stands_around_it(number, before, after):
    date = len(number) == 8 and number.startswith("20")
    assert date or number not in redact(before + number + after)


@given(st.text(max_size=200))
def test_redacting_twice_is_redacting_once_for_numbers(text):
    assert redact(redact(text)) == redact(text)
