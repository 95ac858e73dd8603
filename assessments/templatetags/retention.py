"""When a report goes, said beside it."""

from datetime import datetime

from django import template

from assessments.organizations.models import Organization
from assessments.reports.models import Report
from assessments.reports.retention import services

register = template.Library()


@register.simple_tag
def kept_days(organization: Organization) -> int:
    return services.days_of(organization)


@register.simple_tag
def goes_at(report: Report, days: int) -> datetime | None:
    return services.goes_at(report, days)
