"""The 30-60-90 day plan in the report: frozen with the snapshot, then put into sentences, rulers and a chart."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from assessments.charts import figures, svg
from assessments.framework import Framework
from assessments.reports.sentences import in_sentence, sentence
from assessments.roadmaps.models import Roadmap, RoadmapItem
from assessments.roadmaps.plan.timeline import plan_axis
from assessments.roadmaps.readings import ItemReading, PhaseReading, RoadmapReading, read_outcome, read_roadmap
from assessments.scorecards.models import Scorecard
from assessments.scoring.words import number_word

Plan = dict[str, Any]
CHART_WIDTH, CHART_HEIGHT = figures.WIDTHS["full"], 160
LATE = "Overdue"  # as a snapshot says it, in whatever language the report is


def freeze_plan(scorecard: Scorecard, at: datetime) -> Plan | None:
    """The plan of a scorecard, or that of its predecessor, whose outcome it is; None where there is none."""
    whose = [pk for pk in (scorecard.pk, scorecard.predecessor_id) if pk]
    roadmaps = {
        roadmap.scorecard_id: roadmap
        for roadmap in Roadmap.objects.filter(scorecard__in=whose).select_related("scorecard", "organization")
    }
    roadmap = next((roadmaps[pk] for pk in whose if pk in roadmaps), None)
    return _plan(read_roadmap(roadmap, timezone.localdate(at))) if roadmap else None


def _plan(reading: RoadmapReading) -> Plan:
    projection, axis = reading.projection, plan_axis(reading)
    _rest, outcome = read_outcome(reading)
    return {
        "headline": reading.headline,
        "detail": reading.detail,
        "day": reading.day,
        "last_day": reading.last_day,
        "from": reading.roadmap.scorecard.title,
        "now": projection.now.proven_total,
        "high": reading.possible_total,
        "planned": projection.planned.proven_total,
        "maximum": projection.now.maximum,
        "threshold": projection.now.threshold,
        "steps": [[(step.on - reading.roadmap.starts_on).days, step.total] for step in projection.steps],
        "axis": {"days": axis.days, "ticks": [list(tick) for tick in axis.ticks], "today": axis.today},
        "phases": [_phase(phase, action_roles(reading.content)) for phase in reading.phases],
        "outcome": outcome
        and {
            "headline": outcome.headline,
            "rows": [
                {"name": row.name, "was": row.outcome.was, "planned": row.outcome.planned, "now": row.outcome.now}
                for row in outcome.rows
            ],
            "unmoved": [list(each) for each in outcome.unmoved],
        },
    }


def action_roles(content: Framework) -> dict[str, str]:
    """Which role the framework proposes for an action or a task, by the key that an item made from it carries."""
    roles = {role.key: role.name for role in content.handbook.roles}
    found = {f"task:{task.key}": roles[task.owner_role] for phase in content.phases for task in phase.tasks}
    for category in content.categories:
        for action in (*category.to_1, *category.to_2):
            found[f"action:{category.key}:{action.key}"] = roles[action.owner_role]
    return found


def _phase(phase: PhaseReading, roles: Mapping[str, str]) -> Plan:
    return {
        "title": f"{phase.label}: {in_sentence(phase.name)}" if phase.name else phase.label,
        "from": phase.starts_on.isoformat() if phase.starts_on else None,
        "to": phase.ends_on.isoformat() if phase.ends_on else None,
        "total": phase.total,
        "done": phase.done,
        "planned": phase.planned,
        "items": [_item(row, roles) for row in phase.rows if row.item.status != RoadmapItem.Status.DROPPED],
        "dropped": len(phase.rows) - phase.planned,
    }


def _item(row: ItemReading, roles: Mapping[str, str]) -> Plan:
    item = row.item
    return {
        "title": item.title,
        "category": row.aim,
        "category_key": item.category_key,
        "is_done": item.status == RoadmapItem.Status.DONE,
        "owner": item.owner_label,
        "role": roles.get(item.source_key, ""),
        "owner_id": item.owner_id or item.left_owner_id,
        "due": item.due_on.isoformat(),
        "is_outside": row.is_outside,
        "status": LATE if row.is_overdue else str(item.get_status_display()),
    }


def forget_owner(plan: Plan, user_id: int, name: str) -> bool:
    """Put `name` in place of an erased person's. Whether there was anything to replace."""
    theirs = [item for phase in plan["phases"] for item in phase["items"] if item["owner_id"] == user_id]
    for item in theirs:
        item["owner"], item["owner_id"] = name, None
    return bool(theirs)


def plan_section(plan: Plan | None, first: Sequence[str] = ()) -> Plan | None:
    """What `_plan.html` shows; None for a report without a plan. `first` are the titles of the first steps."""
    if plan is None:
        return None
    return {
        **plan,
        "headline": "\N{NO-BREAK SPACE}".join(plan["headline"].rsplit(" ", 2)),
        "chart": _chart(plan),
        "phases": [_section_phase(phase, first) for phase in plan["phases"]],
        "unmoved": "; ".join(f"{title} ({category})" for title, category in (plan["outcome"] or {}).get("unmoved", ())),
    }


def status_words(item: Plan) -> str:
    return pgettext("an item of the plan", "Overdue") if item["status"] == LATE else str(item["status"])


def _section_phase(phase: Plan, first: Sequence[str]) -> Plan:
    """What is still to do as rows, what is done in one sentence."""
    done = [item["title"] for item in phase["items"] if item["is_done"]]
    rows = [
        {
            **item,
            "due": date.fromisoformat(item["due"]),
            "is_late": item["status"] == LATE,
            "status": status_words(item),
            "place": first.index(item["title"]) + 1 if item["title"] in first else 0,
        }
        for item in phase["items"]
        if not item["is_done"]
    ]
    count, planned = sentence(number_word(phase["done"], none="none")), number_word(phase["planned"])
    said = (_("{count} of {planned} done: {titles}.") if done else _("{count} of {planned} done.")).format(
        count=count, planned=planned, titles="; ".join(done)
    )
    if phase["dropped"]:
        dropped = ngettext("{count} action dropped.", "{count} actions dropped.", phase["dropped"])
        said = f"{said} {dropped.format(count=sentence(number_word(phase['dropped'])))}"
    return {
        **phase,
        "from": date.fromisoformat(phase["from"]) if phase["from"] else None,
        "to": date.fromisoformat(phase["to"]) if phase["to"] else None,
        "open": rows,
        "said": said if phase["planned"] or phase["dropped"] else _("Nothing is planned here."),
    }


def _chart(plan: Plan) -> SafeString:
    axis = figures.PlanAxis(plan["axis"]["days"], [(d, t) for d, t in plan["axis"]["ticks"]], plan["axis"]["today"])
    drawn = figures.plan_projection(
        plan["now"],
        [(day, total) for day, total in plan["steps"]],
        axis,
        threshold=plan["threshold"],
        maximum=plan["maximum"],
    )
    title = _("Stairs of the projected score, from {now} to {planned} of {maximum}.").format(
        now=plan["now"], planned=plan["planned"], maximum=plan["maximum"]
    )
    return mark_safe(svg.render(drawn, width=CHART_WIDTH, height=CHART_HEIGHT, title=title, medium="print"))  # noqa: S308
