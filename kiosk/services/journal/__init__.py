"""The durable record: one SQLite file, one writer, an append-only chain of events and the tables that follow from it.

store.py       keeps the Journal port; owns the thread
file.py        opens, checks and writes the file, a whole transaction at a time
schema.sql     all tables and the indexes that hold law 1
encoding.py    entries <-> event rows; the hash chain
projection.py  what each entry does to the state tables; refuses what the tables and laws forbid
reading.py     rows -> domain objects
permits.py     leave to send, once
sealing.py     AES-GCM for what may not be read from the file
last.py        how far the history went, noted beside the file after each commit
reserve.py     space and a mark for the day the disk is full
lock.py        one instance at a time
reports.py     what people read from the file: an order's story, the staff list, an export
verify.py      chain and replay, for start, night and `kiosk journal verify`
"""
