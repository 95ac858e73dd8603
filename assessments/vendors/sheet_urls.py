"""The URLs of a review's workbook."""

from django.urls import path

from assessments.vendors import sheet_views

urlpatterns = [
    path("o/<slug:slug>/vendors/<int:pk>/xlsx", sheet_views.vendor_review_export, name="vendor_review_export"),
    path("o/<slug:slug>/vendors/<int:pk>/import", sheet_views.vendor_review_import, name="vendor_review_import"),
]
