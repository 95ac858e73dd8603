"""What can be done to a roadmap. Every change to one passes through here."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from itertools import accumulate
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments import framework, scoring
from assessments.accounts.models import User
from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.framework import Framework, Phase, Task
from assessments.platform.names import clean_name
from assessments.roadmaps.models import TITLE_MAX_LENGTH, DismissedSuggestion, Roadmap, RoadmapItem
from assessments.roadmaps.plan.suggestions import Suggestion, shortest, suggestions
from assessments.roadmaps.queries import result_of
from assessments.saving.parts import StaleAnswerError, update_part, version_or_stale
from assessments.scorecards.models import Scorecard
from assessments.scoring.results import MAX_LEVEL
from assessments.scoring.words import capitalized

ITEMS_MAX = 500
REACH = timedelta(days=366)
DELETED = _lazy("This item was deleted meanwhile.")
FULL = format_lazy(_lazy("A roadmap holds at most {number} items. Delete one first."), number=ITEMS_MAX)

Status = RoadmapItem.Status
# How much of a phase each effort takes, where several share it, and how many days it is given where it stands alone.
WEIGHTS = {"S": 1, "M": 2, "L": 4}
DAYS = {"S": 10, "M": 20, "L": 30}
DONE_BY_SIGNING_OFF = "score-baseline"  # the task that a signed-off assessment is


class Start(StrEnum):
    """What a roadmap can begin with."""

    SHORTEST = "shortest"
    GAPS = "gaps"
    GENERAL = "general"


# The columns behind each part that is saved on its own, and what the activity calls it.
PARTS: Mapping[str, tuple[str, ...]] = {
    "title": ("title",),
    "detail": ("detail",),
    "deliverable": ("deliverable",),
    "done_when": ("done_when",),
    "owner": ("owner_id", "owner_name", "left_owner_id"),
    "due": ("due_on",),
    "effort": ("effort",),
    "status": ("status", "dropped_reason", "done_on"),
    "target": ("category_key", "target_level", "earns"),
}
PART_NAMES = {"done_when": "done when", "due": "due date", "target": "category and level"}
TYPED = ("title", "detail", "deliverable", "done_when")


def content_of(roadmap: Roadmap) -> Framework:
    return framework.load(roadmap.framework_key, roadmap.framework_version)


def phase_of(content: Framework, key: str) -> Phase | None:
    return next((phase for phase in content.phases if phase.key == key), None)


def days_label(content: Framework, key: str) -> str:
    """A phase in words, "days 1 to 30"; its key if this version of the framework has none of that name."""
    phase = phase_of(content, key)
    return _("days {first} to {last}").format(first=phase.first_day, last=phase.last_day) if phase else key


def phase_label(content: Framework, key: str) -> str:
    """The same as it stands by itself, "Days 1 to 30"."""
    return capitalized(days_label(content, key)) if phase_of(content, key) else key


def dates_of(roadmap: Roadmap, phase: Phase) -> tuple[date, date]:
    return scoring.phase_dates(roadmap.starts_on, phase.first_day, phase.last_day)


def next_monday(today: date) -> date:
    """Today if it is one: "what do we do on Monday?"."""
    return today + timedelta(days=-today.weekday() % 7)


def check_start(starts_on: date, today: date) -> None:
    """ValidationError for a start that is nonsense; one that has passed within a year is none."""
    if starts_on < today - REACH:
        raise ValidationError(_("A roadmap starts at most a year ago. Choose a later day."))
    if starts_on > today + REACH:
        raise ValidationError(_("A roadmap starts within a year from today. Choose an earlier day."))


def start_roadmap(
    scorecard: Scorecard, *, starts_on: date, actor: User, begin_with: Collection[Start] = (Start.GENERAL,)
) -> Roadmap:
    """Begin the plan that follows a signed-off scorecard, with what is chosen as its first items.

    A scorecard has one roadmap: if there is one already, it is returned as it is.
    """
    if not scorecard.is_signed_off:
        raise ValidationError(_("Sign the assessment off first: a roadmap starts from scores that no longer change."))
    check_start(starts_on, timezone.localdate())
    roadmap = Roadmap(
        organization_id=scorecard.organization_id,
        scorecard=scorecard,
        framework_key=scorecard.framework_key,
        framework_version=scorecard.framework_version,
        starts_on=starts_on,
        created_by=actor,
    )
    try:
        with transaction.atomic():
            roadmap.save(force_insert=True)
            RoadmapItem.objects.bulk_create(_first_items(roadmap, begin_with, actor))
            with _recorded():
                new = f"from {_day(starts_on)}"
            trail.record(
                Action.ROADMAP_STARTED,
                organization=scorecard.organization_id,
                subject=scorecard.title,
                new=new,
                actor=actor,
            )
    except IntegrityError:
        return Roadmap.objects.get(scorecard=scorecard)
    return roadmap


def starts(scorecard: Scorecard) -> Mapping[Start, tuple[Suggestion, ...]]:
    """What a roadmap of a scorecard can begin with; tasks that the assessment proves are left out."""
    content, result = framework.load(scorecard.framework_key, scorecard.framework_version), result_of(scorecard)
    proven = {answer.key for answer in result.answers if answer.proven == MAX_LEVEL}
    tasks = (
        _as_suggestion(phase, task)
        for phase in content.phases
        for task in phase.tasks
        if task.key != DONE_BY_SIGNING_OFF and not proven.issuperset(task.categories)
    )
    return {
        Start.SHORTEST: shortest(content, result),
        Start.GAPS: suggestions(content, result),
        Start.GENERAL: tuple(tasks),
    }


def way_label(scorecard: Scorecard) -> str:
    """Where the shortest way leads, in words."""
    result = result_of(scorecard)
    if result.verdict == scoring.Verdict.CLEAR:
        return _("The shortest way to {total}").format(total=result.maximum)
    return _("The shortest way to {total}, the risk line").format(total=result.threshold)


def _as_suggestion(phase: Phase, task: Task) -> Suggestion:
    return Suggestion(
        key=f"task:{task.key}",
        title=task.title,
        detail=task.detail,
        phase_key=phase.key,
        # What belongs to all categories belongs to none.
        category_key=task.categories[0] if len(task.categories) <= 3 else "",
        done_when=task.done_when,
        effort=task.effort,
        deliverable=task.deliverable,
    )


def _first_items(roadmap: Roadmap, begin_with: Collection[Start], actor: User) -> Iterable[RoadmapItem]:
    offered = starts(roadmap.scorecard)
    chosen = {each.key: each for start in Start if start in begin_with for each in offered[start]}
    for phase in content_of(roadmap).phases:
        found = [each for each in chosen.values() if each.phase_key == phase.key]
        days = spread(*dates_of(roadmap, phase), [each.effort for each in found])
        for position, (each, due_on) in enumerate(zip(found, days, strict=True)):
            yield RoadmapItem(
                roadmap=roadmap,
                source_key=each.key,
                phase_key=phase.key,
                position=position,
                due_on=due_on,
                created_by=actor,
                **_fields(each),
            )


def spread(start: date, end: date, efforts: Sequence[str]) -> list[date]:
    """A due date for each of the items of a phase that are done one after the other, by effort; the last on its end."""
    sums = list(accumulate(WEIGHTS.get(effort, WEIGHTS["M"]) for effort in efforts))
    days = (end - start).days + 1
    return [start + timedelta(days=max(1, days * done // sums[-1]) - 1) for done in sums]


def _fields(suggestion: Suggestion) -> dict[str, Any]:
    """The columns of an item that a suggestion fills."""
    return {
        "title": suggestion.title[:TITLE_MAX_LENGTH],
        "detail": suggestion.detail,
        "deliverable": suggestion.deliverable,
        "done_when": suggestion.done_when,
        "effort": suggestion.effort,
        "category_key": suggestion.category_key,
        "target_level": suggestion.target_level,
        "earns": list(suggestion.earns),
    }


def delete_roadmap(roadmap: Roadmap) -> None:
    with transaction.atomic():
        organization, title = roadmap.organization_id, roadmap.scorecard.title
        _, gone = roadmap.delete()
        if gone.get(Roadmap._meta.label):  # else someone else was quicker
            trail.record(Action.ROADMAP_DELETED, organization=organization, subject=title)


# Items


def add_item(
    roadmap: Roadmap,
    *,
    title: str,
    phase_key: str,
    actor: User,
    due_on: date | None = None,
    source_key: str = "",
    **fields: Any,
) -> RoadmapItem:
    """Add an item at the end of a phase, due on its last day unless said otherwise.

    What was added from the same source before is returned as it is: nothing is added twice.
    """
    phase = phase_of(content_of(roadmap), phase_key)
    if phase is None:
        raise ValidationError(_("Choose one of the three phases."))
    item = RoadmapItem(
        roadmap=roadmap,
        source_key=source_key,
        phase_key=phase_key,
        title=clean_title(title),
        due_on=check_due(roadmap, due_on or dates_of(roadmap, phase)[1]),
        created_by=actor,
        **fields,
    )
    try:
        with transaction.atomic():
            _lock(roadmap)
            items = RoadmapItem.objects.filter(roadmap=roadmap)
            if items.count() >= ITEMS_MAX:
                raise ValidationError(FULL)
            last = items.filter(phase_key=phase_key).aggregate(last=models.Max("position"))["last"]
            item.position = 0 if last is None else last + 1
            item.save(force_insert=True)
            with _recorded():
                new = days_label(content_of(roadmap), phase_key)
            _record(Action.ROADMAP_ITEM_ADDED, item, new=new, actor=actor)
    except IntegrityError:
        found = RoadmapItem.objects.filter(roadmap=roadmap, source_key=source_key).first() if source_key else None
        if found is None:
            raise
        return found
    return item


def clean_title(title: str) -> str:
    title = clean_name(title)
    if not title or len(title) > TITLE_MAX_LENGTH:
        raise ValidationError(_("Give the item a title of at most 200 characters."))
    return title


def check_due(roadmap: Roadmap, due_on: date) -> date:
    """Outside its phase a due date is allowed; years away from the plan it is a slip of the pen."""
    if not roadmap.starts_on - REACH <= due_on <= roadmap.starts_on + 2 * REACH:
        first, last = roadmap.starts_on - REACH, roadmap.starts_on + 2 * REACH
        words = _("Choose a due date between {first} and {last}.")
        raise ValidationError(words.format(first=_day(first), last=_day(last)))
    return due_on


def record_part(item: RoadmapItem, *, part: str, values: dict[str, Any], actor: User, version: int) -> int:
    """Save one part of an item. Returns the part's new version.

    Raises `StaleAnswerError` when `version` is not the part's current one, unless it already is what is asked for.
    """
    new_version = update_part(
        RoadmapItem.objects.filter(pk=item.pk),
        version_field=f"{part}_version",
        version=version,
        values=values,
        stamp={"updated_at": timezone.now(), "updated_by": actor},
        saved=lambda before: _record_change(item, part, before, values, actor),
    )
    if new_version is not None:
        return new_version
    current = RoadmapItem.objects.select_related("updated_by", "owner").filter(pk=item.pk).first()
    if current is None:
        raise ValidationError(DELETED)
    return version_or_stale(current, f"{part}_version", values)


def status_values(item: RoadmapItem, *, status: str, reason: str, today: date) -> dict[str, Any]:
    """The columns of a status. One who drops an item says why; what is done is done today, or the day it was."""
    if status not in Status.values:
        raise ValidationError(_("Choose one of the four states."))
    reason = " ".join(reason.replace("\x00", "").split())
    if status == Status.DROPPED and not reason:
        raise ValidationError(_("Say why it is dropped: the reason stays with the plan."))
    if len(reason) > 500:
        raise ValidationError(_("Give the reason in at most 500 characters."))
    done_on = (item.done_on or today) if status == Status.DONE else None
    return {"status": status, "dropped_reason": reason if status == Status.DROPPED else "", "done_on": done_on}


def owner_values(item: RoadmapItem, *, owner: User | None, name: str) -> dict[str, Any]:
    """The columns of an owner: a member, somebody by name, or nobody. Who has left stays known while the name does."""
    name = "" if owner else " ".join(name.replace("\x00", "").split())
    if len(name) > 150:
        raise ValidationError(_("Write the owner's name in at most 150 characters."))
    left = item.left_owner_id if name and name == item.owner_name else None
    return {"owner_id": owner.pk if owner else None, "owner_name": name, "left_owner_id": left}


def _record_change(
    item: RoadmapItem, part: str, before: Mapping[str, Any], values: Mapping[str, Any], actor: User
) -> None:
    """Add the change to the audit trail, in words. What was only saved again is none."""
    with _recorded():
        old, new = (in_words(content_of(item.roadmap), part, each) for each in (before, values))
    if old == new:
        return
    subject = f"{item.title}: {PART_NAMES.get(part, part)}"
    add = trail.record_typing if part in TYPED else trail.record
    action = Action.ROADMAP_OWNER_CHANGED if part == "owner" else Action.ROADMAP_ITEM_CHANGED
    add(action, organization=item.roadmap.organization_id, subject=subject, old=old, new=new, actor=actor)


def in_words(content: Framework, part: str, values: Mapping[str, Any]) -> str:
    """The columns of a part as people say them."""
    if part == "status":
        reason = f": {values['dropped_reason']}" if values["dropped_reason"] else ""
        return f"{Status(values['status']).label}{reason}"
    if part == "owner":
        owner = User.objects.filter(pk=values["owner_id"]).first() if values["owner_id"] else None
        return str(owner) if owner else values["owner_name"]
    if part == "target":
        return _target_in_words(content, **values)
    if part == "due":
        return _day(values["due_on"])
    if part == "effort":
        return str(RoadmapItem.Effort(values["effort"]).label) if values["effort"] else ""
    return str(values[part])


def _target_in_words(content: Framework, category_key: str, target_level: int | None, earns: Sequence[str]) -> str:
    level = "" if target_level is None else f" to {target_level}"
    names = {decider.key: decider.name for category in content.categories for decider in category.deciders}
    by = f" by {', '.join(names.get(key, key) for key in earns)}" if level and earns else ""
    return f"{category_name(content, category_key)}{level}{by}"


def category_name(content: Framework, key: str) -> str:
    """A category's name; its key if this version of the framework has none of that key."""
    return next((category.name for category in content.categories if category.key == key), key)


