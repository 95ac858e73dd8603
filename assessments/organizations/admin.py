"""Administration of people, teams, organizations and records: index of the modules that make it up."""

from assessments.organizations import admin_organizations, admin_people, admin_records

__all__ = ["admin_organizations", "admin_people", "admin_records"]
