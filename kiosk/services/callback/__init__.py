"""Where the relay's callbacks arrive. Nothing that arrives here may disturb a sale."""
