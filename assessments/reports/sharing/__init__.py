"""Handing reports on to people without an account: by secret links, and by mail."""
