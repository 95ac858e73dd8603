"""Letters that XML 1.0 cannot carry, in whatever was typed or sent, break no file that is taken along."""

import io
import json
import re
import zipfile
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from assessments.audit.models import AuditEvent
from assessments.organizations.models import Organization
from assessments.reports import files
from assessments.reports.services import request_report
from assessments.roadmaps.models import RoadmapComment, RoadmapItem
from assessments.scorecards.models import Evidence, Response
from assessments.vendors.models import VendorAnswer
from tests.factories import make_organization, make_roadmap, make_scorecard, make_user, make_vendor_review

pytestmark = pytest.mark.django_db

# Every one that XML 1.0 forbids, but for half a pair and the zero, which no database here takes.
FORBIDDEN = "".join(map(chr, [*range(1, 9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF]))
TEXT = f"=1+1 before {FORBIDDEN} after <b>&amp; \x7f\x85\U0001fffe ümläut"
UNREADABLE = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@pytest.fixture
def world(settings, tmp_path):
    """An organization in which every text that somebody can write holds such letters."""
    settings.MEDIA_ROOT = tmp_path
    owner = make_user()
    organization = make_organization(owner=owner)
    scorecard = make_scorecard(organization, levels=[1] * 8, signed_off_at=datetime(2026, 1, 5, tzinfo=UTC))
    draft = make_scorecard(organization, levels=[2] * 8)
    roadmap = make_roadmap(scorecard)
    reviews = [make_vendor_review(organization, name=name, ratings={"latency-target": "1"}) for name in ("A", "B")]
    RoadmapItem.objects.update(title=TEXT, detail=TEXT, done_when=TEXT)
    RoadmapComment.objects.create(item=roadmap.items.first(), text=TEXT, created_by=owner)
    Response.objects.filter(scorecard=draft).update(note=TEXT)
    Evidence.objects.filter(response__scorecard=draft).update(title=TEXT)
    VendorAnswer.objects.update(vendor_said=TEXT, follow_up=TEXT)
    AuditEvent.objects.update(subject=TEXT)
    client = Client()
    client.force_login(owner)
    return client, organization, roadmap, reviews


def content(response):
    assert response.status_code == 200
    return b"".join(response.streaming_content) if response.streaming else response.content


def well_formed_texts(package):
    """All text of a package's parts, every one of which has to be XML."""
    with zipfile.ZipFile(io.BytesIO(package)) as parts:
        names = [name for name in parts.namelist() if name.endswith((".xml", ".rels"))]
        roots = [ElementTree.fromstring(parts.read(name)) for name in names]
    return " ".join(text for root in roots for text in root.itertext())


def test_workbooks_are_well_formed_and_open(world):
    client, organization, _, reviews = world
    compared = reverse("vendor_comparison_export", args=[organization.slug])
    addresses = [
        reverse("vendor_review_export", args=[organization.slug, reviews[0].pk]),
        f"{compared}?review={reviews[0].pk}&review={reviews[1].pk}",
    ]

    for address in addresses:
        package = content(client.get(address))
        assert "before  after <b>&amp;" in well_formed_texts(package)
        assert CalamineWorkbook.from_filelike(io.BytesIO(package)).sheet_names


@pytest.mark.parametrize("kind", ["pptx", "docx", "xlsx"])
def test_reports_in_every_office_format_are_well_formed_and_hold_the_words(world, kind):
    _, organization, *_ = world
    scorecard = organization.scorecards.open().get()
    scorecard.organization.name = TEXT
    snapshot = request_report(scorecard, actor=organization.created_by).snapshot

    package = files.make(snapshot, kind).content

    found = well_formed_texts(package)
    assert "before  after" in found
    assert UNREADABLE.findall(found) == []


def test_a_chart_as_a_picture_is_well_formed(world):
    client, organization, *_ = world
    Organization.objects.filter(pk=organization.pk).update(name=TEXT)
    scorecard = organization.scorecards.open().get()

    picture = content(client.get(reverse("chart_download", args=[organization.slug, scorecard.pk, "levels", "svg"])))

    assert "before after <b>" in "".join(ElementTree.fromstring(picture).itertext())


def test_csv_holds_nothing_that_a_program_cannot_read_and_no_formula(world):
    client, organization, roadmap, _ = world
    for name, arguments in (("audit_event_export", []), ("roadmap_export", [roadmap.pk])):
        text = content(client.get(reverse(name, args=[organization.slug, *arguments]))).decode("utf-8-sig")
        assert "'=1+1 before  after <b>&amp;" in text
        assert UNREADABLE.findall(text) == []


def test_the_export_of_an_organization_is_json_with_every_letter_as_it_was(world):
    client, organization, *_ = world
    package = content(client.post(reverse("organization_export", args=[organization.slug])))

    with zipfile.ZipFile(io.BytesIO(package)) as parts:
        texts = {name: parts.read(name).decode() for name in parts.namelist() if name.endswith(".json")}

    def strings(value):
        if isinstance(value, str):
            yield value
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            yield from strings(inner)

    found = [string for text in texts.values() for string in strings(json.loads(text)) if string.startswith("=1+1")]
    assert len(found) > 20
    assert set(found) == {TEXT}
