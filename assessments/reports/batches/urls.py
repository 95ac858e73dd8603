"""The URLs of batches: they belong to a person, not to an organization."""

from django.urls import include, path

from assessments.reports.batches import views

batch = [
    path("", views.report_batch_detail, name="report_batch_detail"),
    path("status", views.report_batch_status, name="report_batch_status"),
    path("retry", views.report_batch_retry, name="report_batch_retry"),
    path("download", views.report_batch_download, name="report_batch_download"),
]

urlpatterns = [
    path("report-batches/", views.report_batch_list, name="report_batch_list"),
    path("report-batches/new", views.report_batch_create, name="report_batch_create"),
    path("report-batches/<int:pk>/", include(batch)),
]
