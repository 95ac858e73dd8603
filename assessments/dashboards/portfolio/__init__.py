"""The list of organizations: its columns, filters, orders and pages, the views that people save of it, its export."""
