"""Where each organization stands: one kept row, written by the database in the transaction that changes it."""
