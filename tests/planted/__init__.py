"""Planted bugs: small mistakes that a person would make, each of which the tests must catch.

    python -m tests.planted [WORDS IN THE NAME, OR NAMES OF LISTS...]

bug.py         what a planted bug is
apart.py       tests run in a process of their own, which need not load what no bug changes
__main__.py    copies the tree, plants them one at a time, and runs the tests that should notice

All others are lists of them; their first lines say of what. crepay, ceos, card, loyalty/, ezpg_client, transfers and
so on: a payment system; records: the journal and the line; flows and mixed: the flows; staff and ezpg_staff: manager
mode; scanners, wedge, camera and decoding: what is scanned; printer: paper; access, languages, voice, shop_looks,
transfer_screen and journeys: the screens.
"""
