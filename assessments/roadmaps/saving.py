"""From posted fields to saved parts of an item, with an outcome the page can show (see `scorecards/parts.py`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from assessments.framework import Framework
from assessments.organizations.models import User
from assessments.organizations.names import clean_name
from assessments.roadmaps import services
from assessments.roadmaps.models import DETAIL_MAX_LENGTH, LINE_MAX_LENGTH, RoadmapItem
from assessments.roadmaps.readings import part_key
from assessments.roadmaps.services import PARTS
from assessments.scorecards.parts import Outcome, PartSlot, attempt, clean_text, is_posted, part_slot, plain

BY_NAME = "name"  # the choice of an owner who is no member
LIMITS = {"detail": DETAIL_MAX_LENGTH, "deliverable": LINE_MAX_LENGTH, "done_when": LINE_MAX_LENGTH}
NOT_A_DATE = "Write the date as 2026-09-14."


@dataclass(frozen=True, slots=True)
class Choices:
    """What an item can be given: members of its organization, categories of its framework, the day it is today."""

    members: Sequence[User]
    content: Framework
    today: date

    def labels(self, part: str) -> dict[str, str]:
        """The values of a part's controls in words."""
        if part == "owner":
            return {BY_NAME: "", **{str(user.pk): str(user) for user in self.members}}
        if part == "target":
            names = {category.key: category.name for category in self.content.categories}
            return {**names, "1": "to 1", "2": "to 2"}
        return {**dict(RoadmapItem.Status.choices), **dict(RoadmapItem.Effort.choices)}


def stored_fields(item: RoadmapItem, part: str) -> dict[str, str]:
    """The fields of a part as the page shows them."""
    if part == "owner":
        return {"owner": str(item.owner_id or (BY_NAME if item.owner_name else "")), "owner_name": item.owner_name}
    if part == "due":
        return {"due_on": item.due_on.isoformat()}
    if part == "status":
        return {"status": item.status, "dropped_reason": item.dropped_reason}
    if part == "target":
        return {"category": item.category_key, "level": str(item.target_level or "")}
    return {part: getattr(item, part)}


def save_part(item: RoadmapItem, part: str, data: QueryDict, choices: Choices, actor: User) -> Outcome:
    """Save one part of what was posted and say what became of it; never raises for bad input."""
    key = part_key(item)

    def save(version: int) -> int:
        values = _values(
            item, part, {name: data.get(f"{key}-{name}", "") for name in stored_fields(item, part)}, choices
        )
        return services.record_part(item, part=part, values=values, actor=actor, version=version)

    return attempt(key, part, data, save)


def save_item(item: RoadmapItem, data: QueryDict, choices: Choices, actor: User) -> list[Outcome]:
    """Save every part of a whole posted item that differs from what is stored: how it works without JavaScript."""
    key = part_key(item)
    outcomes = []
    for part in PARTS:
        stored = stored_fields(item, part)
        posted = {name: plain(data.get(f"{key}-{name}", "")) for name in stored}
        if is_posted(key, part, data) and posted != stored:
            outcomes.append(save_part(item, part, data, choices, actor))
    return outcomes


def slots(
    item: RoadmapItem, choices: Choices, outcomes: Sequence[Outcome] = (), data: QueryDict | None = None
) -> dict[str, PartSlot]:
    """The slot of every part; its `yours` are the texts of the controls, as stored or as just typed."""
    by_part = {outcome.part: outcome for outcome in outcomes}
    return {part: _slot(item, part, choices, by_part.get(part), data) for part in PARTS}


def answered_slot(item: RoadmapItem, outcome: Outcome, choices: Choices, data: QueryDict) -> PartSlot:
    """The slot to send back for a single save: in a conflict it shows both, and keeps the version that was posted."""
    if outcome.current is None:
        return PartSlot(outcome.key, outcome.part, outcome.version, outcome)
    return _slot(outcome.current, outcome.part, choices, outcome, data)


def _slot(item: RoadmapItem, part: str, choices: Choices, outcome: Outcome | None, data: QueryDict | None) -> PartSlot:
    version = outcome.version if outcome else getattr(item, f"{part}_version")
    stored, labels = stored_fields(item, part), choices.labels(part) if outcome else None
    return part_slot(part_key(item), part, version, stored, outcome=outcome, data=data, labels=labels)


def _values(item: RoadmapItem, part: str, posted: dict[str, str], choices: Choices) -> dict[str, Any]:
    """The columns that posted fields stand for; ValidationError with a sentence for what cannot be taken."""
    if part == "title":
        return {"title": services.clean_title(posted["title"])}
    if part in LIMITS:
        return {part: clean_text(posted[part], LIMITS[part], "text")}
    if part == "due":
        return {"due_on": services.check_due(item.roadmap, clean_day(posted["due_on"]))}
    if part == "effort":
        if posted["effort"] not in ("", *RoadmapItem.Effort.values):
            raise ValidationError("Choose small, medium or large.")
        return {"effort": posted["effort"]}
    if part == "status":
        return services.status_values(
            item, status=posted["status"], reason=posted["dropped_reason"], today=choices.today
        )
    if part == "owner":
        return clean_owner(item, posted["owner"], posted["owner_name"], choices)
    return clean_target(posted["category"], posted["level"], choices.content, item.category_key)


def clean_day(text: str) -> date:
    return forms.DateField(error_messages={"invalid": NOT_A_DATE, "required": "Give a date."}).clean(text.strip())


def clean_owner(item: RoadmapItem, owner: str, name: str, choices: Choices) -> dict[str, Any]:
    if owner == BY_NAME:
        name = clean_name(name)
        if not name:
            raise ValidationError("Write the owner's name.")
        return services.owner_values(item, owner=None, name=name)
    member = next((user for user in choices.members if str(user.pk) == owner), None)
    if owner and member is None:
        raise ValidationError("This person is no longer a member. Choose someone else, or write a name.")
    return services.owner_values(item, owner=member, name="")


def clean_target(category: str, level: str, content: Framework, stored: str = "") -> dict[str, Any]:
    """A category of the framework, or the one that is stored, with the level the item leads it to."""
    if category and category not in (*content.category_keys, stored):
        raise ValidationError("Choose one of the categories.")
    if level not in ("", "1", "2"):
        raise ValidationError("Choose level 1, level 2 or none.")
    if level and not category:
        raise ValidationError("Choose the category that this item raises, or no level.")
    return {"category_key": category, "target_level": int(level) if level else None}
