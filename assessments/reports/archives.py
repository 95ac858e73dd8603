"""An organization whole, to take along: everything it has answered, as JSON, with its files, in one ZIP."""

import hashlib
import json
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import IO, Any

from django.db.models.fields.files import FieldFile
from django.http import FileResponse
from django.utils import timezone, translation
from django.views.decorators.http import require_POST

from assessments import scoring
from assessments.audit import trail
from assessments.audit.models import AuditEvent
from assessments.audit.trail import Action
from assessments.economics.archive import archived_scenarios
from assessments.figures.models import MeasuredFigure
from assessments.handbook.summaries import archived_checks
from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.branding.logos import EXTENSIONS
from assessments.organizations.branding.models import Brand
from assessments.organizations.branding.queries import brand_of
from assessments.organizations.models import Organization, Role
from assessments.reports.exchange.whole import rows
from assessments.reports.exchange.whole.writing import write_rows
from assessments.reports.models import Report
from assessments.reports.retention.services import days_of
from assessments.reports.schedules.archive import archived_schedules
from assessments.reports.sharing.archive import archived_sharing
from assessments.roadmaps.archive import archived_roadmaps, roadmap_files
from assessments.rounds.settling.frozen import archived_rounds, raters_evidence
from assessments.saving.models import Proof
from assessments.scorecards.models import AnswerRequest, Evidence, Scorecard
from assessments.scorecards.outlook import earlier
from assessments.scorecards.outlook.models import Rhythm
from assessments.scorecards.queries import score_all
from assessments.vendors.measured.words import doubts, measured
from assessments.vendors.models import VendorEvidence, VendorReview

FORMAT = 1
CHUNK = 1024 * 1024
FIXED = (1980, 1, 1, 0, 0, 0)  # every file of the archive bears the same time: the same rows give the same bytes
NAME_BYTES = 200
Files = dict[str, dict[str, Any]]  # the name in the storage -> what the JSON says about the file
README = """Everything about {name} on {on:%Y-%m-%d}.

organization.json  settings, people, assessments and vendor reviews with every answer, scenarios, roadmaps, reports,
                   activity, what the team said in its checks
roadmap/           the files attached to roadmap items
data.json          every row, in the form that another installation imports
branding/          its logo
evidence/          the files attached as evidence; organization.json has each one's place under "file"
reports/           the finished reports
"""


@require_POST
@organization_view(Role.OWNER)
def organization_export(request: OrganizationRequest) -> FileResponse:
    """The organization as a ZIP. It is written to disk first, so that its size costs no memory."""
    archive = tempfile.TemporaryFile()  # noqa: SIM115  the response closes it
    write_archive(request.organization, archive)
    archive.seek(0)
    trail.record(Action.ORGANIZATION_EXPORTED, organization=request.organization, subject=request.organization.name)
    name = f"{request.organization.slug}-{timezone.localdate():%Y-%m-%d}.zip"
    response = FileResponse(archive, as_attachment=True, filename=name, content_type="application/zip")
    response["Cache-Control"] = "private, no-store"
    return response


@translation.override("en")
def write_archive(organization: Organization, to: IO[bytes]) -> None:
    """Write the ZIP. A file that is missing in the storage is left out, and the JSON says so."""
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", README.format(name=organization.name, on=timezone.localdate()))
        files = _write_files(archive, organization)
        with archive.open(zipfile.ZipInfo(rows.NAME, FIXED), "w", force_zip64=True) as target:
            for text in write_rows(organization, files):
                target.write(text.encode())
        with archive.open("organization.json", "w", force_zip64=True) as target:
            for text in _json(organization, files):
                target.write(text.encode())


def _json(organization: Organization, files: Files) -> Iterator[str]:
    """The JSON in pieces: the activity, which only grows, is never held whole."""
    yield json.dumps(_organization(organization, files), ensure_ascii=False, indent=2).removesuffix("\n}")
    yield ',\n  "activity": ['
    separator = "\n    "
    for event in organization.audit_events.order_by("pk").iterator(chunk_size=2000):
        yield separator + json.dumps(_event(event), ensure_ascii=False)
        separator = ",\n    "
    yield "\n  ]\n}\n"


def _write_files(archive: zipfile.ZipFile, organization: Organization) -> Files:
    """Add every file once, as it is: the copy of an assessment refers to the same ones."""
    files: Files = {}
    for place, file in _files(organization):
        if file.name not in files:
            files[file.name] = {"place": place, **_written(archive, place, file)}
    return files


def _written(archive: zipfile.ZipFile, place: str, file: FieldFile) -> dict[str, Any]:
    """Add a file and say its checksum and length, or that it is missing."""
    try:
        source = file.storage.open(file.name)
    except FileNotFoundError:
        return {"is_missing": True}
    digest, size = hashlib.sha256(), 0
    member = zipfile.ZipInfo(place, FIXED)
    member.compress_type = zipfile.ZIP_DEFLATED
    with source, archive.open(member, "w", force_zip64=True) as target:
        while chunk := source.read(CHUNK):
            target.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    return {"is_missing": False, "sha256": digest.hexdigest(), "size": size}


