"""Tokens: what lets a program in, in place of a person or on its own for one organization."""
