"""The form of which mails a person wants."""

from typing import Any

from django import forms

from assessments.accounts.models import User
from assessments.platform.mails.choices import Reader, choices_of
from assessments.platform.mails.kinds import optional_kinds


class MailChoiceForm(forms.Form):
    """One box for each kind of mail that somebody may do without."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        wanted = choices_of(Reader(user.email, user))
        super().__init__(*args, initial=wanted, **kwargs)
        for kind in optional_kinds():
            self.fields[kind.name] = forms.BooleanField(label=kind.label, required=False)