def move_item(item: RoadmapItem, *, phase_key: str, before: int | None, version: int, actor: User) -> RoadmapItem:
    """Put an item into a phase, before another one or at its end. A due date inside the old phase moves along.

    `version` is the item's `move_version` as the page had it. Raises `StaleAnswerError` with the item as it stands when
    somebody moved it meanwhile, or moved or deleted the one it was to stand before; nothing has changed then.
    """
    content = content_of(item.roadmap)
    if phase_of(content, phase_key) is None:
        raise ValidationError(_("Choose one of the three phases."))
    with transaction.atomic():
        _lock(item.roadmap)
        current = RoadmapItem.objects.select_related("owner", "updated_by").filter(pk=item.pk).first()
        if current is None:
            raise ValidationError(DELETED)
        current.roadmap = item.roadmap
        lane = RoadmapItem.objects.filter(roadmap=item.roadmap, phase_key=phase_key)
        place = _place(lane, current, before)
        if current.move_version != version or place is None:
            raise StaleAnswerError(current, current.move_version)
        values = _moved(current, phase_key, content, actor)
        lane.exclude(pk=current.pk).filter(position__gte=place).update(position=models.F("position") + 1)
        unmoved = RoadmapItem.objects.filter(pk=current.pk, move_version=version)
        if not unmoved.update(position=place, move_version=version + 1, **values):
            raise StaleAnswerError(current, current.move_version)
        if current.phase_key != phase_key:
            with _recorded():
                old, new = (days_label(content, key) for key in (current.phase_key, phase_key))
            _record(Action.ROADMAP_ITEM_MOVED, current, old=old, new=new, actor=actor)
    moved = RoadmapItem.objects.select_related("owner", "updated_by").get(pk=item.pk)
    moved.roadmap = item.roadmap
    return moved


