"""An assessment in a form that other programs read: one documented JSON, the same as a workbook, and both read back."""
