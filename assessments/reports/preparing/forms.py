"""The page before a report is made: its choices, and the words of the summary."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy

from assessments.framework.translating import number
from assessments.reports.choices import (
    BY_KEY,
    LANGUAGES,
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

OVERALL = ("", _lazy("The organization as a whole"))
TOO_LONG = {
    "finding": _lazy(
        "A finding takes {most} characters, so that its page stays one page. This one has {count}. Nothing is lost: "
        "shorten it here."
    ),
    "decision": _lazy(
        "A decision takes {most} characters, so that its page stays one page. This one has {count}. Nothing is lost: "
        "shorten it here."
    ),
    "letter": _lazy(
        "A covering letter takes {most} characters, so that its page stays one page. This one has {count}. Nothing is "
        "lost: shorten it here."
    ),
}


class WordsField(forms.CharField):
    """A text that stays on its page: the sentence says by how much it is too long, and the text stays in its box."""

    def __init__(self, what: str, limit: int, rows: int, **kwargs: Any) -> None:
        self.what, self.limit = what, limit
        super().__init__(required=False, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

    def clean(self, value: str | None) -> str:
        text = str(super().clean(value)).strip()
        if len(text) > self.limit:
            said = str(TOO_LONG[self.what])
            raise ValidationError(said.format(most=number(self.limit), count=number(len(text))))
        return text


class PrepareForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)
    title = forms.CharField(
        required=False,
        max_length=LINE_LENGTH,
        label=pgettext_lazy("of a report", "Title"),
        help_text=_lazy("Empty: AI infrastructure readiness, and the name of the assessment."),
    )
    recipient = forms.CharField(
        required=False,
        max_length=LINE_LENGTH,
        label=_lazy("Prepared for"),
        help_text=_lazy("Empty: the board of the organization."),
    )
    mark = forms.CharField(
        required=False,
        max_length=MARK_LENGTH,
        label=_lazy("Mark at the foot of each page"),
        help_text=_lazy("Such as Strictly confidential."),
    )
    language = forms.ChoiceField(
        choices=list(LANGUAGES.items()),
        required=False,
        label=_lazy("Language"),
        help_text=_lazy("What people wrote stays as they wrote it."),
        error_messages={"invalid_choice": _lazy("Choose one of the languages in the list.")},
    )
    drafted_in = forms.CharField(required=False, max_length=5, widget=forms.HiddenInput)
    paper = forms.ChoiceField(choices=list(PAPERS.items()), label=_lazy("Paper"))
    people = forms.ChoiceField(
        choices=list(PEOPLE.items()),
        label=_lazy("People"),
        help_text=_lazy("Owners, and who saw or claimed something. Names inside notes stay as they were written."),
    )
    status = forms.ChoiceField(
        choices=[("final", pgettext_lazy("report", "Final")), ("draft", pgettext_lazy("report", "Draft"))],
        label=pgettext_lazy("of a report", "Status"),
    )
    gaps = forms.BooleanField(required=False, label=_lazy("Make it with the gaps"))
    letter = WordsField("letter", LETTER_LENGTH, 8, label=_lazy("Covering letter"), strip=True)

    def __init__(
        self, categories: Sequence[tuple[str, str]], data: Any = None, *, initial: Any = None, language: str = "en"
    ) -> None:
        """`language` is that of the report where the form says nothing of it."""
        super().__init__(data, initial=initial)
        self.language = language
        for place in range(FINDINGS):
            self.fields[f"about_{place}"] = forms.ChoiceField(
                choices=[OVERALL, *categories], required=False, label=pgettext_lazy("a finding", "About")
            )
            self.fields[f"finding_{place}"] = WordsField(
                "finding", FINDING_LENGTH, 3, label=_("Finding {number}").format(number=place + 1)
            )
        for place in range(DECISIONS):
            self.fields[f"decision_{place}"] = WordsField(
                "decision", DECISION_LENGTH, 2, label=_("Decision {number}").format(number=place + 1)
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
        return next((key for key, (_name, sections) in LENGTHS.items() if list(sections) == chosen), "")

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
            raise ValidationError(_("Choose at least one section for the report."))
        return self.cleaned_data

    def choices(self) -> Choices:
        said = self.cleaned_data
        chosen = self._sections()[0]
        return {
            "length": self.length or ("full" if "categories" in chosen else "short"),
            "sections": chosen,
            **{key: said[key] for key in ("title", "recipient", "mark", "paper", "people")},
            "language": said["language"] or self.language,
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
        "drafted_in": choices["language"],
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
