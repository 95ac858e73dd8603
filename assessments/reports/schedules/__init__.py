"""Reports that are made and sent by the calendar, once in each period."""
