import re
import traceback
from pathlib import Path

import pytest

from kiosk.domain.errors import ConfigError
from kiosk.domain.limits import Limits
from kiosk.services.config_file import load
from kiosk.services.secrets import SecretStore
from kiosk.services.text import Text, languages

EXAMPLE = Path(__file__).parents[2] / "packaging" / "kiosk.example.toml"
SMALLEST = """
[store]
name = "가게"
business_number = "123-45-67890"
address = "서울"
phone = "02-120"
[kiosk]
id = "K01"
"""
CREPAY = """
[gateways.crepay]
base_url = "https://crepay.example"
id = "id"
password = "store:crepay"
brand_id = "brand"
store_code = "code"
store_name = "가게"
pos_device_id = "K01"
"""
CEOS = """
[gateways.ceos]
base_url = "https://ceos.example"
store_id = "store"
"""
EZPG = """
[gateways.ezpg]
base_url = "https://ezpg.example"
merchant_id = "demo"
user = "kiosk-1"
password = "env:A"
"""


def refusal(read, *args, **environment) -> ConfigError:
    with pytest.raises(ConfigError) as refused:
        read(*args, **environment)
    return refused.value


def parts(error: ConfigError) -> tuple[ConfigError, ...]:
    problems = error.params["problems"]
    assert isinstance(problems, tuple)
    return problems


@pytest.fixture
def read(tmp_path):
    """Reads a configuration that is written into a file."""

    def reading(text=SMALLEST, **environment):
        file = tmp_path / "kiosk.toml"
        file.write_text(text, encoding="utf-8")
        return load(file, environment)

    return reading


@pytest.fixture
def problems(read):
    """What is wrong with a configuration: (sentence, setting) of each mistake."""

    def reading(text=SMALLEST, **environment):
        error = refusal(read, text, **environment)
        assert error.key == "config.problems"
        for language in languages():
            assert Text.load(language).error(error)
        return [(problem.key, problem.params["setting"]) for problem in parts(error)]

    return reading


def test_the_example_loads_and_its_secrets_resolve(tmp_path):
    config = load(EXAMPLE, {})
    assert config.gateways.crepay is not None
    assert config.gateways.ceos is not None
    secrets = SecretStore(tmp_path, {"KIOSK_CREPAY_PASSWORD": "one", "KIOSK_CEOS_SECRET": "two"})
    assert secrets.resolve(config.gateways.crepay.password).reveal() == "one"
    assert secrets.resolve(config.gateways.ceos.secret or "").reveal() == "two"


def test_every_setting_that_the_example_shows_as_a_comment_can_be_set(tmp_path):
    settings = re.sub(r"^# (?=\[[a-z.]+\]|[a-z_]+ = )", "", EXAMPLE.read_text("utf-8"), flags=re.MULTILINE)
    (tmp_path / "kiosk.toml").write_text(settings, encoding="utf-8")
    config = load(tmp_path / "kiosk.toml", {})
    assert settings.count("\n# [") == 0
    assert config.receipts_folder == Path("/var/lib/kiosk/receipts")
    assert config.limits == Limits()


def test_the_smallest_configuration_has_sensible_defaults(read):
    config = read()
    assert (config.sale.idle_s, config.sale.idle_warning_s, config.sale.done_s) == (60, 20, 15)
    assert config.kiosk.languages == ("ko", "en", "zh", "ja")
    assert config.screen.size_mm == (268, 476)
    assert not config.scanner.present
    assert not config.scanner.wedge
    assert config.gateways.crepay is config.gateways.ceos is None
    assert config.limits == Limits()


@pytest.mark.parametrize(
    ("colour", "key"),
    [
        ("blue", "config.bad_colour"),
        ("#23", "config.bad_colour"),
        ("#FFD400", "config.pale_accent"),
        ("#777777", "config.pale_accent"),
    ],
)
def test_a_colour_on_which_white_words_cannot_be_read_is_refused(problems, colour, key):
    text = SMALLEST.replace("[store]\n", f'[store]\naccent = "{colour}"\n')
    assert problems(text) == [(key, "store.accent")]


def test_the_look_of_the_store(read, tmp_path):
    text = SMALLEST.replace("[store]\n", f'[store]\naccent = "#0B7247"\nlogo = "{tmp_path / "logo.png"}"\n')
    config = read(text + f'[screen]\nstart_pictures = ["{tmp_path / "a.png"}"]\nreduced_motion = true\n')
    assert (config.store.accent, config.store.logo) == ("#0B7247", tmp_path / "logo.png")
    assert (config.screen.start_pictures, config.screen.reduced_motion) == ((tmp_path / "a.png",), True)


def test_transfers_can_be_taken_without_being_given_back(read):
    ezpg = read(SMALLEST + EZPG).gateways.ezpg
    assert (ezpg.bank, ezpg.staff_user, ezpg.staff_password, ezpg.merchant_key) == ("", None, None, None)


