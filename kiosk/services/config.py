"""What can be configured: one strict model for each section of the file, with defaults. config_file.py reads it."""

import dataclasses
import re
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

import platformdirs
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from kiosk.domain.colour import READABLE, contrast
from kiosk.domain.limits import Limits
from kiosk.services.scanner.gates import DEFAULT, Symbology
from kiosk.services.text import languages as known_languages

SCREENS_MM = {(1080, 1920): (268, 476), (1920, 1080): (527, 296), (1280, 800): (218, 136)}
"""Picture size [mm] of the formats we know, by pixels: 21.5" upright, 23.8", 10.1". Source: screens, Rules."""


def _matching(pattern: str, key: str) -> AfterValidator:
    """A text must match as a whole, or the sentence of this key says what it must look like."""
    form = re.compile(pattern, re.ASCII)

    def check(text: str) -> str:
        if not form.fullmatch(text):
            raise PydanticCustomError(key, "does not match")
        return text

    return AfterValidator(check)


def _base_url(text: str) -> str:
    try:
        url = urlsplit(text)
        host, _port = url.hostname or "", url.port
    except ValueError:
        raise PydanticCustomError("config.bad_url", "no URL") from None
    if url.username or url.password:
        raise PydanticCustomError("config.url_with_password", "credentials in a URL")
    if url.scheme not in {"http", "https"} or not host or url.query or url.fragment or not text.isprintable():
        raise PydanticCustomError("config.bad_url", "no base URL")
    if url.scheme == "http" and not _is_loopback(host):
        raise PydanticCustomError("config.plain_http", "not encrypted")
    return text.rstrip("/")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _absolute(path: Path) -> Path:
    path = path.expanduser()
    if not path.is_absolute():
        raise PydanticCustomError("config.relative_path", "where the program starts is not where the file is")
    return path


def _language(code: str) -> str:
    if code not in known_languages():
        raise PydanticCustomError("config.not_one_of", "no such language", {"expected": ", ".join(known_languages())})
    return code


def _code_kind(name: str) -> str:
    if name not in list(Symbology):
        raise PydanticCustomError("config.not_one_of", "no such kind", {"expected": ", ".join(Symbology)})
    return name


def _regular_expression(text: str) -> str:
    try:
        re.compile(text)
    except re.error:
        raise PydanticCustomError("config.bad_pattern", "no regular expression") from None
    return text


def _accent(colour: str) -> str:
    """White words stand on it, and it stands on white."""
    if contrast(colour, "#FFFFFF") < READABLE:
        raise PydanticCustomError("config.pale_accent", "too pale")
    return colour


PRINTER_PORT = (
    r"tcp:(\[[0-9A-Fa-f:]+\]|[0-9A-Za-z.-]+):[0-9]{1,5}|usb:[0-9A-Fa-f]{4}:[0-9A-Fa-f]{4}|file:.+"
    r"|(?!(tcp|usb|file):).*"
)
"""Ways to a printer; services/printer/wires.py takes them."""

SecretRef = Annotated[str, _matching(r"(env|store):[A-Za-z0-9_.-]+|file:.+", "config.bare_secret")]
"""Where a secret is kept, never the secret: "env:NAME", "store:NAME" or "file:/path"."""

BaseUrl = Annotated[str, AfterValidator(_base_url)]
"""Where a payment system answers; https, or http on this machine. Without a slash at its end."""

AbsolutePath = Annotated[Path, AfterValidator(_absolute)]
Language = Annotated[str, AfterValidator(_language)]
CodeKind = Annotated[str, AfterValidator(_code_kind)]
Name = Annotated[str, Field(min_length=1, max_length=60)]
Code = Annotated[str, _matching(r"[!-~]{1,64}", "config.bad_code")]
"""An id that goes into a message: visible ASCII without spaces."""

ShortCode = Annotated[str, _matching(r"[!-~]{1,15}", "config.bad_short_code")]
"""The same, as short as EzPG's ids are."""

Affix = Annotated[str, _matching(r"[!-~]{0,16}", "config.affix")]
"""What stands before or behind every code of a scanner: visible ASCII without spaces."""

Accent = Annotated[str, _matching(r"#[0-9a-fA-F]{6}", "config.bad_colour"), AfterValidator(_accent)]
Minute = Annotated[str, _matching(r"([01][0-9]|2[0-3]):[0-5][0-9]", "config.minute")]
"""A minute of the day."""

Pixels = Annotated[int, Field(ge=320, le=7680)]
Millimetres = Annotated[int, Field(ge=50, le=3000)]
Seconds = Annotated[float, Field(gt=0, le=3600)]


