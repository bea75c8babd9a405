"""Which secrets are resolved before a window opens, and that no log shows them."""

import json

import pytest

from kiosk.domain.confidential import Confidential
from kiosk.domain.errors import SecretError
from kiosk.services import redaction
from kiosk.services.config import Config
from kiosk.services.keys import load_keys

STAFF = {"staff_user": "staff", "staff_password": "env:STAFF", "merchant_key": "env:KEY"}
SECRETS = {"TILL": "till-password", "STAFF": "staff-password", "KEY": "key-of-the-shop"}


@pytest.fixture
def config(tmp_path, monkeypatch):
    monkeypatch.setattr(redaction, "_known", set())

    def make(**changes):
        ezpg = {
            "base_url": "https://ezpg.example",
            "merchant_id": "demo",
            "user": "kiosk-1",
            "password": "env:TILL",
            **changes,
        }
        sections = {
            "store": {"name": "가게", "business_number": "123-45-67890", "address": "서울", "phone": "02-120"},
            "kiosk": {"id": "K01", "state_dir": str(tmp_path)},
            "gateways": {"ezpg": ezpg},
        }
        return Config.model_validate_json(json.dumps(sections))

    return make


def test_all_secrets_of_transfers_are_resolved_and_hidden(config):
    keys = load_keys(config(**STAFF), SECRETS)

    found = (keys.ezpg_password, keys.ezpg_staff_password, keys.ezpg_key)
    assert found == tuple(map(Confidential, SECRETS.values()))
    assert redaction.redact(f"body {'|'.join(SECRETS.values())}") == "body ****|****|****"


def test_a_till_that_gives_no_transfers_back_needs_one_secret(config):
    keys = load_keys(config(), {"TILL": "till-password"})
    assert (keys.ezpg_staff_password, keys.ezpg_key) == (None, None)


def test_a_method_that_is_off_needs_none(config):
    assert load_keys(config(enabled=False, **STAFF), {}).ezpg_password is None


@pytest.mark.parametrize("missing", SECRETS)
def test_one_that_is_missing_is_told_before_a_window_opens(config, missing):
    with pytest.raises(SecretError):
        load_keys(config(**STAFF), {name: value for name, value in SECRETS.items() if name != missing})
