"""Every time-out, retry count and queue size, with its unit in the name and why it has that value.

All can be set in the configuration, section [limits], under the same names. Seconds are seconds of the till's clock
(services/clock.py), which a demo may let run faster.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits in force. Every field says why it has its value."""

    permit_life_s: float = 5.0
    """A request written down longer ago than this is not sent any more: the world may have moved on. Source: law 2."""

    park_after_s: float = 60.0
    """How long a customer stands before an unknown payment until the order is put aside. Source: money rules, 1."""

    resume_within_s: float = 60.0
    """How long the interrupted order waits for its customer after a restart. Source: money rules, 1."""

    recovery_first_pass_s: float = 20.0
    """How long start-up works on open attempts before the till sells again. Source: law 8."""

    alarm_after_s: float = 600.0
    """An attempt unknown for this long becomes a staff alarm. Source: law 8."""

    staff_after_s: float = 3000.0
    """An attempt unknown for this long becomes NEEDS_STAFF (50 minutes; NICE refuses net-cancels after one hour)."""

    slow_retry_s: float = 600.0
    """How often an attempt that already needs staff is still tried. Source: law 8, "slow tries go on"."""

    journal_retry_s: float = 10.0
    """After this time, work in the background that the journal did not take is tried again."""

    watch_soon_s: float = 120.0
    """When an attempt that ended as not charged is first looked at for late money (ours): every settle time has passed,
    and its customer may still be near."""

    watch_after_s: float = 600.0
    """When it is looked at again. Source: payment methods, ceos."""

    watch_told_after_s: float = 2 * 86_400.0
    """So long after the day on which it was to end, a look for late money that nobody answers is staff's as well
    (ours)."""

    free_space_min_bytes: int = 64 * 1024 * 1024
    """No payment starts with less free space on the journal's disk. Source: law 6."""

    reserve_bytes: int = 8 * 1024 * 1024
    """A file of this size is given up when the disk is full, so that reversals can be written. Source: law 6."""

    connect_s: float = 5.0
    """Time to reach a payment system; expiry proves that nothing was sent."""

    answer_bytes_max: int = 256 * 1024
    """No answer of a payment system is longer; a longer one is unreadable."""

    crepay_answer_s: float = 30.0
    """Total time of a Crepay call (ours; KICC and NICE use the same for approvals)."""

    crepay_balance_s: float = 8.0
    """Total time of a balance question: it must never hold up a sale."""

    crepay_clock_skew_s: float = 300.0
    """A clock further off than this stops new Crepay payments. Source: payment methods, crepay."""

    ceos_answer_s: float = 35.0
    """Total time of a CEOS payment call at the till; then it is resolved in the background (ours)."""

    ceos_ask_s: float = 10.0
    """Total time of a CEOS status question."""

    ceos_settle_s: float = 90.0
    """From sending, the longest a CEOS call was seen to be queued and stalled (30 s pool wait, 60 s stalls; ours)."""

    lands_within_s: float = 90.0
    """From sending, the longest that any payment system was seen to take to carry out what it did not answer: CEOS.
    Until then nobody says what became of the money."""

    card_answer_s: float = 30.0
    """Total time of a card call that moves money (ours; KICC and NICE use the same for approvals)."""

    card_ask_s: float = 8.0
    """Total time of a call that creates a card payment, or asks where it stands."""

    card_settle_s: float = 30.0
    """The longest a confirm may still be travelling after its answer was given up (ours; facts of the server: looks at
    5 and 30 s)."""

    loyalty_answer_s: float = 30.0
    """Total time of a relay call that changes something: a close waits until the ledger has written it (ours)."""

    loyalty_ask_s: float = 8.0
    """Total time of a question to the relay."""

    loyalty_poll_s: float = 2.0
    """How often a payment is asked for while somebody holds the phone, message or none (as the relay's own SDK)."""

    loyalty_person_s: float = 45.0
    """How long the relay takes a customer's approval, from its answer to the opening. Source: document, 3.3."""

    loyalty_settle_s: float = 60.0
    """Until then an approval given at the last moment may still be carried out (ours)."""

    loyalty_close_after_s: float = 46.0
    """A payment that nobody answered is not closed before: the relay refuses for 40 s, and until 45 s an approval may
    come, which such a close would strand."""

    loyalty_close_again_s: float = 30.0
    """After the first close that released nothing, a second one finds an approval that landed behind it."""

    loyalty_forced_s: float = 330.0
    """By then the relay has closed by force what nobody closed (300 s, looked at every 10 s), wherever it stood."""

    loyalty_take_within_s: float = 240.0
    """From the request to open: later, taking could meet the forced close. Source: payment methods, loyalty."""

    loyalty_lost_s: float = 60.0
    """How long a message may still tell the id of a payment whose opening was not answered."""

    loyalty_hint_every_s: float = 1.0
    """How often a message may cause a question, after a burst; more would let a stranger make the till ask."""

    loyalty_hint_burst_max: int = 5
    """How many messages in a row may each cause a question."""

    loyalty_hints_max: int = 8
    """How many different messages of one payment are filed; there are five kinds."""

    loyalty_cancel_within_s: float = 7 * 86_400 - 3_600.0
    """The relay gives back for 7 days, and says so only to the owner. An hour is left for them."""

    loyalty_cancel_close_s: float = 240.0
    """A cancel that nobody is known to have answered is closed before the relay does so by force at 300 s."""

    loyalty_cancel_lost_s: float = 90.0
    """When an opened cancel whose answer was lost would have arrived; there is only one try."""

    ezpg_poll_s: float = 3.0
    """How often deposits are asked for while the account is shown. Source: our contract with EzPG, 6."""

    ezpg_poll_slow_s: float = 30.0
    """The longest wait between two questions that are not answered; it doubles from 5 s. Source: as above."""

    ezpg_open_s: float = 600.0
    """How long a customer has to transfer (ours): time to find the bank's program, not to forget the account."""

    ezpg_open_least_s: float = 180.0
    """No account is asked for that banks would not take for so long any more. Source: our contract with EzPG, 11."""

    ezpg_idle_s: float = 160.0
    """Without a touch for so long, who is shown an account is asked whether they are there; with the warning of 20 s
    that is 3 minutes. Source: payment methods, ezpg."""

    ezpg_look_again_s: float = 60.0
    """When an account that has ended is first looked at once more. Source: our contract with EzPG, 6."""

    ezpg_sweep_s: float = 600.0
    """How often it is from then on, and one that was paid: banks tell again every 10 minutes. Source: as above."""

    ezpg_withdrawal_lost_s: float = 86_400.0
    """A withdrawal whose answer was lost, and that no list has shown for so long, or of which none could be read for so
    long, is with staff. Source: payment methods, ezpg."""

    ezpg_answer_s: float = 10.0
    """Total time of an EzPG call that changes something (ours; the only figure in its documents)."""

    ezpg_ask_s: float = 10.0
    """Total time of a question to EzPG, and of a login."""

    ezpg_sign_in_again_s: float = 30.0
    """After a login was refused nobody tries before: five wrong passwords lock an account. And yet a login that is
    refused in passing keeps nobody who has transferred waiting for more than a minute: with it, and with the list,
    each of which may take `ezpg_ask_s`, this fits into one (ours)."""

    hint_queue_max: int = 64
    """Messages from outside waiting to be filed; beyond that the caller is told to come later."""

    again_max: int = 3
    """How many attempts may carry on from one another without the customer choosing anew [attempts]."""

    unwind_step_s: float = 10.0
    """How long giving back one payment may hold up the next; both go on. Source: law 11, one failure never stops."""

    probe_every_s: float = 5.0
    """How often an unreachable payment system is tried again."""

    staff_idle_s: float = 70.0
    """Without a touch for so long, staff are asked whether they are still there; with the warning 90 s. Source:
    screens, Staff."""

    staff_idle_warning_s: float = 20.0
    """How long they are asked before they are out again."""

    scan_queue_max: int = 32
    """Codes waiting to be handled; a scanner cannot be read faster by a person."""

    scan_repeat_s: float = 1.0
    """The same code again within this time is the same scan. Source: screens, basket."""

    callback_body_bytes_max: int = 8 * 1024
    """No callback is longer; a real one has less than 2 KiB. Source: payment methods, loyalty."""

    callback_connections_max: int = 32
    """Callers whose request is not whole yet; a newcomer takes the place of the oldest. Source: payment methods,
    loyalty."""

    callback_per_peer_max: int = 4
    """The same for one address: the relay has one, and sends one after the other. Source: payment methods, loyalty."""

    callback_request_s: float = 5.0
    """From accepting a caller to the last byte of its request, and again to the last byte of its answer; uvicorn itself
    waits for ever. Real seconds, not the till's clock. Source: payment methods, loyalty."""

    callback_rate_per_s: float = 50.0
    """Callers accepted a second in the long run, at most (ours): many times what all tills of a relay cause. On a slow
    machine, and of callers that cost much, fewer. Whoever comes beyond it waits outside the program."""

    callback_burst_max: int = 100
    """Callers accepted at once after a rest (ours): every till of a large store at the same moment."""
