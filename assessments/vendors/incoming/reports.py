"""The report on a file that came back, as it is kept: for the page, and as rows to take along."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

HEADER = ("Sheet", "Place", "What", "Question", "What became of it", "In the file", "Here")
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
        return list(self.report["left"])

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
            yield "", "", "the file", "", note, "", ""
        for each in self.left:
            yield each["sheet"], each["places"], each["what"], each["about"], "Not taken.", each["words"], ""
        for line in sorted(self.lines, key=lambda line: line["state"] != "refused"):
            became = " ".join(filter(None, (line["state"].capitalize() + ".", line["reason"], *line["notes"])))
            place = f"row {line['row']}" if line["row"] else ""
            yield "", place, "answer", line["name"], became, line["yours"], line["theirs"]
