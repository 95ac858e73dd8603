"""In which language a page speaks: the person's own, else what was chosen in this browser, else what the browser asks.

A link without an account (a vendor's, a rater's, a shared report's) may have a language of its own; its view says so.
"""

from collections.abc import Callable
from decimal import Decimal
from functools import cache

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.formats import number_format

FOR_MACHINES = ("/api/", "/scim/")  # what programs read is English, whatever their libraries ask for
CODES = frozenset(code for code, _ in settings.LANGUAGES)


class DjangoTranslator:
    """What translates for the rooms that know no Django (`framework.translating`)."""

    def language(self) -> str:
        return (translation.get_language() or settings.LANGUAGE_CODE).partition("-")[0]

    def key(self) -> str:
        return self.language()

    def gettext(self, text: str) -> str:
        return translation.gettext(text)

    def ngettext(self, one: str, many: str, count: int) -> str:
        return translation.ngettext(one, many, count)

    def pgettext(self, context: str, text: str) -> str:
        return translation.pgettext(context, text)

    def number(self, value: float | Decimal, decimals: int | None) -> str:
        if self.language() == "en":
            return f"{value:,}" if decimals is None else f"{value:,.{decimals}f}"
        return number_format(value if decimals is None else f"{value:.{decimals}f}", decimals, force_grouping=True)


class FirstLanguageMiddleware:
    """Before whatever may refuse a request: else the page for it spoke as the last one that this process answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_for_machines = request.path_info.startswith(FOR_MACHINES)
        translation.activate("en" if is_for_machines else translation.get_language_from_request(request))
        return self.get_response(request)


class LanguageMiddleware:
    """Behind what asks who it is: their own language goes before the one that was taken first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path_info.startswith(FOR_MACHINES):
            response.headers.setdefault("Content-Language", translation.get_language())
            patch_vary_headers(response, ("Accept-Language",))
        return response

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> None:
        """The person is known by now wherever a page asks for one; where none was asked for, none is looked up."""
        _speak_to(getattr(request, "_cached_user", None), request)


def speak_to_whoever_asks(request: HttpRequest) -> None:
    """For a page in the place of a view, before it is asked who wants it: nothing is there, or a form from nowhere."""
    _speak_to(getattr(request, "user", None), request)


def _speak_to(person: object, request: HttpRequest) -> None:
    chosen = getattr(person, "language", "")
    if chosen in CODES and not request.path_info.startswith(FOR_MACHINES):
        translation.activate(chosen)


def find_language(text: str) -> str:
    """The code of a language by its code, with or without a country, or by its name in itself or in another of them."""
    said = text.strip().lower()
    code = said.replace("_", "-").partition("-")[0]
    return code if code in CODES else _codes().get(said, "")


@cache
def _codes() -> dict[str, str]:
    """The codes by the names that the languages have in themselves and in each other."""
    names: dict[str, str] = {}
    for code in CODES:
        known = translation.get_language_info(code)
        names |= {known["name"].lower(): code, known["name_local"].lower(): code}
        for spoken in CODES:
            with translation.override(spoken):
                names[translation.gettext(known["name"]).lower()] = code
    return names


def language_of(person: AbstractBaseUser | None) -> str:
    """The language of somebody who is written to, not seen: their own, else the site's."""
    return getattr(person, "language", "") or settings.LANGUAGE_CODE


def language_of_address(email: str) -> str:
    """Likewise, where only the address is known; to somebody without an account it is the language of who writes."""
    known = get_user_model().objects.filter(email=email.lower()).values_list("language", flat=True).first()
    if known is None:
        return translation.get_language() or settings.LANGUAGE_CODE
    return known or settings.LANGUAGE_CODE


def remember(response: HttpResponse, language: str) -> None:
    """Have this browser speak a language from now on, whoever uses it."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        path=settings.SESSION_COOKIE_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
