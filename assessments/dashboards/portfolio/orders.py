"""The orders of the list, each with its index: whatever is not known stands last, both ways."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, cast

from django.db import models

from assessments.dashboards.standings.models import OrganizationStanding

FIRST: dict[type[models.Field], Any] = {
    models.DateField: date.min,
    models.DateTimeField: datetime(1, 1, 2, tzinfo=UTC),
    models.BinaryField: b"",
    models.SmallIntegerField: -(2**15),
}


@dataclass(frozen=True, slots=True)
class Order:
    """`up` and `down` say what stands first when it goes by its column upwards and downwards."""

    key: str
    column: str
    up: str
    down: str

    @property
    def field(self) -> models.Field:
        return cast(models.Field, OrganizationStanding._meta.get_field(self.column))

    @property
    def first(self) -> Any:
        """A value that none is before: what is known is at least this."""
        return FIRST.get(type(self.field), 0)


ORDERS: Mapping[str, Order] = {
    order.key: order
    for order in (
        Order("score", "score_key", "lowest proven score first", "highest proven score first"),
        Order("name", "name_sort", "by name", "by name, from the end"),
        Order("verdict", "verdict_rank", "worst verdict first", "best verdict first"),
        Order("change", "change", "largest fall first", "largest rise first"),
        Order("signed", "signed_off_at", "oldest sign-off first", "newest sign-off first"),
        Order("draft", "draft_since", "longest open draft first", "newest draft first"),
        Order("vendors", "vendors_since", "longest waiting vendor first", "newest vendor answers first"),
        Order("plan", "plan_due_on", "longest overdue plan first", "plan due last first"),
        Order("active", "active_on", "longest without activity first", "newest activity first"),
        Order("due", "due_on", "assessment due soonest first", "assessment due last first"),
        Order("industry", "industry_sort", "by industry", "by industry, from the end"),
        Order("lead", "lead_sort", "by lead", "by lead, from the end"),
    )
}
USUAL = ORDERS["score"]
OPTIONS = tuple(
    option for order in ORDERS.values() for option in ((order.key, order.up), (f"-{order.key}", order.down))
)
