"""Many people at once: a list of them is looked at line by line, then taken whole or not at all."""
