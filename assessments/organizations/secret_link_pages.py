"""What every page behind a secret link has in common: how it is found, unlocked, and what its answers carry."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.crypto import constant_time_compare
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django_ratelimit.core import is_ratelimited

from assessments.organizations.secret_links import PASSCODE_MIN_LENGTH, SecretLink, open_seal
from assessments.platform.languages import CODES

LinkView = Callable[..., HttpResponse]

PROGRAMS = re.compile(
    r"bot\b|crawl|spider|preview|externalhit|scan|facebot|whatsapp|telegram|slack|skype|discord", re.I
)
# Addresses that lead nowhere, a minute, from one network address. The right one never counts.
UNKNOWN_RATE = "60/m"
PASSCODE = format_lazy(_lazy("Use at least {least} characters, or none."), least=PASSCODE_MIN_LENGTH)
PLAIN_TYPING = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class NewPasscodeField(forms.CharField):
    """The passcode that is chosen for a link; empty is none."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            required=False,
            min_length=PASSCODE_MIN_LENGTH,
            max_length=100,
            label=_lazy("Passcode"),
            help_text=_lazy(
                "Asked for when the link is opened. Tell it by phone, not in the same message as the link."
            ),
            error_messages={"min_length": PASSCODE, "max_length": _lazy("Use at most 100 characters.")},
            widget=forms.TextInput(attrs=PLAIN_TYPING),
            **options,
        )


class PasscodeForm(forms.Form):
    passcode = forms.CharField(
        max_length=100,
        label=_lazy("Passcode"),
        error_messages={
            "required": _lazy("Enter the passcode."),
            "max_length": _lazy("A passcode has at most 100 characters."),
        },
        widget=forms.PasswordInput(attrs={**PLAIN_TYPING, "autofocus": True}),
    )


@dataclass(frozen=True, slots=True)
class Door:
    """The door of the pages behind one kind of secret link, to be put before each of their views.

    It finds the link of a token and asks for its passcode. An unknown token, one that ended, and anything below one
    that is not there look all the same. All answers carry the same headers; times are those of the link's `zone`.
    """

    find: Callable[[str], SecretLink | None]
    check_passcode: Callable[[Any, str], None]
    zone: Callable[[Any], tzinfo]
    ended_page: str
    passcode_page: str
    first: str  # the URL behind the passcode
    note_opening: Callable[[Any], None] | None = None  # also when something is sent
    language: Callable[[Any], str] | None = None  # spoken to whoever chose none in this browser

    def __call__(self, view: LinkView) -> LinkView:
        return self._before(view, is_open=False)

    def unlocking(self, view: LinkView) -> LinkView:
        """Before the view that takes the passcode."""
        return self._before(view, is_open=True)

    def _before(self, view: LinkView, *, is_open: bool) -> LinkView:
        @wraps(view)
        def found(request: HttpRequest, token: str, **kwargs: object) -> HttpResponse:
            link = self.find(token)
            if link is None:
                response = self._nothing_here(request, is_limited=_is_guessing(request))
            else:
                self._speak(request, link)
                with timezone.override(self.zone(link)):
                    if is_open or _is_unlocked(request, link):
                        response = self._behind(view, request, link, token, kwargs)
                    else:
                        response = self._locked(request, link, token)
            response["Cache-Control"] = "private, no-store"
            response["X-Robots-Tag"] = "noindex, nofollow"
            return response

        return found

    def _speak(self, request: HttpRequest, link: SecretLink) -> None:
        """Speak the link's language for the rest of the request, unless another was chosen in this browser."""
        language = self.language(link) if self.language else ""
        if language in CODES and request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) not in CODES:
            translation.activate(language)

    def _behind(
        self, view: LinkView, request: HttpRequest, link: SecretLink, token: str, kwargs: dict[str, object]
    ) -> HttpResponse:
        if self.note_opening and request.method == "POST" and link.opened_at is None and _is_unlocked(request, link):
            self.note_opening(link)
        try:
            return view(request, link, token, **kwargs)
        except Http404:
            return self._nothing_here(request)

    def _nothing_here(self, request: HttpRequest, *, is_limited: bool = False) -> HttpResponse:
        context = {"is_ended": True, "is_limited": is_limited}
        return render(request, self.ended_page, context, status=429 if is_limited else 404)

    def _locked(self, request: HttpRequest, link: SecretLink, token: str) -> HttpResponse:
        """The passcode's form. A script is told in a way it can mend once the passcode was typed in another tab."""
        if request.htmx:  # type: ignore[attr-defined]
            return HttpResponse(_("The passcode is needed again."), status=401, content_type="text/plain")
        return self._ask(request, link, token, PasscodeForm(), status=200 if request.method == "GET" else 403)

    def _ask(
        self, request: HttpRequest, link: SecretLink, token: str, form: PasscodeForm, *, status: int
    ) -> HttpResponse:
        context = {"link": link, "token": token, "form": form, "was_sent": status == 403}
        return render(request, self.passcode_page, context, status=status)

    def unlock(self, request: HttpRequest, link: SecretLink, token: str) -> HttpResponse:
        """Take the passcode that was typed, and go on or say why not."""
        form = PasscodeForm(request.POST)
        if _is_unlocked(request, link):
            return redirect(self.first, token)
        if form.is_valid():
            try:
                self.check_passcode(link, form.cleaned_data["passcode"])
            except ValidationError as error:
                form.add_error("passcode", error)
            else:
                if not request.user.is_authenticated:
                    request.session.cycle_key()
                request.session[_seal_name(link)] = open_seal(link)
                return redirect(self.first, token)
        if self.find(token) is None:  # it was one wrong passcode too many
            return self._nothing_here(request)
        status = 429 if form.has_error("passcode", "locked") else 422
        return self._ask(request, link, token, form, status=status)


def _is_unlocked(request: HttpRequest, link: SecretLink) -> bool:
    if not link.passcode:
        return True
    return constant_time_compare(request.session.get(_seal_name(link), ""), open_seal(link))


def _seal_name(link: SecretLink) -> str:
    return f"{link._meta.model_name}-{link.pk}"


def _is_guessing(request: HttpRequest) -> bool:
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
