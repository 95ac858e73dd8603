"""Wires Django's administration to the product's own site."""

from django.contrib.admin.apps import AdminConfig


class ScorecardAdminConfig(AdminConfig):
    default_site = "assessments.administration.site.ScorecardAdminSite"
