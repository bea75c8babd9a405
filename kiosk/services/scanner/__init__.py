"""Barcode scanners: bytes to codes, through every unplugging."""
