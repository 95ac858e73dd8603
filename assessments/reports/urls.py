"""The reports' URLs."""

from django.urls import include, path

from assessments.reports import archives, views
from assessments.reports.exchange import views as imports
from assessments.reports.pictures import views as pictures
from assessments.reports.preparing import views as preparing

report = [
    path("status", views.report_status, name="report_status"),
    path("download", views.report_download, name="report_download"),
    path("again", views.report_repeat, name="report_repeat"),
    path("retry", views.report_retry, name="report_retry"),
]

report_template = [
    path("", preparing.report_template_update, name="report_template_update"),
    path("delete", preparing.report_template_delete, name="report_template_delete"),
]

scorecard_import = [
    path("", imports.scorecard_import_detail, name="scorecard_import_detail"),
    path("take", imports.scorecard_import_take, name="scorecard_import_take"),
    path("delete", imports.scorecard_import_delete, name="scorecard_import_delete"),
]

urlpatterns = [
    path(
        "o/<slug:slug>/scorecards/<int:pk>/charts/<slug:chart>.<slug:ending>",
        pictures.chart_download,
        name="chart_download",
    ),
    path("sample-report", views.report_sample, name="report_sample"),
    path("o/<slug:slug>/export", archives.organization_export, name="organization_export"),
    path("o/<slug:slug>/imports/new", imports.scorecard_import_create, name="scorecard_import_create"),
    path("o/<slug:slug>/imports/<int:pk>/", include(scorecard_import)),
    path("o/<slug:slug>/reports/", views.report_list, name="report_list"),
    path("o/<slug:slug>/reports/new", views.report_create, name="report_create"),
    path("o/<slug:slug>/reports/prepare", preparing.report_prepare, name="report_prepare"),
    path("o/<slug:slug>/reports/preview", preparing.report_preview, name="report_preview"),
    path("o/<slug:slug>/reports/templates/<int:template_pk>/", include(report_template)),
    path("o/<slug:slug>/reports/<int:pk>/", include(report)),
]
