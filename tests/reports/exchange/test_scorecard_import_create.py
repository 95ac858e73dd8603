"""A file is looked through before anything is taken: what would be, what is refused and why; whatever is sent."""

import io
import json
import zipfile

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from assessments.organizations.models import Role
from assessments.reports.exchange.models import ScorecardImport
from tests.factories import make_membership, make_organization, make_scorecard, make_user
from tests.reports.exchange.documents import JSON, XLSX, copied, document_of, file_of, make_full_scorecard

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization(client):
    owner = make_user()
    client.force_login(owner)
    return make_organization(owner=owner)


@pytest.fixture
def document():
    return document_of(make_full_scorecard(make_organization()))


def send(client, organization, content, name="assessment.json", **headers):
    upload = io.BytesIO(content)
    upload.name = name
    return client.post(reverse("scorecard_import_create", args=[organization.slug]), {"file": upload}, **headers)


def send_json(client, organization, document):
    return send(client, organization, json.dumps(document).encode())


def lines(outcome):
    """What the only import says of its lines with that outcome."""
    return [line for line in ScorecardImport.objects.get().lines if line[2] == outcome]


def changed(workbook, change):
    """The workbook with what `change` does to it."""
    book = load_workbook(workbook)
    change(book)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


@pytest.mark.parametrize("kind", [JSON, XLSX])
def test_a_file_is_shown_line_by_line_and_nothing_is_taken(client, organization, document, kind):
    response = send(client, organization, file_of(document, kind).getvalue(), f"Q4.{kind}")

    draft = ScorecardImport.objects.get()
    assert response["Location"] == reverse("scorecard_import_detail", args=[organization.slug, draft.pk])
    page = client.get(response["Location"]).content.decode()
    for said in ("“Q4 2026 assessment” is ready to be taken", "Claimed as 2: Board said so", "Queue length: 1200.125"):
        assert said in page
    assert "&lt;b&gt;bold&lt;/b&gt;" in page
    assert draft.refused == 0
    assert not organization.scorecards.exists()


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "a.json", "empty"),
        (b"{", "a.json", "no JSON that can be read: something is wrong at line 1, column 2"),
        (b"\xff\xfe{}", "a.json", "not written as UTF-8"),
        (b"[" * 100_000, "a.json", "nested more than 20 deep"),
        (b'{"a": NaN}', "a.json", "NaN is no number"),
        (b'{"a": -Infinity}', "a.json", "-Infinity is no number"),
        (b'{"schema": 1, "schema": 2}', "a.json", "“schema” stands twice"),
        (b"[]", "a.json", "no assessment of this product"),
        (b'{"schema": "x"}', "a.json", "no assessment of this product"),
        (b'{"assessments": [], "members": []}', "organization.json", "the export of a whole organization"),
        (b"%PDF-1.7", "a.pdf", "The file is a PDF"),
        (b"<html>", "a.xlsx", "no Excel workbook"),
        (b"{" + b" " * 5 * 1024**2 + b"}", "a.json", "5 MB is the most"),
    ],
)
def test_what_is_no_assessment_is_refused_in_a_sentence(client, organization, content, name, words):
    response = send(client, organization, content, name)

    assert response.status_code == 422
    assert words in response.content.decode()
    assert not ScorecardImport.objects.exists()


def test_a_file_of_another_version_says_what_to_do(client, organization, document):
    response = send_json(client, organization, {**document, "version": 2})

    assert "of version 2 of the format; this site reads version 1" in response.content.decode()


def test_a_framework_that_is_not_here_is_named(client, organization, document):
    response = send_json(client, organization, {**document, "framework": {"key": "ai-infrastructure", "version": "9"}})

    assert "which this site does not have. It has 2026.1, 2026.2" in response.content.decode()


def test_a_package_that_unpacks_to_a_bomb_is_not_unpacked(client, organization):
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook>" + b" " * 40 * 1024**2)

    response = send(client, organization, bomb.getvalue(), "a.xlsx")

    assert "unpacks to more than" in response.content.decode()


def first(document, key="cost-model"):
    return next(row for row in document["categories"] if row["key"] == key)


