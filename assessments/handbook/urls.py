"""The handbook for everyone who is signed in."""

from django.urls import path

from assessments.handbook import views

urlpatterns = [
    path("handbook/", views.handbook_list, name="handbook_list"),
    path("handbook/search/", views.handbook_search, name="handbook_search"),
    path("handbook/<slug:page>/", views.handbook_detail, name="handbook_detail"),
]
