"""Webhooks: what happens to an organization, told to other programs as it happens."""
