"""What an owner says of a server that is read."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.figures.incoming import connecting, live
from assessments.platform.names import clean_name


class SourceForm(forms.Form):
    """A server to read every hour. The token is never shown again: left empty, the one there is stays."""

    address = forms.CharField(max_length=500, error_messages={"required": _lazy("Give the address of the server.")})
    token = forms.CharField(
        required=False, max_length=4000, error_messages={"max_length": _lazy("A token has at most 4,000 characters.")}
    )
    drop_token = forms.BooleanField(required=False)
    queries = forms.CharField(error_messages={"required": _lazy("Give at least one query.")})
    service = forms.CharField(
        required=False,
        max_length=120,
        error_messages={"max_length": _lazy("Name the service in at most 120 characters.")},
    )

    def clean_address(self) -> str:
        return connecting.read_source_address(self.cleaned_data["address"])

    def clean_token(self) -> str:
        token = self.cleaned_data["token"]
        if not (token.isascii() and token.isprintable()):
            raise ValidationError(_("A token has plain letters, digits and signs only."))
        return token

    def clean_queries(self) -> str:
        return live.clean_queries(self.cleaned_data["queries"])

    def clean_service(self) -> str:
        return clean_name(self.cleaned_data["service"])

    def values(self, *, has_token: bool) -> dict[str, Any]:
        """What is saved; a token of None leaves the one there is."""
        data = self.cleaned_data
        token = "" if data["drop_token"] else data["token"] or (None if has_token else "")
        return {name: data[name] for name in ("address", "queries", "service")} | {"token": token}
