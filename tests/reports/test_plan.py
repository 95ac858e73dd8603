"""The plan in the report and in the archive: frozen with the snapshot, and absent where there is none."""

import hashlib
import io
import json
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pypdf import PdfReader

from assessments.reports.archives import write_archive
from assessments.reports.pdf import render_html, render_pdf
from assessments.reports.services import request_report
from assessments.roadmaps.items import attachments
from assessments.saving.uploads import check_upload
from tests.factories import make_item, make_organization, make_roadmap, make_scorecard, make_user
from tests.reports.snapshots import make_snapshot

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
LEVELS = (2, 1, 0, 1, 2, 1, 2, 0)


@pytest.fixture
def roadmap():
    organization = make_organization(owner=make_user(name="Ada Lovelace"), name="Kestrel Logistics")
    scorecard = make_scorecard(organization, levels=LEVELS, signed_off_at=datetime(2026, 1, 5, tzinfo=UTC))
    roadmap = make_roadmap(scorecard, items=0)
    make_item(roadmap, title="Unit cost", category_key="cost-model", target_level=1, owner=organization.created_by)
    make_item(roadmap, title="Ask the bank", due_on=TODAY - timedelta(days=2))  # before its phase
    make_item(roadmap, title="Not ours", status="dropped", dropped_reason="Not ours")
    return roadmap


def snapshot_of(scorecard):
    return request_report(scorecard, actor=scorecard.organization.created_by).snapshot


def text_of(snapshot):
    pages = PdfReader(io.BytesIO(render_pdf(render_html(snapshot)).content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_without_a_roadmap_the_report_is_what_it_was():
    snapshot = snapshot_of(make_scorecard(levels=LEVELS))
    html = render_html(snapshot)

    assert "plan" not in snapshot
    assert "plan" not in make_snapshot()
    assert "Nothing of it is planned yet" in html


def test_the_plan_is_frozen_with_the_snapshot(roadmap):
    plan = snapshot_of(roadmap.scorecard)["plan"]

    assert json.loads(json.dumps(plan)) == plan
    assert (plan["now"], plan["planned"], plan["outcome"]) == (9, 10, None)
    first = plan["phases"][0]
    assert (first["title"], first["done"], first["planned"], first["dropped"]) == (
        *("Days 1 to 30: build the mental model", 0),
        *(2, 1),
    )
    assert [(item["title"], item["owner"], item["status"]) for item in first["items"]] == [
        ("Unit cost", "Ada Lovelace", "Not started"),
        ("Ask the bank", "", "Overdue"),
    ]


def test_the_plan_is_printed_with_phases_owners_dates_and_projection(roadmap):
    snapshot = snapshot_of(roadmap.scorecard)
    text = text_of(snapshot)

    for said in (
        *(
            "30-60-90 day plan",
            "Days 1 to 30: build the mental model",
            "Unit cost First step 1. Raises Cost model to 1 Ada Lovelace",
        ),
        *("Overdue", "None of two done. One action dropped.", "Projected proven score by date", "10 of 16"),
        f"reaches 10, the risk line, on {TODAY + timedelta(days=29):%-d %B %Y}",
        f"{TODAY - timedelta(days=2):%-d %b %Y} Overdue",
    ):
        assert said in text
    assert "Not ours" not in text


def test_the_same_snapshot_with_a_plan_gives_the_same_bytes(roadmap):
    snapshot = snapshot_of(roadmap.scorecard)
    again = json.loads(json.dumps(snapshot))

    assert render_pdf(render_html(snapshot)).content == render_pdf(render_html(again)).content


def test_a_report_on_the_next_assessment_holds_the_plan_against_it(roadmap):
    second = make_scorecard(roadmap.organization, levels=(2,) * 8, signed_off_at=datetime(2026, 4, 20, tzinfo=UTC))
    snapshot = snapshot_of(second)

    assert snapshot["plan"]["outcome"]["headline"] == (
        "The plan led to 10; the next assessment shows 16, six points above it."
    )
    assert "six points above it" in text_of(snapshot)


def test_hostile_words_in_a_plan_are_printed_as_they_are(roadmap):
    make_item(roadmap, title="<b>x</b> & ]]> {{ y }}", owner_name='"><script>', category_key="gone<i>")
    html = render_html(snapshot_of(roadmap.scorecard))

    assert "&lt;b&gt;x&lt;/b&gt; &amp; ]]&gt; {{ y }}" in html
    assert "<script>" not in html


def test_the_archive_has_roadmaps_with_their_files(roadmap, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    item = roadmap.items.get(title="Unit cost")
    upload = check_upload(SimpleUploadedFile("costs.txt", b"2 USD a call"))
    attachments.add_file(item, title="", upload=upload, actor=roadmap.created_by)
    attachments.add_comment(item, text="On Thursday.", actor=roadmap.created_by)
    archive = io.BytesIO()
    write_archive(roadmap.organization, archive)

    with zipfile.ZipFile(archive) as opened:
        whole = json.loads(opened.read("organization.json"))
        assert opened.read("roadmap/1-costs.txt") == b"2 USD a call"
    (archived,) = whole["roadmaps"]
    assert archived["starts_on"] == TODAY.isoformat()
    found = next(each for each in archived["items"] if each["title"] == "Unit cost")
    assert (found["owner"], found["category"], found["leads_to_level"]) == ("Ada Lovelace", "cost-model", 1)
    assert found["evidence"] == [
        {
            "title": "costs.txt",
            "link": None,
            "file": {
                "place": "roadmap/1-costs.txt",
                "is_missing": False,
                "sha256": hashlib.sha256(b"2 USD a call").hexdigest(),
                "size": 12,
            },
        }
    ]
    assert [comment["text"] for comment in found["comments"]] == ["On Thursday."]
