"""Index of the background tasks, for Celery to find."""

from assessments.api.tasks import sweep_kept_answers
from assessments.dashboards.tasks import check_standings
from assessments.figures.tasks import purge_figure_drops, read_figure_sources
from assessments.organizations.tasks import purge_organizations
from assessments.platform.tasks import read_returned_mail, send_waiting_mail, sweep_mail_log, sweep_request_keys
from assessments.reports.batches.tasks import advance_batch, sweep_batches
from assessments.reports.retention.tasks import expire_reports
from assessments.reports.schedules.tasks import make_scheduled_reports
from assessments.reports.sharing.tasks import deliver_reports, sweep_deliveries
from assessments.reports.tasks import make_report, purge_scorecard_imports, sweep_reports
from assessments.roadmaps.tasks import announce_overdue_items, send_reminders
from assessments.rounds.tasks import remind_raters
from assessments.scorecards.tasks import refresh_standings
from assessments.vendors.tasks import remind_vendors, tell_submissions
from assessments.webhooks.tasks import deliver_webhook, forget_webhook_deliveries, sweep_webhooks

__all__ = [
    "advance_batch",
    "announce_overdue_items",
    "check_standings",
    "deliver_reports",
    "deliver_webhook",
    "expire_reports",
    "forget_webhook_deliveries",
    "make_report",
    "make_scheduled_reports",
    "purge_figure_drops",
    "purge_organizations",
    "purge_scorecard_imports",
    "read_figure_sources",
    "read_returned_mail",
    "refresh_standings",
    "remind_raters",
    "remind_vendors",
    "send_reminders",
    "send_waiting_mail",
    "sweep_batches",
    "sweep_deliveries",
    "sweep_kept_answers",
    "sweep_mail_log",
    "sweep_reports",
    "sweep_request_keys",
    "sweep_webhooks",
    "tell_submissions",
]
