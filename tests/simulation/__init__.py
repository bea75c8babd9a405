"""A simulation that believes nothing: whole days of a till and its world, in no time, again and again: README.md."""
