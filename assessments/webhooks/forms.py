"""What an owner, or somebody of a team, says of a webhook."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.platform.names import clean_name
from assessments.webhooks.connecting import read_webhook_address
from assessments.webhooks.events import Event
from assessments.webhooks.models import Webhook

CHOOSE = _lazy("Choose one of the formats.")
NO_EVENT = _lazy("Tick at least one event.")


class WebhookForm(forms.Form):
    """A webhook. Of one that is there, the address is not shown: left empty, it stays."""

    name = forms.CharField(
        max_length=80,
        label=_lazy("Name"),
        help_text=_lazy("Who or what is told: Governance channel."),
        error_messages={"required": _lazy("Give it a name."), "max_length": _lazy("Use at most 80 characters.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    address = forms.CharField(
        max_length=2000,
        label=_lazy("Address"),
        error_messages={
            "required": _lazy("Give the address to call."),
            "max_length": _lazy("Use at most 2,000 characters."),
        },
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "url", "spellcheck": "false"}),
    )
    format = forms.ChoiceField(
        choices=Webhook.Format.choices,
        label=_lazy("What arrives"),
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )
    events = forms.MultipleChoiceField(
        choices=Event.choices,
        error_messages={"required": NO_EVENT, "invalid_choice": _lazy("There is no such event. Reload the page.")},
    )
    version = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, webhook: Webhook | None = None) -> None:
        initial: dict[str, Any] = {"events": list(Event)}
        if webhook is not None:
            initial = {name: getattr(webhook, name) for name in ("name", "format", "events", "version")}
        super().__init__(data, initial=initial)
        address = self.fields["address"]
        address.help_text = _("It begins with https://. It is kept encrypted, and not shown again.")
        if webhook is not None:
            address.required = False
            said = _("It calls {host}. Leave this empty to go on with the address there is.")
            address.help_text = said.format(host=webhook.host)

    def clean_name(self) -> str:
        name = clean_name(self.cleaned_data["name"])
        if not name:
            raise ValidationError(_lazy("Give it a name."))
        return name

    def clean_address(self) -> str:
        address = self.cleaned_data["address"]
        return read_webhook_address(address) if address else ""

    @property
    def ticked(self) -> list[str]:
        given = self["events"].value()
        return [str(event) for event in given] if isinstance(given, list | tuple) else []

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("name", "address", "format", "events")}
