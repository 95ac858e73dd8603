"""A plan in sentences: where it ends by what is proven, how far it is, what is the matter with an item."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from assessments.framework.translating import number as written
from assessments.roadmaps.models import RoadmapItem
from assessments.scorecards.steps import FirstStep
from assessments.scoring import CategoryAnswer, Projection
from assessments.scoring.results import MAX_LEVEL
from assessments.scoring.words import capitalized, listing, number_word

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
        return " ".join(filter(None, (_("Nothing in this plan raises the score yet."), _below(way, now.threshold))))
    if planned.unscored and projection.reaches_on is None and not projection.is_clear_now:
        words = ngettext(
            "The plan leads to {total} or more: {number} category is not scored.",
            "The plan leads to {total} or more: {number} categories are not scored.",
            len(planned.unscored),
        )
        return words.format(total=planned.proven_total, number=number_word(len(planned.unscored)))
    if projection.reaches_on and projection.reaches_on < today:
        said = _done_over(done, now.threshold, name)
        if planned.proven_total > done:
            rest = _("The whole plan leads to {total} on {day}.")
            said += f" {rest.format(total=planned.proven_total, day=day(ends_on))}"
        return said
    if projection.reaches_on:
        return _planned_over(projection.total_on(projection.reaches_on), now.threshold, name, projection.reaches_on)
    if projection.is_clear_now:
        words = _("On this plan {name} rises from {now} to {planned} by {day}.")
        if ends_on < today:
            words = _("What is done takes {name} from {now} to {planned}.")
        return words.format(name=name, now=now.proven_total, planned=planned.proven_total, day=day(ends_on))
    words = ngettext(
        "The plan ends at {total}, {points} point short of the line.",
        "The plan ends at {total}, {points} points short of the line.",
        projection.points_missing,
    )
    return words.format(total=planned.proven_total, points=number_word(projection.points_missing, none="no"))


def _done_over(total: int, line: int, name: str) -> str:
    """What is done reaches the line: 10 touches it."""
    if total == line:
        return _("What is done takes {name} to {total}, the risk line.").format(name=name, total=total)
    words = ngettext(
        "What is done takes {name} to {total}, {points} point above the risk line.",
        "What is done takes {name} to {total}, {points} points above the risk line.",
        total - line,
    )
    return words.format(name=name, total=total, points=number_word(total - line))


def _planned_over(total: int, line: int, name: str, on: date) -> str:
    """The plan reaches the line on a day."""
    if total == line:
        words = _("On this plan {name} reaches {total}, the risk line, on {day}.")
    else:
        words = ngettext(
            "On this plan {name} reaches {total}, {points} point above the risk line, on {day}.",
            "On this plan {name} reaches {total}, {points} points above the risk line, on {day}.",
            total - line,
        )
    return words.format(name=name, total=total, points=number_word(total - line), day=day(on))


def _below(way: Sequence[FirstStep], line: int) -> str:
    """What the suggestions below the plan would come to."""
    if not way:
        return ""
    if way[-1].total >= line:
        words = ngettext(
            "{number} item below would reach {total}.", "{number} items below would reach {total}.", len(way)
        )
    else:
        words = ngettext(
            "{number} item below would raise it to {total}.",
            "{number} items below would raise it to {total}.",
            len(way),
        )
    return words.format(number=capitalized(number_word(len(way))), total=way[-1].total)


def toward(category: str, level: int, planned: int, wanted: int) -> str:
    """What an item does for a level that the plan does not reach yet: a level is there when all its deciders are."""
    words = _("Toward {level} in {category}: {planned} of {wanted} planned")
    return words.format(level=level, category=category, planned=number_word(planned), wanted=number_word(wanted))


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
        words = _("It reaches {total} by {day}.")
        return words.format(total=projection.planned.proven_total, day=day(projection.ends_on))
    if projection.points_missing:
        room = [
            short_names.get(answer.key, answer.key)
            for answer in sorted(projection.planned.answers, key=_proven)
            if answer.proven < MAX_LEVEL
        ]
        words = ngettext(
            "It needs {points} more point to reach {total}.",
            "It needs {points} more points to reach {total}.",
            projection.points_missing,
        )
        said = words.format(points=number_word(projection.points_missing), total=projection.planned.threshold)
        if room:
            can = ngettext("{categories} can still rise.", "{categories} can still rise.", len(room[:NAMED]))
            said += f" {can.format(categories=listing(room[:NAMED]))}"
        return said
    return ""


def _proven(answer: CategoryAnswer) -> int:
    return answer.proven


def _progress(planned: int, done: int) -> str:
    if not planned:
        return _("Nothing is planned yet.")
    if done == planned == 1:
        return _("The one item is done.")
    if done == planned:
        return _("All {number} items are done.").format(number=number_word(planned))
    if planned == 1:
        return _("The one item is not done yet.")
    if not done:
        return _("None of {number} items are done.").format(number=number_word(planned))
    words = ngettext("{done} of {number} items is done.", "{done} of {number} items are done.", done)
    return words.format(done=capitalized(number_word(done)), number=number_word(planned))


def _late(late: Sequence[str]) -> str:
    if not late:
        return ""
    if len(late) == 1:
        return _("One is overdue: “{title}”.").format(title=late[0])
    return _("{number} are overdue.").format(number=capitalized(number_word(len(late))))


def note(item: RoadmapItem, phase: str, today: date, *, is_outside: bool) -> str:
    """What is the matter with an item, in a few words; empty if nothing is. `phase` is called as within a sentence."""
    if item.status == Status.DROPPED:
        return _("Dropped: {reason}").format(reason=item.dropped_reason)
    if item.status == Status.DONE and item.done_on:
        words = _("Done early, {day}") if item.done_on < item.due_on else _("Done {day}")
        return words.format(day=date_format(item.done_on, "SHORT_DAY"))
    if not item.is_overdue(today):
        return _("Due outside {days}").format(days=phase) if is_outside else ""
    late = (today - item.due_on).days
    words = ngettext("{number} day overdue", "{number} days overdue", late)
    if is_outside:
        words = ngettext("{number} day overdue, due outside {days}", "{number} days overdue, due outside {days}", late)
    return words.format(number=written(late), days=phase)


def ruler(projection: Projection) -> str:
    """What the ruler of a plan shows, as a sentence."""
    now, planned = projection.now, projection.planned
    is_open = now.high > now.total
    if now.unproven and is_open:
        words = _(
            "{proven} of {maximum} proven now, {claimed} claimed, up to {high} still possible,"
            " {planned} if the plan is done. The risk line is at {line}."
        )
    elif now.unproven:
        words = _(
            "{proven} of {maximum} proven now, {claimed} claimed, {planned} if the plan is done."
            " The risk line is at {line}."
        )
    elif is_open:
        words = _(
            "{proven} of {maximum} proven now, up to {high} still possible, {planned} if the plan is done."
            " The risk line is at {line}."
        )
    else:
        words = _("{proven} of {maximum} proven now, {planned} if the plan is done. The risk line is at {line}.")
    return words.format(
        proven=now.proven_total,
        maximum=now.maximum,
        claimed=now.total,
        high=now.high,
        planned=planned.proven_total,
        line=now.threshold,
    )


def offers(points: int, number_open: int) -> str:
    """What the suggestions are for: the points that the plan leaves out."""
    if not number_open:
        return _("Nothing is left to suggest")
    if not points:
        return _("The plan reaches every point; what else is suggested")
    words = ngettext("{points} more point you could plan for", "{points} more points you could plan for", points)
    return words.format(points=capitalized(number_word(points)))


def achieved(planned: int, now: int) -> str:
    """Plan against outcome in a sentence."""
    if now == planned:
        return _("The plan led to {planned}, and the next assessment shows {now}.").format(planned=planned, now=now)
    points = abs(now - planned)
    if now > planned:
        words = ngettext(
            "The plan led to {planned}; the next assessment shows {now}, {points} point above it.",
            "The plan led to {planned}; the next assessment shows {now}, {points} points above it.",
            points,
        )
    else:
        words = ngettext(
            "The plan led to {planned}; the next assessment shows {now}, {points} point below it.",
            "The plan led to {planned}; the next assessment shows {now}, {points} points below it.",
            points,
        )
    return words.format(planned=planned, now=now, points=number_word(points))
