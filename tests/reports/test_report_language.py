"""A report is in the language that was chosen for it, whoever asks for it and whoever makes it."""

import io
import re
import zipfile
from datetime import UTC, datetime

import pikepdf
import pytest
import time_machine
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from assessments.framework.translating import number
from assessments.reports import choices, files, pdf
from assessments.reports.choices import cleaned, default_language, defaults
from assessments.reports.exchange.checking import check
from assessments.reports.exchange.sheets import Book
from assessments.reports.models import Report
from assessments.reports.preparing.models import ReportDraft
from assessments.reports.preparing.services import spoken_words
from assessments.reports.services import request_again, request_report
from assessments.reports.sharing.links import make_link
from assessments.reports.tasks import make_report
from assessments.reports.workbooks import columns
from tests.factories import make_organization, make_scorecard, make_user
from tests.reports.made import make_ready_report
from tests.reports.snapshots import make_snapshot
from tests.reports.test_report_prepare import address, sent

pytestmark = pytest.mark.django_db
LEVELS = (2, 1, 0, 1, 2, 1, 2, 0)
SIGNED_OFF = datetime(2026, 11, 28, 12, tzinfo=UTC)
LANGUAGES = [code for code, _ in settings.LANGUAGES]
LONG_DAYS = {
    "en": "28 November 2026",
    "de": "28. November 2026",
    "fr": "28 novembre 2026",
    "es": "28 de noviembre de 2026",
}


@pytest.fixture
def scorecard():
    organization = make_organization(owner=make_user(name="Ada Lovelace"), name="Kestrel Logistics")
    return make_scorecard(organization, levels=LEVELS, signed_off_at=SIGNED_OFF, title="Q3")


@pytest.fixture
def signed_in(client, scorecard):
    client.force_login(scorecard.organization.created_by)
    return client


def asked(scorecard, language="de", **options):
    with time_machine.travel(SIGNED_OFF):
        return request_report(
            scorecard,
            actor=scorecard.organization.created_by,
            choices={**defaults(), "language": language},
            **options,
        )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_speaks_the_language_that_was_chosen(scorecard, language):
    report = asked(scorecard, language)
    page = pdf.render_html(report.snapshot)

    assert report.snapshot["choices"]["language"] == language
    assert f'<html lang="{choices.language_tag(language)}"' in page
    assert LONG_DAYS[language] in page
    assert page == pdf.render_html(report.snapshot)
    assert translation.get_language() == "en"


def test_the_pdf_and_the_office_files_say_their_language(scorecard):
    snapshot = asked(scorecard).snapshot

    made = pdf.render_pdf(pdf.render_html(snapshot), snapshot)
    with pikepdf.open(io.BytesIO(made.content)) as document:
        assert str(document.Root.Lang) == "de-DE"
    for kind, part, mark in (
        (Report.Format.DOCUMENT, "word/styles.xml", 'w:lang w:val="de-DE"'),
        (Report.Format.DECK, "ppt/slides/slide2.xml", 'lang="de-DE"'),
    ):
        content = files.make(snapshot, kind).content
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            assert mark in parts.read(part).decode()
            assert "<dc:language>de-DE</dc:language>" in parts.read("docProps/core.xml").decode()
            assert "en-US" not in parts.read(part).decode()
        assert files.make(snapshot, kind).content == content


def test_numbers_are_written_as_the_language_writes_them(scorecard):
    with translation.override("de"):
        assert number(1200.5, 1) == "1.200,5"
    page = pdf.render_html(asked(scorecard).snapshot)
    drawn = "".join(re.findall(r"<svg.*?</svg>", page, re.DOTALL))
    assert drawn
    assert not re.search(r'(?:\sd|viewBox|width|height|x|y)="[^"]*\d,\d', drawn)


def test_a_worker_makes_it_in_its_language_and_goes_on_in_its_own(scorecard, broker):
    report = asked(scorecard)
    with translation.override("fr"):
        make_report(report.pk)
        assert translation.get_language() == "fr"
    report.refresh_from_db()
    assert report.status == Report.Status.DONE, report.error
    with report.file.open("rb") as file, pikepdf.open(file) as document:
        assert str(document.Root.Lang) == "de-DE"


def test_the_same_content_in_another_language_is_another_report(scorecard):
    german, english = asked(scorecard), asked(scorecard, "en")
    assert german.snapshot_sha256 != english.snapshot_sha256
    again = request_again(german, actor=scorecard.organization.created_by, kind=Report.Format.DECK)
    assert again.snapshot["choices"]["language"] == "de"


def test_without_a_choice_it_is_the_organizations_language_else_that_of_whoever_asks(scorecard):
    organization, actor = scorecard.organization, scorecard.organization.created_by
    organization.language = ""
    with translation.override("fr"):
        assert request_report(scorecard, actor=actor).snapshot["choices"]["language"] == "fr"
        organization.language = "es"
        assert default_language(organization) == "es"
        assert request_report(scorecard, actor=actor).snapshot["choices"]["language"] == "es"
    organization.language = "xx"
    assert default_language(organization) == "en"


