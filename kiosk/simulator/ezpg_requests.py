"""How EzPG reads what merchants ask.

Names and lengths are the documents'. Classes called More add what is ours: an id of the merchant's own (`moid`), when
an account is to expire, who will pay, and narrower questions about deposits.

Source: facts of EzPG, 'per-API wire table'.
"""

from typing import Annotated, Final, Literal
from urllib.parse import parse_qsl

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from kiosk.simulator.ezpg_records import DepositStatus
from kiosk.simulator.ezpg_settings import Mode
from kiosk.simulator.ezpg_time import in_form

LARGEST_AMOUNT: Final = 99_999_999_999  # eleven digits
LONGEST_MOID: Final = 30
LARGEST_PAGE: Final = 100


def _bytes(most: int) -> AfterValidator:
    """A length is one in bytes, so a Korean letter counts three times."""

    def short(text: str) -> str:
        if len(text.encode()) > most:
            raise ValueError(f"longer than {most} bytes")
        return text

    return AfterValidator(short)


# A whole number or its digits: documents give lengths of texts and samples of numbers.
Amount = (
    Annotated[int, Field(ge=1, le=LARGEST_AMOUNT)]
    | Annotated[str, Field(pattern=r"^0*[1-9][0-9]{0,10}$"), AfterValidator(int)]
)
Moid = Annotated[str, Field(min_length=1, max_length=LONGEST_MOID)]
Bank = Annotated[str, Field(pattern=r"^[0-9]{3}$")]
MerchantId = Annotated[str, Field(min_length=1), _bytes(15)]


class _Body(BaseModel):
    """Unknown keys are ignored, as JSON servers do."""

    model_config = ConfigDict(alias_generator=to_camel, frozen=True, strict=True)


class Login(_Body):
    """Source: 'login'."""

    user_id: Annotated[str, _bytes(15)]
    password: Annotated[str, _bytes(255)]


class Otp(_Body):
    """Source: 'OTP'."""

    user_id: Annotated[str, _bytes(15)]
    otp_code: Annotated[str, _bytes(6)]


class Issue(_Body):
    """Source: 'issue'. The second draft's word for one-time is understood too."""

    merchant_id: MerchantId
    account_type: Literal["fixed", "one-time", "dynamic"]
    bank_code: Bank | None = None
    amount: Amount | None = None

    @property
    def kind(self) -> str:
        """Its type in the first draft's words."""
        return "fixed" if self.account_type == "fixed" else "one-time"


class IssueMore(Issue):
    """Ours."""

    moid: Moid | None = None
    expire_dt: AwareDatetime | None = None
    depositor_name: Annotated[str, _bytes(50)] | None = None


class Close(_Body):
    """Ours, the whole call."""

    merchant_id: MerchantId
    account_id: str


class Withdraw(_Body):
    """Source: 'withdrawal'. Dollars go nowhere here."""

    mid: Annotated[str, _bytes(15)]
    meky: Annotated[str, _bytes(255)]
    with_amt: Amount
    with_type: Literal["KRW"] = "KRW"
    bank_cd: Bank
    with_accnt_no: Annotated[str, Field(pattern=r"^[0-9]+$"), _bytes(20)]
    with_accnt_nm: Annotated[str, Field(min_length=1), _bytes(20)]


class WithdrawMore(Withdraw):
    """Ours."""

    moid: Moid | None = None


class PlayedDeposit(_Body):
    """Source: 'test deposit'; bank_mode is ours."""

    account_no: Annotated[str, _bytes(20)]
    bank_code: Bank
    amount: Amount
    depositor_name: Annotated[str, _bytes(50)] = ""
    bank_mode: Mode | None = None


class Whose(BaseModel):
    """A question about a merchant. Values of queries are texts."""

    model_config = ConfigDict(alias_generator=to_camel, frozen=True)

    merchant_id: str | None = None


class Rows(Whose):
    """A page of a list. Source: 'deposit list', 'withdrawal list'."""

    start_date: Annotated[str, in_form("%Y%m%d")] | None = None
    end_date: Annotated[str, in_form("%Y%m%d")] | None = None
    page: int = Field(default=1, ge=1)
    limit: int = Field(default=20, ge=1, le=LARGEST_PAGE)

    def holds(self, day: str) -> bool:
        """Whether a day is asked for, given as YYYYMMDD; both ends are."""
        return (self.start_date or day) <= day <= (self.end_date or day)


class DepositRows(Rows):
    """Ours."""

    account_no: str | None = None
    moid: str | None = None
    status: DepositStatus | None = None


class Recent(Whose):
    """Source: 'recent'."""

    limit: int = Field(default=10, ge=1, le=LARGEST_PAGE)
    transaction_type: Literal["all", "deposit", "withdrawal"] = "all"


class Statistics(Whose):
    """Source: 'statistics', as it is expected to be."""

    start_date: Annotated[str, in_form("%Y-%m-%d", "%Y%m%d")]
    end_date: Annotated[str, in_form("%Y-%m-%d", "%Y%m%d")]
    statistics_type: Literal["transaction", "fee", "merchant"] = "transaction"
    group_by: Literal["day", "week", "month"] = "day"

    def holds(self, day: str) -> bool:
        """Whether a day is asked for, given as YYYYMMDD; both ends are."""
        return self.start_date <= day <= self.end_date


def query_of(query: str) -> dict[str, str]:
    """The keys of a query and their values."""
    return dict(parse_qsl(query, keep_blank_values=True))
