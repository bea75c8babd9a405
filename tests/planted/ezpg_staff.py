"""Mistakes in what staff do about transfers: names spelt wrong, money paid out twice, a difference not seen."""

from typing import Final

from tests.planted.bug import Bug

HANGUL: Final = "kiosk/domain/hangul.py"
SALE: Final = "kiosk/domain/sale.py"
DAY: Final = "kiosk/domain/transfers.py"
BOOKS: Final = "kiosk/flows/books.py"
HANDS: Final = "kiosk/flows/manager/hands.py"
PAYOUT: Final = "kiosk/flows/manager/payout.py"
TELLING: Final = "kiosk/flows/manager/telling.py"
SALES: Final = "kiosk/flows/manager/sales.py"
SYSTEM: Final = "kiosk/flows/manager/system.py"
PAGE: Final = "kiosk/flows/manager/transfers.py"
MATCHING: Final = "kiosk/services/gateways/ezpg/matching.py"
LISTS: Final = "kiosk/services/gateways/ezpg/books.py"
ARCHIVE: Final = "kiosk/services/journal/archive.py"
LETTERS: Final = "kiosk/ui/manager/letters.py"
CLI: Final = "kiosk/tools/staff.py"

SPELT: Final = ("tests/domain/test_hangul.py",)
WRITTEN: Final = ("tests/ui/test_staff_letters.py",)
AGAIN: Final = ("tests/domain/test_payouts.py",)
PAID_OUT: Final = ("tests/flows/manager/test_payout.py",)
SHOWN: Final = ("tests/flows/manager/test_transfers.py",)
MATCHED: Final = ("tests/services/gateways/ezpg/test_matching.py",)
LISTED: Final = ("tests/services/gateways/ezpg/test_books.py",)
FOUND: Final = ("tests/services/journal/test_archive.py",)
COMMANDED: Final = ("tests/tools/test_staff.py",)

