"""The pages of the signed-in person's own account, and allauth's views where they need something before or after."""

from collections.abc import Callable
from copy import copy
from typing import cast

import requests
from allauth.account import views as account_pages
from allauth.account.models import get_emailconfirmation_model
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.socialaccount.adapter import get_adapter as get_single_sign_on_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialAccount, SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect import views as openid_views
from allauth.usersessions import views as session_pages
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from assessments.accounts.access import personal_view
from assessments.accounts.forms import NameForm
from assessments.accounts.models import User
from assessments.accounts.services import change_name, open_sessions, settle_address
from assessments.accounts.single_sign_on import OpenIDAdapter
from assessments.platform import languages, unsent


@require_http_methods(["GET", "POST"])
@login_not_required
def language_update(request: HttpRequest) -> HttpResponse:
    """The language of this browser from now on, and of the person's mails, if it is known who it is."""
    back = request.POST.get("next", "") if request.method == "POST" else request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    if request.method == "GET":
        return render(request, "accounts/language_update.html", {"next": back})
    language = request.POST.get("language", "")
    if language not in languages.CODES:
        return render(request, "accounts/language_update.html", {"next": back, "is_unknown": True}, status=422)
    if request.user.is_authenticated:
        User.objects.filter(pk=request.user.pk).update(language=language)
    response = redirect(back)
    languages.remember(response, language)
    return response


@require_http_methods(["GET", "POST"])
@personal_view
def account_detail(request: HttpRequest) -> HttpResponse:
    """Everything about one's own account; the name is changed right here, the rest on pages of its own."""
    user = cast(User, request.user)
    form = NameForm(request.POST if request.method == "POST" else None, instance=copy(user))
    if form.is_valid():
        change_name(user, name=form.cleaned_data["name"])
        messages.success(request, _("The name is saved."))
        return redirect("account_detail")
    context = {"form": form, **_ways_to_sign_in(request, user)}
    return render(request, "account/account_detail.html", context, status=422 if form.errors else 200)


def _ways_to_sign_in(request: HttpRequest, user: User) -> dict[str, object]:
    authenticators = list(Authenticator.objects.filter(user=user).order_by("pk"))
    codes = next((found for found in authenticators if found.type == Authenticator.Type.RECOVERY_CODES), None)
    return {
        "app": next((found for found in authenticators if found.type == Authenticator.Type.TOTP), None),
        "passkeys": [found for found in authenticators if found.type == Authenticator.Type.WEBAUTHN],
        "codes": codes,
        "codes_left": len(RecoveryCodes(codes).get_unused_codes()) if codes else 0,
        "provider": next(iter(get_single_sign_on_adapter().list_providers(request)), None),
        "connections": list(SocialAccount.objects.filter(user=user)),
        "session_count": len(open_sessions(user)),
        "token_count": user.tokens.filter(ended_at=None).count(),
    }


@personal_view
def account_home(request: HttpRequest) -> HttpResponse:
    """Where allauth has overviews of its own: everything is on the account's page."""
    return redirect("account_detail")


@personal_view
def email_update(request: HttpRequest) -> HttpResponse:
    settle_address(cast(User, request.user))
    return account_pages.email(request)


@personal_view
def email_confirm(request: HttpRequest, key: str) -> HttpResponse:
    """Only the person confirms, signed in: whoever got the mail because of a typing error does not get the account."""
    found = get_emailconfirmation_model().from_key(key)
    if found and found.email_address.user_id != request.user.pk:
        return render(request, "account/email_confirm.html", {"is_other": True}, status=403)
    settle_address(cast(User, request.user))
    return account_pages.confirm_email(request, key=key)


@require_http_methods(["GET", "POST"])
@personal_view
def session_list(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return session_pages.list_usersessions(request)
    if not UserSession.objects.filter(session_key=request.session.session_key).exists():
        UserSession.objects.create_from_request(request)  # it began before these were kept
    return render(request, "usersessions/usersession_list.html", {"sessions": open_sessions(cast(User, request.user))})


# What an answer that is not of the expected shape leads to, wherever it is read.
ODD = (KeyError, TypeError, AttributeError, ValueError, OverflowError)


@login_not_required
def single_sign_on(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Send the browser to the provider, from a page of its own.

    The content security policy binds what a form leads to, redirects included, and a provider may lead on to others.
    """
    response = _asked(openid_views.login, request, provider_id)
    if isinstance(response, HttpResponseRedirect):
        return render(request, "socialaccount/leaving.html", {"target": response.url})
    return response


@login_not_required
def single_sign_on_callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    return _asked(_callback, request, provider_id)


def _callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        return OAuth2CallbackView.adapter_view(OpenIDAdapter(request, provider_id))(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None


def _asked(view: Callable[..., HttpResponse], request: HttpRequest, provider_id: str) -> HttpResponse:
    """What the view answers; both ask the provider, whose answer may fail or be of any shape."""
    try:
        return view(request, provider_id)
    except (requests.RequestException, OAuth2Error, *ODD) as error:
        provider = get_single_sign_on_adapter().get_provider(request, provider_id)
        return render_authentication_error(request, provider, exception=error)


@require_GET
@personal_view
def unsent_detail(request: HttpRequest) -> HttpResponse:
    """What a person sent after their session had ended, with the button that sends it now."""
    found = unsent.of(request)
    if found is None:
        return redirect("organization_list")
    return render(request, "accounts/unsent_detail.html", {"unsent": found})
