"""Frameworks of one's own, as the site keeps them."""
