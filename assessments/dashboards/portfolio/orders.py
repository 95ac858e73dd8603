"""The orders of the list, each with its index: whatever is not known stands last, both ways."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, cast

from django.db import models
from django.utils.translation import gettext_lazy as _lazy

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
    up: Any
    down: Any

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
        Order("score", "score_key", _lazy("lowest proven score first"), _lazy("highest proven score first")),
        Order("name", "name_sort", _lazy("by name"), _lazy("by name, from the end")),
        Order("verdict", "verdict_rank", _lazy("worst verdict first"), _lazy("best verdict first")),
        Order("change", "change", _lazy("largest fall first"), _lazy("largest rise first")),
        Order("signed", "signed_off_at", _lazy("oldest sign-off first"), _lazy("newest sign-off first")),
        Order("draft", "draft_since", _lazy("longest open draft first"), _lazy("newest draft first")),
        Order(
            "vendors",
            "vendors_since",
            _lazy("longest waiting vendor first"),
            _lazy("newest vendor answers first"),
        ),
        Order("plan", "plan_due_on", _lazy("longest overdue plan first"), _lazy("plan due last first")),
        Order("active", "active_on", _lazy("longest without activity first"), _lazy("newest activity first")),
        Order("due", "due_on", _lazy("assessment due soonest first"), _lazy("assessment due last first")),
        Order("industry", "industry_sort", _lazy("by industry"), _lazy("by industry, from the end")),
        Order("lead", "lead_sort", _lazy("by lead"), _lazy("by lead, from the end")),
    )
}
USUAL = ORDERS["score"]
OPTIONS = tuple(
    option for order in ORDERS.values() for option in ((order.key, order.up), (f"-{order.key}", order.down))
)
