"""The organizations' URLs, and the accounts': of allauth's views those that make sense here."""

from allauth.account import views as account_views
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path

from assessments.organizations import views
from assessments.organizations.access import personal_view

accounts = [
    path("login/", account_views.login, name="account_login"),
    path("logout/", login_not_required(account_views.logout), name="account_logout"),
    path("signup/", account_views.signup, name="account_signup"),
    path("inactive/", login_not_required(account_views.account_inactive), name="account_inactive"),
    path("password/change/", personal_view(account_views.password_change), name="account_change_password"),
    path("password/reset/", account_views.password_reset, name="account_reset_password"),
    path("password/reset/done/", account_views.password_reset_done, name="account_reset_password_done"),
    path(
        "password/reset/key/<str:uidb36>-<str:key>/",
        account_views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        account_views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]

urlpatterns = [
    path("accounts/", include(accounts)),
    path("organizations/new", views.organization_create, name="organization_create"),
    path("o/<slug:slug>/settings", views.organization_update, name="organization_update"),
]
