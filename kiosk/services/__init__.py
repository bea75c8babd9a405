"""Each module or package keeps one promise to the outside. No Qt here."""
