"""Mistakes with messages to the kiosk: which are read, which are filed, what they may cause."""

from typing import Final

from tests.planted.bug import Bug

MESSAGES: Final = "kiosk/services/gateways/loyalty/messages.py"
INBOX: Final = "kiosk/services/gateways/loyalty/inbox.py"
HEARD: Final = "tests/services/gateways/loyalty/test_messages.py"
FILED: Final = "tests/services/gateways/loyalty/test_inbox.py"

BUGS: Final = (
    # -- messages
    Bug(
        "the document's sample of a denial is not read",
        "callback: denied {1001, 2001, 4000}",
        MESSAGES,
        "        2001: Reason.DENIED,\n",
        "",
        (HEARD, "-k", "codes"),
    ),
    Bug(
        "the type of the running relays is not read",
        "callback: types",
        MESSAGES,
        'NEW: Final = frozenset({"create", "new", "openNew", "pay_new"})',
        'NEW: Final = frozenset({"create", "new", "openNew"})',
        (HEARD, "-k", "types"),
    ),
    Bug(
        "a callback with a wrong key is taken",
        "callback: secret",
        MESSAGES,
        "if secret is not None and not _knows(",
        "if secret is None and not _knows(",
        (HEARD, "-k", "agreed"),
    ),
    Bug(
        "the callback's key is looked for in the header alone",
        "callback: secret from body or Authorization",
        MESSAGES,
        'not _knows(secret, authorization, fields.get("accessKey"))',
        "not _knows(secret, authorization)",
        (HEARD, "-k", "secret"),
    ),
    Bug(
        "where no key was agreed on every callback is refused",
        "callback: the secret is optional",
        MESSAGES,
        "if secret is not None and not _knows(secret,",
        'if not _knows(secret or Confidential("-"),',
        (HEARD, "-k", "agreed"),
    ),
    # -- the inbox
    Bug(
        "others' messages are filed",
        "callback: filed are only messages naming an attempt that is open here",
        INBOX,
        'return message.purchase == ear.purchase and ear.payment in ("", message.payment)',
        'return ear.payment in ("", message.payment)',
        (FILED, "-k", "others"),
    ),
    Bug(
        "a stranger's payment under our purchase is listened to",
        "callback: filed are only messages naming an attempt that is open here",
        INBOX,
        'return message.purchase == ear.purchase and ear.payment in ("", message.payment)',
        "return message.purchase == ear.purchase",
        (FILED, "-k", "nobodys"),
    ),
    Bug(
        "messages are listened for when all is over",
        "callback: an attempt that is open here",
        INBOX,
        "        self._ears.pop(attempt_id, None)\n",
        "        self._ears.get(attempt_id)\n",
        (FILED, "-k", "nobody_listens"),
    ),
    Bug(
        "a message that comes twice is filed twice",
        "callback: deduplicated",
        INBOX,
        "        elif message.hint in ear.told:\n",
        "        elif message.hint in ():\n",
        (FILED, "-k", "twice"),
    ),
    Bug(
        "a message that is filed again shuts the till",
        "callback: deduplicated; L7",
        "kiosk/services/journal/projection.py",
        "VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        "VALUES (?, ?, ?, ?, ?)",
        (FILED, "-k", "files_it_again"),
    ),
    Bug(
        "a message that comes twice is not heard again",
        "callback: it may arrive more than once",
        INBOX,
        '            self._counts["again"] += 1\n            ear.ring()\n',
        '            self._counts["again"] += 1\n',
        (FILED, "-k", "twice"),
    ),
    Bug(
        "a restart forgets which messages were filed",
        "callback: deduplicated",
        INBOX,
        "told = set(await self._journal.hints(attempt_id))",
        "told = set[Hint]()",
        (FILED, "-k", "restart"),
    ),
    Bug(
        "of one payment any number of messages is filed",
        "callback: at most 8 per attempt",
        INBOX,
        "elif len(ear.told) >= self._limits.loyalty_hints_max or self._waiting.full():",
        "elif self._waiting.full():",
        (FILED, "-k", "eight"),
    ),
    Bug(
        "messages wait to be filed without end",
        "callback: beyond 64 waiting hints 503",
        INBOX,
        "asyncio.Queue(limits.hint_queue_max)",
        "asyncio.Queue()",
        (FILED, "-k", "bounded"),
    ),
    Bug(
        "every message causes a question",
        "callback: 1/s, burst 5",
        INBOX,
        "        self._left -= 1\n",
        "",
        (FILED, "-k", "five_questions"),
    ),
    Bug(
        "a hint voids a permit",
        "L2, L7",
        "kiosk/services/journal/projection.py",
        'order, attempt = order_of(named), ""',
        "order, attempt = order_of(named), named",
        (FILED, "-k", "voids_no_permit"),
    ),
    Bug(
        "a message names the reason of another payment",
        "L7",
        INBOX,
        "if hint.payment == self.payment and hint.about in NEW}",
        "if hint.payment}",
        (FILED, "-k", "say_why"),
    ),
    Bug(
        "of messages that say otherwise the one that is read last counts",
        "L7",
        INBOX,
        "next((one for one in (Reason.CONTRACT_ERROR, Reason.SERVER_ERROR) if one in said), None)",
        "next((one for one in (Reason.SERVER_ERROR, Reason.CONTRACT_ERROR) if one in said), None)",
        (FILED, "-k", "say_otherwise"),
    ),
)
