"""Locust: its tables, its screen, its JSON."""
