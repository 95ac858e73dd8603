"""The workbook that a vendor sent back: read without trusting it, taken, and everything that was left named."""
