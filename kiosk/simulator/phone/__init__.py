"""The page at `/phone`: the customer's loyalty app, the shop owner's app and a bank's, for demos and tests.

index.html *.css icon.svg       the page; it takes nothing from elsewhere
phone.js words.js               asks once a second and draws; Korean and English
bank.js bank.py                 the bank's app: how it draws, and what it shows and does
routes.py                       serves it, and lets it do what a phone can do, and nothing else
seen.py                         what a phone shows of a payment: where its points are, and what can still be answered
"""
