"""Which assessment a report is made of."""

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy

from assessments.organizations.models import Organization
from assessments.reports.models import Report
from assessments.scorecards.models import Scorecard


class ScorecardChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, scorecard: Scorecard) -> str:
        if scorecard.signed_off_at is None:
            return _("{title} (draft)").format(title=scorecard.title)
        day = date_format(scorecard.signed_off_at, "DAY")
        return _("{title} (signed off {day})").format(title=scorecard.title, day=day)


FORMATS = {
    Report.Format.PDF: _lazy("PDF: the report, to read and to print"),
    Report.Format.DECK: _lazy("PowerPoint: eight slides to present, with charts that can be edited"),
    Report.Format.DOCUMENT: _lazy("Word: the text of the report, to edit"),
    Report.Format.WORKBOOK: _lazy("Excel: answers, proof, vendors and plan as sheets"),
    Report.Format.JSON: _lazy("JSON: the same for other programs"),
}


class ReportForm(forms.Form):
    scorecard = ScorecardChoiceField(
        queryset=Scorecard.objects.none(),
        empty_label=None,
        label=_lazy("Assessment"),
        error_messages={
            "required": _lazy("Choose the assessment to make a report of."),
            "invalid_choice": _lazy("Choose one of the assessments in the list."),
        },
    )

    format = forms.ChoiceField(
        choices=[(each.value, words) for each, words in FORMATS.items()],
        label=pgettext_lazy("format of a file", "As"),
        error_messages={"invalid_choice": _lazy("Choose one of the formats in the list.")},
    )
    nist = forms.BooleanField(required=False, label=_lazy("With the annex that reads the answers by the NIST AI RMF"))

    gaps = forms.BooleanField(required=False, label=_lazy("Make it with the gaps"))

    def __init__(self, organization: Organization, data: dict[str, str] | None = None) -> None:
        """Without a format, as other pages ask for one, it is a PDF."""
        super().__init__(None if data is None else {"format": Report.Format.PDF.value, **dict(data.items())})
        self.fields["scorecard"].queryset = organization.scorecards.newest_first()
