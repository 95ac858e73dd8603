"""Organizations side by side, and who moved across the line."""
