"""What waits for a person, in all organizations: each thing leads where it is dealt with."""
