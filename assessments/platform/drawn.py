"""Pieces of pages that are drawn once and kept, since what they show is the same for everybody who may see them.

A piece is kept under everything it depends on, so two that differ in anything have two keys; whether somebody may see
it is decided before it is asked for. What belongs to one person's visit, the hidden fields of a form, is put in after.
"""

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from threading import Lock
from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from assessments.framework.translating import kept_under
from assessments.platform import request_keys

MOST = 4096
_kept: OrderedDict[tuple[Hashable, ...], SafeString] = OrderedDict()
_keeping = Lock()
_FIELD = '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'
_LATER = "later"


def draw(template_name: str, key: tuple[Hashable, ...], context: Mapping[str, Any]) -> SafeString:
    """A template drawn once a language for all that have the same `key`, which holds everything else it depends on."""
    key = (template_name, *key, kept_under())
    drawn = _kept.get(key)
    if drawn is None:
        drawn = render_to_string(template_name, dict(context))
        with _keeping:
            _kept[key] = drawn
            if len(_kept) > MOST:
                _kept.popitem(last=False)
    return drawn


def draw_form(
    request: HttpRequest, template_name: str, key: tuple[Hashable, ...], context: Mapping[str, Any]
) -> SafeString:
    """The same for a template with forms: each gets the token and the request key of this visit."""
    drawn = draw(template_name, key, {**context, "csrf_token": _LATER})
    # No text of a person holds this: it would be escaped.
    return mark_safe(drawn.replace(_FIELD.format(_LATER), form_fields(request)))  # noqa: S308


def form_fields(request: HttpRequest) -> SafeString:
    """The hidden fields of every form of a page: where it came from, and the key that makes two equal requests one."""
    if not hasattr(request, "_form_fields"):
        token = format_html(_FIELD, get_token(request))
        request._form_fields = token + format_html(  # type: ignore[attr-defined]
            '<input type="hidden" name="{}" value="{}">', request_keys.FIELD, request_keys.key_of(request)
        )
    fields: SafeString = request._form_fields  # type: ignore[attr-defined]
    return fields
