"""The accounts' URLs: of allauth's views those that make sense here."""

from allauth.account import views as account_pages
from allauth.mfa.base import views as two_factor
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from allauth.socialaccount import views as single_sign_on
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, re_path
from django.views.decorators.http import require_http_methods

from assessments.accounts import views as account_views
from assessments.accounts.access import personal_view

# Public ones are marked so, by us or by allauth; every other has its door.
accounts = [
    path("", account_views.account_detail, name="account_detail"),
    path("login/", account_pages.login, name="account_login"),
    path("logout/", login_not_required(account_pages.logout), name="account_logout"),
    path("signup/", account_pages.signup, name="account_signup"),
    path("inactive/", login_not_required(account_pages.account_inactive), name="account_inactive"),
    path("confirm/", personal_view(account_pages.reauthenticate), name="account_reauthenticate"),
    path("confirm/code/", personal_view(two_factor.reauthenticate), name="mfa_reauthenticate"),
    path("confirm/passkey/", personal_view(passkeys.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("email/", account_views.email_update, name="account_email"),
    path("email/<str:key>/", account_views.email_confirm, name="account_confirm_email"),
    path("password/change/", personal_view(account_pages.password_change), name="account_change_password"),
    path("password/set/", personal_view(account_pages.password_set), name="account_set_password"),
    path("password/reset/", account_pages.password_reset, name="account_reset_password"),
    path("password/reset/done/", account_pages.password_reset_done, name="account_reset_password_done"),
    re_path(  # the key has a hyphen, too
        r"^password/reset/key/(?P<uidb36>[^/-]+)-(?P<key>[^/]+)/$",
        account_pages.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        account_pages.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("two-factor/", account_views.account_home, name="mfa_index"),
    path("two-factor/sign-in/", two_factor.authenticate, name="mfa_authenticate"),
    path("two-factor/app/add/", personal_view(totp.activate_totp), name="mfa_activate_totp"),
    path("two-factor/app/remove/", personal_view(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("two-factor/codes/", personal_view(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("two-factor/codes/new/", personal_view(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("two-factor/codes/text/", personal_view(codes.download_recovery_codes), name="mfa_download_recovery_codes"),
    path("passkeys/", account_views.account_home, name="mfa_list_webauthn"),
    path("passkeys/sign-in/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("passkeys/add/", personal_view(passkeys.add_webauthn), name="mfa_add_webauthn"),
    path("passkeys/<int:pk>/", personal_view(passkeys.edit_webauthn), name="mfa_edit_webauthn"),
    path("passkeys/<int:pk>/remove/", personal_view(passkeys.remove_webauthn), name="mfa_remove_webauthn"),
    path("single-sign-on/", personal_view(single_sign_on.connections), name="socialaccount_connections"),
    path("single-sign-on/cancelled/", single_sign_on.login_cancelled, name="socialaccount_login_cancelled"),
    path("oidc/<slug:provider_id>/login/", account_views.single_sign_on, name="openid_connect_login"),
    path(
        "oidc/<slug:provider_id>/login/callback/",
        account_views.single_sign_on_callback,
        name="openid_connect_callback",
    ),
    path("sessions/", account_views.session_list, name="usersessions_list"),
]
for page in accounts:  # some of allauth's views would take any method for a POST
    page.callback = require_http_methods(["GET", "POST"])(page.callback)

urlpatterns = [
    path("accounts/", include(accounts)),
    path("language/", account_views.language_update, name="language_update"),
    path("unsent/", account_views.unsent_detail, name="unsent_detail"),
]
