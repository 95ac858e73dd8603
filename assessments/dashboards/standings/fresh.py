"""What a kept row should say, worked out from the rows it is made of: the other way to the same end, for the check."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC
from typing import Any

from django.db.models import Max, Q

from assessments.dashboards.standings.models import OrganizationStanding, rank_of
from assessments.organizations.models import Organization
from assessments.roadmaps.models import Roadmap, RoadmapItem
from assessments.scorecards import standings
from assessments.scorecards.models import Scorecard
from assessments.scorecards.outlook.models import Rhythm
from assessments.scorecards.queries import ScoredRow, score_all
from assessments.vendors.models import VendorReview

BATCH = 200
Values = dict[str, Any]


def computed(organizations: Iterable[Organization]) -> dict[int, Values]:
    """By organization what its row should hold."""
    return {organization.pk: _values(organization) for organization in organizations}


def wrong() -> Iterator[tuple[int, dict[str, tuple[object, object]]]]:
    """Of each organization whose row is not as it should be: by column what is kept, and what should be."""
    last = 0
    while rows := list(Organization.objects.filter(pk__gt=last).order_by("pk").select_related("lead")[:BATCH]):
        last = rows[-1].pk
        kept = {row.pk: row for row in OrganizationStanding.objects.filter(pk__in=[row.pk for row in rows])}
        for pk, values in computed(rows).items():
            row = kept.get(pk)
            found = {name: (_plain(getattr(row, name, None)), value) for name, value in values.items()}
            differing = {name: pair for name, pair in found.items() if pair[0] != pair[1]}
            if row is None or differing:
                yield pk, differing


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value


def _values(organization: Organization) -> Values:
    return {
        **_of_itself(organization),
        **_of_scorecards(score_all(organization.scorecards.select_related("organization"))),
        **_of_roadmap(organization),
        **_of_vendors(organization),
        "due_on": Rhythm.objects.filter(organization=organization).values_list("due_on", flat=True).first(),
        "active_on": _day(organization.audit_events.aggregate(at=Max("at"))["at"]),
    }


def _day(at: Any) -> Any:
    return at and at.astimezone(UTC).date()


def _of_itself(organization: Organization) -> Values:
    lead = organization.lead
    tags = organization.tags.order_by("pk").values_list("name_key", flat=True)
    words = (organization.name_key, organization.industry_key, lead.name_key if lead else "", "\n".join(tags))
    return {
        "is_current": organization.deleted_at is None,
        "name_sort": bytes(organization.name_sort),
        "industry_key": organization.industry_key,
        "industry_sort": bytes(organization.industry_sort) if organization.industry else None,
        "size_band": organization.size_band,
        "hosting_model": organization.hosting_model,
        "lead_id": organization.lead_id,
        "lead_sort": bytes(lead.name_sort) if lead else None,
        "search": "\n".join(words),
    }


def _of_scorecards(rows: Sequence[ScoredRow]) -> Values:
    signed = sorted(
        (row for row in rows if row.scorecard.signed_off_at), key=lambda r: (r.scorecard.signed_off_at, r.scorecard.pk)
    )
    draft = next((row for row in rows if not row.scorecard.signed_off_at), None)
    counted = signed[-1] if signed else draft
    before = signed[-2] if len(signed) > 1 else None
    result = counted.result if counted and not counted.result.is_untouched else None
    was = before.result if before and not before.result.is_untouched else None
    totals = (result.proven_total, result.total, result.high) if result else (None, None, None)
    return {
        "counted_id": _pk(counted),
        "before_id": _pk(before),
        "draft_id": _pk(draft),
        **dict(zip(("proven", "claimed", "highest"), totals, strict=True)),
        "score_key": result and result.proven_total * 10000 + result.total * 100 + result.high,
        "verdict_rank": result and rank_of(result.verdict),
        "zeros": result and len(result.zeros),
        "missing_facts": result and len(result.missing_facts),
        "levels": standings.levels_text(result) if result else "",
        "change": result.proven_total - was.proven_total if result and was else None,
        "signed_off_at": counted and counted.scorecard.signed_off_at,
        "draft_since": draft and draft.scorecard.created_at,
        "draft_settled": draft and len(draft.result.answers) - len(draft.result.unscored),
        "draft_categories": draft and len(draft.result.answers),
    }


def _pk(row: ScoredRow | None) -> int | None:
    scorecard: Scorecard | None = row.scorecard if row else None
    return scorecard.pk if scorecard else None


def _of_roadmap(organization: Organization) -> Values:
    roadmap = Roadmap.objects.filter(organization=organization).newest_first().first()
    items = list(roadmap.items.all()) if roadmap else []
    days = sorted(item.due_on for item in items if item.is_unfinished)
    planned = [item for item in items if item.status != RoadmapItem.Status.DROPPED]
    return {
        "roadmap_id": roadmap.pk if roadmap else None,
        "plan_items": len(planned) if roadmap else None,
        "plan_done": sum(item.status == RoadmapItem.Status.DONE for item in items) if roadmap else None,
        "plan_due_on": days[0] if days else None,
        "plan_due_days": " ".join(day.isoformat() for day in days),
    }


def _of_vendors(organization: Organization) -> Values:
    waiting = VendorReview.objects.filter(
        ~Q(status=VendorReview.Status.COMPLETE), vendor__organization=organization, submitted_at__isnull=False
    )
    times = list(waiting.values_list("submitted_at", flat=True))
    return {"vendors_waiting": len(times), "vendors_since": min(times, default=None)}