REFUSED = {
    "a key with a letter of another script": (
        lambda d: first(d).update(key="c\N{CYRILLIC SMALL LETTER O}st-model"),
        "looks like “cost-model”, but is written with other letters",
    ),
    "a key with a slip": (lambda d: first(d).update(key="cost-modle"), "Is “cost-model” meant?"),
    "a category twice": (lambda d: d["categories"].append(copied(first(d))), "stands twice in the file"),
    "a name that is none": (lambda d: first(d).update(levle=2), "“levle” is no part of this format. Is “level” meant?"),
    "a state that is none": (lambda d: first(d)["deciders"][0].update(state=3), "An answer is 0 (not shown)"),
    "a state that is true": (lambda d: first(d)["deciders"][0].update(state=True), "An answer is 0 (not shown)"),
    "a level that is none": (lambda d: first(d)["claim"].update(level=7), "A level is 0, 1 or 2"),
    "a script for a link": (
        lambda d: first(d)["proof"].append({"kind": "link", "link": "javascript:alert(1)", "on": "2026-01-01"}),
        "A web address begins with https:// or http://",
    ),
    "a day ahead": (lambda d: first(d)["proof"][-1].update(on="2999-01-01"), "not between 1 January 2000 and today"),
    "a day that is none": (lambda d: first(d)["proof"][-1].update(on="2026-02-30"), "“2026-02-30” is no day"),
    "a number that is none": (lambda d: first(d)["proof"][-2].update(value="a lot"), "Write the figure in digits"),
    "an endless number": (lambda d: first(d)["proof"][-2].update(value="1" * 400), "ordinary number below"),
    "a note that is a list": (lambda d: first(d).update(note=["x"]), "stands where a text should stand"),
    "a note that is too long": (lambda d: first(d).update(note="x" * 10_001), "10,000 is the most"),
    "a proof of another category": (
        lambda d: first(d)["proof"][-1].update(proves=["monthly-results"]),
        "“monthly-results” is no question of",
    ),
    "categories that are no list": (lambda d: d.update(categories={"a": 1}), "categories should be a list"),
    "a title of nothing": (lambda d: d["scorecard"].update(title="\u200b"), "has no title"),
    "a fact above its own limit": (
        lambda d: d["facts"][0].update(fields={"p95": "900", "p99": "300", "where": "Gateway"}),
        "is above p99",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_one_wrong_thing_refuses_the_whole_file(client, organization, document, case):
    change, words = REFUSED[case]
    change(document)

    response = send_json(client, organization, document)

    assert response.status_code == 302
    assert any(words in line[3] for line in lines("refused")), lines("refused")
    page = client.get(response["Location"]).content.decode()
    assert "Nothing can be taken from this file yet" in page
    assert "Take the assessment" not in page
    draft = ScorecardImport.objects.get()
    client.post(reverse("scorecard_import_take", args=[organization.slug, draft.pk]))
    assert not organization.scorecards.exists()


SHEETS = {
    "a formula": (lambda b: b["Scorecard"].__setitem__("L3", "=1+1"), "The cell holds a formula", "Scorecard, L3"),
    "a column of another name": (
        lambda b: b["Scorecard"].__setitem__("L1", "N\N{CYRILLIC SMALL LETTER O}te"),
        "It looks like “Note”",
        "Scorecard, L1",
    ),
    "a column less": (lambda b: b["Proof"].delete_cols(10), "The column “On” is missing", "Proof"),
    "a sheet less": (lambda b: b.remove(b["Facts"]), "The sheet “Facts” is missing", "Facts"),
    "an answer that is none": (lambda b: b["Questions"].__setitem__("D2", "half"), "is no answer", "Questions, row 2"),
    "neither yes nor no": (lambda b: b["Facts"].__setitem__("C6", "perhaps"), "Write yes or no", "Facts, row 6"),
}


@pytest.mark.parametrize("case", SHEETS)
def test_what_is_wrong_in_a_workbook_is_named_by_its_cell(client, organization, document, case):
    change, words, place = SHEETS[case]

    send(client, organization, changed(file_of(document, XLSX), change), "a.xlsx")

    assert any(words in line[3] and line[0] == place for line in lines("refused")), lines("refused")


def test_a_workbook_without_its_sheets_is_no_assessment(client, organization, document):
    content = changed(file_of(document, XLSX), lambda book: book.remove(book["Scorecard"]))

    assert "no assessment of this product" in send(client, organization, content, "a.xlsx").content.decode()


def test_what_is_not_read_is_said_and_refuses_nothing(client, organization, document):
    def change(book):
        book.create_sheet("Thoughts")["A1"] = "Ask Lena"

    send(client, organization, changed(file_of(document, XLSX), change), "a.xlsx")

    assert ["Thoughts", "", "left", "This sheet is not read."] in lines("left")
    assert ScorecardImport.objects.get().refused == 0


def test_letters_that_no_file_can_hold_are_left_out(client, organization, document):
    first(document)["note"] = "a\u0000b\ud800c\uffffd"

    send_json(client, organization, document)

    assert ["Cost model: note", "taken", "abcd"] in [line[1:] for line in lines("taken")]


def test_an_open_assessment_is_named_before_the_file_is_chosen(client, organization):
    make_scorecard(organization, title="Q3")

    assert "“Q3”" in client.get(reverse("scorecard_import_create", args=[organization.slug])).content.decode()


def test_a_viewer_may_not_import(client, organization, document):
    viewer = make_user()
    make_membership(organization, viewer, role=Role.VIEWER)
    client.force_login(viewer)

    assert send_json(client, organization, document).status_code == 403