def _files(organization: Organization) -> Iterable[tuple[str, FieldFile]]:
    evidence = Evidence.objects.filter(response__scorecard__organization=organization).exclude(file="")
    for number, item in enumerate(evidence.order_by("pk").iterator(), 1):
        yield _evidence_place(item, number), item.file
    shown = VendorEvidence.objects.filter(answer__review__vendor__organization=organization).exclude(file="")
    for number, item in enumerate(shown.order_by("pk").iterator(), 1):
        yield _evidence_place(item, number, "vendor-"), item.file
    for number, item in enumerate(raters_evidence(organization).exclude(file="").iterator(), 1):
        yield _evidence_place(item, number, "rater-"), item.file
    yield from roadmap_files(organization)
    if (brand := brand_of(organization)) and brand.logo:
        yield _logo_place(brand), brand.logo
    finished = organization.reports.filter(status=Report.Status.DONE).exclude(file="")
    for number, report in enumerate(finished.defer("snapshot").order_by("pk").iterator(), 1):
        yield f"reports/{number}.{report.format}", report.file


def _logo_place(brand: Brand) -> str:
    return f"branding/logo.{EXTENSIONS[brand.logo_type]}"


def _branding(organization: Organization, files: Files) -> dict[str, Any] | None:
    brand = brand_of(organization)
    if brand is None:
        return None
    lines = ("firm", "address", "footer", "disclaimer", "color", "second_color")
    return {name: getattr(brand, name) for name in lines} | {"logo": files.get(brand.logo.name) if brand.logo else None}


def _evidence_place(item: Proof, number: int, kind: str = "") -> str:
    """Under a name that every system can unpack: no reserved characters, at most 255 bytes."""
    name = re.sub(r'[<>:"|?*]', "_", item.filename).encode()[-NAME_BYTES:].decode(errors="ignore")
    return f"evidence/{kind}{number}-{name}"


def _organization(organization: Organization, files: Files) -> dict[str, Any]:
    rounds = archived_rounds(organization.scorecards.all(), files)
    return {
        "format": FORMAT,
        "exported_at": _time(timezone.now()),
        "organization": {
            **{name: getattr(organization, name) for name in ("name", "slug", "industry", "size_band", "language")},
            "hosting_model": organization.hosting_model,
            "currency": organization.currency,
            "time_zone": organization.time_zone,
            "framework": organization.framework_key,
            "lead": str(organization.lead or ""),
            "tags": [tag.name for tag in organization.tags.order_by("pk")],
            "created_at": _time(organization.created_at),
        },
        "branding": _branding(organization, files),
        "members": [
            {"name": m.user.name, "email": m.user.email, "role": m.get_role_display().lower()}
            for m in organization.memberships.select_related("user")
        ],
        "teams": [
            {
                "name": grant.team.name,
                "role": grant.get_role_display().lower(),
                "members": [{"name": user.name, "email": user.email} for user in grant.team.members.all()],
            }
            for grant in organization.team_grants.select_related("team").prefetch_related("team__members")
        ],
        "assessments": [
            {**_scorecard(row.scorecard, row.result, files), "rounds": rounds.get(row.scorecard.pk, [])}
            for row in score_all(
                organization.scorecards.order_by("pk").prefetch_related(
                    "responses__evidence__deciders",
                    "responses__decider_answers",
                    "responses__claimed_by",
                    "responses__requests__asked",
                    "responses__requests__asked_by",
                    "fact_answers",
                )
            )
        ],
        "earlier_assessments": earlier.archived_earlier(organization),
        "targets": [
            {"category": target.category_key, "level": target.level, "by": target.due_on.isoformat()}
            for target in organization.targets.all()
        ],
        "rhythm": next(({"months": r.months, "due_on": r.due_on.isoformat()} for r in _rhythm(organization)), None),
        "measured_figures": [_measured(figure) for figure in organization.measured_figures.all()],
        "vendors": [
            {
                "name": vendor.name,
                "is_own_team": vendor.is_own_team,
                "reviews": [_vendor_review(review, files) for review in vendor.reviews.all()],
            }
            for vendor in organization.vendors.order_by("pk").prefetch_related("reviews__answers__evidence")
        ],
        "topic_weights": dict(organization.topic_weights.values_list("topic_key", "weight")),
        "scenarios": archived_scenarios(organization),
        "roadmaps": archived_roadmaps(organization, files),
        "team_checks": archived_checks(organization),
        "reports": [
            {
                "title": report.title,
                "status": report.status,
                "requested_at": _time(report.requested_at),
                "requested_by": report.requested_name,
                "file": files.get(report.file.name),
                "is_kept": report.is_kept,
            }
            for report in organization.reports.defer("snapshot").order_by("pk")
        ],
        "reports_handed_on": archived_sharing(organization),
        "report_schedules": archived_schedules(organization),
        "reports_kept_days": days_of(organization),
    }


