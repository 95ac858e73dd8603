"""A move on the board as a form says it: "<item>.<move_version>.<place>".

A place is a phase, at its end ("days-60") or before another item ("days-60.17"), or "up" or "down" by one.
"""

import re
from dataclasses import dataclass, replace

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assessments.accounts.models import User
from assessments.roadmaps import services
from assessments.roadmaps.models import Roadmap, RoadmapItem
from assessments.saving.parts import StaleAnswerError

FORM = re.compile(r"(?P<item>\d{1,18})\.(?P<version>\d{1,9})\.(?P<place>[a-z0-9-]{1,60})(?:\.(?P<before>\d{1,18}))?")


@dataclass(frozen=True, slots=True)
class Move:
    item: RoadmapItem
    phase_key: str
    before: int | None
    version: int

    def made(self, actor: User) -> "Move":
        """Do it; raises as `services.move_item`."""
        moved = services.move_item(
            self.item, phase_key=self.phase_key, before=self.before, version=self.version, actor=actor
        )
        return replace(self, item=moved)

    @property
    def sentence(self) -> str:
        """What happened, once it has: with the date that went along."""
        content = services.content_of(self.item.roadmap)
        days = services.days_label(content, self.item.phase_key)
        words = _("“{title}” is in {days}, due {day}.")
        return words.format(title=self.item.title, days=days, day=date_format(self.item.due_on, "SHORT_DAY"))

    def refusal(self, stale: StaleAnswerError) -> str:
        """Why it did not move, and that nothing is lost."""
        if stale.version == self.version:
            return _("The item it was to stand before is no longer there. The board shows where everything is now.")
        content = services.content_of(self.item.roadmap)
        where = services.days_label(content, stale.current.phase_key)  # type: ignore[attr-defined]
        words = _("“{title}” was moved meanwhile and stands in {days}. The board shows where everything is now.")
        return words.format(title=self.item.title, days=where)


def read_move(roadmap: Roadmap, text: str) -> Move | None:
    """The move that a form asks for; None if it makes no sense, or names an item of another roadmap."""
    match = FORM.fullmatch(text)
    item = roadmap.items.filter(pk=int(match["item"])).first() if match else None
    if match is None or item is None:
        return None
    item.roadmap = roadmap
    place, version = match["place"], int(match["version"])
    if place in ("up", "down"):
        return Move(item, item.phase_key, _neighbor(item, place), version)
    if services.phase_of(services.content_of(roadmap), place) is None:
        return None
    return Move(item, place, int(match["before"]) if match["before"] else None, version)


def _lane(item: RoadmapItem) -> list[int]:
    items = RoadmapItem.objects.filter(roadmap=item.roadmap, phase_key=item.phase_key)
    return list(items.in_order().values_list("pk", flat=True))


def next_in_lane(item: RoadmapItem) -> int | None:
    """The item that follows in the same phase; None at its end."""
    lane = [*_lane(item), None]
    return lane[lane.index(item.pk) + 1] if item.pk in lane else None


def _neighbor(item: RoadmapItem, way: str) -> int | None:
    """The item to stand before after one step: itself at the top, None at the end."""
    lane = _lane(item)
    place = lane.index(item.pk)
    if way == "up":
        return lane[max(place - 1, 0)]
    return lane[place + 2] if place + 2 < len(lane) else None
