"""How long reports are kept, and who is told before one goes."""
