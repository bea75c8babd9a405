"""The story of a sale: use cases, async inside, plain methods outside. No Qt, and services only through the ports."""
