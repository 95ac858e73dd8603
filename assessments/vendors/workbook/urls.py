"""The URLs of a review's workbook and of the reports on what came back."""

from django.urls import path

from assessments.vendors.workbook import views

urlpatterns = [
    path("o/<slug:slug>/vendors/<int:pk>/xlsx", views.vendor_review_export, name="vendor_review_export"),
    path("o/<slug:slug>/vendors/<int:pk>/import", views.vendor_review_import, name="vendor_review_import"),
    path("o/<slug:slug>/vendors/imports/<int:pk>", views.vendor_import_detail, name="vendor_import_detail"),
    path("o/<slug:slug>/vendors/imports/<int:pk>/csv", views.vendor_import_download, name="vendor_import_download"),
    path("o/<slug:slug>/vendors/imports/<int:pk>/take", views.vendor_import_take, name="vendor_import_take"),
]
