"""Mistakes with points, one per sentence about them in the payment methods and in the rules of money.

words.py       what is sent, and what is believed of an answer
relay.py       what a relay means: its dialect, its numbers, its codes
rules.py       the tables: waiting, taking, releasing, giving back
messages.py    messages to the kiosk
sales.py       whole sales, and the tables of the domain
"""

from typing import Final

from tests.planted.loyalty import messages, relay, rules, sales, words

BUGS: Final = (*words.BUGS, *relay.BUGS, *rules.BUGS, *messages.BUGS, *sales.BUGS)
