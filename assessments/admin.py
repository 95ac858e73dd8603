"""Index of the administration pages, for Django to find."""

from assessments.administration import organizations, people, records, scores, staff_groups, tokens, webhooks

__all__ = ["organizations", "people", "records", "scores", "staff_groups", "tokens", "webhooks"]
