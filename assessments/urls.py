"""Index of the features' URLs."""

from django.urls import include, path

urlpatterns = [
    path("", include("assessments.platform.urls")),
    path("", include("assessments.accounts.urls")),
    path("", include("assessments.accounts.mails.urls")),
    path("", include("assessments.organizations.urls")),
    path("", include("assessments.webhooks.urls")),
    path("", include("assessments.scorecards.urls")),
    path("", include("assessments.figures.urls")),
    path("", include("assessments.vendors.urls")),
    path("", include("assessments.vendors.linking.urls")),
    path("", include("assessments.vendors.measured.urls")),
    path("", include("assessments.vendors.workbook.urls")),
    path("", include("assessments.economics.urls")),
    path("", include("assessments.roadmaps.urls")),
    path("", include("assessments.roadmaps.reminding.urls")),
    path("", include("assessments.handbook.urls")),
    path("", include("assessments.rounds.urls")),
    path("", include("assessments.reports.urls")),
    path("", include("assessments.reports.sharing.urls")),
    path("", include("assessments.reports.batches.urls")),
    path("", include("assessments.reports.schedules.urls")),
    path("", include("assessments.reports.retention.urls")),
    path("", include("assessments.dashboards.urls")),
    path("", include("assessments.api.urls")),
    path("", include("assessments.scim.urls")),
]
