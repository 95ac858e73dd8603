"""Two administrators on one row: whoever saves second is told before the first one's work is overwritten."""

import hashlib
import json
from typing import Any

from django import forms
from django.db import models
from django.forms.models import model_to_dict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.framework.translating import is_english

SEEN = "as_seen"
CHANGED = _lazy(
    "Somebody else changed this while your page was open, so nothing was saved yet. What they left is: {what}. "
    "What you typed still stands below: save once more to keep it."
)


class SeenField(forms.CharField):
    """What the page was made from, by its hash; never a change of its own."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class SeenForm(forms.ModelForm):
    """A form that carries what the row was when its page was made. A page that does not say so is taken as it is."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            names = [name for name in self.fields if name != SEEN]
            self._stored = {
                name: sorted(str(row) for row in value) if isinstance(value, list) else str(value)
                for name, value in model_to_dict(self.instance, fields=names).items()
            }
            text = json.dumps(self._stored, sort_keys=True)
            self._digest = hashlib.sha256(text.encode()).hexdigest()
            self.fields[SEEN] = SeenField(required=False, initial=self._digest)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.instance.pk and data.get(SEEN) and data[SEEN] != self._digest:
            self.data = self.data.copy()
            self.data[self.add_prefix(SEEN)] = self._digest  # who saves once more knows
            self.add_error(None, CHANGED.format(what=self._what_is_there()))
        return data

    def _what_is_there(self) -> str:
        """The fields that differ from what was posted, as they are stored."""
        found = [f"{self._label(name)} {self._words(name)}" for name in self.changed_data]
        return "; ".join(found) or _("what you typed")

    def _label(self, name: str) -> str:
        label = str(self.fields[name].label or name)
        return label.lower() if is_english() else label

    def _words(self, name: str) -> str:
        shown = getattr(self.instance, f"get_{name}_display", None)
        value = shown() if shown else getattr(self.instance, name, "")
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, models.Manager):
            value = ", ".join(str(row) for row in value.all())
        return str(value or _("nothing"))
