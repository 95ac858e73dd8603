"""The URLs of vendors' links: the buyer's below her organization, the vendor's below the token."""

from django.urls import include, path

from assessments.vendors.linking import views

by_token = [
    path("", views.vendor_link_answer, name="vendor_link_answer"),
    path("passcode", views.vendor_link_unlock, name="vendor_link_unlock"),
    path("xlsx", views.vendor_link_export, name="vendor_link_export"),
    path("submit", views.vendor_link_submit, name="vendor_link_submit"),
    path("answers/<slug:question>", views.vendor_link_save, name="vendor_link_save"),
    path("answers/<slug:question>/evidence", views.vendor_link_attach, name="vendor_link_attach"),
    path("evidence/<int:evidence_pk>", views.vendor_link_download, name="vendor_link_download"),
    path("evidence/<int:evidence_pk>/remove", views.vendor_link_detach, name="vendor_link_detach"),
    path("branding/<slug:digest>/logo", views.vendor_link_logo, name="vendor_link_logo"),
    path("branding/<slug:digest>/colors.css", views.vendor_link_styles, name="vendor_link_styles"),
]

urlpatterns = [
    path("vendors/ask", views.vendor_request_create, name="vendor_request_create"),
    path("o/<slug:slug>/vendors/<int:pk>/link", views.vendor_link_create, name="vendor_link_create"),
    path("o/<slug:slug>/vendors/<int:pk>/link/revoke", views.vendor_link_revoke, name="vendor_link_revoke"),
    path("o/<slug:slug>/vendors/<int:pk>/link/remind", views.vendor_link_remind, name="vendor_link_remind"),
    path("v/<str:token>/", include(by_token)),
]
