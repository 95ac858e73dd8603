"""Which rows belong to an organization, and how a value of a row is written.

The canonical form: rows are numbered in their order, beginning with 1, and refer to each other by these numbers. People
are numbered, too, by their address. Days and times are ISO, times in UTC, numbers exact texts. What a database works
out by itself is left out, and so is what only its own installation may hold: secrets, what waits, what is personal.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import F

from assessments.accounts.models import User
from assessments.audit.trail import Action
from assessments.organizations.models import Organization, Team
from assessments.platform.name_fields import NameKeyField, SortKeyField
from assessments.reports.models import Report

Json = dict[str, Any]

SCHEMA = "ai-infrastructure-scorecard/organization"
VERSION = 1
NAME = "data.json"

# In the order in which rows refer to each other: model -> the way from it to its organization.
OWNED: Mapping[str, str] = {
    "Organization": "",
    "OrganizationTag": "organization",
    "Brand": "organization",
    "ReportRetention": "organization",
    "Membership": "organization",
    "TeamGrant": "organization",
    "Scorecard": "organization",
    "Response": "scorecard__organization",
    "DeciderAnswer": "response__scorecard__organization",
    "Evidence": "response__scorecard__organization",
    "DeciderProof": "evidence__response__scorecard__organization",
    "FactAnswer": "scorecard__organization",
    "AnswerRequest": "response__scorecard__organization",
    "Round": "scorecard__organization",
    "Rater": "round__scorecard__organization",
    "Rating": "rater__round__scorecard__organization",
    "RaterEvidence": "rating__rater__round__scorecard__organization",
    "Settlement": "round__scorecard__organization",
    "ReviewSetting": "organization",
    "SignOffReview": "scorecard__organization",
    "CategoryTarget": "organization",
    "Rhythm": "organization",
    "EarlierAssessment": "organization",
    "MeasuredFigure": "organization",
    "Vendor": "organization",
    "VendorReview": "vendor__organization",
    "VendorAnswer": "review__vendor__organization",
    "VendorEvidence": "answer__review__vendor__organization",
    "TopicWeight": "organization",
    "Scenario": "organization",
    "ScenarioInput": "scenario__organization",
    "Roadmap": "organization",
    "RoadmapItem": "roadmap__organization",
    "DismissedSuggestion": "roadmap__organization",
    "RoadmapComment": "item__roadmap__organization",
    "RoadmapEvidence": "item__roadmap__organization",
    "TeamCheck": "organization",
    "ReportDraft": "organization",
    "ReportTemplate": "organization",
    "Report": "organization",
    "AuditEvent": "organization",
}
# Rows of an organization that stay where they are, and why.
LEFT: Mapping[str, str] = {
    "Invitation": "holds the secret of a link",
    "VendorLink": "holds the secret of a link",
    "VendorImport": "is the report on a file of this installation",
    "RaterLink": "holds the secret of a link",
    "RoundReminder": "is about mails of this installation",
    "ReportLink": "holds the secret of a link",
    "ReportLinkOpening": "is about links of this installation",
    "ReportSending": "is about mails of this installation",
    "ReportDelivery": "is about mails of this installation",
    "ReportSchedule": "would send mails by itself",
    "ReportScheduleRecipient": "would be sent mails",
    "ReportScheduleRun": "is about reports of this installation",
    "ReportBatch": "is about reports of this installation",
    "ReportBatchItem": "is about reports of this installation",
    "FigureDrop": "waits to be taken, for a day",
    "FigureSource": "holds a secret",
    "AccessToken": "holds a secret",
    "GroupMapping": "is about the provider of this installation",
    "GroupGift": "is about sign-ons of this installation",
    "KeptAnswer": "is about requests to this installation",
    "Webhook": "holds a secret, and would tell others by itself",
    "WebhookDelivery": "is about messages of this installation",
    "ScorecardImport": "waits to be taken, for a day",
    "OrganizationRest": "is written as what it stands for",
    "OrganizationStanding": "is worked out by the database",
    "Standing": "is worked out anew",
    "Reminder": "is about mails of this installation",
    "ReminderItem": "is about mails of this installation",
    "OverdueItem": "is about messages of this installation",
}
# Of what is left out of a row, beside its number and what is worked out.
PARTS_LEFT = {
    "Brand": ("team", "changed_at"),
    "Organization": ("deleted_at",),
    "ReportTemplate": ("team",),
    "Rater": ("invitation",),
    "SignOffReview": ("digest",),
    "Report": ("claim", "heartbeat_at", "sent_at", "attempts", "step", "error", "status", "snapshot_sha256"),
}
MOVED = (Action.ORGANIZATION_EXPORTED, Action.ORGANIZATION_IMPORTED)  # what is said of the moving itself
ROUNDS = {
    "Round": "",
    "Rater": "round__",
    "Rating": "rater__round__",
    "RaterEvidence": "rating__rater__round__",
    "Settlement": "round__",
}
UNNUMBERED = ("Membership", "TeamGrant", "AnswerRequest")  # nobody refers to them: in the order of what they hold


def model_of(name: str) -> type[models.Model]:
    return apps.get_model("assessments", name)


def rows_of(name: str, organization: Organization) -> models.QuerySet[Any]:
    """The rows in their canonical order; an open assessment comes after the signed-off ones."""
    model, way = model_of(name), OWNED[name]
    rows = model._default_manager.filter(**{way or "pk": organization if way else organization.pk})
    if name == "Report":
        rows = rows.filter(status=Report.Status.DONE)
    if name == "AuditEvent":
        rows = rows.exclude(action__in=MOVED)
    if name in ROUNDS:  # what is said in one that is open, nobody may read yet
        closed, signed = f"{ROUNDS[name]}closed_at", f"{ROUNDS[name]}scorecard__signed_off_at"
        rows = rows.exclude(**{closed: None, signed: None})
    if name == "Scorecard":
        return rows.order_by(F("signed_off_at").asc(nulls_last=True), "pk")
    return rows.order_by(F("pk"))


def fields_of(name: str) -> list[models.Field]:
    """What is written of a row."""
    left = PARTS_LEFT.get(name, ())
    return [
        field
        for field in model_of(name)._meta.concrete_fields
        if not isinstance(field, NameKeyField | SortKeyField)
        and field.name not in left
        and not (field.primary_key and not field.is_relation)
    ]


def is_person(field: models.Field) -> bool:
    return field.related_model is User


def is_team(field: models.Field) -> bool:
    return field.related_model is Team


def owned_name(field: models.Field) -> str:
    """The owned model that a reference points to; empty for none."""
    name = field.related_model.__name__ if isinstance(field.related_model, type) else ""
    return name if name in OWNED else ""


def written(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize() + 0:f}"
    return str(value) if isinstance(value, UUID) else value


def without_accounts(value: Any) -> Any:
    """A frozen snapshot without the numbers of accounts, which are others' elsewhere."""
    if isinstance(value, dict):
        kept = {key: without_accounts(item) for key, item in value.items()}
        kept |= {key: None for key in ("by_id", "seen_by_id", "owner_id", "rater_id") if key in kept}
        return kept | ({"people": []} if "document" in kept and "people" in kept else {})
    return [without_accounts(item) for item in value] if isinstance(value, list) else value
