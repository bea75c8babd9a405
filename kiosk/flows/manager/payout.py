"""Where money is to be paid out to: for transfers, which nothing else gives back.

Staff name the account, read it back, and sign for it with the six digits of their telephone; each payout anew.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from kiosk.domain.attempt import Attempt
from kiosk.domain.money import Money
from kiosk.domain.people import Deed
from kiosk.domain.ports import GivesBack, Payee, Payouts
from kiosk.domain.refund import Finding
from kiosk.domain.sale import Sale
from kiosk.domain.told import Tone
from kiosk.domain.words import Said, Words
from kiosk.flows.manager.intents import Act, Choose, Do
from kiosk.flows.manager.views import Button, Notice, Row, Section, Weight
from kiosk.flows.manager.visit import Visit, button

ACCOUNT_DIGITS: Final = 16
"""No account that a bank gives has more."""

CODE_DIGITS: Final = 6
"""Of a telephone's one-time code. Source: EzPG guide, 'OTP 인증 API'."""

ANOTHER: Final = "another"

GROUP: Final = 4


@dataclass(frozen=True, slots=True)
class Owed:
    """What is to be paid out.

    Attributes:
        attempt: Whose money it is.
        amount: How much.
        transaction: The payment that it came by, as the payment system names it.
    """

    attempt: Attempt
    amount: Money
    transaction: str


class Unnamed(Enum):
    """Why no account was named."""

    BACK = auto()
    """They went back: what they had begun is not wanted."""
    LATER = auto()
    """The money stays owed: the till cannot pay it out, or nobody here knows where to."""


async def payee(visit: Visit, owed: Owed, *others: Button) -> Payee | Unnamed:
    """An account that staff have named and signed for.

    Args:
        visit: Of the staff who name it.
        owed: What is to be paid out there.
        *others: What they can do instead of naming one; `Act.LATER` is known.
    """
    payouts = visit.tools.payouts
    problem = _why_not(payouts, owed.amount)
    if payouts is None or problem is not None:
        await visit.tell(Said("payout.title"), Notice(problem or Said("payout.not_here"), Tone.ACT))
        return Unnamed.LATER
    named = await _named(visit, payouts, owed, others)
    if isinstance(named, Payee) and not await _is_signed(visit, payouts):
        return Unnamed.BACK
    return named


def _why_not(payouts: Payouts | None, amount: Money) -> Words | None:
    if payouts is None or not payouts.is_possible:
        return Said("payout.not_here")
    return Said("payout.too_little", {"least": payouts.least}) if amount < payouts.least else None


async def _named(visit: Visit, payouts: Payouts, owed: Owed, others: tuple[Button, ...]) -> Payee | Unnamed:
    """Bank, number and holder, read back."""
    problem: Notice | None = None
    while True:
        notice = Notice(Said("payout.which", {"amount": owed.amount}), Tone.WAIT) if problem is None else problem
        bank = await _bank(visit, payouts, notice, others)
        if isinstance(bank, Unnamed):
            return bank
        typed = await visit.type_in(Said("payout.account", {"bank": payouts.banks[bank]}), ACCOUNT_DIGITS)
        holder = None if typed is None else await _holder(visit, payouts.payer(owed.attempt, owed.transaction))
        if typed is None or holder is None:
            continue
        named = Payee(bank, typed.digits.reveal(), holder)
        if not payouts.takes(named):
            problem = Notice(Said("payout.not_taken"), Tone.ACT)
        elif await _is_read_back(visit, payouts, owed, named):
            return named


async def _bank(visit: Visit, payouts: Payouts, notice: Notice, others: tuple[Button, ...]) -> str | Unnamed:
    rows = tuple(Row(f"bank_{code}", name, wish=Choose(code)) for code, name in payouts.banks.items())
    match await visit.ask(visit.sheet(Said("payout.bank"), Section(rows), notice=notice, buttons=others)):
        case Choose(code):
            return code
        case Do(Act.LATER):
            return Unnamed.LATER
        case _:
            return Unnamed.BACK


async def _holder(visit: Visit, payer: str) -> str | None:
    """Whose account it is: who paid, as their bank said, unless staff are told otherwise."""
    if payer:
        rows = (
            Row("holder_payer", payer, Said("payout.payer"), wish=Choose(payer)),
            Row("holder_another", Said("payout.another"), wish=Choose(ANOTHER)),
        )
        answer = await visit.ask(visit.sheet(Said("payout.holder"), Section(rows)))
        if not isinstance(answer, Choose):
            return None
        if answer.option != ANOTHER:
            return answer.option
    return await visit.write(Said("payout.holder"))


async def _is_read_back(visit: Visit, payouts: Payouts, owed: Owed, named: Payee) -> bool:
    rows = (
        Row("payout_bank", Said("payout.bank"), right=payouts.banks[named.bank]),
        Row("payout_account", Said("payout.number"), right=grouped(named.account)),
        Row("payout_holder", Said("payout.holder"), right=named.holder),
        Row("payout_amount", Said("payout.amount"), right=owed.amount),
    )
    sheet = visit.sheet(
        Said("payout.sure"),
        Section(rows),
        notice=Notice(Said("payout.read_back"), Tone.ACT),
        buttons=(button(Act.YES, Weight.DANGER),),
    )
    return await visit.ask(sheet) == Do(Act.YES)


def grouped(digits: str) -> str:
    """Digits as people compare them."""
    return " ".join(digits[at : at + GROUP] for at in range(0, len(digits), GROUP))


async def _is_signed(visit: Visit, payouts: Payouts) -> bool:
    problem: Words | None = None
    while True:
        hint = Said("payout.code_hint")
        typed = await visit.type_in(Said("payout.code"), CODE_DIGITS, hint=hint, problem=problem, is_secret=True)
        if typed is None:
            return False
        visit.show(
            visit.sheet(Said("payout.code"), notice=Notice(Said("payout.signing"), Tone.WAIT), can_go_back=False)
        )
        refused = await payouts.sign_in(typed.digits)
        if refused is None:
            return True
        problem = Said(f"payout_problem.{refused}")


# -- money that was found


def can_be_paid_out(visit: Visit, sale: Sale, finding: Finding, found: Collection[Finding]) -> bool:
    """Money that came too late or twice, which is not being paid out, and which they may have paid out."""
    method = visit.tools.parts.methods.get(finding.method)
    is_paid_out = method is not None and method.gives_back is GivesBack.WITHDRAWAL
    return is_paid_out and sale.can_be_paid_out(finding, found) and visit.may(Deed.CANCEL)


async def pay_out(visit: Visit, sale: Sale, finding: Finding) -> None:
    """Have money that was found paid out to its owner. It goes on in the background, perhaps for days."""
    attempt = next(one for one in sale.attempts if one.id == finding.attempt_id)
    if finding.amount is None:
        return
    named = await payee(visit, Owed(attempt, finding.amount, finding.transaction))
    payouts, parts = visit.tools.payouts, visit.tools.parts
    if isinstance(named, Unnamed) or payouts is None:
        return
    asked = await parts.books.ask_finding_back(finding, visit.by, payouts.facts(attempt.id, named))
    if asked is not None:
        parts.recovery.pay_out(asked)
    notice = Notice(Said("payout.asked"), Tone.WAIT) if asked else Notice(Said("resolve.found_out"), Tone.WAIT)
    await visit.tell(Said("payout.title"), notice)
