"""The URLs of how long reports are kept."""

from django.urls import path

from assessments.reports.retention import views

urlpatterns = [
    path("o/<slug:slug>/reports/retention", views.report_retention_update, name="report_retention_update"),
    path("o/<slug:slug>/reports/<int:pk>/keep", views.report_keep, name="report_keep"),
]
