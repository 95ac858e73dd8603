"""The URLs of links and sendings: those of an organization, and the reader's below the token."""

from django.urls import include, path

from assessments.reports.sharing import link_views, sending_views, shared_views

here = [
    path("links/", link_views.report_link_list, name="report_link_list"),
    path("links/new", link_views.report_link_create, name="report_link_create"),
    path("links/<int:link_pk>/revoke", link_views.report_link_revoke, name="report_link_revoke"),
    path("sendings/new", sending_views.report_sending_create, name="report_sending_create"),
    path("sendings/<int:sending_pk>/", sending_views.report_sending_detail, name="report_sending_detail"),
    path("sendings/mails/<int:delivery_pk>/retry", sending_views.report_sending_retry, name="report_sending_retry"),
]

by_token = [
    path("", shared_views.report_share_detail, name="report_share_detail"),
    path("branding/<slug:digest>/logo", shared_views.report_share_logo, name="report_share_logo"),
    path("branding/<slug:digest>/colors.css", shared_views.report_share_styles, name="report_share_styles"),
    path("passcode", shared_views.report_share_unlock, name="report_share_unlock"),
    path("report.pdf", shared_views.report_share_view, name="report_share_view"),
    path("download", shared_views.report_share_download, name="report_share_download"),
]

urlpatterns = [
    path("o/<slug:slug>/reports/", include(here)),
    path("s/<str:token>/", include(by_token)),
]
