"""What an organization aims at, when it is assessed next, and where it stood before it was assessed here."""
