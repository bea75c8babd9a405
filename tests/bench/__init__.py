"""The figures: what the program costs, each beside its yardstick in the same run. Never a test, never a failed build.

    python3 packaging/dev.py bench [NAME...] [--quick]

figure.py      what a figure is; the table and the JSON
workplace.py   folders, payment systems and a long history, for those who need them
starting.py    start to the first usable screen, start with a long history, a browser window
customers.py   memory after many sales, a scan to its painted line, stalls of the loop
sales.py       the program's own time in a sale
records.py     a durable journal write, finding a sale among very many
manager.py     what staff look up in the running window, among very many sales
history.py     a journal of very many sales, multiplied from one
programs.py    programs as processes: started, driven, measured
watched.py     the program, which tells when it has painted; deeds.py, customer.py, views.py: and plays customers
waiting.py     what other programs take away meanwhile
smallest.py    the smallest PySide6 window
"""
