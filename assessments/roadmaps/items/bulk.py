"""One owner or one date for many items at once: each is a part that is saved with its version."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from assessments.accounts.models import User
from assessments.roadmaps import saving, services
from assessments.roadmaps.items import undo
from assessments.roadmaps.models import Roadmap, RoadmapItem
from assessments.roadmaps.readings import part_key
from assessments.roadmaps.saving import Choices
from assessments.saving.parts import StaleAnswerError

NONE_TICKED = _lazy("Tick the items first.")


@dataclass(frozen=True, slots=True)
class Changes:
    """What became of the items: the ways back for those that were changed, titles of those someone else changed."""

    ways: tuple[undo.Way, ...]
    stale: tuple[str, ...]

    @property
    def sentence(self) -> str:
        number = len(self.ways)
        said = ngettext("Set for {number} item.", "Set for {number} items.", number).format(number=number)
        if not self.stale:
            return said
        named = ", ".join(_("“{title}”").format(title=title) for title in self.stale[:3])
        if len(self.stale) <= 3:
            words = _("Not set, because someone changed it meanwhile: {titles}.")
        else:
            words = _("Not set, because someone changed it meanwhile: {titles} and {number} more.")
        return f"{said} {words.format(titles=named, number=len(self.stale) - 3)}"


def set_many(roadmap: Roadmap, part: str, data: QueryDict, choices: Choices, actor: User) -> Changes:
    """Set the owner or the date of all ticked items; ValidationError, with nothing changed, for what cannot be set."""
    ticked = {int(pk) for pk in data.getlist("item") if pk.isdecimal() and len(pk) < 19}
    items = list(roadmap.items.filter(pk__in=ticked).select_related("owner").in_order())
    if not items:
        raise ValidationError(NONE_TICKED)
    ways: list[undo.Way] = []
    stale: list[str] = []
    with transaction.atomic():
        for item in items:
            item.roadmap = roadmap
            try:
                way = _set(item, part, data, choices, actor)
            except StaleAnswerError:
                stale.append(item.title)
            else:
                ways.extend(way)
    return Changes(tuple(ways), tuple(stale))


def _set(item: RoadmapItem, part: str, data: QueryDict, choices: Choices, actor: User) -> Sequence[undo.Way]:
    values: dict[str, Any]
    if part == "owner":
        values = saving.clean_who(item, data.get("who", ""), choices)
    else:
        values = {"due_on": services.check_due(item.roadmap, saving.clean_day(data.get("due_on", "")))}
    if all(getattr(item, name) == value for name, value in values.items()):
        return ()
    posted = data.get(f"{part_key(item)}-{part}_version", "")
    version = int(posted) if posted.isdecimal() and len(posted) < 10 else -1
    new = services.record_part(item, part=part, values=values, actor=actor, version=version)
    return (undo.to_values(item, part, new),)
