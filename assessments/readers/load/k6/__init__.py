"""k6: its summaries and its single measurements."""
