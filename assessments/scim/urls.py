"""The URLs of SCIM, all below one version."""

from importlib import import_module

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, include, path
from django.views.decorators.csrf import csrf_exempt


def _operation(route: str, name: str, view_name: str = "") -> URLPattern:
    """An address whose view is loaded with the first request for it.

    What SCIM is read with takes as long to be imported as half of the site, which most sites never need.
    """

    @csrf_exempt
    @login_not_required
    def view(request: HttpRequest, **parts: object) -> HttpResponse:
        found: HttpResponse = getattr(import_module("assessments.scim.views"), view_name or name)(request, **parts)
        return found

    return path(route, view, name=name)


operations = [
    _operation("Users", "user_list"),
    _operation("Users/.search", "user_search"),
    _operation("Users/<str:pk>", "user_detail"),
    _operation("Groups", "group_list"),
    _operation("Groups/.search", "group_search"),
    _operation("Groups/<str:pk>", "group_detail"),
    _operation("ServiceProviderConfig", "config_detail"),
    _operation("Schemas", "schema_list"),
    _operation("Schemas/<str:name>", "schema_detail"),
    _operation("ResourceTypes", "resource_type_list"),
    _operation("ResourceTypes/<str:name>", "resource_type_detail"),
    _operation("", "root_detail", "nothing_detail"),
    _operation("<path:rest>", "nothing_detail"),
]

urlpatterns = [path("scim/v2/", include((operations, "scim")))]
