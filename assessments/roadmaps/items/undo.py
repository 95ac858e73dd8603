"""Taking back what was just done: a form carries the way back, signed, so that nothing has to be kept of it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from assessments.accounts.models import User
from assessments.roadmaps import services
from assessments.roadmaps.models import Roadmap, RoadmapItem
from assessments.roadmaps.plan.suggestions import Suggestion
from assessments.roadmaps.queries import list_members
from assessments.saving.parts import StaleAnswerError

SALT = "roadmap-undo"
HOURS = 12
CHANGED = _lazy("It was changed meanwhile, so nothing was undone.")
DAYS = ("due_on", "done_on")
PARTS = ("title", "detail", "deliverable", "done_when", "owner", "due", "effort", "status", "target", "move")

Way = dict[str, Any]


def to_remove(item: RoadmapItem) -> Way:
    """Back from adding an item."""
    return {"do": "remove", "item": item.pk}


def to_restore(suggestion: Suggestion) -> Way:
    """Back from dismissing a suggestion."""
    return {"do": "restore", "source": suggestion.key, "title": suggestion.title, "phase": suggestion.phase_key}


def to_move(item: RoadmapItem, moved: RoadmapItem, before: int | None) -> Way:
    """Back from a move: `item` as it stood, `moved` as it stands, `before` the item that came after it."""
    return {"do": "move", "item": item.pk, "phase": item.phase_key, "before": before, "version": moved.move_version}


def to_values(item: RoadmapItem, part: str, version: int) -> Way:
    """Back from saving a part: `item` as it was before, `version` the part's version since."""
    values = {name: getattr(item, name) for name in services.PARTS[part]}
    stored = {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
    return {"do": "save", "item": item.pk, "part": part, "values": stored, "version": version}


def token(roadmap: Roadmap, ways: Sequence[Way]) -> str:
    """What the Undo button sends."""
    return signing.dumps({"roadmap": roadmap.pk, "ways": ways}, salt=SALT, compress=True)


def with_button(roadmap: Roadmap, sentence: str, ways: Sequence[Way]) -> SafeString | str:
    """What a toast says, with the button that takes it back; its form stands on every page of a roadmap."""
    if not ways:
        return sentence
    button = '{} <button form="undo" name="undo" value="{}">{}</button>'
    return format_html(button, sentence, token(roadmap, ways), _("Undo"))


def take_back(roadmap: Roadmap, text: str, actor: User) -> str:
    """Go the way back and say so; ValidationError, with nothing changed, where somebody changed it meanwhile."""
    try:
        found = signing.loads(text, salt=SALT, max_age=HOURS * 3600)
    except signing.BadSignature:
        words = _("This can no longer be undone: it is more than {number} hours ago.")
        raise ValidationError(words.format(number=HOURS)) from None
    if found["roadmap"] != roadmap.pk:
        raise ValidationError(_("This belongs to another roadmap."))
    ways = found["ways"]
    items = _items(roadmap, ways)
    try:
        with transaction.atomic():
            for way in ways:
                _go(roadmap, items, way, actor)
    except StaleAnswerError:
        raise ValidationError(CHANGED) from None
    if len(ways) == 1:
        return _("Undone.")
    return ngettext("Undone for {number} item.", "Undone for {number} items.", len(ways)).format(number=len(ways))


def _items(roadmap: Roadmap, ways: Iterable[Way]) -> Mapping[int, RoadmapItem]:
    items = {item.pk: item for item in roadmap.items.filter(pk__in=[way["item"] for way in ways if "item" in way])}
    for item in items.values():
        item.roadmap = roadmap
    return items


def _go(roadmap: Roadmap, items: Mapping[int, RoadmapItem], way: Way, actor: User) -> None:
    if way["do"] == "restore":
        dismissed = Suggestion(way["source"], way["title"], detail="", phase_key=way["phase"])
        services.restore_suggestion(roadmap, dismissed, actor=actor)
        return
    item = items.get(way["item"])
    if item is None:
        raise ValidationError(services.DELETED)
    if way["do"] == "remove":
        if any(getattr(item, f"{part}_version") for part in PARTS) or item.comments.exists() or item.evidence.exists():
            raise ValidationError(CHANGED)
        services.delete_item(item)
    elif way["do"] == "move":
        place = {"phase_key": way["phase"], "before": way["before"], "version": way["version"]}
        services.move_item(item, **place, actor=actor)
    else:
        values = {name: _stored(name, value) for name, value in way["values"].items()}
        if values.get("owner_id") not in (None, *(user.pk for user in list_members(roadmap.organization))):
            raise ValidationError(_("Whoever owned it before is no longer a member."))
        services.record_part(item, part=way["part"], values=values, actor=actor, version=way["version"])


def _stored(name: str, value: Any) -> Any:
    return date.fromisoformat(value) if name in DAYS and value else value
