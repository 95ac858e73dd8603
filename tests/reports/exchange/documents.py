"""Assessments with something of everything on them, and the files that are made of them."""

import io
import json
from datetime import date
from decimal import Decimal
from typing import Any

from assessments.organizations.models import Organization
from assessments.reports import files
from assessments.reports.exchange.contents import freeze_exchange
from assessments.reports.models import Report
from assessments.scorecards import services
from assessments.scorecards.models import Scorecard
from assessments.scorecards.readings import read_scorecard
from tests.factories import make_scorecard

Json = dict[str, Any]


def make_full_scorecard(organization: Organization, *, title: str = "Q4 2026 assessment") -> Scorecard:
    """Levels, a claim, a note, facts, and one proof of each kind but a file."""
    scorecard = make_scorecard(organization, levels=[2, 1, 0, None, 2, 1, 2, 0], title=title)
    actor, category = organization.created_by, "cost-model"
    place = {"category": category, "actor": actor}
    services.record_note(scorecard, note="=1+1\nTwo lines, <b>bold</b> & “quotes”.", version=0, **place)
    services.record_level(scorecard, level=2, reason="Board said so", version=0, **place)
    services.add_link(scorecard, title="Register", url="https://wiki.example.com/a?b=1", on=date(2026, 11, 3), **place)
    services.add_figure(
        scorecard,
        name="Queue length",
        value=Decimal("1200.125"),
        unit="jobs",
        deciders=["feature-unit-cost"],
        on=date(2026, 11, 3),
        **place,
    )
    services.add_sighting(
        scorecard, what="The dashboard", whose="Finance", seen_by_name="Kofi Mensah", on=date(2026, 11, 4), **place
    )
    services.record_fact(
        scorecard,
        fact="unit-cost",
        answer="For the chat feature.",
        values={"amount": "0.031", "unit": "1,000 requests", "month": "October 2026", "currency": "EUR"},
        actor=actor,
        version=0,
    )
    services.record_fact(
        scorecard, fact="utilization-why", answer="", cannot_answer=True, who_will="Lena", actor=actor, version=0
    )
    return scorecard


def document_of(scorecard: Scorecard) -> Json:
    return freeze_exchange(read_scorecard(scorecard), scorecard.organization)["document"]


def file_of(document: Json, kind: str) -> io.BytesIO:
    """The file of a document, as an upload."""
    snapshot = {"made": {"on": "2026-11-30"}, "exchange": {"document": document}}
    upload = io.BytesIO(files.make(snapshot, kind).content)
    upload.name = f"assessment.{kind}"
    return upload


def copied(document: Json) -> Json:
    return json.loads(json.dumps(document))


JSON, XLSX = Report.Format.JSON, Report.Format.WORKBOOK
