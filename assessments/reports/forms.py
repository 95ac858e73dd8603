"""Which assessment a report is made of."""

from django import forms
from django.utils.formats import date_format

from assessments.organizations.models import Organization
from assessments.reports.models import Report
from assessments.scorecards.models import Scorecard


class ScorecardChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, scorecard: Scorecard) -> str:
        if scorecard.signed_off_at is None:
            return f"{scorecard.title} (draft)"
        return f"{scorecard.title} (signed off {date_format(scorecard.signed_off_at, 'DAY')})"


FORMATS = {
    Report.Format.PDF: "the report, to read and to print",
    Report.Format.DECK: "eight slides to present, with charts that can be edited",
    Report.Format.DOCUMENT: "the text of the report, to edit",
    Report.Format.WORKBOOK: "answers, proof, vendors and plan as sheets",
    Report.Format.JSON: "the same for other programs",
}


class ReportForm(forms.Form):
    scorecard = ScorecardChoiceField(
        queryset=Scorecard.objects.none(),
        empty_label=None,
        label="Assessment",
        error_messages={
            "required": "Choose the assessment to make a report of.",
            "invalid_choice": "Choose one of the assessments in the list.",
        },
    )

    format = forms.ChoiceField(
        choices=[(each.value, f"{each.label}: {words}") for each, words in FORMATS.items()],
        label="As",
        error_messages={"invalid_choice": "Choose one of the formats in the list."},
    )
    nist = forms.BooleanField(required=False, label="With the annex that reads the answers by the NIST AI RMF")

    gaps = forms.BooleanField(required=False, label="Make it with the gaps")

    def __init__(self, organization: Organization, data: dict[str, str] | None = None) -> None:
        """Without a format, as other pages ask for one, it is a PDF."""
        super().__init__(None if data is None else {"format": Report.Format.PDF.value, **dict(data.items())})
        self.fields["scorecard"].queryset = organization.scorecards.newest_first()
