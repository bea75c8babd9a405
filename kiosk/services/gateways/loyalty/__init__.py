"""Loyalty points: the customer approves on their phone, and the relay tells the kiosk.

Source: the loyalty relay's document. It mixes three generations of the relay; each reading is named where it is made.
"""