def test_transfers_are_given_back_by_staff_with_the_key_of_the_shop(read):
    more = "bank = '004'\nstaff_user = 'staff'\nstaff_password = 'env:B'\nmerchant_key = 'env:C'"
    ezpg = read(SMALLEST + EZPG + more).gateways.ezpg
    assert (ezpg.bank, ezpg.staff_user, ezpg.staff_password, ezpg.merchant_key) == ("004", "staff", "env:B", "env:C")


def test_folders_are_in_the_state_folder_unless_said_otherwise(read, tmp_path):
    config = read(SMALLEST + f'state_dir = "{tmp_path}"\n')
    assert config.catalogue_path == tmp_path / "catalogue.sqlite"
    assert config.receipts_folder == tmp_path / "receipts"
    assert config.log_folder == tmp_path / "logs"
    assert read(SMALLEST + f'[log]\nfolder = "{tmp_path / "x"}"').log_folder == tmp_path / "x"


def test_every_mistake_is_named_at_once(problems):
    assert problems("[store]\nname = 1\n[kiosk]\nid = 'K01'\ncolour = 'red'\n") == [
        ("config.not_text", "store.name"),
        ("config.missing", "store.business_number"),
        ("config.missing", "store.address"),
        ("config.missing", "store.phone"),
        ("config.unknown_key", "kiosk.colour"),
    ]


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ("[screen]\nwidth = true", ("config.not_integer", "screen.width")),
        ("[screen]\nwidth = '1080'", ("config.not_integer", "screen.width")),
        ("[screen]\nwidth = 1080.5", ("config.not_integer", "screen.width")),
        ("[screen]\nwidth = 10", ("config.out_of_range", "screen.width")),
        ("[screen]\nfull_screen = 1", ("config.not_boolean", "screen.full_screen")),
        ("[screen]\nwidth = 800\nheight = 600", ("config.screen_size_unknown", "screen")),
        ("[screen]\nwidth_mm = 200", ("config.screen_size_half", "screen")),
        ("[sale]\nidle_s = true", ("config.not_number", "sale.idle_s")),
        ("[sale]\nidle_s = nan", ("config.not_number", "sale.idle_s")),
        ("[sale]\nidle_s = 0", ("config.out_of_range", "sale.idle_s")),
        ("[sale]\nidle_warning_s = 19", ("config.out_of_range", "sale.idle_warning_s")),
        ("[sale]\ncoupon_pattern = '('", ("config.bad_pattern", "sale.coupon_pattern")),
        ("[scanner]\nport = 'usb:12:34'", ("config.scanner_port", "scanner.port")),
        ("[scanner]\nbaud = 9601", ("config.not_one_of", "scanner.baud")),
        ("[scanner]\nended_by = 'cr'", ("config.not_one_of", "scanner.ended_by")),
        ("[scanner]\nprefix = 'P 1'", ("config.affix", "scanner.prefix")),
        ("[scanner]\nsuffix = '12345678901234567'", ("config.affix", "scanner.suffix")),
        ("[camera]\ncodes = ['ean13', 'pdf417']", ("config.not_one_of", "camera.codes.1")),
        ("[camera]\ncodes = []", ("config.wrong_length", "camera.codes")),
        ("[camera]\nfps = 61", ("config.out_of_range", "camera.fps")),
        ("[sound]\nvolume = 101", ("config.out_of_range", "sound.volume")),
        ("[sound]\nvolume = -1", ("config.out_of_range", "sound.volume")),
        ("[printer]\nport = 'tcp:10.0.0.7'", ("config.printer_port", "printer.port")),
        ("[printer]\nport = 'usb:12:34'", ("config.printer_port", "printer.port")),
        ("[printer]\nport = 'file:'", ("config.printer_port", "printer.port")),
        ("[printer]\npaper_mm = 76", ("config.not_one_of", "printer.paper_mm")),
        ("[log]\nlevel = 'loud'", ("config.not_one_of", "log.level")),
        ("[log]\nfolder = 'logs'", ("config.relative_path", "log.folder")),
        ("[log]\nfolder = 7", ("config.not_text", "log.folder")),
        ("[limits]\nconnect_s = -1", ("config.limit_negative", "limits")),
        ("[limits]\nconnect_s = true", ("config.not_number", "limits.connect_s")),
        ("[limits]\nscan_queue_max = 1.5", ("config.not_integer", "limits.scan_queue_max")),
        ("[limits]\npatience_s = 1", ("config.unknown_key", "limits.patience_s")),
        ("[gateways]\ncrepay = 'yes'", ("config.not_section", "gateways.crepay")),
        ("[gateways.bitcoin]\nx = 1", ("config.unknown_key", "gateways.bitcoin")),
        (CEOS, ("config.secret_or_github_id", "gateways.ceos")),
        (CEOS + "secret = 'env:A'\ngithub_id = 'b'", ("config.secret_or_github_id", "gateways.ceos")),
        (CEOS + "secret = 'env:A'\ndialect = 'C'", ("config.not_one_of", "gateways.ceos.dialect")),
        (EZPG + "staff_user = 'staff'", ("config.ezpg_staff", "gateways.ezpg")),
        (EZPG + "staff_user = 'staff'\nstaff_password = 'env:B'", ("config.ezpg_staff", "gateways.ezpg")),
        (EZPG + "staff_password = 'env:B'\nmerchant_key = 'env:C'", ("config.ezpg_staff", "gateways.ezpg")),
        (EZPG + "merchant_key = 'env:C'", ("config.ezpg_staff", "gateways.ezpg")),
        (EZPG + "bank = '4'", ("config.bank_code", "gateways.ezpg.bank")),
        (EZPG + "bank = 4", ("config.not_text", "gateways.ezpg.bank")),
        (EZPG.replace("kiosk-1", "k" * 16), ("config.bad_short_code", "gateways.ezpg.user")),
        (EZPG.replace("demo", ""), ("config.bad_short_code", "gateways.ezpg.merchant_id")),
        (EZPG.replace("env:A", "hunter2"), ("config.bare_secret", "gateways.ezpg.password")),
        (CREPAY.replace('"id"', '"with space"'), ("config.bad_code", "gateways.crepay.id")),
        (CREPAY.replace('"brand"', '"한글"'), ("config.bad_code", "gateways.crepay.brand_id")),
        (CREPAY.replace('"store:crepay"', "12345678"), ("config.not_text", "gateways.crepay.password")),
        (CREPAY.replace("store:crepay", "hunter2"), ("config.bare_secret", "gateways.crepay.password")),
    ],
)
def test_a_value_that_cannot_be_is_named(problems, lines, problem):
    assert problems(SMALLEST + lines) == [problem]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('"K01"', '"K-01"', ("config.kiosk_id", "kiosk.id")),
        ('"K01"', '"K01234567"', ("config.kiosk_id", "kiosk.id")),
        ('"K01"', '"12345678"', ("config.kiosk_id", "kiosk.id")),
        ('"K01"', '"K01\\n"', ("config.kiosk_id", "kiosk.id")),
        ('"K01"', '"K01"\nletter = "가"', ("config.kiosk_letter", "kiosk.letter")),
        ('"K01"', '"K01"\nlanguages = ["ko", "tlh"]', ("config.not_one_of", "kiosk.languages.1")),
        ('"K01"', '"K01"\nlanguages = []', ("config.wrong_length", "kiosk.languages")),
        ('"K01"', '"K01"\nlanguages = "ko"', ("config.not_list", "kiosk.languages")),
        ('"K01"', '"K01"\nlanguages = ["en"]', ("config.language_not_offered", "kiosk")),
        ("123-45-67890", "1234567890", ("config.business_number", "store.business_number")),
        ('"가게"', '""', ("config.wrong_length", "store.name")),
    ],
)
def test_a_changed_value_that_cannot_be_is_named(problems, old, new, problem):
    assert problems(SMALLEST.replace(old, new)) == [problem]


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("http://crepay.example", "config.plain_http"),
        ("http://127.0.0.1.example", "config.plain_http"),
        ("http://192.168.0.2:80", "config.plain_http"),
        ("https://user:hunter2@crepay.example", "config.url_with_password"),
        ("https://", "config.bad_url"),
        ("crepay.example", "config.bad_url"),
        ("ftp://crepay.example", "config.bad_url"),
        ("https://crepay.example?x=1", "config.bad_url"),
        ("https://crepay.example:port", "config.bad_url"),
        ("https://[::1", "config.bad_url"),
    ],
)
def test_an_address_that_cannot_be_is_refused(problems, url, sentence):
    text = SMALLEST + CREPAY.replace("https://crepay.example", url)
    assert problems(text) == [(sentence, "gateways.crepay.base_url")]


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:1", "https://a.example/v2"]
)
def test_encrypted_or_local_addresses_are_taken_without_their_last_slash(read, url):
    config = read(SMALLEST + CREPAY.replace("https://crepay.example", url + "/"))
    assert config.gateways.crepay.base_url == url


