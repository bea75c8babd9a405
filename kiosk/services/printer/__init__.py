"""Where receipts and slips come out."""
