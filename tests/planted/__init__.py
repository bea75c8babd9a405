"""Planted bugs: small mistakes that a person would make in the money code, each of which the tests must catch.

    python -m tests.planted [WORDS IN THE NAME, OR NAMES OF LISTS...]

bug.py         what a planted bug is
crepay.py      one per row of Crepay's tables
ceos.py        one per row of CEOS's tables
card.py        one per row of the card's tables
loyalty/       one per sentence about points
records.py     one per law that journal, line to the payment systems, and tables hold
flows.py       one per law that flows hold
camera.py      what a camera sees, and what people see of it
mixed.py       several methods in one sale
scanners.py    codes torn, joined, kept, shown or taken that must not be
__main__.py    copies the tree, plants them one at a time, and runs the tests that should notice
"""
