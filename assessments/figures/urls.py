"""The URLs of dropped files and of figures, all below one organization."""

from django.urls import path

from assessments.figures import views
from assessments.figures.incoming import live_views, push_views

SCORECARD = "o/<slug:slug>/scorecards/<int:pk>/figures/"

urlpatterns = [
    path("api/figures", push_views.figure_push, name="figure_push"),
    path("o/<slug:slug>/figures/tokens", push_views.figure_token_list, name="figure_token_list"),
    path("o/<slug:slug>/figures/source", live_views.figure_source_update, name="figure_source_update"),
    path("o/<slug:slug>/figures/source/delete", live_views.figure_source_delete, name="figure_source_delete"),
    path("o/<slug:slug>/figures/<int:figure_pk>/take", views.figure_take, name="figure_take"),
    path("o/<slug:slug>/figures/", views.figure_list, name="figure_list"),
    path("o/<slug:slug>/figures/<int:figure_pk>/delete", views.figure_delete, name="figure_delete"),
    path(f"{SCORECARD}new", views.figure_drop_create, name="figure_drop_create"),
    path(f"{SCORECARD}<uuid:batch>", views.figure_drop_detail, name="figure_drop_detail"),
    path(f"{SCORECARD}<uuid:batch>/take", views.figure_drop_take, name="figure_drop_take"),
    path(f"{SCORECARD}files/<int:drop_pk>/delete", views.figure_drop_delete, name="figure_drop_delete"),
]
