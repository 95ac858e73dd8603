"""What becomes of a mail around its text: how it looks, who wants it, how it went, and when it comes back."""
