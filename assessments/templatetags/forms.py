"""Tags that every template has, in the place of the framework's own.

`csrf_token` brings the request key, too, so that no form does without one; `url` works out an address once.
"""

from functools import lru_cache

from django import template
from django.conf import settings
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaulttags import CsrfTokenNode, URLNode
from django.template.defaulttags import url as parse_url
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from assessments.platform.drawn import form_fields

register = template.Library()


class FormKeysNode(CsrfTokenNode):
    """The token that shows where a form came from, and the key by which two equal requests of it make one thing."""

    def render(self, context: Context) -> SafeString | str:
        request = context.get("request")
        if request is None or not context.get("csrf_token"):
            return super().render(context)
        return form_fields(request)


@register.tag
def csrf_token(parser: Parser, token: Token) -> FormKeysNode:
    return FormKeysNode()


class AddressNode(URLNode):
    """An address by its name and what stands in it; what the framework has more, such as namespaces, is left to it."""

    def render(self, context: Context) -> str:
        name = self.view_name.resolve(context)
        if self.kwargs or ":" in name:
            return super().render(context)
        try:
            arguments = (arg.resolve(context) for arg in self.args)
            address = _address(get_urlconf() or settings.ROOT_URLCONF, get_script_prefix(), name, *arguments)
        except (NoReverseMatch, TypeError):
            return super().render(context)
        if self.asvar:
            context[self.asvar] = address
            return ""
        return conditional_escape(address) if context.autoescape else address


@lru_cache(maxsize=8192, typed=True)
def _address(urlconf: str, prefix: str, name: str, *arguments: str | int) -> str:
    return reverse(name, urlconf=urlconf, args=arguments)


@register.tag
def url(parser: Parser, token: Token) -> AddressNode:
    node = parse_url(parser, token)
    return AddressNode(node.view_name, node.args, node.kwargs, node.asvar)