def test_what_was_kept_without_a_language_stays_english():
    kept = {key: value for key, value in defaults().items() if key != "language"}
    with translation.override("de"):
        assert cleaned(kept)["language"] == "en"
        assert cleaned({**kept, "language": ["de"]})["language"] == "en"
        assert cleaned({**kept, "language": "xx"})["language"] == "en"
        assert defaults()["language"] == "de"
        snapshot = make_snapshot()
        snapshot["choices"] = kept
        assert '<html lang="en-US"' in pdf.render_html({**snapshot, "choices": {**kept, "language": "en"}})


def test_the_mark_nobody_changed_is_that_of_the_language(monkeypatch):
    monkeypatch.setattr(choices, "marks", lambda: dict.fromkeys(LANGUAGES, "Confidential") | {"de": "Vertraulich"})
    assert cleaned({"language": "de", "mark": "Confidential"})["mark"] == "Vertraulich"
    assert cleaned({"language": "en", "mark": "Vertraulich"})["mark"] == "Confidential"
    assert cleaned({"language": "de", "mark": "Ours"})["mark"] == "Ours"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_can_be_asked_for_in_each_language(signed_in, scorecard, language):
    page = signed_in.get(address(scorecard)).content.decode()
    assert f'<option value="{language}"' in page

    assert signed_in.post(address(scorecard), sent(scorecard, language=language)).status_code == 302

    assert Report.objects.get().snapshot["choices"]["language"] == language
    assert ReportDraft.objects.get().choices["language"] == language


def test_an_unknown_language_gets_a_sentence(signed_in, scorecard):
    response = signed_in.post(address(scorecard), sent(scorecard, language="tlh"))

    assert response.status_code == 422
    assert "Choose one of the languages in the list." in response.content.decode()
    assert not Report.objects.exists()


def test_the_preview_is_in_the_reports_language_and_its_bar_in_the_readers(signed_in, scorecard):
    signed_in.post(address(scorecard), sent(scorecard, language="de", do="save"))

    with time_machine.travel(SIGNED_OFF):
        signed_in.force_login(scorecard.organization.created_by)
        response = signed_in.get(f"{address(scorecard, 'report_preview')}?scorecard={scorecard.pk}")

    page = response.content.decode()
    assert response["Content-Language"] == "de-DE"
    assert '<html lang="de-DE"' in page
    assert '<p class="preview" lang="en">' in page
    assert "28. November 2026" in page


def test_drafted_words_follow_the_language_and_own_words_stay():
    was = {"findings": [{"category": "cost-model", "text": "Not shown: x."}], "decisions": ["Name an owner."]}
    now = {"findings": [{"category": "cost-model", "text": "Nicht gezeigt: x."}], "decisions": ["Benennen Sie."]}
    own = {"category": "", "text": "Ours."}
    words = {"findings": [*was["findings"], own], "decisions": ["Name an owner.", "Ours."], "letter": "Dear"}

    said = spoken_words(words, was, now)

    assert said["findings"] == [*now["findings"], own]
    assert said["decisions"] == ["Benennen Sie.", "Ours."]
    assert said["letter"] == "Dear"


def test_the_page_behind_a_link_speaks_the_language_of_its_report(client, scorecard):
    report = make_ready_report(scorecard.organization, scorecard=scorecard)
    report.snapshot["choices"]["language"] = "de"
    report.save(update_fields=["snapshot"])
    actor = scorecard.organization.created_by
    token = make_link(scorecard.organization, report=report, days=14, actor=actor)
    at = reverse("report_share_detail", args=[token])

    with translation.override("en"):
        assert client.get(at)["Content-Language"] == "de"
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "fr"
        assert client.get(at)["Content-Language"] == "fr"


def test_a_workbook_of_another_language_is_read_back(scorecard, monkeypatch):
    said = {"Category": "Kategorie", "Note": "Anmerkung", "Shown": "Gezeigt"}
    monkeypatch.setattr(columns, "HEADS", {**columns.HEADS, **said})
    monkeypatch.setattr(columns, "LABELS", {**columns.LABELS, "Title": "Titel", "Schema": "Schema der Datei"})
    monkeypatch.setattr(columns, "SHEETS", {**columns.SHEETS, "Scorecard": "Auswertung"})
    columns.sheet_names.cache_clear()
    try:
        made = files.make(asked(scorecard, kind="xlsx").snapshot, Report.Format.WORKBOOK).content
        book = Book(io.BytesIO(made), filename="a.xlsx", size=len(made))
        done = check(book.document, book.places, book.lines)
    finally:
        columns.sheet_names.cache_clear()
    assert "Auswertung" in {sheet.name for sheet in book.sheets.values()}
    assert done.title == "Q3"
    assert not done.refused, [line for line in done.lines if line.outcome == "refused"]


def test_the_heads_of_a_sheet_differ_in_every_language():
    for language in LANGUAGES:
        with translation.override(language):
            assert len({columns.sheet_name(name) for name in columns.SHEETS}) == len(columns.SHEETS)
            for heads in columns.COLUMNS.values():
                assert len({str(columns.HEADS[head]) for head in heads}) == len(heads), language
            assert len({str(label) for label in columns.LABELS.values()}) == len(columns.LABELS)
