"""The 30-60-90 day plan in the report: frozen with the snapshot, then put into sentences, rulers and a chart."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from assessments.charts import figures, svg
from assessments.reports import rulers
from assessments.roadmaps.models import Roadmap, RoadmapItem
from assessments.roadmaps.readings import ItemReading, PhaseReading, RoadmapReading, read_outcome, read_roadmap
from assessments.roadmaps.timeline import plan_axis
from assessments.scorecards.models import Scorecard

Plan = dict[str, Any]
CHART_WIDTH = figures.WIDTHS["full"]
LATE = "Overdue"


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
    _, outcome = read_outcome(reading)
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
        "phases": [_phase(phase) for phase in reading.phases],
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


def _phase(phase: PhaseReading) -> Plan:
    return {
        "title": f"{phase.label}: {phase.name[:1].lower()}{phase.name[1:]}" if phase.name else phase.label,
        "from": phase.starts_on.isoformat() if phase.starts_on else None,
        "to": phase.ends_on.isoformat() if phase.ends_on else None,
        "total": phase.total,
        "done": phase.done,
        "planned": phase.planned,
        "items": [_item(row) for row in phase.rows if row.item.status != RoadmapItem.Status.DROPPED],
        "dropped": len(phase.rows) - phase.planned,
    }


def _item(row: ItemReading) -> Plan:
    item = row.item
    return {
        "title": item.title,
        "category": row.aim,
        "category_key": item.category_key,
        "is_done": item.status == RoadmapItem.Status.DONE,
        "owner": item.owner_label,
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


def plan_section(plan: Plan | None) -> Plan | None:
    """What `_plan.html` shows; None for a report without a plan."""
    if plan is None:
        return None
    return {
        **plan,
        "headline": "\N{NO-BREAK SPACE}".join(plan["headline"].rsplit(" ", 2)),
        "chart": _chart(plan),
        "phases": [
            {
                **phase,
                "from": date.fromisoformat(phase["from"]) if phase["from"] else None,
                "to": date.fromisoformat(phase["to"]) if phase["to"] else None,
                "ruler": _ruler(plan, phase),
                "items": [
                    {**item, "due": date.fromisoformat(item["due"]), "is_late": item["status"] == LATE}
                    for item in phase["items"]
                ],
            }
            for phase in plan["phases"]
        ],
    }


def _ruler(plan: Plan, phase: Plan) -> SafeString:
    label = f"{phase['total']} of {plan['maximum']} expected at the end of {phase['title']}."
    return mark_safe(  # noqa: S308  rulers.py escapes its text
        rulers.ruler(plan["now"], plan["high"], size=rulers.BARE, plan=phase["total"], label=label)
    )


def _chart(plan: Plan) -> SafeString:
    axis = figures.PlanAxis(plan["axis"]["days"], [(d, t) for d, t in plan["axis"]["ticks"]], plan["axis"]["today"])
    drawn = figures.plan_projection(
        plan["now"],
        [(day, total) for day, total in plan["steps"]],
        axis,
        threshold=plan["threshold"],
        maximum=plan["maximum"],
    )
    title = f"Stairs of the projected score, from {plan['now']} to {plan['planned']} of {plan['maximum']}."
    return mark_safe(svg.render(drawn, width=CHART_WIDTH, title=title, medium="print"))  # noqa: S308
