"""The columns of the administration's lists: which a person sees, and the form in which they choose."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.utils import label_for_field
from django.http import HttpRequest
from django.utils.text import capfirst

from assessments.administration.models import ListColumns


@dataclass(frozen=True, slots=True)
class Column:
    key: str
    label: str
    is_shown: bool


def shown(request: HttpRequest, listing: str, offered: Sequence[str]) -> tuple[str, ...]:
    """The columns this person sees, asked of the database once a request; the first is always among them.

    What was chosen and is there no more is left out; where nothing is left of a choice, all are shown.
    """
    known = request.__dict__.setdefault("list_columns", {})
    if listing not in known:
        kept = ListColumns.objects.filter(user=request.user.pk, listing=listing).values_list("columns", flat=True)
        known[listing] = (kept.first() or "").split(",")
    chosen = [key for key in offered[1:] if key in known[listing]]
    return (offered[0], *chosen) if chosen else tuple(offered)


def choices(request: HttpRequest, model_admin: Any, offered: Sequence[str]) -> list[Column]:
    """What there is to choose from, beside the first column."""
    seen = shown(request, model_admin.opts.model_name, offered)
    return [
        Column(key, capfirst(label_for_field(key, model_admin.model, model_admin)), key in seen) for key in offered[1:]
    ]


def choose(request: HttpRequest, listing: str, offered: Sequence[str], keys: Iterable[str]) -> None:
    """Keep the choice; all of them, or none, is no choice."""
    wanted = [key for key in offered[1:] if key in set(keys)]
    if not wanted or len(wanted) == len(offered) - 1:
        ListColumns.objects.filter(user=request.user.pk, listing=listing).delete()
    else:
        ListColumns.objects.update_or_create(
            user_id=request.user.pk, listing=listing, defaults={"columns": ",".join(wanted)}
        )
