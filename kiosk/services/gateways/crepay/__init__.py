"""Crepay coupons (쿠폰·상품권). Source: the owner's Crepay document, and its newer revision for cancel-network.

The sequence: balance -> checkout. A lost checkout is undone by cancel-network until that is proven; it is never
claimed. A known approval is given back by cancel.
"""
