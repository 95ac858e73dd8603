"""Cells of the administration's lists: cut after two lines, and telling what they are where there are no columns."""

import re
from html import unescape
from typing import Any

from django import template
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

CELL = re.compile(r"<(?P<tag>t[dh])(?P<attributes>[^>]*)>(?P<content>.*)</t[dh]>", re.DOTALL)
ROLES = {"td": "cell", "th": "rowheader"}


@register.simple_tag
def cells(row: list[SafeString], headers: list[dict[str, Any]]) -> SafeString:
    """The cells of a row as Django draws them, each with its column's name and with the whole text to be hovered."""
    return mark_safe("".join(_cell(item, header) for item, header in zip(row, headers, strict=False)))  # noqa: S308  of escaped parts


def _cell(item: SafeString, header: dict[str, Any]) -> SafeString:
    found = CELL.fullmatch(item.strip())
    if found is None:
        return item
    tag, attributes, content = (mark_safe(found[name]) for name in ("tag", "attributes", "content"))  # noqa: S308  Django's own
    if "action-checkbox" in attributes:
        return format_html('<{} role="cell"{}>{}</{}>', tag, attributes, content, tag)
    return format_html(
        '<{tag} role="{role}"{attributes} data-label="{label}">'
        '<div class="cut" title="{whole}">{content}</div></{tag}>',
        tag=tag,
        role=ROLES[tag],
        attributes=attributes,
        label=strip_tags(header["text"]),
        whole=unescape(strip_tags(content)),
        content=content,
    )