@pytest.mark.parametrize(
    "lines",
    [
        CREPAY.replace("store:crepay", "hunter2"),
        CREPAY + 'pasword = "hunter2"',
        CREPAY.replace("https://", "https://user:hunter2@"),
        CREPAY.replace("password =", "pass ="),
        CREPAY.replace('"store:crepay"', '["hunter2"]'),
        '[gateways]\ncrepay = "hunter2"',
        CEOS + 'secret = "hunter2"\ngithub_id = "x"',
        CREPAY.replace("store:crepay", "hunter2").replace('brand_id = "brand"', ""),
    ],
)
def test_no_message_repeats_what_may_be_a_secret(read, lines):
    error = refusal(read, SMALLEST + lines)
    assert "hunter2" not in str(error)
    assert "hunter2" not in "".join(traceback.format_exception(error))
    assert "hunter2" not in Text.load("en").error(error)


def test_the_environment_goes_before_the_file_and_takes_the_types_of_its_settings(read):
    config = read(
        SMALLEST + CREPAY,
        KIOSK_STORE__NAME="12345",
        KIOSK_SALE__IDLE_S="30",
        KIOSK_SCREEN__FULL_SCREEN="false",
        KIOSK_SCANNER__BAUD="115200",
        KIOSK_SCANNER__PORT="none",
        KIOSK_KIOSK__LANGUAGES='["en"]',
        KIOSK_KIOSK__LANGUAGE="en",
        KIOSK_LIMITS__CONNECT_S="3",
        KIOSK_LIMITS__SCAN_QUEUE_MAX="7",
        KIOSK_GATEWAYS__CREPAY__BASE_URL="http://127.0.0.1:1",
        KIOSK_GATEWAYS__CREPAY__ENABLED="false",
        KIOSK_SCREEN__WIDTH_MM="100",
        KIOSK_SCREEN__HEIGHT_MM="200",
    )
    assert config.store.name == "12345"
    assert config.sale.idle_s == 30
    assert config.screen.full_screen is False
    assert config.scanner.baud == 115200
    assert config.kiosk.languages == ("en",)
    assert (config.limits.connect_s, config.limits.scan_queue_max) == (3, 7)
    assert config.gateways.crepay.base_url == "http://127.0.0.1:1"
    assert config.gateways.crepay.enabled is False
    assert config.screen.size_mm == (100, 200)


