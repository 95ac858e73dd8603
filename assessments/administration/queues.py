"""The queue: what waits for a worker, what one is at, what failed and can be tried again."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from assessments.figures.incoming import live
from assessments.figures.models import FigureSource
from assessments.framework.translating import is_english
from assessments.platform import mailing
from assessments.platform.models import WaitingMail
from assessments.platform.watching.queues import QUEUES, Queue, Row, register
from assessments.reports.batches.models import ReportBatch
from assessments.reports.batches.services import retry_batch
from assessments.reports.models import Report
from assessments.reports.services import retry_report
from assessments.reports.sharing.models import ReportDelivery
from assessments.reports.sharing.sendings import send_again
from assessments.roadmaps.reminding.models import Reminder
from assessments.rounds.models import RoundReminder
from assessments.webhooks.events import TEST
from assessments.webhooks.models import WebhookDelivery
from assessments.webhooks.services import send_again as tell_again

LISTED = 50
STATES = (
    ("failed", _lazy("Failed")),
    ("running", _lazy("Under way")),
    ("waiting", pgettext_lazy("in a queue", "Waiting")),
)


def _report(row: Report) -> Row:
    state = row.get_status_display()
    if row.step and row.is_under_way:
        name = str(row.step_name).lower() if is_english() else row.step_name
        state = _("Step {number}: {name}").format(number=row.step, name=name)
    return Row(row.pk, row.title, str(row.organization), row.requested_name, row.requested_at, state, row.error)


def _batch(row: ReportBatch) -> Row:
    return Row(row.pk, str(row), "", row.requested_name, row.requested_at, row.get_status_display(), row.error)


def _delivery(row: ReportDelivery) -> Row:
    sending = row.sending
    where = str(sending.organization) if sending.organization else _("Several")
    return Row(row.pk, sending.title, where, row.who, sending.created_at, row.get_state_display(), row.error)


def _mail(row: WaitingMail) -> Row:
    return Row(row.pk, row.subject, "", row.email, row.made_at, row.get_state_display(), mailing.spoken(row.error))


def _reminder(row: Reminder) -> Row:
    where = str(row.organization) if row.organization else _("Several")
    return Row(row.pk, row.get_kind_display(), where, str(row.user), row.claimed_at, row.get_state_display())


def _round_reminder(row: RoundReminder) -> Row:
    where = str(row.rater.round.scorecard.organization)
    return Row(row.pk, row.get_kind_display(), where, str(row.rater), row.claimed_at, row.get_state_display())


def _source(row: FigureSource) -> Row:
    state = _("Not read") if row.problem else pgettext("in a queue", "Waiting")
    return Row(row.pk, row.address, str(row.organization), "", row.read_at, state, row.problem)


def _told(row: WebhookDelivery) -> Row:
    webhook, where = row.webhook, row.organization_name or str(row.webhook.owner)
    who = f"{webhook.name}, {webhook.host}"
    return Row(row.pk, row.event_label, where, who, row.happened_at, row.get_state_display(), row.said_back)


def _tell_again(row: WebhookDelivery, request: HttpRequest) -> object:
    try:
        return tell_again(row)
    except ValidationError:  # switched off meanwhile
        return False


def _remind_again(row: Reminder | RoundReminder, request: HttpRequest) -> object:
    """The next run of the clock sends it, if it is still true."""
    model = type(row)
    return model.objects.filter(pk=row.pk, state="failed", try_at=None).update(try_at=timezone.now(), attempts=1)


def _organizations(rows: QuerySet[Any], name: str = "organization") -> QuerySet[Any]:
    return rows.filter(Q(**{name: None}) | Q(**{f"{name}__deleted_at": None})).select_related(name)


register(
    Queue(
        "reports",
        _lazy("Reports"),
        lambda: _organizations(Report.objects.defer("snapshot")),
        waiting=Q(status="queued"),
        running=Q(status="running"),
        failed=Q(status="failed"),
        since="requested_at",
        shown=_report,
        retry=lambda row, request: retry_report(row),
    ),
    Queue(
        "batches",
        _lazy("Batches of reports"),
        lambda: ReportBatch.objects.all(),
        waiting=Q(status="running"),
        running=Q(status="packing"),
        failed=Q(status="failed"),
        since="requested_at",
        shown=_batch,
        retry=lambda row, request: retry_batch(row),
        retry_label=_lazy("Pack again"),
    ),
    Queue(
        "report_mails",
        _lazy("Mails with reports"),
        lambda: _organizations(ReportDelivery.objects.select_related("sending"), "sending__organization"),
        waiting=Q(state="waiting") | Q(state="failed", try_at__isnull=False),
        running=Q(state="sending"),
        failed=Q(state="failed", try_at=None) | Q(state="lost"),
        since="sending__created_at",
        shown=_delivery,
        retry=lambda row, request: send_again(row),
        retry_label=_lazy("Send again"),
    ),
    Queue(
        "mails",
        _lazy("Other mails"),
        lambda: WaitingMail.objects.all(),
        waiting=Q(state="waiting"),
        running=Q(state="sending"),
        failed=Q(state__in=["failed", "lost"]),
        since="made_at",
        shown=_mail,
        retry=lambda row, request: mailing.send_again(row),
        retry_label=_lazy("Send again"),
    ),
    Queue(
        "reminders",
        _lazy("Reminders"),
        lambda: _organizations(Reminder.objects.select_related("user")),
        waiting=Q(state="failed", try_at__isnull=False),
        running=Q(state="claimed"),
        failed=Q(state="failed", try_at=None),
        since="claimed_at",
        shown=_reminder,
        retry=_remind_again,
        retry_label=_lazy("Send again"),
    ),
    Queue(
        "round_reminders",
        _lazy("Reminders to raters"),
        lambda: RoundReminder.objects.select_related("rater__user", "rater__round__scorecard__organization"),
        waiting=Q(state="failed", try_at__isnull=False),
        running=Q(state="claimed"),
        failed=Q(state="failed", try_at=None),
        since="claimed_at",
        shown=_round_reminder,
        retry=_remind_again,
        retry_label=_lazy("Send again"),
    ),
    Queue(
        "webhooks",
        _lazy("Webhooks"),
        lambda: _organizations(WebhookDelivery.objects.select_related("webhook__organization", "webhook__team")),
        waiting=Q(state="waiting"),
        running=Q(state="sending"),
        failed=Q(state="failed", webhook__off_at=None) & ~Q(event=TEST),
        since="happened_at",
        shown=_told,
        retry=_tell_again,
        retry_label=_lazy("Send again"),
    ),
    Queue(
        "sources",
        _lazy("Live sources"),
        lambda: _organizations(FigureSource.objects.all()),
        waiting=Q(read_at=None, problem=""),
        running=Q(pk__in=[]),
        failed=~Q(problem=""),
        since="read_at",
        shown=_source,
        retry=lambda row, request: live.read_source(row),
        retry_label=_lazy("Read it now"),
    ),
)


# The page


def queue_urls(site: admin.AdminSite) -> list[URLPattern]:
    return [
        path("queue/", site.admin_view(queue), {"site": site}, name="queue"),
        path("queue/<slug:name>/<int:pk>/", site.admin_view(queue_retry), name="queue_retry"),
    ]


def may_see(request: HttpRequest) -> bool:
    """Rows of all organizations and people's addresses: for superusers, and for staff whose job it is."""
    return request.user.has_perm("assessments.run_queue")


