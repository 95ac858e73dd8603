"""Groups of the identity provider: which teams, roles and staff groups their people get when they sign in."""
