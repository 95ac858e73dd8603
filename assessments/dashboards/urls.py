"""The portfolio and the overview of one organization."""

from django.urls import path

from assessments.dashboards import overview, views

urlpatterns = [
    path("", views.organization_list, name="organization_list"),
    path("o/<slug:slug>/", overview.organization_detail, name="organization_detail"),
]
