"""The handbook for everyone who is signed in; the checks of a team below its organization."""

from django.urls import path

from assessments.handbook import check_views, nist_views, views

urlpatterns = [
    path("handbook/", views.handbook_list, name="handbook_list"),
    path("handbook/search/", views.handbook_search, name="handbook_search"),
    path("handbook/<slug:page>/", views.handbook_detail, name="handbook_detail"),
    path("o/<slug:slug>/scorecards/<int:pk>/nist", nist_views.nist_detail, name="nist_detail"),
    path("o/<slug:slug>/checks/", check_views.team_check_list, name="team_check_list"),
    path("o/<slug:slug>/checks/update", check_views.team_check_update, name="team_check_update"),
    path("o/<slug:slug>/checks/<slug:kind>/<slug:check>", check_views.team_check_save, name="team_check_save"),
]
