"""The URLs of the API, all below one version."""

from django.urls import path

from assessments.api import door, views
from assessments.api.site import api

operations = api.urls
for pattern in operations[0]:
    pattern.callback = door.entrance(pattern.callback)

urlpatterns = [
    path("api/v1/docs", views.api_document_detail, name="api_document_detail"),
    path("api/v1/", operations),
]
