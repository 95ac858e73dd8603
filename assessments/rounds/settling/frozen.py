"""What of a closed round goes into a report and into an export, as plain JSON. Of an open one nothing that was said.

In a report people stand by name, by what they do, or not at all, as the report chose before.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from assessments.accounts.erasure import FORMER_MEMBER
from assessments.organizations.models import Organization
from assessments.rounds.models import Rater, RaterEvidence, Round
from assessments.rounds.settling.readings import CategoryDivergence, Divergence, RaterReading, divergence
from assessments.scorecards.models import Scorecard


def freeze_round(scorecard: Scorecard, people: str) -> dict[str, Any] | None:
    """The newest closed round of a scorecard; None where there is none. `people`: names, roles or neither."""
    rounds = [asked for asked in scorecard.rounds.order_by("-pk") if _is_closed(asked, scorecard)]
    if not rounds:
        return None
    asked = rounds[0]
    asked.scorecard = scorecard
    reading = divergence(asked)
    return {
        "headline": reading.headline,
        "agreement": reading.agreement_words,
        "figures": reading.agreement_figures,
        "is_blind": asked.is_blind,
        "closed_on": _day(asked.closed_at or scorecard.signed_off_at),
        "apart": [
            {
                "who": _who(_reading_of(reading, found.rater), people),
                "is_above": found.is_above,
                "categories": found.categories,
            }
            for found in reading.agreement.apart
        ],
        "categories": [_category(row, people) for row in reading.categories],
    }


def _is_closed(asked: Round, scorecard: Scorecard) -> bool:
    return asked.closed_at is not None or scorecard.is_signed_off


def _reading_of(reading: Divergence, rater: str) -> RaterReading:
    return next(row for row in reading.raters if str(row.rater.pk) == rater)


def _who(reading: RaterReading, people: str) -> dict[str, Any]:
    """Whom a page names, with the number of the row, by which an erased person is found again."""
    if people == "neither":
        return {"rater_id": None, "label": ""}
    label = reading.title if people == "names" else reading.role
    return {"rater_id": reading.rater.pk, "label": label}


def _category(row: CategoryDivergence, people: str) -> dict[str, Any]:
    settled = row.settlement
    return {
        "key": row.key,
        "name": row.category.name,
        "points": row.spread.points,
        "spread": row.apart,
        "levels": [
            {"level": dots.level, "count": len(dots.raters), "who": [_who(rater, people) for rater in dots.raters]}
            for dots in row.dots
        ],
        "unable": sum(said.rating.cannot_judge for said in row.said),
        "settled": settled
        and {
            "level": settled.level,
            "reason": settled.reason,
            "was_proposed": settled.was_proposed,
            "dissent": [_who(rater, people) for rater in row.dissent],
        },
    }


def forget_former(frozen: dict[str, Any]) -> bool:
    """Take the names of raters who were erased since out of what was frozen. Whether there were any."""
    named = [
        *(found["who"] for found in frozen["apart"]),
        *(who for row in frozen["categories"] for level in row["levels"] for who in level["who"]),
        *(who for row in frozen["categories"] if row["settled"] for who in row["settled"]["dissent"]),
    ]
    numbers = {who["rater_id"] for who in named if who["rater_id"]}
    former = set(Rater.objects.filter(pk__in=numbers, rater_name=FORMER_MEMBER).values_list("pk", flat=True))
    found = [who for who in named if who["rater_id"] in former and who["label"] not in ("", FORMER_MEMBER)]
    for who in found:
        who["label"] = FORMER_MEMBER
    return bool(found)


def raters_evidence(organization: Organization) -> QuerySet[RaterEvidence]:
    """What raters attached in rounds that are closed: nobody may have it before."""
    found = RaterEvidence.objects.filter(rating__rater__round__scorecard__organization=organization)
    return found.exclude(
        rating__rater__round__closed_at=None, rating__rater__round__scorecard__signed_off_at=None
    ).order_by("pk")


def archived_rounds(
    scorecards: Iterable[Scorecard], files: Mapping[str, Any] | None = None
) -> dict[int, list[dict[str, Any]]]:
    """By scorecard, its rounds as an export has them. What was said in an open round is not in it.

    `files` says of each stored file where in the export it lies.
    """
    found: dict[int, list[dict[str, Any]]] = {}
    by_number = {scorecard.pk: scorecard for scorecard in scorecards}
    for asked in Round.objects.filter(scorecard__in=list(by_number)).prefetch_related("raters"):
        asked.scorecard = by_number[asked.scorecard_id]
        found.setdefault(asked.scorecard_id, []).append(_archived(asked, files or {}))
    return found


def _archived(asked: Round, files: Mapping[str, Any]) -> dict[str, Any]:
    head = {
        "started_at": asked.created_at.isoformat(),
        "needed_by": asked.due_on and asked.due_on.isoformat(),
        "is_blind": asked.is_blind,
        "closed_at": asked.closed_at and asked.closed_at.isoformat(),
    }
    if not asked.is_closed:
        raters = [{"name": rater.rater_name, "role": rater.role} for rater in asked.raters.all()]
        return {**head, "raters": raters}
    reading = divergence(asked)
    return {
        **head,
        "raters": [
            {
                "name": rater.name,
                "role": rater.role,
                "finished_at": rater.rater.finished_at and rater.rater.finished_at.isoformat(),
            }
            for rater in reading.raters
        ],
        "agreement": {
            "alpha": None if reading.agreement.alpha is None else f"{float(reading.agreement.alpha):.4f}",
            "equal_pairs": reading.agreement.equal_pairs,
            "pairs": reading.agreement.pairs,
        },
        "categories": [_archived_category(row, files) for row in reading.categories],
    }


def _archived_category(row: CategoryDivergence, files: Mapping[str, Any]) -> dict[str, Any]:
    settled = row.settlement
    return {
        "category": row.key,
        "said": [
            {
                "rater": said.rater.name,
                "level": said.rating.level,
                "cannot_judge": said.rating.cannot_judge,
                "note": said.rating.note,
                "link": said.rating.link,
                "evidence": [
                    {
                        "title": item.title,
                        "link": item.url or None,
                        "file": files.get(item.file.name or ""),
                        "is_late": item.is_late,
                    }
                    for item in said.evidence
                ],
                "late": {
                    "level": said.rating.late_level,
                    "note": said.rating.late_note,
                    "link": said.rating.late_link,
                }
                if said.is_late
                else None,
            }
            for said in row.said
            if said.rating.is_answered or said.has_words
        ],
        "settled": settled
        and {
            "level": settled.level,
            "reason": settled.reason,
            "dissent": [rater.name for rater in row.dissent],
            "was_proposed": settled.was_proposed,
            "at": settled.settled_at.isoformat(),
        },
    }


def _day(at: Any) -> str:
    return timezone.localdate(at).isoformat() if at else ""
