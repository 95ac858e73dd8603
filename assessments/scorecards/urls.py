"""The scorecards' URLs, all below one organization."""

from django.urls import include, path

from assessments.scorecards import views

scorecard = [
    path("", views.scorecard_detail, name="scorecard_detail"),
    path("fill", views.scorecard_update, name="scorecard_update"),
    path("title", views.scorecard_rename, name="scorecard_rename"),
    path("sign-off", views.scorecard_sign_off, name="scorecard_sign_off"),
    path("delete", views.scorecard_delete, name="scorecard_delete"),
    path("responses/<slug:category>/<slug:part>", views.response_update, name="response_update"),
    path("facts/<slug:fact>", views.fact_update, name="fact_update"),
    path("evidence/<slug:category>/new", views.evidence_create, name="evidence_create"),
    path("evidence/<int:evidence_pk>", views.evidence_download, name="evidence_download"),
    path("evidence/<int:evidence_pk>/delete", views.evidence_delete, name="evidence_delete"),
]

urlpatterns = [
    path("o/<slug:slug>/scorecards/", views.scorecard_list, name="scorecard_list"),
    path("o/<slug:slug>/scorecards/new", views.scorecard_create, name="scorecard_create"),
    path("o/<slug:slug>/scorecards/<int:pk>/", include(scorecard)),
]
