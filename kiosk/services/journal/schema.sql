-- The journal. `events` is append-only; every other table but `marks` follows from it and is rebuilt by replaying it.
-- `verify` compares these statements, as they are spelt here, with those in a file: a change is a new SCHEMA_VERSION.
-- A stamp is "wall_ms:monotonic_ms:boot_id". Amounts are minor units of the order's currency. Facts are JSON objects.

CREATE TABLE events (
    seq        INTEGER PRIMARY KEY,
    stamp      TEXT NOT NULL,
    order_id   TEXT NOT NULL,
    attempt_id TEXT NOT NULL,
    kind       TEXT NOT NULL,
    body       TEXT NOT NULL,
    prev_hash  TEXT NOT NULL,
    hash       TEXT NOT NULL
) STRICT;
CREATE INDEX events_of_attempt ON events (attempt_id, seq);
CREATE INDEX events_of_order ON events (order_id, seq);

-- Not derived: which key seals this file, and up to where the chain was last found whole.
CREATE TABLE marks (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

CREATE TABLE identity (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    machine TEXT NOT NULL,
    epoch   INTEGER NOT NULL,
    version TEXT NOT NULL
) STRICT;

CREATE TABLE orders (
    sequence     INTEGER PRIMARY KEY,
    id           TEXT NOT NULL UNIQUE,
    code         TEXT NOT NULL UNIQUE,
    number       TEXT NOT NULL,
    state        TEXT NOT NULL,
    reason       TEXT NOT NULL,
    language     TEXT NOT NULL,
    currency     TEXT NOT NULL,
    total        INTEGER NOT NULL CHECK (total >= 0),
    business_day TEXT NOT NULL,
    plan_attempt TEXT NOT NULL DEFAULT '',
    plan_amount  INTEGER NOT NULL DEFAULT 0 CHECK (plan_amount >= 0),
    opened       TEXT NOT NULL,
    paid         TEXT,
    changed      TEXT NOT NULL
) STRICT;
CREATE INDEX orders_open ON orders (state) WHERE state IN ('PAYING', 'UNWINDING', 'REFUNDING');
CREATE INDEX orders_of_day ON orders (business_day, number);
-- By these staff find a sale again, among all there ever were.
CREATE INDEX orders_of_number ON orders (number) WHERE number <> '';
CREATE INDEX orders_of_total ON orders (total);
CREATE INDEX orders_opened ON orders (opened);

CREATE TABLE order_lines (
    order_id TEXT NOT NULL REFERENCES orders (id),
    n        INTEGER NOT NULL,
    sku      TEXT NOT NULL,
    barcode  TEXT NOT NULL,
    names    TEXT NOT NULL,
    price    INTEGER NOT NULL,
    quantity INTEGER NOT NULL CHECK (quantity >= 1),
    tax      TEXT NOT NULL,
    PRIMARY KEY (order_id, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE attempts (
    id           TEXT PRIMARY KEY,
    order_id     TEXT NOT NULL REFERENCES orders (id),
    method       TEXT NOT NULL,
    family       TEXT NOT NULL,
    n            INTEGER NOT NULL,
    state        TEXT NOT NULL,
    goal         TEXT NOT NULL CHECK (goal IN ('TAKE', 'UNDO')),
    due          INTEGER NOT NULL CHECK (due > 0),
    asked        INTEGER CHECK (asked > 0),
    received     INTEGER CHECK (received >= 0),
    gateway_txn  TEXT,
    reason       TEXT NOT NULL,
    follows      TEXT NOT NULL,
    facts        TEXT NOT NULL,
    masked       TEXT NOT NULL DEFAULT '',
    began        TEXT NOT NULL,
    unsure_since TEXT,
    changed      TEXT NOT NULL,
    watched      INTEGER NOT NULL CHECK (watched IN (0, 1)),
    UNIQUE (order_id, n)
) STRICT;
-- Law 1: an order has at most one attempt in a paying state.
CREATE UNIQUE INDEX one_paying_attempt ON attempts (order_id) WHERE state IN (
    'PREPARED', 'SENDING', 'UNKNOWN', 'REVERSING', 'OPENING', 'OPEN_LOST', 'WAITING', 'AUTHORISED', 'CAPTURING',
    'ISSUING', 'AWAITING_DEPOSIT', 'CLOSING'
);
-- Law 1: one gateway transaction id is evidence for one attempt.
CREATE UNIQUE INDEX one_attempt_per_evidence ON attempts (method, gateway_txn) WHERE gateway_txn IS NOT NULL;
CREATE INDEX attempts_under_way ON attempts (state) WHERE state IN (
    'PREPARED', 'SENDING', 'UNKNOWN', 'REVERSING', 'OPENING', 'OPEN_LOST', 'WAITING', 'AUTHORISED', 'CAPTURING',
    'ISSUING', 'AWAITING_DEPOSIT', 'CLOSING', 'VOIDING'
);
CREATE INDEX attempts_with_staff ON attempts (state) WHERE state = 'NEEDS_STAFF';
CREATE INDEX attempts_watched ON attempts (watched) WHERE watched = 1;
CREATE INDEX attempts_of_amount ON attempts (asked) WHERE asked IS NOT NULL;
CREATE INDEX attempts_of_masked ON attempts (masked) WHERE masked <> '';

CREATE TABLE operations (
    id          TEXT PRIMARY KEY,
    n           INTEGER NOT NULL,
    attempt_id  TEXT NOT NULL REFERENCES attempts (id),
    refund_id   TEXT NOT NULL,
    call        TEXT NOT NULL,
    request_id  TEXT NOT NULL,
    body_hash   TEXT NOT NULL,
    repeats     TEXT NOT NULL,
    moves_money INTEGER NOT NULL CHECK (moves_money IN (0, 1)),
    answer      TEXT NOT NULL,
    facts       TEXT NOT NULL,
    intended    TEXT NOT NULL,
    answered    TEXT,
    UNIQUE (attempt_id, n)
) STRICT;
-- Rule 3 of reliability: one id, one body. An id that moved money is never used for another request; what repeats one is
-- the same request once more.
CREATE UNIQUE INDEX one_request_per_id ON operations (request_id) WHERE moves_money = 1 AND repeats = '';

-- What came in from outside about an attempt: reasons to go and ask, never evidence (law 7).
CREATE TABLE inbox (
    attempt_id TEXT NOT NULL REFERENCES attempts (id),
    payment    TEXT NOT NULL,
    about      TEXT NOT NULL,
    code       INTEGER NOT NULL,
    received   TEXT NOT NULL,
    PRIMARY KEY (attempt_id, payment, about, code)
) STRICT;

CREATE TABLE refunds (
    id         TEXT PRIMARY KEY,
    attempt_id TEXT NOT NULL,
    finding_id TEXT NOT NULL,
    n          INTEGER NOT NULL,
    amount     INTEGER NOT NULL CHECK (amount > 0),
    taken_back INTEGER NOT NULL CHECK (taken_back IN (0, 1)),
    state      TEXT NOT NULL,
    reason     TEXT NOT NULL,
    facts      TEXT NOT NULL,
    asked      TEXT NOT NULL,
    changed    TEXT NOT NULL
) STRICT;
CREATE INDEX refunds_of_attempt ON refunds (attempt_id);
CREATE INDEX refunds_of_finding ON refunds (finding_id);
-- Law 1: an attempt has at most one refund under way.
CREATE UNIQUE INDEX one_refund_under_way ON refunds (attempt_id)
    WHERE attempt_id <> '' AND state IN ('ASKED', 'SENDING', 'PENDING', 'UNKNOWN');

-- Law 1: no index ever stops a finding from being recorded.
CREATE TABLE findings (
    id          TEXT PRIMARY KEY,
    method      TEXT NOT NULL,
    attempt_id  TEXT NOT NULL,
    gateway_txn TEXT NOT NULL,
    kind        TEXT NOT NULL,
    amount      INTEGER,
    state       TEXT NOT NULL,
    recorded    TEXT NOT NULL,
    changed     TEXT NOT NULL
) STRICT;
CREATE INDEX findings_of_attempt ON findings (attempt_id);
CREATE INDEX findings_open ON findings (state) WHERE state = 'OPEN';

-- What a person said about an end that the till cannot find out; it overwrites nothing (money rules, 2).
CREATE TABLE resolutions (
    attempt_id TEXT NOT NULL REFERENCES attempts (id),
    refund_id  TEXT NOT NULL,
    way        TEXT NOT NULL,
    amount     INTEGER NOT NULL CHECK (amount >= 0),
    by_whom    TEXT NOT NULL,
    words      TEXT NOT NULL,
    answer     TEXT NOT NULL,
    at         TEXT NOT NULL,
    PRIMARY KEY (attempt_id, refund_id)
) STRICT;

CREATE TABLE people (
    id        TEXT PRIMARY KEY,
    name      TEXT NOT NULL,
    roles     TEXT NOT NULL,
    pin       TEXT NOT NULL,
    pin_given INTEGER NOT NULL CHECK (pin_given IN (0, 1)),
    wrong     INTEGER NOT NULL CHECK (wrong >= 0),
    tried     TEXT,
    here      INTEGER NOT NULL CHECK (here IN (0, 1))
) STRICT;

CREATE TABLE staff_tasks (
    id         TEXT PRIMARY KEY,
    kind       TEXT NOT NULL,
    order_id   TEXT NOT NULL,
    attempt_id TEXT NOT NULL,
    facts      TEXT NOT NULL,
    opened     TEXT NOT NULL,
    closed     TEXT,
    closed_how TEXT NOT NULL
) STRICT;
CREATE INDEX staff_tasks_open ON staff_tasks (id) WHERE closed IS NULL;

CREATE TABLE prints (
    id       TEXT PRIMARY KEY,
    order_id TEXT NOT NULL,
    kind     TEXT NOT NULL,
    state    TEXT NOT NULL,
    reason   TEXT NOT NULL,
    facts    TEXT NOT NULL,
    queued   TEXT NOT NULL
) STRICT;
CREATE INDEX prints_queued ON prints (id) WHERE state = 'QUEUED';
