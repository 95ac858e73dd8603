"""Files that are dropped: read, shown before anything is taken, chosen from, divided."""
