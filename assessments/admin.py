"""Index of the administration pages, for Django to find."""

from assessments.administration import organizations, people, records, scores, staff_groups, tokens

__all__ = ["organizations", "people", "records", "scores", "staff_groups", "tokens"]
