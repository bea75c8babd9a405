"""Screens: they draw what a flow shows and say what a person wants. Qt is here and in the composition root only."""
