"""A report as eight slides to present: native text, tables and charts, in the house style or the firm's brand."""
