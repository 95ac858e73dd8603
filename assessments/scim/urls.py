"""The URLs of SCIM, all below one version."""

from django.urls import include, path

from assessments.scim import views

operations = [
    path("Users", views.user_list, name="user_list"),
    path("Users/.search", views.user_search, name="user_search"),
    path("Users/<str:pk>", views.user_detail, name="user_detail"),
    path("Groups", views.group_list, name="group_list"),
    path("Groups/.search", views.group_search, name="group_search"),
    path("Groups/<str:pk>", views.group_detail, name="group_detail"),
    path("ServiceProviderConfig", views.config_detail, name="config_detail"),
    path("Schemas", views.schema_list, name="schema_list"),
    path("Schemas/<str:name>", views.schema_detail, name="schema_detail"),
    path("ResourceTypes", views.resource_type_list, name="resource_type_list"),
    path("ResourceTypes/<str:name>", views.resource_type_detail, name="resource_type_detail"),
    path("", views.nothing_detail, name="root_detail"),
    path("<path:rest>", views.nothing_detail, name="nothing_detail"),
]

urlpatterns = [path("scim/v2/", include((operations, "scim")))]
