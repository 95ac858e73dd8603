"""From a snapshot to the bytes of a file, in each format but PDF. Libraries are imported where a file is made."""

import json
from datetime import date

from assessments.reports.choices import speaking
from assessments.reports.models import Report
from assessments.reports.packages import settled
from assessments.reports.pdf import Made
from assessments.reports.snapshot import Snapshot

OFFICE = "application/vnd.openxmlformats-officedocument"
CONTENT_TYPES = {
    Report.Format.PDF: "application/pdf",
    Report.Format.DECK: f"{OFFICE}.presentationml.presentation",
    Report.Format.DOCUMENT: f"{OFFICE}.wordprocessingml.document",
    Report.Format.WORKBOOK: f"{OFFICE}.spreadsheetml.sheet",
    Report.Format.JSON: "application/json",
}


def make(snapshot: Snapshot, kind: str) -> Made:
    """The file, in the language of the report: the same bytes for the same snapshot."""
    on = date.fromisoformat(snapshot["made"]["on"])
    if kind == Report.Format.JSON:
        return Made(json_text(snapshot["exchange"]["document"]).encode(), 0)
    if kind == Report.Format.WORKBOOK:
        from assessments.reports.workbooks.book import write_book

        with speaking(snapshot.get("choices", {})):
            return Made(settled(write_book(snapshot["exchange"]["document"]), on), 0)
    if kind == Report.Format.DECK:
        from assessments.reports.decks.deck import write_deck

        content, slides = write_deck(snapshot)
        return Made(settled(content, on), slides)
    from assessments.reports.documents.document import write_document

    return Made(settled(write_document(snapshot), on), 0)


def json_text(document: object) -> str:
    """JSON in its one canonical form: keys in their order, every letter as it is, two blanks deep."""
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
