"""What is chosen and said about a review."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _lazy

from assessments.accounts.models import User


class AskReviewForm(forms.Form):
    reviewer = forms.ChoiceField(
        error_messages={
            "required": _lazy("Choose who reads it."),
            "invalid_choice": _lazy("Choose somebody else of this list."),
        }
    )

    def __init__(self, *args: object, people: Sequence[User], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        self.fields["reviewer"].choices = [(pk, str(person)) for pk, person in self.people.items()]

    def clean_reviewer(self) -> User:
        return self.people[self.cleaned_data["reviewer"]]