BUGS: Final = (
    # -- names
    Bug("a consonant before a vowel stays where it was", "names", HANGUL, "(?![ㅏ-ㅣ])", "", SPELT),
    Bug("the shorter vowel wins", "names", HANGUL, "key=len, reverse=True", "key=len", SPELT),
    Bug("an unfinished name is sent", "names", HANGUL, " and _LETTER.search(text) is None", "", SPELT),
    Bug("a blank is a name", "names", HANGUL, "bool(text.strip())", "bool(text)", SPELT),
    Bug(
        "the limit counts letters and not bytes",
        "names",
        LETTERS,
        "len(hangul.composed(typed).encode())",
        "len(hangul.composed(typed))",
        WRITTEN,
    ),
    Bug(
        "rubbing out takes a whole syllable",
        "names",
        LETTERS,
        "self._show(self._typed[:-1])",
        "self._show(hangul.composed(self._typed)[:-1])",
        WRITTEN,
    ),
    Bug("spaces around a name are sent", "names", LETTERS, "name.strip()", "name", WRITTEN),
    Bug(
        "a name stays for the next question",
        "privacy",
        LETTERS,
        '            self._show("")\n        self',
        "        self",
        WRITTEN,
    ),
    Bug(
        "a name stays on the screen that is left",
        "privacy",
        LETTERS,
        '        self._show("")\n        self._serial = None',
        "        pass",
        WRITTEN,
    ),
    Bug(
        "shift stays down",
        "names",
        LETTERS,
        "        self._is_shifted = False\n        self._say_keys()\n\n    def _show",
        "\n    def _show",
        WRITTEN,
    ),
    # -- paid out twice
    Bug(
        "an exhausted refusal is tried again",
        "L1",
        SALE,
        " and one.reason in NOT_USED_UP for one in tried",
        " for one in tried",
        AGAIN,
    ),
    Bug(
        "only the last payout counts",
        "L1",
        SALE,
        "in NOT_USED_UP for one in tried)",
        "in NOT_USED_UP for one in tried[-1:])",
        AGAIN,
    ),
    Bug(
        "what is with staff is paid out again",
        "L1",
        SALE,
        "one.state is RefundState.REFUSED and one.reason",
        "one.reason",
        AGAIN,
    ),
    Bug("what the bank took back is paid out", "L1", SALE, " and finding.transaction not in corrected", "", AGAIN),
    Bug("a correction is paid out", "L1", SALE, "(FindingKind.LATE, FindingKind.DUPLICATE)", "FindingKind", AGAIN),
    Bug("settled money is paid out", "L1", SALE, "finding.state is FindingState.OPEN and", "", AGAIN),
    Bug(
        "nobody looks again before it is asked for",
        "L1",
        BOOKS,
        "one.id == finding.id and sale.can_be_paid_out(one, found)",
        "one.id == finding.id",
        PAID_OUT,
    ),
    Bug(
        "a task about found money is closed with the sale's own",
        "L9",
        BOOKS,
        "one.attempt_id in attempts and OF_FINDING not in one.facts",
        "one.attempt_id in attempts",
        PAID_OUT,
    ),
    Bug(
        "what is on its way is said to be settled",
        "L9",
        HANDS,
        "elif not ends and not is_paying_out and may",
        "elif not ends and may",
        PAID_OUT,
    ),
    Bug(
        "a task about a payout shows no money",
        "L9",
        HANDS,
        " or one.id == paid_out",
        "",
        PAID_OUT,
    ),
    Bug(
        "a task about a payout asks about another payment",
        "L9",
        HANDS,
        " or OF_FINDING in task.facts else",
        " else",
        PAID_OUT,
    ),
    Bug(
        "nobody can say that it was given back",
        "L9",
        HANDS,
        '        "given_back": FindingState.REFUNDED,\n',
        "",
        PAID_OUT,
    ),
    Bug(
        "it is paid out without reading it back",
        "staff",
        PAYOUT,
        "elif await _is_read_back(visit, payouts, owed, named):",
        "else:",
        PAID_OUT,
    ),
    Bug(
        "it is paid out without a signature",
        "staff",
        PAYOUT,
        "if isinstance(named, Payee) and not await _is_signed(visit, payouts):",
        "if False:",
        PAID_OUT,
    ),
    Bug(
        "who goes back before signing has the rest given back",
        "staff",
        PAYOUT,
        "        return Unnamed.BACK\n    return named",
        "        return Unnamed.LATER\n    return named",
        PAID_OUT,
    ),
    Bug(
        "who goes back before naming has the rest given back",
        "staff",
        PAYOUT,
        "        case _:\n            return Unnamed.BACK",
        "        case _:\n            return Unnamed.LATER",
        PAID_OUT,
    ),
    Bug(
        "later is back",
        "staff",
        PAYOUT,
        "            return Unnamed.LATER\n        case",
        "            return Unnamed.BACK\n        case",
        PAID_OUT,
    ),
    Bug("the digits are in sight", "privacy", PAYOUT, ", is_secret=True", "", PAID_OUT),
    Bug(
        "less than the least is asked for",
        "staff",
        PAYOUT,
        "if amount < payouts.least",
        "if amount.amount < 0",
        PAID_OUT,
    ),
    Bug("an account that cannot be named is", "staff", PAYOUT, "if not payouts.takes(named):", "if False:", PAID_OUT),
    Bug(
        "a payout is told as money that nobody touched",
        "telling",
        TELLING,
        "    if last is not None:\n        second",
        "    if False:\n        second",
        PAID_OUT,
    ),
    Bug("a refusal does not say why", "telling", TELLING, "    if not refund.reason:\n", "    if True:\n", PAID_OUT),
    Bug(
        "a sale does not show what was found of it",
        "telling",
        SALES,
        '        Section(telling.finding_rows(sale, found), Said("task.findings")),\n',
        "",
        PAID_OUT,
    ),
    # -- beside the journal
    Bug(
        "another till's deposit is ours",
        "6",
        MATCHING,
        "next((one for one in attempts if is_ours(row, what_is_expected(one, 0))), None)",
        "next(iter(attempts), None)",
        MATCHED,
    ),
    Bug(
        "another till's withdrawal is ours",
        "6",
        MATCHING,
        "(row.moid and one.facts",
        "(one.amount.amount == row.amount or one.facts",
        MATCHED,
    ),
    Bug(
        "other tills' rows are listed",
        "6",
        MATCHING,
        "        if known is None and attempt is None:\n            others += 1\n            continue\n",
        "",
        MATCHED,
    ),
    Bug(
        "a missing deposit is not seen",
        "5",
        MATCHING,
        "return Differs.MISSING_HERE if is_there else None",
        "return None",
        MATCHED,
    ),
    Bug(
        "another amount is not seen",
        "5",
        MATCHING,
        "Differs.OTHER_AMOUNT if row.amount != known.amount.amount else None",
        "None",
        MATCHED,
    ),
    Bug(
        "a correction is not seen",
        "5",
        MATCHING,
        "None if known.is_corrected else Differs.CORRECTED_THERE",
        "None",
        MATCHED,
    ),
    Bug(
        "a correction that was none is not seen",
        "5",
        MATCHING,
        "        return Differs.CORRECTED_HERE",
        "        return None",
        MATCHED,
    ),
    Bug(
        "what only the journal has is not seen",
        "5",
        MATCHING,
        "    differs = Differs.MISSING_THERE if is_listed else None\n    about",
        "    differs = None\n    about",
        MATCHED,
    ),
    Bug(
        "of an unread list all is missing",
        "5",
        MATCHING,
        "    differs = Differs.MISSING_THERE if is_listed else None\n    about",
        "    differs = Differs.MISSING_THERE\n    about",
        MATCHED,
    ),
    Bug(
        "the same money twice is not seen",
        "5",
        MATCHING,
        "    if is_there and is_again:\n        return Differs.TWICE\n",
        "",
        MATCHED,
    ),
    Bug(
        "twice on two days is not seen",
        "5",
        MATCHING,
        "        if row.state is RowState.COMPLETED:\n            paid.add(money)",
        "        if is_of_day and row.state is RowState.COMPLETED:\n            paid.add(money)",
        MATCHED,
    ),
    Bug(
        "other money of the same payment is the same",
        "5",
        MATCHING,
        "(attempt_of(refund.id), refund.finding_id)",
        '(attempt_of(refund.id), "")',
        MATCHED,
    ),
    Bug(
        "a payout that failed there is not seen",
        "5",
        MATCHING,
        "if is_there else Differs.MISSING_THERE",
        "if is_there else None",
        MATCHED,
    ),
    Bug(
        "the journal's own rows count as listed",
        "5",
        MATCHING,
        "if one.is_listed and one.standing in moved",
        "if one.standing in moved",
        MATCHED,
    ),
    Bug(
        "what was taken back did not come",
        "5",
        MATCHING,
        "moved = (Standing.DONE, Standing.CORRECTED)",
        "moved = (Standing.DONE,)",
        MATCHED,
    ),
    Bug(
        "what staff explained was taken back",
        "5",
        MATCHING,
        "Credited(*about, is_corrected=one.transaction in corrected)",
        'Credited(*about, is_corrected=one.transaction in corrected or one.state == "EXPLAINED")',
        MATCHED,
    ),
    Bug("what is awaited is missing", "5", MATCHING, "differs = None if is_awaited else", "differs =", MATCHED),
    Bug(
        "a matched row of another day is missing",
        "5",
        MATCHING,
        "known = here.pop(row.transaction, None)",
        "known = here.get(row.transaction)",
        MATCHED,
    ),
    Bug(
        "the first attempt of an account owns it",
        "5",
        MATCHING,
        "key=lambda one: one.began.wall_ms, reverse=True",
        "key=lambda one: one.began.wall_ms",
        MATCHED,
    ),
    Bug(
        "what goes out under way counts as gone",
        "5",
        MATCHING,
        "here = refund.amount if refund.state is RefundState.DONE else None",
        "here = refund.amount",
        MATCHED,
    ),
    Bug(
        "even without one list",
        "5",
        DAY,
        "return self.deposits.there is not None and self.withdrawals.there is not None",
        "return self.deposits.there is not None",
        SHOWN,
    ),
    Bug("even though something differs", "5", PAGE, "    if found.differing:\n", "    if False:\n", SHOWN),
    Bug("even though the sums are not", "5", DAY, "return is_same and went.there == went.here", "return True", SHOWN),
    Bug(
        "even though what went out is not",
        "5",
        DAY,
        "return is_same and went.there == went.here",
        "return is_same",
        SHOWN,
    ),
    Bug(
        "only one day is read",
        "5",
        LISTS,
        "_wired(before), _wired(after))\n        withdrawals",
        "_wired(day), _wired(day))\n        withdrawals",
        LISTED,
    ),
    Bug(
        "a payout of days ago is looked for today", "5", LISTS, "min(before, *_asked_for(day, kept))", "before", LISTED
    ),
    Bug(
        "an unread list is an empty one", "5", LISTS, "deposits.rows if came_is_read else None", "deposits.rows", LISTED
    ),
    Bug("another shop's balance", "5", LISTS, " if one.merchant == self._client.account.merchant", "", LISTED),
    Bug("accounts of days ago are not read", "5", ARCHIVE, "_stamps(day, ACCOUNT_DAYS)", "_stamps(day)", FOUND),
    Bug("refunds of days ago are not read", "5", ARCHIVE, "_stamps(day, REFUND_DAYS)", "_stamps(day)", FOUND),
    Bug(
        "other systems' refunds are transfers",
        "5",
        ARCHIVE,
        ' and reading.read_attempt(db, attempt_of(row["id"])).method == method',
        "",
        FOUND,
    ),
    Bug("every old refund is read", "5", ARCHIVE, '        if row["asked"] < since:\n            return\n', "", FOUND),
    Bug(
        "a clerk sees the balance",
        "roles",
        SYSTEM,
        "(Place.TRANSFERS, Deed.SHOP)",
        "(Place.TRANSFERS, Deed.LOOK)",
        SHOWN,
    ),
    # -- the command line
    Bug(
        "the command line gives transfers back",
        "staff",
        CLI,
        "alone = ownerless | transferred",
        "alone = ownerless",
        COMMANDED,
    ),
)
