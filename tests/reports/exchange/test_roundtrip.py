"""What goes out as a workbook or as JSON comes back as it was."""

import json
from pathlib import Path

import jsonschema
import pytest
import time_machine

from assessments.reports.exchange import services
from assessments.scorecards.models import Scorecard
from tests.factories import make_organization, make_roadmap, make_scorecard, make_user, make_vendor_review
from tests.reports.exchange.documents import JSON, XLSX, document_of, file_of, make_full_scorecard

pytestmark = pytest.mark.django_db

SCHEMA = Path(__file__).resolve().parents[3] / "static" / "schemas" / "scorecard-1.json"


def take(organization, upload):
    actor = organization.created_by
    size = len(upload.getvalue())
    draft = services.look_through(organization, upload, filename=upload.name, size=size, actor=actor)
    assert [line for line in draft.lines if line[2] == "refused"] == []
    return services.take_import(draft, actor=actor)


def comparable(document):
    """Without whose it is, and what an import does not carry."""
    return {name: document[name] for name in ("schema", "version", "framework", "scorecard", "result", "facts")} | {
        "categories": [{**row, "claim": row["claim"] and {**row["claim"], "by": ""}} for row in document["categories"]]
    }


@pytest.mark.parametrize("kind", [JSON, XLSX])
def test_an_assessment_comes_back_as_it_went(kind):
    before = document_of(make_full_scorecard(make_organization()))

    after = document_of(take(make_organization(owner=make_user(name="Ada Lovelace")), file_of(before, kind)))

    expected, found = comparable(before), comparable(after)
    claim = next(row["claim"] for row in found["categories"] if row["key"] == "cost-model")
    assert claim.pop("reason") == "Board said so (claimed by Ines Halvorsen)"
    claim["reason"] = "Board said so"
    assert found == expected


@pytest.mark.parametrize("kind", [JSON, XLSX])
@time_machine.travel("2026-11-30T10:00:00Z", tick=False)
def test_a_second_copy_is_the_same_file_as_the_first(kind):
    owner = make_organization().created_by
    original = document_of(make_full_scorecard(make_organization()))
    first = take(make_organization(owner=owner, name="Copy"), file_of(original, kind))
    document = document_of(first)
    first.delete()
    organization = make_organization(owner=owner, name="Copy again")
    document["organization"]["name"] = "Copy again"

    second = take(organization, file_of(document, kind))

    assert file_of(document_of(second), kind).getvalue() == file_of(document, kind).getvalue()


def test_levels_of_the_first_framework_come_back_too():
    scorecard = make_scorecard(make_organization(), levels=[2, 1, 0, None, 2, 1, 2, 0], version="2026.1")
    before = document_of(scorecard)

    for kind in (JSON, XLSX):
        after = take(make_organization(), file_of(before, kind))
        assert comparable(document_of(after)) == comparable(before)
        assert isinstance(after, Scorecard)


def test_what_is_exported_is_valid_by_the_published_schema():
    organization = make_organization()
    make_vendor_review(organization, name="Aldermoor", ratings={"latency-target": "2"})
    document = document_of(make_full_scorecard(organization))
    schema = json.loads(SCHEMA.read_text())

    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(document, schema)

    assert document["vendors"][0]["name"] == "Aldermoor"


def test_a_signed_off_assessment_with_a_roadmap_is_valid_by_the_published_schema():
    roadmap = make_roadmap(items=2)

    document = document_of(roadmap.scorecard)

    jsonschema.validate(document, json.loads(SCHEMA.read_text()))
    assert len(document["roadmap"]["items"]) == 2