def _place(lane: models.QuerySet[RoadmapItem], item: RoadmapItem, before: int | None) -> int | None:
    """The position to take: that of the item to stand before, or one after the last; None if that item is not there."""
    if before == item.pk:
        return item.position
    if before is None:
        last = lane.exclude(pk=item.pk).aggregate(last=models.Max("position"))["last"]
        return 0 if last is None else last + 1
    return lane.filter(pk=before).values_list("position", flat=True).first()


def _moved(item: RoadmapItem, phase_key: str, content: Framework, actor: User) -> dict[str, Any]:
    """The columns a change of phase changes: the due date goes along, as many days into the new phase, if it can."""
    old, new = phase_of(content, item.phase_key), phase_of(content, phase_key)
    if item.phase_key == phase_key:
        return {}
    values: dict[str, Any] = {"phase_key": phase_key, "updated_at": timezone.now(), "updated_by": actor}
    if old is None or new is None or not item.is_unfinished:
        return values
    first, last = dates_of(item.roadmap, old)
    if first <= item.due_on <= last:
        start, end = dates_of(item.roadmap, new)
        due_on = min(start + (item.due_on - first), end)
        values |= {"due_on": due_on, "due_version": models.F("due_version") + 1}
    return values


def delete_item(item: RoadmapItem) -> None:
    with transaction.atomic():
        _, gone = item.delete()
        if gone.get(RoadmapItem._meta.label):  # else someone else was quicker
            _record(Action.ROADMAP_ITEM_DELETED, item)


