"""From posted fields to saved parts of an item, with an outcome the page can show (see `saving/parts.py`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.accounts.models import User
from assessments.framework import Decider, Framework
from assessments.platform.names import clean_name
from assessments.roadmaps import services
from assessments.roadmaps.models import DETAIL_MAX_LENGTH, LINE_MAX_LENGTH, RoadmapItem
from assessments.roadmaps.readings import part_key
from assessments.roadmaps.services import PARTS
from assessments.saving.parts import Outcome, PartSlot, attempt, clean_text, is_posted, part_slot, plain

BY_NAME = "name"  # the choice of an owner who is no member
LIMITS = {"detail": DETAIL_MAX_LENGTH, "deliverable": LINE_MAX_LENGTH, "done_when": LINE_MAX_LENGTH}
NOT_A_DATE = _lazy("Write the date as 2026-09-14.")


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
            shown = {decider.key: decider.name for category in self.content.categories for decider in category.deciders}
            return {**names, "1": _("to 1"), "2": _("to 2"), **shown}
        choices = (*RoadmapItem.Status.choices, *RoadmapItem.Effort.choices)
        return {value: str(label) for value, label in choices}


def deciders_of(content: Framework, category_key: str) -> tuple[Decider, ...]:
    """The deciders of a category; none if it has none, or the framework has no such category."""
    return next((category.deciders for category in content.categories if category.key == category_key), ())


@dataclass(frozen=True, slots=True)
class Tick:
    """A decider that an item can show, and whether it is ticked."""

    key: str
    name: str
    short: str
    is_ticked: bool


def ticks(fields: Mapping[str, str], item: RoadmapItem, content: Framework) -> tuple[Tick, ...]:
    """The tick boxes of an item's category; `fields` are those of the target, as stored or as just typed."""
    deciders = deciders_of(content, item.category_key)
    return tuple(Tick(d.key, d.name, d.short, bool(fields.get(f"earns-{d.key}"))) for d in deciders)


def stored_fields(item: RoadmapItem, part: str, content: Framework, data: QueryDict | None = None) -> dict[str, str]:
    """The fields of a part as the page shows them. What earns no decider by name earns all of its category.

    In the list an owner is one field, where a name is typed: `data` is what was posted and tells which page it was.
    """
    if part == "owner" and data is not None and f"{part_key(item)}-who" in data:
        return {"who": item.owner_label}
    if part == "owner":
        return {"owner": str(item.owner_id or (BY_NAME if item.owner_name else "")), "owner_name": item.owner_name}
    if part == "due":
        return {"due_on": item.due_on.isoformat()}
    if part == "status":
        return {"status": item.status, "dropped_reason": item.dropped_reason}
    if part == "target":
        ticks = {
            f"earns-{decider.key}": decider.key if not item.earns or decider.key in item.earns else ""
            for decider in deciders_of(content, item.category_key)
        }
        return {"category": item.category_key, "level": str(item.target_level or ""), **ticks}
    return {part: getattr(item, part)}


def save_part(item: RoadmapItem, part: str, data: QueryDict, choices: Choices, actor: User) -> Outcome:
    """Save one part of what was posted and say what became of it; never raises for bad input."""
    key = part_key(item)

    def save(version: int) -> int:
        names = (*stored_fields(item, part, choices.content, data), "earns-of")
        values = _values(item, part, {name: data.get(f"{key}-{name}", "") for name in names}, choices)
        return services.record_part(item, part=part, values=values, actor=actor, version=version)

    return attempt(key, part, data, save)


def save_item(item: RoadmapItem, data: QueryDict, choices: Choices, actor: User) -> list[Outcome]:
    """Save every part of a whole posted item that differs from what is stored: how it works without JavaScript."""
    key = part_key(item)
    outcomes = []
    for part in PARTS:
        stored = stored_fields(item, part, choices.content, data)
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
    stored, labels = stored_fields(item, part, choices.content, data), choices.labels(part) if outcome else None
    return part_slot(part_key(item), part, version, stored, outcome=outcome, data=data, labels=labels)


