"""Manager mode: staff see what happened and put it right. A second story on the same screen, with a stage of its own.

front.py    who stands before the screen: a customer, or staff who knocked
office.py   in by PIN, home, and out again
sales.py    find a sale, see it, give it back
hands.py    what needs a hand, and how it ended
system.py   devices, logs, people, the shop at the relay, leaving
telling.py  sales, steps and tasks in plain words
views.py intents.py   what its screens show and what is pressed there
"""