def _lock(roadmap: Roadmap) -> None:
    """The roadmap, held until the end of the transaction: who moves and adds at once comes one by one."""
    if not Roadmap.objects.select_for_update(no_key=True).filter(pk=roadmap.pk).first():
        raise ValidationError(_("This roadmap was deleted meanwhile."))


# Suggestions


def take_suggestion(roadmap: Roadmap, suggestion: Suggestion, *, actor: User) -> RoadmapItem:
    """Make a suggestion an item of its phase. Taken twice, it is one item."""
    phase = phase_of(content_of(roadmap), suggestion.phase_key)
    due_on = _due_alone(*dates_of(roadmap, phase), suggestion.effort, timezone.localdate()) if phase else None
    return add_item(
        roadmap,
        phase_key=suggestion.phase_key,
        source_key=suggestion.key,
        due_on=due_on,
        actor=actor,
        **_fields(suggestion),
    )


def _due_alone(start: date, end: date, effort: str, today: date) -> date:
    """When an item of a phase can be done that begins now, or with its phase: by the end of that, if it is not over."""
    due_on = max(start, today) + timedelta(days=DAYS.get(effort, DAYS["M"]) - 1)
    return due_on if today > end else min(due_on, end)


def dismiss_suggestion(roadmap: Roadmap, suggestion: Suggestion, *, actor: User) -> None:
    with transaction.atomic():
        _, is_new = DismissedSuggestion.objects.get_or_create(
            roadmap=roadmap, source_key=suggestion.key, defaults={"created_by": actor}
        )
        if is_new:
            organization = roadmap.organization_id
            trail.record(Action.SUGGESTION_DISMISSED, organization=organization, subject=suggestion.title, actor=actor)


def restore_suggestion(roadmap: Roadmap, suggestion: Suggestion, *, actor: User) -> None:
    with transaction.atomic():
        gone, _ = DismissedSuggestion.objects.filter(roadmap=roadmap, source_key=suggestion.key).delete()
        if gone:
            organization = roadmap.organization_id
            trail.record(Action.SUGGESTION_RESTORED, organization=organization, subject=suggestion.title, actor=actor)


def _record(action: Action, item: RoadmapItem, **entry: Any) -> None:
    trail.record(action, organization=item.roadmap.organization_id, subject=item.title, **entry)


def _recorded() -> translation.override:
    """For words of the activity, which is kept in English."""
    return translation.override("en")


def _day(on: date) -> str:
    return date_format(on, "DAY")
