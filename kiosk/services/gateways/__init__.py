"""One payment system, one folder: wire.py, rules.py, client.py, method.py. They do not know each other."""
