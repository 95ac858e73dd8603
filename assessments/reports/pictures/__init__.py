"""The charts of the pages as pictures to take along."""
