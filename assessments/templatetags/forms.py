"""The tag that every form has. It stands in for the framework's own, so that no form does without a request key."""

from django import template
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html
from django.utils.safestring import SafeString

from assessments.platform import request_keys

register = template.Library()


class FormKeysNode(CsrfTokenNode):
    """The token that shows where a form came from, and the key by which two equal requests of it make one thing."""

    def render(self, context: Context) -> SafeString | str:
        token = super().render(context)
        request = context.get("request")
        if not token or request is None:
            return token
        key = request_keys.key_of(request)
        return token + format_html('<input type="hidden" name="{}" value="{}">', request_keys.FIELD, key)


@register.tag
def csrf_token(parser: Parser, token: Token) -> FormKeysNode:
    return FormKeysNode()
