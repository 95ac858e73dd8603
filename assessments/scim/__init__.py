"""SCIM 2.0 under /scim/v2/: by a token of its own, a directory keeps people's accounts, and the teams they are in."""
