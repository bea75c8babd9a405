"""Manager mode on the screen: a list in sections, and a keypad with a question above."""
