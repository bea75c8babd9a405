"""Bank transfers (계좌이체) into one-time virtual accounts, and withdrawals that give them back. Source: EzPG guide.

The guide points to documents that contradict each other, and leaves much open. What was filled in by us is marked
*ours* where it is used; what is read more loosely than one document has it says why.
"""
