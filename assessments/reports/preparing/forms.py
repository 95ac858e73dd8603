"""The page before a report is made: its choices, and the words of the summary."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from assessments.reports.choices import (
    BY_KEY,
    LENGTHS,
    LINE_LENGTH,
    MARK_LENGTH,
    PAPERS,
    PEOPLE,
    SECTIONS,
    Choices,
    ordered,
)
from assessments.reports.preparing.models import ReportTemplate
from assessments.reports.words import (
    DECISION_LENGTH,
    DECISIONS,
    FINDING_LENGTH,
    FINDINGS,
    LETTER_LENGTH,
    Words,
)

OVERALL = ("", "The organization as a whole")


class WordsField(forms.CharField):
    """A text that stays on its page: the sentence says by how much it is too long, and the text stays in its box."""

    def __init__(self, what: str, limit: int, rows: int, **kwargs: Any) -> None:
        self.what, self.limit = what, limit
        super().__init__(required=False, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

    def clean(self, value: str | None) -> str:
        text = str(super().clean(value)).strip()
        if len(text) > self.limit:
            raise ValidationError(
                f"{self.what} takes {self.limit:,} characters, so that its page stays one page. This one has "
                f"{len(text):,}. Nothing is lost: shorten it here."
            )
        return text


class PrepareForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)
    title = forms.CharField(
        required=False,
        max_length=LINE_LENGTH,
        label="Title",
        help_text="Empty: AI infrastructure readiness, and the name of the assessment.",
    )
    recipient = forms.CharField(
        required=False, max_length=LINE_LENGTH, label="Prepared for", help_text="Empty: the board of the organization."
    )
    mark = forms.CharField(
        required=False,
        max_length=MARK_LENGTH,
        label="Mark at the foot of each page",
        help_text="Such as Strictly confidential.",
    )
    paper = forms.ChoiceField(choices=list(PAPERS.items()), label="Paper")
    people = forms.ChoiceField(
        choices=list(PEOPLE.items()),
        label="People",
        help_text="Owners, and who saw or claimed something. Names inside notes stay as they were written.",
    )
    status = forms.ChoiceField(choices=[("final", "Final"), ("draft", "Draft")], label="Status")
    gaps = forms.BooleanField(required=False, label="Make it with the gaps")
    letter = WordsField("A covering letter", LETTER_LENGTH, 8, label="Covering letter", strip=True)

    def __init__(self, categories: Sequence[tuple[str, str]], data: Any = None, *, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        for place in range(FINDINGS):
            self.fields[f"about_{place}"] = forms.ChoiceField(
                choices=[OVERALL, *categories], required=False, label="About"
            )
            self.fields[f"finding_{place}"] = WordsField("A finding", FINDING_LENGTH, 3, label=f"Finding {place + 1}")
        for place in range(DECISIONS):
            self.fields[f"decision_{place}"] = WordsField(
                "A decision", DECISION_LENGTH, 2, label=f"Decision {place + 1}"
            )

    # ---- What the page shows

    @property
    def findings(self) -> list[tuple[Any, Any]]:
        return [(self[f"about_{place}"], self[f"finding_{place}"]) for place in range(FINDINGS)]

    @property
    def decisions(self) -> list[Any]:
        return [self[f"decision_{place}"] for place in range(DECISIONS)]

    @property
    def sections(self) -> list[dict[str, Any]]:
        """Every section in its order, those that are on first where nothing else was said."""
        chosen, order = self._sections()
        return [{"section": BY_KEY[key], "is_on": key in chosen} for key in order]

    @property
    def length(self) -> str:
        chosen = self._sections()[0]
        return next((key for key, (_, sections) in LENGTHS.items() if list(sections) == chosen), "")

    def _sections(self) -> tuple[list[str], list[str]]:
        if self.is_bound:
            order = ordered(self.data.getlist("order"))
            on = set(self.data.getlist("section"))
            chosen = [key for key in order if key in on]
        else:
            chosen = ordered(self.initial["sections"])
            order = chosen
        return chosen, ordered([*order, *(section.key for section in SECTIONS)])

    # ---- What was chosen and written

    def clean(self) -> dict[str, Any]:
        super().clean()
        if not self._sections()[0]:
            raise ValidationError("Choose at least one section for the report.")
        return self.cleaned_data

    def choices(self) -> Choices:
        said = self.cleaned_data
        chosen = self._sections()[0]
        return {
            "length": self.length or ("full" if "categories" in chosen else "short"),
            "sections": chosen,
            **{key: said[key] for key in ("title", "recipient", "mark", "paper", "people")},
            "language": "en",
            "is_draft": said["status"] == "draft",
            "has_letter": bool(said["letter"]),
        }

    def words(self) -> Words:
        said = self.cleaned_data
        findings = [
            {"category": said[f"about_{place}"], "text": said[f"finding_{place}"]}
            for place in range(FINDINGS)
            if said[f"finding_{place}"]
        ]
        decisions = [text for place in range(DECISIONS) if (text := said[f"decision_{place}"])]
        return {"findings": findings, "decisions": decisions, "letter": said["letter"]}


def initial_of(choices: Choices, words: Words, version: int, *, is_open: bool) -> dict[str, Any]:
    """The values of the form for what is kept."""
    initial: dict[str, Any] = {
        **choices,
        "version": version,
        "status": "draft" if choices["is_draft"] or is_open else "final",
        "letter": words["letter"],
    }
    for place, finding in enumerate(words["findings"]):
        initial |= {f"about_{place}": finding["category"], f"finding_{place}": finding["text"]}
    for place, decision in enumerate(words["decisions"]):
        initial[f"decision_{place}"] = decision
    return initial


class TemplateForm(forms.ModelForm):
    class Meta:
        model = ReportTemplate
        fields = ("name",)
