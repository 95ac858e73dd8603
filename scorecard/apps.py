"""Wires Django's administration and its static files to the product's own needs."""

from django.contrib.admin.apps import AdminConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class ScorecardAdminConfig(AdminConfig):
    default_site = "assessments.administration.site.ScorecardAdminSite"


class ScorecardStaticFilesConfig(StaticFilesConfig):
    """Leaves out, of what packages bring along, what no page loads: megabytes that would be kept twice, packed too."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        *("redoc.standalone.js*", "swagger-ui-bundle.js.map", "swagger-ui-init.js"),
    ]