@require_GET
def queue(request: HttpRequest, site: admin.AdminSite) -> HttpResponse:
    """What waits, what is under way, what failed, in every queue that is not empty."""
    if not may_see(request):
        raise PermissionDenied
    shown = [part for each in QUEUES.values() if (part := _shown(each))["parts"]]
    context = {**site.each_context(request), "title": _("Queue"), "shown": shown}
    return TemplateResponse(request, "admin/queue.html", context)


def _shown(each: Queue) -> dict[str, Any]:
    parts = []
    for state, title in STATES:
        rows = each.rows().filter(getattr(each, state))
        if count := rows.count():
            first = [each.shown(row) for row in rows.order_by(each.since, "pk")[:LISTED]]
            can = state == "failed"
            parts.append({"title": title, "count": count, "rows": first, "can_retry": can})
    return {"name": each.name, "title": each.title, "retry_label": each.retry_label, "parts": parts}


@require_POST
def queue_retry(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """Have one that failed tried again; one that has not (any more) is left alone."""
    if not may_see(request):
        raise PermissionDenied
    if name not in QUEUES:
        raise Http404
    each = QUEUES[name]
    row = get_object_or_404(each.rows(), pk=pk)
    if each.rows().filter(each.failed, pk=pk).exists():
        each.retry(row, request)
        messages.success(request, _("“{what}” is tried again.").format(what=each.shown(row).what))
    else:
        messages.info(request, _("“{what}” has not failed any more.").format(what=each.shown(row).what))
    return redirect("admin:queue")