class Section(BaseModel):
    """What every section keeps to: closed, exact about types, never changed."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False, hide_input_in_errors=True)


class Store(Section):
    """[store] Who sells; printed on every receipt, and how the screens are its own.

    Attributes:
        name: On the start screen and on receipts.
        business_number: On receipts.
        address: On receipts.
        phone: On receipts.
        logo: A picture that takes the place of the name on the start screen.
        accent: The colour of the store, "#RRGGBB".
    """

    name: Name
    business_number: Annotated[str, _matching(r"\d{3}-\d{2}-\d{5}", "config.business_number")]
    address: Name
    phone: Name
    logo: AbsolutePath | None = None
    accent: Accent | None = None


class Kiosk(Section):
    """[kiosk] Which till this is.

    Attributes:
        id: Goes into every id and number; another one for each till of a store.
        letter: What the order numbers of this till begin with.
        state_dir: The folder of journal, secrets, logs and catalogue.
        language: What the screens start in.
        languages: What a customer can choose.
    """

    id: Annotated[str, _matching(r"[A-Z][A-Z0-9]{0,7}", "config.kiosk_id")]
    letter: Annotated[str, _matching(r"[A-Z]", "config.kiosk_letter")] = "A"
    state_dir: AbsolutePath = Field(default_factory=lambda: platformdirs.user_state_path("kiosk", appauthor=False))
    language: Language = "ko"
    languages: Annotated[tuple[Language, ...], Field(min_length=1)] = ("ko", "en", "zh", "ja")

    @model_validator(mode="after")
    def _start_language_can_be_chosen(self) -> Self:
        if self.language not in self.languages:
            allowed = ", ".join(self.languages)
            raise PydanticCustomError("config.language_not_offered", "first language", {"expected": allowed})
        return self


class Screen(Section):
    """[screen] The display. Its size in millimetres decides how large everything is, never what it says of itself.

    Attributes:
        width: Of the picture [px].
        height: Of the picture [px].
        width_mm: Of the picture [mm]; known for some formats.
        height_mm: The same.
        full_screen: Nothing else is on the display.
        start_pictures: Shown one after the other on the start screen.
        reduced_motion: Nothing moves but once a second.
    """

    width: Pixels = 1080
    height: Pixels = 1920
    width_mm: Millimetres | None = None
    height_mm: Millimetres | None = None
    full_screen: bool = True
    start_pictures: tuple[AbsolutePath, ...] = ()
    reduced_motion: bool = False

    @model_validator(mode="after")
    def _size_is_known(self) -> Self:
        if (self.width_mm is None) != (self.height_mm is None):
            raise PydanticCustomError("config.screen_size_half", "one side without the other")
        if self.width_mm is None and (self.width, self.height) not in SCREENS_MM:
            raise PydanticCustomError("config.screen_size_unknown", "unknown format")
        return self

    @property
    def size_mm(self) -> tuple[int, int]:
        """Width and height of the picture [mm]."""
        if self.width_mm is None or self.height_mm is None:
            return SCREENS_MM[self.width, self.height]
        return self.width_mm, self.height_mm


class Scanner(Section):
    """[scanner] Barcode scanners: one on a serial port, one that types like a keyboard, or both.

    Attributes:
        port: "usb:VID:PID[:SERIAL]", "/dev/serial/by-id/..." or "COM3"; "" or "none" when there is none.
        baud: Line speed [bit/s]; without meaning for USB scanners.
        gap_ms: A pause this long ends a code of a scanner that sends no terminator [ms].
        ended_by: What ends a code: a line end, a tab, ETX, only a pause, or as it turns out; End in scanner/framing.py.
        prefix: What the scanner puts before every code; a code without it is not taken.
        suffix: The same, behind every code.
        strip_aim: Take off the symbology identifier ("]E0") that some scanners put in front.
        wedge: There is a scanner that types like a keyboard.
    """

    port: Annotated[str, _matching(r"(?i:(?!usb:).*|usb:[0-9a-f]{4}:[0-9a-f]{4}(:.+)?)", "config.scanner_port")] = ""
    baud: Literal[1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200] = 9600
    gap_ms: Annotated[int, Field(ge=5, le=1000)] = 50
    ended_by: Literal["any", "line", "tab", "etx", "silence"] = "any"
    prefix: Affix = ""
    suffix: Affix = ""
    strip_aim: bool = False
    wedge: bool = False

    @property
    def present(self) -> bool:
        """There is a serial scanner."""
        return self.port not in {"", "none"}


class Camera(Section):
    """[camera] The camera that reads codes.

    Attributes:
        device: "/dev/video0"; "0", the first of the system's cameras; or a film, which plays at its own rate. "" when
            there is none.
        width: Of its pictures, as far as it can; what is shown is cut to the screen.
        height: The same.
        fps: Pictures a second that are looked at while something is held up.
        codes: The kinds of code that are read.
        mirror: The picture is shown as in a mirror: right for a camera that looks at the customer.
    """

    device: str = ""
    width: Pixels = 1280
    height: Annotated[int, Field(ge=240, le=4320)] = 720
    fps: Annotated[int, Field(ge=5, le=60)] = 15
    codes: Annotated[tuple[CodeKind, ...], Field(min_length=1)] = tuple(sorted(DEFAULT))
    mirror: bool = True

    @property
    def present(self) -> bool:
        """There is a camera."""
        return self.device != ""

    @property
    def wanted(self) -> frozenset[Symbology]:
        """The kinds of code that are read."""
        return frozenset(map(Symbology, self.codes))


class Printer(Section):
    """[printer] The receipt printer, an ESC/POS one.

    Attributes:
        port: "tcp:HOST:PORT", "usb:VID:PID", "file:/dev/usb/lp0", or a serial port: "/dev/serial/by-id/...", "COM3";
            "" when there is none, and receipts are only files.
        baud: Line speed [bit/s]; without meaning for others than serial ones.
        paper_mm: Width of the roll [mm].
        cut: It has a knife.
        answers: It tells how it is when it is asked, as nearly all do.
    """

    port: Annotated[str, _matching(PRINTER_PORT, "config.printer_port")] = ""
    baud: Literal[9600, 19200, 38400, 57600, 115200] = 115200
    paper_mm: Literal[80, 58] = 80
    cut: bool = True
    answers: bool = True


class CatalogueFile(Section):
    """[catalogue] The product list."""

    path: AbsolutePath | None = None


class Receipts(Section):
    """[receipts] Where receipts go as files: all of them when there is no printer, copies when one is named here."""

    folder: AbsolutePath | None = None


class Sale(Section):
    """[sale] How long the till waits for people.

    Attributes:
        idle_s: Without a touch for this long, the till asks whether someone is there [s].
        idle_warning_s: How long it asks before it starts over [s]. Screens: at least 20 s.
        done_s: How long the last screen stays [s].
        coupon_pattern: What coupon barcodes look like, when they differ from the usual.
    """

    idle_s: Seconds = 60.0
    idle_warning_s: Annotated[float, Field(ge=20, le=3600)] = 20.0
    done_s: Seconds = 15.0
    coupon_pattern: Annotated[str, AfterValidator(_regular_expression)] | None = None


class Crepay(Section):
    """[gateways.crepay] Coupons and gift certificates. Source: Crepay document, 'API 인증' and the request tables."""

    enabled: bool = True
    base_url: BaseUrl
    id: Code
    password: SecretRef
    brand_id: Code
    store_code: Code
    store_name: Name
    pos_device_id: Code


class Ceos(Section):
    """[gateways.ceos] Easy pay. Source: CEOS document, '인증 방식'.

    Attributes:
        enabled: Whether the method is offered.
        base_url: Where it answers.
        store_id: Our store there.
        secret: Where the API secret is kept; or
        github_id: the name the secret is fetched for, once.
        dialect: Which of the two known servers answers: A is the document's.
    """

    enabled: bool = True
    base_url: BaseUrl
    store_id: Code
    secret: SecretRef | None = None
    github_id: Code | None = None
    dialect: Literal["A", "B"] = "A"

    @model_validator(mode="after")
    def _one_way_to_the_secret(self) -> Self:
        if (self.secret is None) == (self.github_id is None):
            raise PydanticCustomError("config.secret_or_github_id", "neither, or both")
        return self


class Card(Section):
    """[gateways.card] Cards. Source: card document, '인증'.

    Attributes:
        enabled: Whether the method is offered.
        base_url: Where it answers.
        secret_key: Where the secret key is kept.
    """

    enabled: bool = True
    base_url: BaseUrl
    secret_key: SecretRef


class Callback(Section):
    """[gateways.loyalty.callback] Where the relay's messages come in. Source: loyalty relay document, 4.

    Attributes:
        host: Of this machine; another than 127.0.0.1 only where the relay is on another machine.
        port: Where.
        path: Below which nothing else is.
        secret: Where the relay's own key is kept, if one was agreed on. The document has none.
    """

    host: Annotated[str, _matching(r"[0-9A-Za-z.:-]{1,64}", "config.bad_code")] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8088
    path: Annotated[str, _matching(r"(/[A-Za-z0-9._~-]+)+", "config.bad_path")] = "/loyalty/callback"
    secret: SecretRef | None = None


class Loyalty(Section):
    """[gateways.loyalty] Points. Source: loyalty relay document, 2 and 3.

    Attributes:
        enabled: Whether the method is offered.
        base_url: Where the relay answers.
        shop_id: Our shop there: 0x and 64 hex digits.
        access_key: Where the relay's access key is kept.
        dialect: How the relay is asked: by the document's paths, by those of the relays that were run, or as it turns
            out.
        callback: Where its messages come in; without it, the till asks.
    """

    enabled: bool = True
    base_url: BaseUrl
    shop_id: Annotated[str, _matching(r"0x[0-9a-fA-F]{64}", "config.shop_id")]
    access_key: SecretRef
    dialect: Literal["auto", "spec", "relay"] = "auto"
    callback: Callback | None = None


class Ezpg(Section):
    """[gateways.ezpg] Bank transfers. Source: EzPG guide, 2.1 and 2.4.

    Attributes:
        enabled: Whether the method is offered.
        base_url: Where it answers.
        merchant_id: Our shop there.
        user: A user of this till alone, who may issue accounts and read, and is asked for no six digits.
        password: Where that user's password is kept.
        bank: Code of the bank whose accounts customers pay into; "" leaves it to EzPG.
        closes: From when on banks take no transfers, Korean time, "HH:MM".
        opens: Until when, over midnight too.
        tolerance: By how much a transfer may differ from what was asked and still pay it [won].
        withdrawal_least: Less is not paid out [won].
        staff_user: A user who may withdraw, with the six digits of a telephone; without one nothing is given back here.
        staff_password: Where that user's password is kept.
        merchant_key: Where the key of our shop is kept, which every withdrawal carries.
    """

    enabled: bool = True
    base_url: BaseUrl
    merchant_id: ShortCode
    user: ShortCode
    password: SecretRef
    bank: Annotated[str, _matching(r"([0-9]{3})?", "config.bank_code")] = ""
    closes: Minute = "23:30"
    opens: Minute = "00:30"
    tolerance: Annotated[int, Field(ge=0, le=100_000)] = 0
    withdrawal_least: Annotated[int, Field(ge=1, le=10_000_000)] = 10_000
    staff_user: ShortCode | None = None
    staff_password: SecretRef | None = None
    merchant_key: SecretRef | None = None

    @model_validator(mode="after")
    def _all_or_none_for_withdrawals(self) -> Self:
        needed = (self.staff_user, self.staff_password, self.merchant_key)
        if None in needed and any(needed):
            raise PydanticCustomError("config.ezpg_staff", "some without the others")
        return self


class Gateways(Section):
    """[gateways] One section for each payment system that the store has; a missing one is not offered."""

    crepay: Crepay | None = None
    ceos: Ceos | None = None
    loyalty: Loyalty | None = None
    card: Card | None = None
    ezpg: Ezpg | None = None


class Sound(Section):
    """[sound] Tones, and a voice for customers who listen.

    Attributes:
        enabled: There are any, where the machine can.
        volume: Of both, from 0 to 100; the system's own applies besides.
    """

    enabled: bool = True
    volume: Annotated[int, Field(ge=0, le=100)] = 100

    @property
    def loudness(self) -> float:
        """The volume, from 0 to 1."""
        return self.volume / 100


class Log(Section):
    """[log] What is written down for engineers."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    folder: AbsolutePath | None = None


def _none_negative(limits: Limits) -> Limits:
    for name, value in dataclasses.asdict(limits).items():
        if value < 0:
            raise PydanticCustomError("config.limit_negative", "negative", {"expected": name})
    return limits


class Config(Section):
    """The whole configuration. Each attribute is the section of that name."""

    store: Store
    kiosk: Kiosk
    screen: Screen = Screen()
    scanner: Scanner = Scanner()
    camera: Camera = Camera()
    sound: Sound = Sound()

    printer: Printer = Printer()
    catalogue: CatalogueFile = CatalogueFile()
    receipts: Receipts = Receipts()
    sale: Sale = Sale()
    gateways: Gateways = Gateways()
    limits: Annotated[Limits, AfterValidator(_none_negative)] = Limits()
    log: Log = Log()

    @property
    def catalogue_path(self) -> Path:
        """The built catalogue."""
        return self.catalogue.path or self.kiosk.state_dir / "catalogue.sqlite"

    @property
    def receipts_folder(self) -> Path:
        """Where receipts are put as files."""
        return self.receipts.folder or self.kiosk.state_dir / "receipts"

    @property
    def log_folder(self) -> Path:
        """Where log files are."""
        return self.log.folder or self.kiosk.state_dir / "logs"
