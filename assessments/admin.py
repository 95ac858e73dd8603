"""Index of the administration pages, for Django to find."""

from assessments.administration import (
    groups,
    mails,
    organizations,
    people,
    records,
    scores,
    staff_groups,
    tokens,
    webhooks,
)

__all__ = ["groups", "mails", "organizations", "people", "records", "scores", "staff_groups", "tokens", "webhooks"]
