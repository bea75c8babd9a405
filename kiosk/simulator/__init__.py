"""The outside world: payment systems that behave like the real ones, ugly parts included.

    world.py      what all of them share: a clock, a request, a reply
    crepay.py     the coupon server
    ceos.py       the simple-pay server; ceos_dialects.py holds the words of its two versions
    card.py       the card server, whose memory ends with a restart
    relay.py      the loyalty relay, where customers pay with points; it says which relay_*.py does what
    ezpg.py        virtual accounts, with the customers' banks; it says which ezpg_*.py does what
    faults.py     what can go wrong between a till and a server; delivery.py and fault_kinds.py are its parts
    outside.py    all servers together with the faults and a log of what was asked: no sockets, no threads, any clock
    host.py       the same on a loopback port, over real HTTP; control.py is its control path, caller.py calls the till

It shares no code with the kiosk: each document is read twice, so that a misreading shows.
"""
