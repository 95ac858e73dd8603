"""The URLs of rounds: below the organization, and a rater's own below the token of their link."""

from django.urls import include, path

from assessments.rounds import rater_views, views
from assessments.rounds.rating import evidence_views, link_views
from assessments.rounds.rating import views as rating_views
from assessments.rounds.reviewing import views as reviewing_views
from assessments.rounds.settling import views as settling_views

rater = [
    path("", rater_views.rater_update, name="rater_update"),
    path("remove", rater_views.rater_delete, name="rater_delete"),
    path("link", rater_views.rater_link_create, name="rater_link_create"),
    path("link/revoke", rater_views.rater_link_revoke, name="rater_link_revoke"),
]

asked = [
    path("", views.round_detail, name="round_detail"),
    path("due", views.round_update, name="round_update"),
    path("close", views.round_close, name="round_close"),
    path("raters/new", rater_views.rater_create, name="rater_create"),
    path("raters/<int:rater_pk>/", include(rater)),
    path("rate", rating_views.rating_update, name="rating_update"),
    path("rate/<slug:category>/attach", evidence_views.rating_attach, name="rating_attach"),
    path("rate/<slug:category>/<slug:part>", rating_views.rating_save, name="rating_save"),
    path("settle/<slug:category>", settling_views.settlement_update, name="settlement_update"),
    path("settle/<slug:category>/take", settling_views.settlement_take, name="settlement_take"),
    path("evidence/<int:evidence_pk>", evidence_views.rater_evidence_download, name="rater_evidence_download"),
    path("evidence/<int:evidence_pk>/remove", evidence_views.rater_evidence_delete, name="rater_evidence_delete"),
    path("evidence/<int:evidence_pk>/take", settling_views.rater_evidence_take, name="rater_evidence_take"),
    path("ratings/<int:rating_pk>/take", settling_views.rating_take, name="rating_take"),
]

by_token = [
    path("", link_views.rater_link_rate, name="rater_link_rate"),
    path("passcode", link_views.rater_link_unlock, name="rater_link_unlock"),
    path("answers/<slug:category>/attach", evidence_views.rater_link_attach, name="rater_link_attach"),
    path("answers/<slug:category>/<slug:part>", link_views.rater_link_save, name="rater_link_save"),
    path("evidence/<int:evidence_pk>", evidence_views.rater_link_download, name="rater_link_download"),
    path("evidence/<int:evidence_pk>/remove", evidence_views.rater_link_detach, name="rater_link_detach"),
    path("branding/<slug:digest>/logo", link_views.rater_link_logo, name="rater_link_logo"),
    path("branding/<slug:digest>/colors.css", link_views.rater_link_styles, name="rater_link_styles"),
]

urlpatterns = [
    path("o/<slug:slug>/review", reviewing_views.review_setting_update, name="review_setting_update"),
    path(
        "o/<slug:slug>/scorecards/<int:pk>/review",
        reviewing_views.sign_off_review_create,
        name="sign_off_review_create",
    ),
    path("o/<slug:slug>/reviews/<int:pk>/", reviewing_views.sign_off_review_update, name="sign_off_review_update"),
    path("o/<slug:slug>/scorecards/<int:pk>/rounds/", views.round_list, name="round_list"),
    path("o/<slug:slug>/scorecards/<int:pk>/rounds/new", views.round_create, name="round_create"),
    path("o/<slug:slug>/rounds/<int:pk>/", include(asked)),
    path("rate/<str:token>/", include(by_token)),
]
