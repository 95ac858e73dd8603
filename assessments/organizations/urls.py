"""The organizations' URLs, and the accounts': of allauth's views those that make sense here."""

from collections.abc import Callable

from allauth.account import views as account_views
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.urls import include, path, re_path
from django.views.decorators.http import require_http_methods

from assessments.organizations import views
from assessments.organizations.access import personal_view


def _page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """One of allauth's views as a page: read and posted to, as some of them would take any method for a post."""
    return require_http_methods(["GET", "POST"])(view)


accounts = [
    path("login/", _page(account_views.login), name="account_login"),
    path("logout/", _page(login_not_required(account_views.logout)), name="account_logout"),
    path("signup/", _page(account_views.signup), name="account_signup"),
    path("inactive/", _page(login_not_required(account_views.account_inactive)), name="account_inactive"),
    path("password/change/", _page(personal_view(account_views.password_change)), name="account_change_password"),
    path("password/reset/", _page(account_views.password_reset), name="account_reset_password"),
    path("password/reset/done/", _page(account_views.password_reset_done), name="account_reset_password_done"),
    re_path(  # the key has a hyphen of its own: only the first one ends the person's number
        r"^password/reset/key/(?P<uidb36>[^/-]+)-(?P<key>[^/]+)/$",
        _page(account_views.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        _page(account_views.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
]

urlpatterns = [
    path("accounts/", include(accounts)),
    path("organizations/new", views.organization_create, name="organization_create"),
    path("o/<slug:slug>/settings", views.organization_update, name="organization_update"),
]
