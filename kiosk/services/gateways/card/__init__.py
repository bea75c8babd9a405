"""Cards (카드). Source: the owner's card document; the server that runs it (Spring Boot, in memory).

The sequence: create, confirm. Creating moves no money; asked again it tells the state, which is how a lost answer is
found out. Confirming again is safe: the same three values are approved once. A cancel gives everything back.
The server keeps nothing through a restart; what it has forgotten is a person's.
"""