def _rhythm(organization: Organization) -> Iterable[Rhythm]:
    return Rhythm.objects.filter(organization=organization)


def _measured(figure: MeasuredFigure) -> dict[str, Any]:
    return {
        "figure": figure.title,
        "service": figure.service,
        "value": f"{figure.value.normalize():f}",
        "unit": figure.unit,
        "on": figure.on.isoformat(),
        "provenance": figure.provenance,
        "taken_at": _time(figure.created_at),
    }


def _event(event: AuditEvent) -> dict[str, Any]:
    return {
        "at": _time(event.at),
        "who": event.actor_name,
        "what": event.action,
        "which": event.subject,
        "before": event.old,
        "after": event.new,
    }


def _scorecard(scorecard: Scorecard, result: scoring.Result, files: Files) -> dict[str, Any]:
    return {
        "id": scorecard.pk,
        "title": scorecard.title,
        "framework": {"key": scorecard.framework_key, "version": scorecard.framework_version},
        "copied_from": scorecard.predecessor_id,
        "created_at": _time(scorecard.created_at),
        "signed_off_at": _time(scorecard.signed_off_at),
        "signed_off_by": scorecard.signed_off_name,
        "answers": [
            {
                "category": response.category_key,
                "level": result.level(response.category_key),
                "proven": result.answer(response.category_key).proven,
                "claimed": {
                    "level": response.level,
                    "by": str(response.claimed_by or ""),
                    "at": _time(response.claimed_at),
                    "reason": response.claim_reason,
                }
                if response.claimed_at
                else None,
                "shown": {answer.decider_key: answer.state for answer in response.decider_answers.all()},
                "measured": {
                    "metric": response.metric_key or response.metric_name,
                    "value": None if response.metric_value is None else str(response.metric_value.normalize()),
                    "unit": response.metric_unit,
                    "on": response.metric_on.isoformat() if response.metric_on else None,
                }
                if response.has_metric
                else None,
                "note": response.note,
                "evidence": [{**_proof(item, files), **_what_it_proves(item)} for item in response.evidence.all()],
                "asked": [_asked(request) for request in response.requests.all()],
            }
            for response in scorecard.responses.all()
        ],
        "facts": {answer.fact_key: answer.answer for answer in scorecard.fact_answers.all()},
        "fact_fields": {
            answer.fact_key: {
                **answer.values,
                "cannot_answer": answer.cannot_answer,
                "who_will": answer.who_will,
            }
            for answer in scorecard.fact_answers.all()
        },
    }


def _what_it_proves(item: Evidence) -> dict[str, Any]:
    return {
        "kind": item.kind,
        "on": item.on.isoformat(),
        "in_force_until": item.in_force_until.isoformat() if item.in_force_until else None,
        "metric": item.metric_key or None,
        "value": None if item.value is None else f"{item.value.normalize():f}",
        "unit": item.unit,
        "provenance": item.provenance or None,
        "seen_by": item.seen_by_name,
        "whose": item.whose,
        "proves": [answer.decider_key for answer in item.deciders.all()],
    }


def _asked(request: AnswerRequest) -> dict[str, Any]:
    return {
        "of": str(request.asked),
        "by": str(request.asked_by or ""),
        "at": _time(request.created_at),
        "word": request.word,
        "by_day": request.due_on.isoformat() if request.due_on else None,
        "ended": request.ending or None,
    }


def _vendor_review(review: VendorReview, files: Files) -> dict[str, Any]:
    return {
        "id": review.pk,
        "framework": {"key": review.framework_key, "version": review.framework_version},
        "copied_from": review.predecessor_id,
        "status": review.status,
        "hosting_model": review.hosting_model,
        "kind": review.kind,
        "offer": review.offer,
        "contact": review.contact,
        "reviewed_on": review.reviewed_on.isoformat(),
        "created_at": _time(review.created_at),
        "submitted_at": _time(review.submitted_at),
        "completed_at": _time(review.completed_at),
        "answers": [
            {
                "question": answer.question_key,
                "rating": answer.rating or None,
                "said": answer.said,
                "said_by_vendor": answer.vendor_said,
                "follow_up": {
                    "what": answer.follow_up,
                    "who": answer.follow_up_owner,
                    "on": answer.follow_up_on.isoformat() if answer.follow_up_on else None,
                    "done": answer.follow_up_done,
                }
                if answer.follow_up or answer.follow_up_owner or answer.follow_up_on
                else None,
                "evidence": [
                    {
                        **_proof(item, files),
                        "by_vendor": item.by_vendor,
                        "figures": measured(item),
                        "doubts": doubts(item),
                    }
                    for item in answer.evidence.all()
                ],
            }
            for answer in review.answers.all()
        ],
    }


def _proof(item: Proof, files: Files) -> dict[str, Any]:
    return {"title": item.title, "link": item.url or None, "file": files.get(item.file.name)}


def _time(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
