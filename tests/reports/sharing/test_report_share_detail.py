"""What a reader without an account sees, and what counts as an opening."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.utils import timezone
from pypdf import PdfReader

from assessments.reports import pdf
from assessments.reports.models import Report
from assessments.reports.sharing import links, stamps
from assessments.reports.sharing.models import ReportLink, ReportLinkOpening
from assessments.scorecards import services
from tests.factories import make_scorecard

pytestmark = pytest.mark.django_db

BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"


@pytest.fixture
def page(token):
    return f"/s/{token}/"


def words(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def content_of(response):
    return b"".join(response.streaming_content)


def test_the_page_names_the_report_from_whom_and_until_when(client, page):
    link = ReportLink.objects.get()

    text = words(client.get(page))

    assert "Board report, Q3 assessment" in text
    assert "Kestrel Logistics, handed to you by Ines Halvorsen." in text
    assert f"Open until {link.expires_at.day} {link.expires_at:%b %Y, %H:%M} UTC" in text
    assert "PDF, 2 pages" in text


def test_it_needs_no_account_and_offers_none(client, page):
    html = client.get(page).content.decode()

    assert "/accounts/" not in html
    assert 'href="/o/' not in html
    assert "Portfolio" not in html


def test_the_file_is_shown_and_downloaded_under_the_report_s_name(client, page, report):
    shown, kept = client.get(f"{page}report.pdf"), client.get(f"{page}download")

    with report.file.open() as file:
        assert content_of(shown) == content_of(kept) == file.read()
    name = 'filename="Kestrel Logistics, Board report, Q3 assessment.pdf"'
    assert shown["Content-Disposition"] == f"inline; {name}"
    assert kept["Content-Disposition"] == f"attachment; {name}"
    assert shown["Content-Type"] == "application/pdf"


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"},
        {"User-Agent": "WhatsApp/2.23.20.0"},
        {"User-Agent": f"{BROWSER} facebookexternalhit/1.1 Facebot Twitterbot/1.0"},
        {"User-Agent": "Mozilla/5.0 (compatible; SkypeUriPreview Preview/0.5)"},
        {"User-Agent": "curl/8.5.0"},
        {"User-Agent": BROWSER, "Sec-Purpose": "prefetch;prerender"},
    ],
)
def test_a_program_that_only_looks_does_not_count_as_an_opening(client, page, headers):
    assert client.get(page, headers=headers).status_code == 200
    assert client.get(f"{page}report.pdf", headers=headers).status_code == 200
    assert client.head(page, headers={"User-Agent": BROWSER}).status_code == 200
    assert client.head(f"{page}download", headers={"User-Agent": BROWSER}).status_code == 200

    assert ReportLink.objects.get().opened_at is None
    assert not ReportLinkOpening.objects.exists()


def test_visits_are_told_apart_and_a_second_look_is_the_same_one(client, page):
    client.get(page, headers={"User-Agent": BROWSER})
    client.get(f"{page}report.pdf", headers={"User-Agent": BROWSER})
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        client.get(page, headers={"User-Agent": BROWSER})

    visits = list(ReportLinkOpening.objects.values_list("took_file", flat=True))
    assert visits == [False, True]


def test_someone_signed_in_is_shown_what_any_reader_is_shown(client, page, owner):
    anonymous = client.get(page).content.decode()
    client.force_login(owner)

    without = r'X-CSRFToken": "\w+|value="\w{64}"'
    assert re.sub(without, "", client.get(page).content.decode()) == re.sub(without, "", anonymous)


def test_the_live_page_shows_the_newest_assessment_and_none_of_its_notes(client, organization, owner):
    scorecard = make_scorecard(organization, levels=[2, 1, 0, 1, 2, 1, 2, 0], title="Spring")
    response = scorecard.responses.order_by("pk").first()
    services.record_note(
        scorecard, category=response.category_key, note="Between us: the vendor lied", actor=owner, version=0
    )
    live = f"/s/{links.make_link(organization, report=None, days=14, actor=owner)}/"

    first = client.get(live)
    assert "Spring" in words(first)
    assert "Draft" in words(first)
    for secret in ("Between us", "Ada Lovelace", 'href="/o/', "/accounts/"):
        assert secret not in first.content.decode()

    services.sign_off(scorecard, actor=owner, digest=services.answers_digest(scorecard))
    make_scorecard(organization, title="Begun since")
    second = words(client.get(live))
    assert "Draft" not in second
    assert "Begun since" not in second


def test_a_live_page_without_an_assessment_says_so(client, organization, owner):
    live = f"/s/{links.make_link(organization, report=None, days=14, actor=owner)}/"

    assert "has no assessment" in words(client.get(live))


def test_the_reader_s_name_stands_on_every_page_of_the_file_and_on_the_live_page(client, report, owner):
    organization = report.organization
    options = {"days": 14, "recipient": "Zoë Ångström", "is_watermarked": True, "actor": owner}
    file = links.make_link(organization, report=report, **options)
    live = links.make_link(organization, report=None, **options)

    content = content_of(client.get(f"/s/{file}/report.pdf"))

    pages = [page.extract_text() for page in PdfReader(BytesIO(content)).pages]
    assert len(pages) == 2
    assert all("Zoë Ångström" in text and "Please do not pass it on" in text for text in pages)
    assert content == content_of(client.get(f"/s/{file}/download"))
    assert client.get(f"/s/{live}/").content.decode().count("<span>Zoë Ångström</span>") == 8


@pytest.mark.parametrize("name", ["<b>Bold</b> & {{ name }}", "x" * 120, "عمر خيّام", "日本 太郎"])
def test_any_name_can_be_stamped(name):
    made = pdf.render_pdf("<html lang='en'><head><title>A</title></head><body><p>Text of the page</p></body></html>")

    [page] = PdfReader(stamps.stamped(BytesIO(made.content), name)).pages

    assert "Text of the page" in page.extract_text()


@pytest.mark.usefixtures("stopped_clock")
def test_watermarked_files_are_not_made_without_end(client, report, owner):
    token = links.make_link(
        report.organization, report=report, days=14, recipient="Ada", is_watermarked=True, actor=owner
    )

    statuses = {client.get(f"/s/{token}/download").status_code for _ in range(31)}

    assert statuses == {200, 429}


def test_a_file_that_is_gone_from_the_storage_is_an_ended_link(client, page, report):
    report.file.storage.delete(report.file.name)

    assert client.get(f"{page}download").status_code == 404
    assert not Report.objects.get().links.filter(openings__took_file=True).exists()
