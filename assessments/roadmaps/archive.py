"""Roadmaps whole, as they go into the archive of an organization."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Prefetch
from django.db.models.fields.files import FieldFile

from assessments.organizations.models import Organization
from assessments.roadmaps.models import RoadmapEvidence, RoadmapItem

NAME_BYTES = 200


def archived_roadmaps(organization: Organization, files: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every roadmap with its items; `files` says of each stored file where in the archive it lies."""
    items = RoadmapItem.objects.order_by("phase_key", "position", "pk").select_related("owner")
    roadmaps = organization.roadmaps.order_by("pk").prefetch_related(
        Prefetch("items", items), "items__comments", "items__evidence", "dismissed_suggestions"
    )
    return [
        {
            "assessment": roadmap.scorecard_id,
            "framework": {"key": roadmap.framework_key, "version": roadmap.framework_version},
            "starts_on": roadmap.starts_on.isoformat(),
            "items": [_item(item, files) for item in roadmap.items.all()],
            "dismissed_suggestions": [each.source_key for each in roadmap.dismissed_suggestions.all()],
        }
        for roadmap in roadmaps
    ]


def _item(item: RoadmapItem, files: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{name: getattr(item, name) for name in ("title", "detail", "deliverable", "done_when", "status", "effort")},
        "source": item.source_key,
        "phase": item.phase_key,
        "owner": item.owner_label,
        "owner_has_left": item.has_owner_left,
        "due_on": item.due_on.isoformat(),
        "done_on": item.done_on.isoformat() if item.done_on else None,
        "dropped_reason": item.dropped_reason,
        "category": item.category_key,
        "leads_to_level": item.target_level,
        "earns": item.earns,
        "comments": [
            {"who": comment.created_name, "at": comment.created_at.isoformat(), "text": comment.text}
            for comment in item.comments.all()
        ],
        "evidence": [
            {"title": proof.title, "link": proof.url or None, "file": files.get(proof.file.name or "")}
            for proof in item.evidence.all()
        ],
    }


def roadmap_files(organization: Organization) -> Iterable[tuple[str, FieldFile]]:
    """The files attached to items, each with its place in the archive: a name that every system can unpack."""
    evidence = RoadmapEvidence.objects.filter(item__roadmap__organization=organization).exclude(file="")
    for number, proof in enumerate(evidence.order_by("pk").iterator(), 1):
        name = re.sub(r'[<>:"|?*]', "_", proof.filename).encode()[-NAME_BYTES:].decode(errors="ignore")
        yield f"roadmap/{number}-{name}", proof.file
