"""Mistakes with points, one per sentence about them in the payment methods and in the rules of money.

words.py       what is sent, and what is believed of an answer
relay.py       what a relay means: its dialect, its numbers, its codes
rules.py       the tables: waiting, taking, releasing
refunds.py     giving back: its table, and what flows and staff make of it
messages.py    messages to the kiosk
sales.py       whole sales
states.py      a stop, the tables of the domain, and what is told
"""

from typing import Final

from tests.planted.loyalty import messages, refunds, relay, rules, sales, states, words

BUGS: Final = (
    *words.BUGS,
    *relay.BUGS,
    *rules.BUGS,
    *refunds.BUGS,
    *messages.BUGS,
    *sales.BUGS,
    *states.BUGS,
)
