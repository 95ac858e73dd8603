"""The buyer's URLs of vendors' reviews, all below one organization."""

from django.urls import include, path

from assessments.vendors import views

review = [
    path("", views.vendor_review_detail, name="vendor_review_detail"),
    path("fill", views.vendor_review_update, name="vendor_review_update"),
    path("edit", views.vendor_review_edit, name="vendor_review_edit"),
    path("complete", views.vendor_review_complete, name="vendor_review_complete"),
    path("reopen", views.vendor_review_reopen, name="vendor_review_reopen"),
    path("repeat", views.vendor_review_repeat, name="vendor_review_repeat"),
    path("delete", views.vendor_review_delete, name="vendor_review_delete"),
    path("answers/<slug:question>/<slug:part>", views.vendor_answer_update, name="vendor_answer_update"),
    path("evidence/<slug:question>/new", views.vendor_evidence_create, name="vendor_evidence_create"),
    path("evidence/<int:evidence_pk>", views.vendor_evidence_download, name="vendor_evidence_download"),
    path("evidence/<int:evidence_pk>/delete", views.vendor_evidence_delete, name="vendor_evidence_delete"),
]

urlpatterns = [
    path("o/<slug:slug>/vendors/", views.vendor_review_list, name="vendor_review_list"),
    path("o/<slug:slug>/vendors/new", views.vendor_review_create, name="vendor_review_create"),
    path("o/<slug:slug>/vendors/compare", views.vendor_review_compare, name="vendor_review_compare"),
    path("o/<slug:slug>/vendors/compare/xlsx", views.vendor_comparison_export, name="vendor_comparison_export"),
    path("o/<slug:slug>/vendors/weights", views.topic_weight_update, name="topic_weight_update"),
    path("o/<slug:slug>/vendors/<int:pk>/", include(review)),
]
