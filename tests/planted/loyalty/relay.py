"""Mistakes in finding out what a relay means: its dialect, its numbers, its codes."""

from typing import Final

from tests.planted.bug import Bug

ANSWERS: Final = "kiosk/services/gateways/loyalty/answers.py"
WIRE: Final = "kiosk/services/gateways/loyalty/wire.py"
CLIENT: Final = "kiosk/services/gateways/loyalty/client.py"
WORDS: Final = "tests/services/gateways/loyalty/test_wire.py"
CALLS: Final = "tests/services/gateways/loyalty/test_client.py"
STATUSES: Final = (f"{WORDS}::test_the_two_numberings",)
CODES: Final = (f"{WORDS}::test_the_codes_of_the_envelope",)
PROBE: Final = (CALLS, "-k", "confirm or found_out_once")

BUGS: Final = (
    # -- what does this relay mean?
    Bug(
        "a framework's page answers in the envelope",
        "auto takes the one that answers in the envelope",
        WIRE,
        "    if status != 200 or type(code) is not int:\n        return None\n",
        "    if type(code) is not int:\n        code = status\n",
        (CALLS, "-k", "answer_in_the_envelope"),
    ),
    Bug(
        "a relay that opens an empty request is asked for payments",
        "it cannot move money: it fails validation",
        CLIENT,
        "if envelope is not None and not envelope.is_success:",
        "if envelope is not None:",
        (f"{CALLS}::test_a_relay_that_opens_a_payment_of_nothing_is_not_asked_for_one",),
    ),
    Bug(
        "the configured dialect is not heeded",
        "setting dialect",
        CLIENT,
        "for paths in (self._wanted,) if self._wanted else (Paths.RELAY, Paths.SPEC):",
        "for paths in (Paths.RELAY, Paths.SPEC):",
        (CALLS, "-k", "configured"),
    ),
    Bug(
        "a relay that wants something else heeds confirm",
        "a 2001 whose validation names confirm",
        CLIENT,
        'envelope.code == 2001 and "confirm" in envelope.invalid',
        "envelope.code == 2001",
        PROBE,
    ),
    Bug(
        "any code that names confirm proves that it is heeded",
        "a 2001 whose validation names confirm",
        CLIENT,
        'envelope.code == 2001 and "confirm" in envelope.invalid',
        '"confirm" in envelope.invalid',
        PROBE,
    ),
    Bug(
        "a relay that did not answer heeds confirm",
        "every other answer means it is not",
        CLIENT,
        "return None if envelope is None else envelope.code == 2001",
        "return envelope is None or envelope.code == 2001",
        PROBE,
    ),
    Bug(
        "a relay that did not answer is deaf until the next start",
        "every other answer means it is not; none is none",
        CLIENT,
        "return None if envelope is None else envelope.code == 2001",
        "return envelope is not None and envelope.code == 2001",
        PROBE,
    ),
    Bug(
        "the question whether confirm is heeded says confirm",
        "a close with no confirm",
        CLIENT,
        'body = {"accessKey": self.account.key.reveal(), "paymentId": nobody}',
        'body = {"accessKey": self.account.key.reveal(), "paymentId": nobody, "confirm": "false"}',
        PROBE,
    ),
    Bug(
        "the relay is asked what it means at every look",
        "once per start",
        CLIENT,
        "        if self.dialect is None:\n            paths = await self._find_paths()",
        "        if self.reachable:\n            paths = await self._find_paths()",
        PROBE,
    ),
    Bug(
        "1 under the relay's paths is the document's",
        "numbering: 1 on /openNew; anything else: method off",
        ANSWERS,
        "(Paths.SPEC, 1): Numbering.SPEC,",
        "(Paths.SPEC, 1): Numbering.SPEC,\n        (Paths.RELAY, 1): Numbering.SPEC,",
        (WORDS, "-k", "numbering or first_numbers"),
    ),
    Bug(
        "11 under the document's paths cannot be read",
        "numbering: 11 means the 11-59 table",
        ANSWERS,
        "        (Paths.SPEC, 11): Numbering.RELAY,\n",
        "",
        (WORDS, "-k", "numbering or first_numbers"),
    ),
    # -- status numbers
    Bug(
        "12 is approved",
        "12, 13 and 14 are not yet",
        ANSWERS,
        "12: Answer.SEND_FAILED,",
        "12: Answer.APPROVED,",
        STATUSES,
    ),
    Bug(
        "14 is approved",
        "12, 13 and 14 are not yet",
        ANSWERS,
        "14: Answer.OPENED,",
        "14: Answer.APPROVED,",
        STATUSES,
    ),
    Bug(
        "17 is not yet approved",
        "approved = 15 or 17",
        ANSWERS,
        "17: Answer.APPROVED,",
        "17: Answer.OPENED,",
        STATUSES,
    ),
    Bug("19 is paid", "law 4: the paid status", ANSWERS, "19: Answer.FAILED,", "19: Answer.PAID,", STATUSES),
    Bug(
        "54 is approved",
        "52, 53 and 54 are not yet",
        ANSWERS,
        "54: Answer.CANCEL_OPENED,",
        "54: Answer.CANCEL_APPROVED,",
        STATUSES,
    ),
    Bug(
        "57 is not yet approved",
        "cancel approved = 55 or 57",
        ANSWERS,
        "57: Answer.CANCEL_APPROVED,",
        "57: Answer.CANCEL_OPENED,",
        STATUSES,
    ),
    Bug(
        "59 is refunded",
        "done = 58; 59 = refused",
        ANSWERS,
        "59: Answer.CANCEL_FAILED,",
        "59: Answer.REFUNDED,",
        STATUSES,
    ),
    Bug(
        "18 is paid in the document's numbers too",
        "spec numbering: unknown is not final",
        ANSWERS,
        "9: Answer.RUN_OUT,",
        "9: Answer.RUN_OUT,\n        18: Answer.PAID,",
        STATUSES,
    ),
    Bug(
        "the document's 9 is not paid, whatever was before",
        "spec numbering: 9",
        ANSWERS,
        "9: Answer.RUN_OUT,",
        "9: Answer.FAILED,",
        STATUSES,
    ),
    Bug(
        "an unknown number has failed",
        "spec numbering: unknown is not final",
        WIRE,
        "answer = known.get(status, Answer.OTHER_STATUS) if type",
        "answer = known.get(status, Answer.FAILED) if type",
        (WORDS, "-k", "not_final"),
    ),
    # -- codes of the envelope
    Bug(
        "2001 in an answer is a denial",
        "in an HTTP answer 2001 is validation",
        ANSWERS,
        "2001: Answer.REFUSED,",
        "2001: Answer.DENIED,",
        CODES,
    ),
    Bug(
        "1511 is not known",
        "pay: insufficient points have their sentence",
        ANSWERS,
        "        1511: Answer.POINTS_SHORT,\n",
        "",
        CODES,
    ),
    Bug(
        "the document's 401 is not known",
        "envelope: insufficient 1511 or 401",
        ANSWERS,
        "        401: Answer.POINTS_SHORT,\n",
        "",
        CODES,
    ),
    Bug("2005 is not known", "59, 2022, 2005 = refused", ANSWERS, "        2005: Answer.NO_PHONE,\n", "", CODES),
    Bug("2004 is not known", "2004: open the QR again", ANSWERS, "        2004: Answer.CODE_EXPIRED,\n", "", CODES),
    Bug(
        "2026 says paid",
        "law 4; 2026 with item failed = nothing held",
        ANSWERS,
        "2026: Answer.CLOSED_BEFORE,",
        "2026: Answer.PAID,",
        CODES,
    ),
    Bug(
        "5000 is a refusal",
        "L3: a code that the table does not hold",
        ANSWERS,
        "        1501: Answer.REFUSED,\n",
        "        1501: Answer.REFUSED,\n        5000: Answer.REFUSED,\n",
        CODES,
    ),
    Bug(
        "the document's 200 is no success",
        "envelope: success 0 or 200",
        WIRE,
        "return self.code in (0, 200) and bool(self.data)",
        "return self.code == 0 and bool(self.data)",
        (WORDS, "-k", "success"),
    ),
    Bug(
        "success without data is success",
        "L4: code 0 is not approval",
        WIRE,
        "return self.code in (0, 200) and bool(self.data)",
        "return self.code in (0, 200)",
        (WORDS, "-k", "success"),
    ),
)
