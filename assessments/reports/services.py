"""Asking for a report, and asking again for one that failed."""

from collections.abc import Sequence
from functools import partial

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy

from assessments.accounts.models import User
from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.economics.at_risk import spend_at_risk
from assessments.handbook.summaries import use_cases
from assessments.organizations.models import Organization
from assessments.reports.branding import freeze_brand
from assessments.reports.choices import Choices, cleaned, default_language, defaults, speaking
from assessments.reports.exchange.contents import freeze_exchange
from assessments.reports.letters import missing_letters, warning
from assessments.reports.models import WAITING, Report
from assessments.reports.plan import freeze_plan
from assessments.reports.snapshot import Snapshot, digest, freeze
from assessments.reports.tasks import send
from assessments.reports.vendors import freeze_vendors
from assessments.reports.words import Words
from assessments.roadmaps.plan.planned import planned_steps
from assessments.rounds.settling.frozen import freeze_round
from assessments.scorecards.models import Scorecard
from assessments.scorecards.outlook.targets import frozen_target
from assessments.scorecards.readings import ScorecardReading, read_scorecard, score_history
from assessments.vendors.models import VendorReview

# A report of the same content may be finished between the refusal to add another one and the look for it.
ATTEMPTS = 3
TITLE_LENGTH = 200
TITLES = {
    Report.Format.PDF: _lazy("Board report"),
    Report.Format.DECK: _lazy("Board deck"),
    Report.Format.DOCUMENT: _lazy("Board report to edit"),
    Report.Format.WORKBOOK: _lazy("Workbook"),
    Report.Format.JSON: pgettext_lazy("kind of file", "Data"),
}
LENGTH_TITLES = {"full": _lazy("Board report"), "short": _lazy("Short report"), "page": _lazy("One-page summary")}
DATA = (Report.Format.WORKBOOK, Report.Format.JSON)  # files that hold everything, whatever a report shows


def request_report(
    scorecard: Scorecard,
    *,
    actor: User,
    reviews: Sequence[VendorReview] | None = None,
    choices: Choices | None = None,
    words: Words | None = None,
    may_have_gaps: bool = True,
    kind: str = Report.Format.PDF,
) -> Report:
    """Freeze what the report will show and send it off to be made.

    It compares the vendor reviews that are given; without any, the latest of each vendor. Without `choices` it is the
    full report; without `words` its findings and decisions are drafted. It is in the language that was chosen, else in
    the organization's, else in the one that is spoken to whoever asks.

    Letters that no font has are holes in a PDF; unless it `may_have_gaps`, a ValidationError of code "gaps" names them.

    While a report of the very same content is under way, that one is returned: a double click makes one report. `kind`
    is its format.
    """
    choices = _chosen(scorecard.organization, choices)
    with speaking(choices):
        reading = read_scorecard(scorecard)
        snapshot = _freeze(scorecard, reading, actor=actor, reviews=reviews, choices=choices, words=words)
        title = _title(snapshot, kind)
        has_data = kind in DATA or snapshot["choices"]["people"] == "names"
        data = {"exchange": freeze_exchange(reading, scorecard.organization)} if has_data else {}
    if kind == Report.Format.PDF and not may_have_gaps and (missing := missing_letters(snapshot)):
        raise ValidationError(warning(missing), code="gaps")
    snapshot |= data
    return _add(
        Report(
            organization=scorecard.organization,
            scorecard=scorecard,
            title=title,
            format=kind,
            snapshot=snapshot,
            snapshot_sha256=digest(snapshot),
        ),
        actor,
    )


def freeze_report(
    scorecard: Scorecard, *, actor: User, choices: Choices | None = None, words: Words | None = None
) -> Snapshot:
    """Everything that the report of a scorecard would show if it were asked for now."""
    choices = _chosen(scorecard.organization, choices)
    with speaking(choices):
        return _freeze(scorecard, read_scorecard(scorecard), actor=actor, choices=choices, words=words)


def _chosen(organization: Organization, choices: Choices | None) -> Choices:
    return cleaned(choices) if choices else defaults(language=default_language(organization))


