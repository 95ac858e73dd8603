"""Index of the administration pages, for Django to find."""

from assessments.administration import (
    frameworks,
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

__all__ = [
    "frameworks",
    "groups",
    "mails",
    "organizations",
    "people",
    "records",
    "scores",
    "staff_groups",
    "tokens",
    "webhooks",
]
