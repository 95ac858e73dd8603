"""The roadmaps' URLs, all below one organization but a person's own items."""

from django.urls import URLPattern, URLResolver, include, path

from assessments.roadmaps import views
from assessments.roadmaps.items import list_views
from assessments.roadmaps.items import views as item_views

item: list[URLPattern] = [
    path("", item_views.roadmap_item_detail, name="roadmap_item_detail"),
    path("update", item_views.roadmap_item_update, name="roadmap_item_update"),
    path("save/<slug:part>", item_views.roadmap_item_save, name="roadmap_item_save"),
    path("delete", item_views.roadmap_item_delete, name="roadmap_item_delete"),
    path("comments/new", item_views.roadmap_comment_create, name="roadmap_comment_create"),
    path("evidence/new", item_views.roadmap_evidence_create, name="roadmap_evidence_create"),
    path("evidence/<int:evidence_pk>", item_views.roadmap_evidence_download, name="roadmap_evidence_download"),
    path("evidence/<int:evidence_pk>/delete", item_views.roadmap_evidence_delete, name="roadmap_evidence_delete"),
]

roadmap: list[URLPattern | URLResolver] = [
    path("", views.roadmap_detail, name="roadmap_detail"),
    path("timeline", views.roadmap_timeline, name="roadmap_timeline"),
    path("undo", list_views.roadmap_undo, name="roadmap_undo"),
    path("export", views.roadmap_export, name="roadmap_export"),
    path("delete", views.roadmap_delete, name="roadmap_delete"),
    path("suggestions/take", views.suggestion_take, name="suggestion_take"),
    path("suggestions/dismiss", views.suggestion_dismiss, name="suggestion_dismiss"),
    path("suggestions/restore", views.suggestion_restore, name="suggestion_restore"),
    path("items/", list_views.roadmap_item_list, name="roadmap_item_list"),
    path("items/new", item_views.roadmap_item_create, name="roadmap_item_create"),
    path("items/bulk", list_views.roadmap_item_bulk, name="roadmap_item_bulk"),
    path("items/move", item_views.roadmap_item_move, name="roadmap_item_move"),
    path("items/<int:item_pk>/", include(item)),
]

urlpatterns = [
    path("roadmap/mine", item_views.roadmap_item_mine, name="roadmap_item_mine"),
    path("o/<slug:slug>/roadmaps/", views.roadmap_list, name="roadmap_list"),
    path("o/<slug:slug>/roadmaps/new", views.roadmap_create, name="roadmap_create"),
    path("o/<slug:slug>/roadmaps/<int:pk>/", include(roadmap)),
]
