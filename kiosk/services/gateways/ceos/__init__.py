"""CEOS instant pay (간편결제). Source: the owner's CEOS document; its two running servers (dialects A, B).

The sequence: instant. A lost answer is found out by asking for the payment, for 90 s; a payment that is not wanted any
more is cancelled. The server neither keeps nor returns the amount: it cannot be proven.
"""
