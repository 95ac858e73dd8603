"""The URLs of tools' files on vendors' answers: the buyer's below her organization, the vendor's below the token."""

from django.urls import path

from assessments.vendors.measured import views

urlpatterns = [
    path("o/<slug:slug>/vendors/<int:pk>/figures/<uuid:batch>", views.vendor_drop_detail, name="vendor_drop_detail"),
    path("v/<str:token>/figures/<uuid:batch>", views.vendor_link_drop, name="vendor_link_drop"),
]
