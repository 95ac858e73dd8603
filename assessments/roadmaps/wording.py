"""A plan in sentences: where it ends by what is proven, how far it is, what is the matter with an item."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import pgettext

from assessments.roadmaps.models import RoadmapItem
from assessments.scorecards.steps import FirstStep
from assessments.scoring import CategoryAnswer, Projection
from assessments.scoring.results import MAX_LEVEL
from assessments.scoring.words import counted, listing, number_word

Status = RoadmapItem.Status
NAMED = 3


def status_in_sentence(status: str) -> str:
    """How far an item is, as it stands within a sentence."""
    return {
        Status.TO_DO: pgettext("status in a sentence", "not started"),
        Status.DOING: pgettext("status in a sentence", "in progress"),
        Status.DONE: pgettext("status in a sentence", "done"),
        Status.DROPPED: pgettext("status in a sentence", "dropped"),
    }[Status(status)]


def day(on: date) -> str:
    return date_format(on, "LONG_DAY")


def headline(projection: Projection, name: str, today: date, *, done: int, way: Sequence[FirstStep] = ()) -> str:
    """Where the plan ends by what is proven, as a sentence a board member could repeat.

    `done` is the total by what is done alone, `way` what is not planned and would raise a plan that raises nothing.
    """
    now, planned, ends_on = projection.now, projection.planned, projection.ends_on
    if ends_on is None:
        return f"Nothing in this plan raises the score yet.{_below(way, now.threshold)}"
    if planned.unscored and projection.reaches_on is None and not projection.is_clear_now:
        verb = "is" if len(planned.unscored) == 1 else "are"
        left = counted(len(planned.unscored), "category", "categories")
        return f"The plan leads to {planned.proven_total} or more: {left} {verb} not scored."
    if projection.reaches_on and projection.reaches_on < today:
        rest = ""
        if planned.proven_total > done:
            rest = f" The whole plan leads to {planned.proven_total} on {day(ends_on)}."
        return f"What is done takes {name} to {_over(done, now.threshold)}.{rest}"
    if projection.reaches_on:
        total = _over(projection.total_on(projection.reaches_on), now.threshold)
        return f"On this plan {name} reaches {total}, on {day(projection.reaches_on)}."
    if projection.is_clear_now and ends_on < today:
        return f"What is done takes {name} from {now.proven_total} to {planned.proven_total}."
    if projection.is_clear_now:
        return f"On this plan {name} rises from {now.proven_total} to {planned.proven_total} by {day(ends_on)}."
    points = counted(projection.points_missing, "point")
    return f"The plan ends at {planned.proven_total}, {points} short of the line."


def _over(total: int, line: int) -> str:
    """A total that reaches the line: 10 touches it."""
    if total == line:
        return f"{total}, the risk line"
    return f"{total}, {counted(total - line, 'point')} above the risk line"


def _below(way: Sequence[FirstStep], line: int) -> str:
    """What the suggestions below the plan would come to."""
    if not way:
        return ""
    items = f"{counted(len(way), 'item')} below".capitalize()
    return f" {items} would {'reach' if way[-1].total >= line else 'raise it to'} {way[-1].total}."


def toward(category: str, level: int, planned: int, wanted: int) -> str:
    """What an item does for a level that the plan does not reach yet: a level is there when all its deciders are."""
    return f"Toward {level} in {category}: {number_word(planned)} of {number_word(wanted)} planned"


def detail(
    projection: Projection,
    today: date,
    short_names: Mapping[str, str],
    *,
    planned: int,
    done: int,
    late: Sequence[str],
) -> str:
    """What follows the headline: what is missing, how many items of the plan are done, the titles of what is late."""
    sentences = (_outlook(projection, today, short_names), _progress(planned, done), _late(late))
    return " ".join(sentence for sentence in sentences if sentence)


def _outlook(projection: Projection, today: date, short_names: Mapping[str, str]) -> str:
    if projection.reaches_on and projection.ends_on and projection.ends_on > projection.reaches_on >= today:
        return f"It reaches {projection.planned.proven_total} by {day(projection.ends_on)}."
    if projection.points_missing:
        room = [
            short_names.get(answer.key, answer.key)
            for answer in sorted(projection.planned.answers, key=_proven)
            if answer.proven < MAX_LEVEL
        ]
        which = f" {listing(room[:NAMED])} can still rise." if room else ""
        missing = counted(projection.points_missing, "more point")
        return f"It needs {missing} to reach {projection.planned.threshold}.{which}"
    return ""


def _proven(answer: CategoryAnswer) -> int:
    return answer.proven


def _progress(planned: int, done: int) -> str:
    if not planned:
        return "Nothing is planned yet."
    if done == planned:
        return f"All {counted(planned, 'item')} are done." if planned > 1 else "The one item is done."
    if planned == 1:
        return "The one item is not done yet."
    verb = "is" if done == 1 else "are"
    count = number_word(done).capitalize() if done else "None"
    return f"{count} of {counted(planned, 'item')} {verb} done."


def _late(late: Sequence[str]) -> str:
    if not late:
        return ""
    if len(late) == 1:
        return f"One is overdue: “{late[0]}”."
    return f"{number_word(len(late)).capitalize()} are overdue."


def note(item: RoadmapItem, phase: str, today: date, *, is_outside: bool) -> str:
    """What is the matter with an item, in a few words; empty if nothing is."""
    if item.status == Status.DROPPED:
        return f"Dropped: {item.dropped_reason}"
    if item.status == Status.DONE and item.done_on:
        early = "early, " if item.done_on < item.due_on else ""
        return f"Done {early}{date_format(item.done_on, 'SHORT_DAY')}"
    notes = []
    if item.is_overdue(today):
        days = (today - item.due_on).days
        notes.append(f"{days:,} day{'' if days == 1 else 's'} overdue")
    if is_outside:
        notes.append(f"due outside {phase.lower()}" if notes else f"Due outside {phase.lower()}")
    return ", ".join(notes)


def ruler(projection: Projection) -> str:
    """What the ruler of a plan shows, as a sentence."""
    now, planned = projection.now, projection.planned
    claimed = f", {now.total} claimed" if now.unproven else ""
    more = f", up to {now.high} still possible" if now.high > now.total else ""
    stands = (
        f"{now.proven_total} of {now.maximum} proven now{claimed}{more}, {planned.proven_total} if the plan is done."
    )
    return f"{stands} The risk line is at {now.threshold}."


def offers(points: int, number_open: int) -> str:
    """What the suggestions are for: the points that the plan leaves out."""
    if not number_open:
        return "Nothing is left to suggest"
    if not points:
        return "The plan reaches every point; what else is suggested"
    return f"{counted(points, 'more point').capitalize()} you could plan for"


def achieved(planned: int, now: int) -> str:
    """Plan against outcome in a sentence."""
    if now == planned:
        return f"The plan led to {planned}, and the next assessment shows {now}."
    way = "above" if now > planned else "below"
    return (
        f"The plan led to {planned}; the next assessment shows {now}, {counted(abs(now - planned), 'point')} {way} it."
    )
