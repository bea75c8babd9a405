"""Commands for engineers: the demo and its door, doctor, journal reading."""
