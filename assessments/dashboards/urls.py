"""The portfolio and the overview of one organization."""

from django.urls import path

from assessments.dashboards import overview, views
from assessments.dashboards.waiting import views as waiting_views

urlpatterns = [
    path("waiting/", waiting_views.waiting_list, name="waiting_list"),
    path("waiting/<slug:kind>/<int:pk>/dismiss", waiting_views.waiting_dismiss, name="waiting_dismiss"),
    path("", views.organization_list, name="organization_list"),
    path("o/<slug:slug>/", overview.organization_detail, name="organization_detail"),
]
