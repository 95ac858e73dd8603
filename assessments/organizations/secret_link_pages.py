"""What every page behind a secret link has in common: how it is found, unlocked, and what its answers carry."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django_ratelimit.core import is_ratelimited

from assessments.organizations.secret_links import PASSCODE_MIN_LENGTH, SecretLink, open_seal

LinkView = Callable[..., HttpResponse]

PROGRAMS = re.compile(
    r"bot\b|crawl|spider|preview|externalhit|scan|facebot|whatsapp|telegram|slack|skype|discord", re.I
)
# Addresses that lead nowhere, a minute, from one network address. The right one never counts.
UNKNOWN_RATE = "60/m"
PASSCODE = f"Use at least {PASSCODE_MIN_LENGTH} characters, or none."
PLAIN_TYPING = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class NewPasscodeField(forms.CharField):
    """The passcode that is chosen for a link; empty is none."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            required=False,
            min_length=PASSCODE_MIN_LENGTH,
            max_length=100,
            label="Passcode",
            help_text="Asked for when the link is opened. Tell it by phone, not in the same message as the link.",
            error_messages={"min_length": PASSCODE, "max_length": "Use at most 100 characters."},
            widget=forms.TextInput(attrs=PLAIN_TYPING),
            **options,
        )


class PasscodeForm(forms.Form):
    passcode = forms.CharField(
        max_length=100,
        label="Passcode",
        error_messages={"required": "Enter the passcode.", "max_length": "A passcode has at most 100 characters."},
        widget=forms.PasswordInput(attrs={**PLAIN_TYPING, "autofocus": True}),
    )


def by_link(
    view: LinkView,
    *,
    find: Callable[[str], SecretLink | None],
    ended: Callable[..., HttpResponse],
    locked: Callable[..., HttpResponse] | None,
) -> LinkView:
    """Finds the link of a token, asks for its passcode where `locked` is given, and gives all answers the same headers.

    An unknown token, one that ended, and anything below one that is not there look all the same.
    """

    @wraps(view)
    def found(request: HttpRequest, token: str, **kwargs: object) -> HttpResponse:
        link = find(token)
        if link is None:
            response = ended(request, counts=True)
        elif locked is not None and not is_unlocked(request, link):
            response = _locked(request, link, token, locked)
        else:
            try:
                response = view(request, link, token, **kwargs)
            except Http404:
                response = ended(request)
        response["Cache-Control"] = "private, no-store"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return found


def _locked(request: HttpRequest, link: SecretLink, token: str, page: Callable[..., HttpResponse]) -> HttpResponse:
    """The passcode's form. A script is told in a way it can mend once the passcode was typed in another tab."""
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse("The passcode is needed again.", status=401, content_type="text/plain")
    return page(request, link, token, PasscodeForm(), status=200 if request.method == "GET" else 403)


def unlock(request: HttpRequest, link: SecretLink, check: Callable[[Any, str], None]) -> tuple[PasscodeForm, int]:
    """Take the passcode that was typed. The form, and 302 if this browser may go on, else the status of the refusal."""
    form = PasscodeForm(request.POST)
    if is_unlocked(request, link):
        return form, 302
    if form.is_valid():
        try:
            check(link, form.cleaned_data["passcode"])
        except ValidationError as error:
            form.add_error("passcode", error)
        else:
            if not request.user.is_authenticated:
                request.session.cycle_key()
            request.session[_seal_name(link)] = open_seal(link)
            return form, 302
    return form, 429 if form.has_error("passcode", "locked") else 422


def is_unlocked(request: HttpRequest, link: SecretLink) -> bool:
    if not link.passcode:
        return True
    return constant_time_compare(request.session.get(_seal_name(link), ""), open_seal(link))


def _seal_name(link: SecretLink) -> str:
    return f"{link._meta.model_name}-{link.pk}"


def is_guessing(request: HttpRequest) -> bool:
    """Whether too many addresses that lead nowhere were opened from there; this one is counted."""
    return is_ratelimited(request, group="unknown_secret_link", key=_client, rate=UNKNOWN_RATE, increment=True)


def _client(group: str, request: HttpRequest) -> str:
    """The network address of the reader, behind whatever proxies the site trusts."""
    return str(get_adapter().get_client_ip(request))


def is_preview(request: HttpRequest) -> bool:
    """Whether a program has looked and no person: a chat's or a mail's preview, a scanner, a browser reading ahead."""
    purpose = " ".join(request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz"))
    agent = request.headers.get("User-Agent", "")
    is_program = bool(agent) and (not agent.startswith("Mozilla/") or PROGRAMS.search(agent) is not None)
    return is_program or "prefetch" in purpose or "preview" in purpose
