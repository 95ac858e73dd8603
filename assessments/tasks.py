"""Index of the background tasks, for Celery to find."""

from assessments.reports.tasks import make_report, sweep_reports

__all__ = ["make_report", "sweep_reports"]
