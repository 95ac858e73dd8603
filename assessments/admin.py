"""Index of the administration pages, for Django to find."""

from assessments.administration import mails, organizations, people, records, scores, staff_groups, tokens, webhooks

__all__ = ["mails", "organizations", "people", "records", "scores", "staff_groups", "tokens", "webhooks"]
