"""A whole organization, out of one installation and into another: every row it owns, in one canonical form."""