@pytest.mark.parametrize("port", ["/dev/serial/by-id/usb-x", "COM3", "usb:0c2e:0B61", "USB:0c2e:0b61:S/N 1"])
def test_a_scanner_is_named_by_its_port_or_its_usb_ids(read, port):
    scanner = read(KIOSK_SCANNER__PORT=port).scanner
    assert (scanner.port, scanner.present) == (port, True)


def test_a_whole_section_can_come_from_the_environment(read):
    config = read(
        KIOSK_GATEWAYS__CEOS__BASE_URL="https://ceos.example",
        KIOSK_GATEWAYS__CEOS__STORE_ID="s",
        KIOSK_GATEWAYS__CEOS__GITHUB_ID="g",
    )
    assert config.gateways.ceos.github_id == "g"


def test_variables_of_other_programs_and_other_switches_are_left_alone(read):
    assert read(KIOSK_TIME_SCALE="10", PATH="/bin", KIOSKS__X="1") == read()


@pytest.mark.parametrize(
    ("variable", "value", "problem"),
    [
        ("KIOSK_SALE__IDLE_S", "soon", ("config.not_number", "sale.idle_s")),
        ("KIOSK_SCREEN__FULL_SCREEN", "1", ("config.not_boolean", "screen.full_screen")),
        ("KIOSK_SALE__IDLE", "1", ("config.unknown_key", "sale.idle")),
        ("KIOSK_NOBODY__X", "1", ("config.unknown_key", "nobody")),
        ("KIOSK_STORE__NAME__X", "1", ("config.not_text", "store.name")),
        ("KIOSK___", "1", ("config.unknown_key", "")),
    ],
)
def test_a_wrong_variable_is_named_as_the_place_of_the_mistake(read, problems, variable, value, problem):
    assert problems(**{variable: value}) == [problem]
    assert parts(refusal(read, **{variable: value}))[0].params["file"] == variable


def test_a_mistake_in_the_file_names_the_file_the_value_and_what_is_allowed(read, tmp_path):
    error = refusal(read, SMALLEST + "[log]\nlevel = 'loud'")
    assert parts(error)[0].params == {
        "file": str(tmp_path / "kiosk.toml"),
        "setting": "log.level",
        "value": '"loud"',
        "allowed": "debug, info, warning, error",
    }


@pytest.mark.parametrize(
    ("content", "key"),
    [(b"[store", "config.not_toml"), (b"name = \xff", "config.not_utf8"), (None, "config.no_file")],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path, content, key):
    file = tmp_path / "kiosk.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ConfigError) as refused:
        load(file, {})
    assert refused.value.key == key
    assert refused.value.params["file"] == str(file)


def test_a_folder_in_place_of_the_file_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"config\.unreadable"):
        load(tmp_path, {})


def test_a_configuration_cannot_be_changed(read):
    with pytest.raises(ValueError, match="frozen"):
        read().sale.idle_s = 1