def _values(item: RoadmapItem, part: str, posted: dict[str, str], choices: Choices) -> dict[str, Any]:
    """The columns that posted fields stand for; ValidationError with a sentence for what cannot be taken."""
    if part == "title":
        return {"title": services.clean_title(posted["title"])}
    if part in LIMITS:
        return {part: clean_text(posted[part], LIMITS[part], _("text"))}
    if part == "due":
        return {"due_on": services.check_due(item.roadmap, clean_day(posted["due_on"]))}
    if part == "effort":
        if posted["effort"] not in ("", *RoadmapItem.Effort.values):
            raise ValidationError(_("Choose small, medium or large."))
        return {"effort": posted["effort"]}
    if part == "status":
        return services.status_values(
            item, status=posted["status"], reason=posted["dropped_reason"], today=choices.today
        )
    if part == "owner" and "who" in posted:
        return clean_who(item, posted["who"], choices)
    if part == "owner":
        return clean_owner(item, posted["owner"], posted["owner_name"], choices)
    target = clean_target(posted["category"], posted["level"], choices.content, item.category_key)
    return {**target, "earns": clean_earns(item, target, posted, choices.content)}


def clean_day(text: str) -> date:
    field = forms.DateField(error_messages={"invalid": NOT_A_DATE, "required": _("Give a date.")})
    day: date = field.clean(text.strip())
    return day


def clean_owner(item: RoadmapItem, owner: str, name: str, choices: Choices) -> dict[str, Any]:
    if owner == BY_NAME:
        name = clean_name(name)
        if not name:
            raise ValidationError(_("Write the owner's name."))
        return services.owner_values(item, owner=None, name=name)
    member = next((user for user in choices.members if str(user.pk) == owner), None)
    if owner and member is None:
        raise ValidationError(_("This person is no longer a member. Choose someone else, or write a name."))
    return services.owner_values(item, owner=member, name="")


def clean_who(item: RoadmapItem, who: str, choices: Choices) -> dict[str, Any]:
    """An owner by a name that was typed: the member of that name or address, else someone without an account."""
    who = " ".join(who.split())
    if who == item.owner_label:
        return {"owner_id": item.owner_id, "owner_name": item.owner_name, "left_owner_id": item.left_owner_id}
    wanted = who.casefold()
    named = [user for user in choices.members if wanted in (str(user).casefold(), user.email.casefold())]
    if len(named) > 1:
        words = _("{number} members are called {name}. Write the email address of one.")
        raise ValidationError(words.format(number=len(named), name=who))
    return services.owner_values(item, owner=named[0] if named else None, name=who)


def clean_target(category: str, level: str, content: Framework, stored: str = "") -> dict[str, Any]:
    """A category of the framework, or the one that is stored, with the level the item leads it to."""
    if category and category not in (*content.category_keys, stored):
        raise ValidationError(_("Choose one of the categories."))
    if level not in ("", "1", "2"):
        raise ValidationError(_("Choose level 1, level 2 or none."))
    if level and not category:
        raise ValidationError(_("Choose the category that this item raises, or no level."))
    return {"category_key": category, "target_level": int(level) if level else None}


def clean_earns(
    item: RoadmapItem, target: Mapping[str, Any], posted: Mapping[str, str], content: Framework
) -> list[str]:
    """The deciders that are ticked. One whose category changes earns all of the new one, until some are ticked."""
    if target["category_key"] != item.category_key:
        return []
    if posted["earns-of"] != item.category_key:
        return list(item.earns)
    offered = [decider.key for decider in deciders_of(content, item.category_key)]
    ticked = [key for key in offered if posted.get(f"earns-{key}")]
    if offered and not ticked and target["target_level"]:
        raise ValidationError(_("Tick what it shows, or choose no level."))
    if not ticked or set(ticked) == set(item.earns):
        return list(item.earns)
    return [] if len(ticked) == len(offered) else ticked