def _freeze(
    scorecard: Scorecard,
    reading: ScorecardReading,
    *,
    actor: User,
    choices: Choices,
    reviews: Sequence[VendorReview] | None = None,
    words: Words | None = None,
) -> Snapshot:
    organization = scorecard.organization
    at = timezone.now()
    snapshot = freeze(
        reading,
        score_history(organization),
        organization=organization,
        actor=actor,
        at=at,
        vendors=freeze_vendors(organization, reviews),
        plan=freeze_plan(scorecard, at),
        economics=_economics(organization),
        planned=planned_steps(scorecard),
        use_cases=use_cases(organization),
        brand=freeze_brand(organization, actor),
        target=frozen_target(organization, reading.framework, reading.result),
        raters=freeze_round(scorecard, choices["people"]),
        choices=choices,
        words=words,
    )
    if target := frozen_target(organization, reading.framework, reading.result):
        snapshot["target"] = target
    return snapshot


def freeze_for_words(scorecard: Scorecard, *, actor: User, language: str = "") -> Snapshot:
    """As much of it as findings and decisions are drafted from, in that language, else in the one of a new report."""
    organization = scorecard.organization
    choices = defaults(language=language or default_language(organization))
    with speaking(choices):
        return freeze(
            read_scorecard(scorecard),
            (),
            organization=organization,
            actor=actor,
            at=timezone.now(),
            economics=_economics(organization),
            planned=planned_steps(scorecard),
            choices=choices,
        )


def _title(snapshot: Snapshot, kind: str) -> str:
    """What lists call it: the title it was given, or its kind; and that it is a draft. In the report's language."""
    choices = snapshot["choices"]
    name = LENGTH_TITLES[choices["length"]] if kind == Report.Format.PDF else TITLES[Report.Format(kind)]
    title = choices["title"] or f"{name}, {snapshot['scorecard']['title']}"
    if choices["is_draft"] and kind == Report.Format.PDF:
        title = _("Draft: {title}").format(title=title)
    return title[:TITLE_LENGTH]


def request_again(report: Report, *, actor: User, kind: str) -> Report:
    """The same snapshot in another format: it shows what that report shows, whatever has changed since."""
    if kind not in Report.Format.values:
        raise ValidationError(_("Choose one of the formats in the list."))
    if "exchange" not in report.snapshot and kind in (Report.Format.WORKBOOK, Report.Format.JSON):
        said = _("This report is too old for a file for {program}. Make a new one.")
        raise ValidationError(said.format(program=Report.Format(kind).label))
    with speaking(report.snapshot.get("choices", {})):
        title = f"{TITLES[kind]}, {report.scorecard.title}"[:TITLE_LENGTH]
    return _add(
        Report(
            organization_id=report.organization_id,
            scorecard_id=report.scorecard_id,
            title=title,
            format=kind,
            snapshot=report.snapshot,
            snapshot_sha256=report.snapshot_sha256,
        ),
        actor,
    )


def _add(report: Report, actor: User) -> Report:
    """Add the row and send it off, unless its twin is under way, which is returned then."""
    report.requested_by, report.requested_name = actor, str(actor)
    for _attempt in range(ATTEMPTS):
        try:
            with transaction.atomic():
                report.save(force_insert=True)
                transaction.on_commit(partial(send, report.pk))
                who = {"organization": report.organization_id, "actor": actor}
                trail.record(Action.REPORT_REQUESTED, subject=report.title, **who)
            return report
        except IntegrityError:
            if twin := _twin_under_way(report):
                return twin
    raise RuntimeError(f"The report of scorecard {report.scorecard_id} was neither added nor found.")


def _economics(organization: Organization) -> dict[str, str] | None:
    """The spend at risk as the report words it; none while it is not known."""
    found = spend_at_risk(organization)
    if found is None:
        return None
    said = {"sentence": found.sentence, "assumptions": found.assumptions, "basis": found.basis}
    return {**said, "yearly": found.yearly}


def retry_report(report: Report) -> Report:
    """Send a failed report off again, from the same snapshot. One that is not failed (any more) is left as it is."""
    try:
        with transaction.atomic():
            if Report.objects.filter(pk=report.pk, status=Report.Status.FAILED).update(**WAITING, attempts=0):
                transaction.on_commit(partial(send, report.pk))
    except IntegrityError:
        return _twin_under_way(report) or report
    report.refresh_from_db()
    return report


def record_download(report: Report) -> None:
    """Note in the audit trail that a report was taken along."""
    trail.record(Action.REPORT_DOWNLOADED, organization=report.organization_id, subject=report.title)


def _twin_under_way(report: Report) -> Report | None:
    """The report of the same content that is waiting or being made, if there is one."""
    same = Report.objects.filter(
        scorecard=report.scorecard_id, snapshot_sha256=report.snapshot_sha256, format=report.format
    )
    return same.under_way().exclude(pk=report.pk).first()
