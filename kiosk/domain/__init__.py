"""What is true about orders and money, with no I/O, no clock and no Qt: can be read on a train."""
