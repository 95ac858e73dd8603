"""Index of the background tasks, for Celery to find."""

from assessments.organizations.tasks import purge_organizations
from assessments.reports.tasks import make_report, sweep_reports

__all__ = ["make_report", "purge_organizations", "sweep_reports"]
