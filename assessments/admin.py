"""Index of the administration pages, for Django to find."""

from assessments.dashboards import admin as dashboards
from assessments.organizations import admin as organizations

__all__ = ["dashboards", "organizations"]
