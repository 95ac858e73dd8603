"""Reports for many organizations as one job: one row each, one ZIP, one mail."""
