"""The scorecards' URLs, all below one organization."""

from django.urls import include, path

from assessments.scorecards import views
from assessments.scorecards.asking import views as asking_views
from assessments.scorecards.comparing import views as compare_views
from assessments.scorecards.filling import views as answer_views
from assessments.scorecards.outlook import views as outlook_views
from assessments.scorecards.upgrading import views as upgrade_views

scorecard = [
    path("", views.scorecard_detail, name="scorecard_detail"),
    path("fill", views.scorecard_update, name="scorecard_update"),
    path("title", views.scorecard_rename, name="scorecard_rename"),
    path("sign-off", views.scorecard_sign_off, name="scorecard_sign_off"),
    path("delete", views.scorecard_delete, name="scorecard_delete"),
    path("prepare", views.scorecard_prepare, name="scorecard_prepare"),
    path("upgrade", upgrade_views.scorecard_upgrade, name="scorecard_upgrade"),
    path("take-back", views.scorecard_take_back, name="scorecard_take_back"),
    path("responses/<slug:category>/<slug:part>", answer_views.response_update, name="response_update"),
    path("deciders/<slug:category>/<slug:decider>", answer_views.decider_update, name="decider_update"),
    path("deciders/<slug:category>/<slug:decider>/seen", answer_views.evidence_see, name="evidence_see"),
    path("facts/<slug:fact>", answer_views.fact_update, name="fact_update"),
    path("ask/<slug:category>", asking_views.answer_request_create, name="answer_request_create"),
    path("evidence/<slug:category>/new", answer_views.evidence_create, name="evidence_create"),
    path("evidence/<int:evidence_pk>", answer_views.evidence_download, name="evidence_download"),
    path("evidence/<int:evidence_pk>/proves", answer_views.evidence_update, name="evidence_update"),
    path("evidence/<int:evidence_pk>/delete", answer_views.evidence_delete, name="evidence_delete"),
]

earlier = [
    path("new", outlook_views.earlier_assessment_create, name="earlier_assessment_create"),
    path("<int:pk>/", outlook_views.earlier_assessment_detail, name="earlier_assessment_detail"),
    path("<int:pk>/delete", outlook_views.earlier_assessment_delete, name="earlier_assessment_delete"),
]

urlpatterns = [
    path("o/<slug:slug>/targets", outlook_views.target_update, name="target_update"),
    path("o/<slug:slug>/rhythm", outlook_views.rhythm_update, name="rhythm_update"),
    path("o/<slug:slug>/earlier/", include(earlier)),
    path("o/<slug:slug>/scorecards/", views.scorecard_list, name="scorecard_list"),
    path("o/<slug:slug>/scorecards/compare", compare_views.scorecard_compare, name="scorecard_compare"),
    path("o/<slug:slug>/scorecards/new", views.scorecard_create, name="scorecard_create"),
    path("o/<slug:slug>/scorecards/<int:pk>/", include(scorecard)),
]
