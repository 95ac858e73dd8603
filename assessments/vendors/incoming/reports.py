"""The report on a file that came back, as it is kept: for the page, and as rows to take along."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy

HEADER = (
    *(
        _lazy("Sheet"),
        _lazy("Place"),
        _lazy("What"),
        _lazy("Question"),
        _lazy("What became of it"),
        _lazy("In the file"),
    ),
    pgettext_lazy("what stands in the product, not in the file", "Here"),
)
# What is kept of a report in words for programs, as it is read.
KINDS = {
    "cell": pgettext_lazy("in a workbook", "cell"),
    "hint": pgettext_lazy("in a workbook", "hint"),
    "note": pgettext_lazy("in a workbook", "note"),
    "picture": pgettext_lazy("in a workbook", "picture"),
    "chart": pgettext_lazy("in a workbook", "chart"),
    "sheet": pgettext_lazy("in a workbook", "sheet"),
    "more": pgettext_lazy("in a workbook", "more"),
    "text box": pgettext_lazy("in a workbook", "text box"),
    "name of the sheet": pgettext_lazy("in a workbook", "name of the sheet"),
    "head of the page": pgettext_lazy("in a workbook", "head of the page"),
    "foot of the page": pgettext_lazy("in a workbook", "foot of the page"),
    "file in the file": pgettext_lazy("in a workbook", "file in the file"),
    "subject of the file": pgettext_lazy("in a workbook", "subject of the file"),
    "description of the file": pgettext_lazy("in a workbook", "description of the file"),
    "keywords of the file": pgettext_lazy("in a workbook", "keywords of the file"),
    "category of the file": pgettext_lazy("in a workbook", "category of the file"),
}
STATES = {
    "taken": pgettext_lazy("line of a file", "Taken."),
    "unchanged": pgettext_lazy("line of a file", "Unchanged."),
    "refused": pgettext_lazy("line of a file", "Refused."),
    "missing": pgettext_lazy("line of a file", "Missing."),
}
SHOWN = 200  # pieces of a file that the page lists; the download has all of them


@dataclass(frozen=True, slots=True)
class ReportReading:
    """A kept report: its lines, its notes about the file as a whole, and what else the file holds."""

    report: dict[str, Any]

    @property
    def notes(self) -> list[str]:
        return list(self.report["notes"])

    @property
    def lines(self) -> list[dict[str, Any]]:
        return list(self.report["lines"])

    @property
    def refused(self) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["state"] == "refused"]

    @property
    def questions(self) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["key"] and line["state"] != "refused"]

    @property
    def left(self) -> list[dict[str, Any]]:
        return [{**each, "what": str(KINDS.get(each["what"], each["what"]))} for each in self.report["left"]]

    @property
    def shown(self) -> list[dict[str, Any]]:
        return self.left[:SHOWN]

    @property
    def hidden(self) -> int:
        return max(0, len(self.left) - SHOWN)

    @property
    def counts(self) -> dict[str, int]:
        states = [line["state"] for line in self.lines]
        return {state: states.count(state) for state in ("taken", "unchanged", "refused", "missing")}

    def rows(self) -> Iterator[tuple[object, ...]]:
        """The rows under `HEADER`: first what was not taken, then every question."""
        for note in self.notes:
            yield "", "", _("the file"), "", note, "", ""
        for each in self.left:
            yield each["sheet"], each["places"], each["what"], each["about"], _("Not taken."), each["words"], ""
        for line in sorted(self.lines, key=lambda line: line["state"] != "refused"):
            became = " ".join(filter(None, (str(STATES[line["state"]]), line["reason"], *line["notes"])))
            place = _("row {number}").format(number=line["row"]) if line["row"] else ""
            yield "", place, _("answer"), line["name"], became, line["yours"], line["theirs"]
