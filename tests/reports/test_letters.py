"""Letters without a font: named before a report is made, and the same ones that would be blank in it."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from assessments.reports import letters, pdf
from assessments.reports.letters import missing_letters, warning
from assessments.reports.models import Report
from assessments.reports.services import request_report
from assessments.scorecards import services as scorecards
from tests.factories import make_organization, make_scorecard, make_user
from tests.reports.snapshots import KEYS, make_snapshot

NOWHERE = "\U000f1234\U000f1235"  # letters of nobody's, which no font has
SCRIPTS = {
    "Greek": "Η ομάδα έδειξε τον πίνακα.",
    "Cyrillic": "Команда показала панель. Їжак і ґанок.",
    "Arabic": "أظهر الفريق لوحة التحكم، ولا يوجد مالك للتكلفة.",
    "Hebrew": "הצוות הראה את לוח הבקרה של אוגוסט.",
    "Devanagari": "टीम ने अगस्त का डैशबोर्ड दिखाया।",
    "Thai": "ทีมแสดงแดชบอร์ดของเดือนสิงหาคม",
    "Chinese": "团队展示了八月份的仪表板。",
    "Japanese": "チームは8月のダッシュボードを示した。",
    "Korean": "팀은 8월 대시보드를 보여 주었습니다.",
    "Vietnamese": "Năng lực GPU không đủ cho giờ cao điểm.",
    "in parts": "Nu\u0306ng l\u01b0\u0323c, e\u0301te\u0301",
    "Linear B": "\U00010000\U00010001",
    "nobody's": NOWHERE,
    "marks": "a\u200db\u00adc\ufe0f d\u2011e\u2009f 5\u202f%",
}


@pytest.mark.parametrize("script", SCRIPTS)
def test_what_is_said_beforehand_is_what_is_blank_in_the_report(script):
    """True on every machine, whatever fonts it has."""
    head = "<html lang='en'><head><title>Script</title><link rel='stylesheet' href='report.css'></head>"
    made = pdf.render_pdf(f"{head}<body><p>{SCRIPTS[script]}</p></body></html>")

    assert bool(missing_letters({"note": SCRIPTS[script]})) == bool(made.blanks)


def test_letters_that_no_font_has_are_counted_once_each():
    assert missing_letters(make_snapshot(name=NOWHERE, notes={KEYS[0]: NOWHERE * 3})) == {"symbols": 2}


def test_where_the_fonts_cannot_be_asked_nothing_is_claimed(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    letters._covered.cache_clear()

    assert missing_letters(make_snapshot(notes={KEYS[0]: NOWHERE})) == {}
    letters._covered.cache_clear()


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ({"Thai": 1}, "one letter of Thai."),
        ({"Thai": 20, "symbols": 1}, "20 letters of Thai and one symbol."),
        (
            {"A": 4, "B": 3, "C": 2, "D": 1, "E": 1},
            "four letters of A, three letters of B, two letters of C, and two others.",
        ),
    ],
)
def test_the_warning_names_the_scripts(missing, said):
    assert warning(letters.Counter(missing)).startswith(f"No font on this site's machine has {said}")


# ---- Where a report is asked for


@pytest.fixture
def scorecard(client):
    owner = make_user(name="Ada Lovelace")
    client.force_login(owner)
    scorecard = make_scorecard(make_organization(owner=owner), levels=[2, 1, 0, 1, 2, 1, 2, 0])
    response = scorecard.responses.get(category_key=KEYS[0])
    scorecards.record_note(scorecard, category=KEYS[0], note=NOWHERE, actor=owner, version=response.note_version)
    return scorecard


def ask(client, scorecard, **more):
    url = reverse("report_create", args=[scorecard.organization.slug])
    return client.post(url, {"scorecard": scorecard.pk} | more)


@pytest.mark.django_db
def test_before_a_report_with_gaps_is_made_the_page_says_so(client, scorecard):
    response = ask(client, scorecard)

    assert response.status_code == 422
    html = response.content.decode()
    assert "No font on this site&#x27;s machine has two symbols." in html
    assert 'name="gaps"' in html
    assert not Report.objects.exists()


@pytest.mark.django_db
def test_a_report_with_gaps_is_made_when_that_is_wanted(client, scorecard):
    assert ask(client, scorecard, gaps="on").status_code == 302
    assert Report.objects.count() == 1


@pytest.mark.django_db
def test_the_page_does_not_speak_of_gaps_while_there_are_none(client, scorecard):
    html = client.get(reverse("report_list", args=[scorecard.organization.slug])).content.decode()

    assert 'name="gaps"' not in html


@pytest.mark.django_db
def test_the_vendors_that_were_chosen_stay_chosen(client, scorecard):
    html = ask(client, scorecard, review=["7"]).content.decode()

    assert "gaps" not in html  # the reviews are looked at first, and there is none of that number


@pytest.mark.django_db
def test_what_runs_by_itself_is_not_stopped(scorecard):
    actor = scorecard.organization.created_by
    assert request_report(scorecard, actor=actor).pk
    with pytest.raises(ValidationError, match="No font"):
        request_report(scorecard, actor=actor, may_have_gaps=False)
