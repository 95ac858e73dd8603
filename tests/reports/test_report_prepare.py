"""Before a report is made: choosing, writing, keeping what was written, and offering it again."""

import re
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from assessments.organizations.models import Role
from assessments.reports.choices import LENGTHS, SECTIONS
from assessments.reports.models import Report
from assessments.reports.preparing.models import ReportDraft, ReportTemplate
from tests.factories import make_grant, make_membership, make_organization, make_scorecard, make_team, make_user

pytestmark = pytest.mark.django_db
LEVELS = (2, 1, 0, 1, 2, 1, 2, 0)


@pytest.fixture
def scorecard():
    organization = make_organization(owner=make_user(name="Ada Lovelace"), name="Kestrel Logistics")
    return make_scorecard(organization, levels=LEVELS, signed_off_at=datetime(2026, 9, 1, tzinfo=UTC), title="Q3")


@pytest.fixture
def signed_in(client, scorecard):
    client.force_login(scorecard.organization.created_by)
    return client


def address(scorecard, name="report_prepare"):
    return reverse(name, args=[scorecard.organization.slug])


def sent(scorecard, **fields):
    return {
        "scorecard": scorecard.pk,
        "version": 0,
        "order": [section.key for section in SECTIONS],
        "section": list(LENGTHS["full"][1]),
        "paper": "a4",
        "people": "names",
        "status": "final",
        "mark": "Strictly confidential",
        "finding_0": "We pay one invoice.",
        "about_0": "cost-model",
        "decision_0": "Hold the order. It can wait.",
        "do": "make",
        **fields,
    }


def test_what_was_chosen_and_written_is_frozen_into_the_report(signed_in, scorecard):
    response = signed_in.post(address(scorecard), sent(scorecard, letter="Dear board,", recipient="The audit board"))

    assert response.status_code == 302
    snapshot = Report.objects.get().snapshot
    assert snapshot["words"]["findings"] == [{"category": "cost-model", "text": "We pay one invoice."}]
    assert snapshot["words"]["decisions"] == ["Hold the order. It can wait."]
    assert snapshot["choices"]["mark"] == "Strictly confidential"
    assert snapshot["choices"]["recipient"] == "The audit board"
    assert snapshot["choices"]["has_letter"]
    assert Report.objects.get().title == "Board report, Q3"


def test_words_are_drafted_on_the_page_until_somebody_writes(signed_in, scorecard):
    html = signed_in.get(address(scorecard)).content.decode()

    assert "Hold new commitments for AI infrastructure until 10 of 16 points are proven." in html


def test_what_was_written_is_offered_for_the_next_assessment(signed_in, scorecard):
    signed_in.post(address(scorecard), sent(scorecard, do="save"))
    following = make_scorecard(scorecard.organization, levels=LEVELS, title="Q4")

    html = signed_in.get(f"{address(scorecard)}?scorecard={following.pk}").content.decode()

    assert "Offered from the report of Q3" in html
    assert "We pay one invoice." in html
    assert "Hold the order. It can wait." in html
    anew = signed_in.get(f"{address(scorecard)}?scorecard={following.pk}&words=drafted").content.decode()
    assert "We pay one invoice." not in anew


def test_a_report_by_one_click_takes_the_words_kept_for_its_assessment(signed_in, scorecard):
    signed_in.post(address(scorecard), sent(scorecard, do="save"))

    signed_in.post(address(scorecard, "report_create"), {"scorecard": scorecard.pk})

    assert Report.objects.get().snapshot["words"]["decisions"] == ["Hold the order. It can wait."]


def test_thirty_thousand_words_are_refused_in_a_sentence_and_stay_in_their_box(signed_in, scorecard):
    text = ("word " * 30_000).strip()

    response = signed_in.post(address(scorecard), sent(scorecard, finding_1=text))

    html = response.content.decode()
    assert response.status_code == 422
    assert "A finding takes 300 characters" in html
    assert "This one has 149,999. Nothing is lost" in html
    assert text in html
    assert not Report.objects.exists()


def test_nobody_s_text_is_replaced_unseen(signed_in, scorecard):
    signed_in.post(address(scorecard), sent(scorecard, do="save"))

    response = signed_in.post(address(scorecard), sent(scorecard, do="save", finding_0="Mine."))

    html = response.content.decode()
    assert response.status_code == 422
    assert "Ada Lovelace changed this draft at" in html
    assert "Mine." in html
    assert ReportDraft.objects.get().words["findings"][0]["text"] == "We pay one invoice."
    again = signed_in.post(address(scorecard), sent(scorecard, do="save", finding_0="Mine.", version=1))
    assert again.status_code == 302
    assert ReportDraft.objects.get().words["findings"][0]["text"] == "Mine."


def test_an_open_assessment_is_a_draft_whatever_is_sent(signed_in, scorecard):
    still_open = make_scorecard(scorecard.organization, levels=LEVELS, title="Q4")

    signed_in.post(address(scorecard), sent(still_open, status="final"))

    report = Report.objects.get()
    assert report.snapshot["choices"]["is_draft"]
    assert report.title == "Draft: Board report, Q4"


def test_no_section_at_all_is_refused(signed_in, scorecard):
    response = signed_in.post(address(scorecard), sent(scorecard, section=[]))

    assert response.status_code == 422
    assert "Choose at least one section" in response.content.decode()


def test_a_section_is_moved_without_losing_what_was_written(signed_in, scorecard):
    html = signed_in.post(address(scorecard), sent(scorecard, do="up:method", finding_0="Kept.")).content.decode()

    assert html.index('value="method"') < html.index('value="plan"')
    assert "Kept." in html
    assert not ReportDraft.objects.exists()


def test_a_length_chooses_its_sections(signed_in, scorecard):
    signed_in.post(address(scorecard), sent(scorecard, do="make", section=["summary"]))

    report = Report.objects.get()
    assert report.snapshot["choices"]["length"] == "page"
    assert report.title == "One-page summary, Q3"


def test_the_preview_shows_the_kept_words_within_the_policy(signed_in, scorecard):
    response = signed_in.post(address(scorecard), sent(scorecard, do="preview"), follow=True)

    html = response.content.decode()
    assert "We pay one invoice." in html
    assert "Nothing is made yet." in html
    assert "style=" not in html
    assert not Report.objects.exists()


def test_choices_are_kept_as_a_template_of_the_team_and_used_for_another_client(client, scorecard):
    consultant = make_user(name="Ines")
    team = make_team(consultant, name="Halden Partners")
    make_grant(team, scorecard.organization, role=Role.OWNER)
    client.force_login(consultant)
    fields = sent(scorecard, do="template", template_name="Quarterly", paper="letter", title="Only here")

    client.post(address(scorecard), fields)

    template = ReportTemplate.objects.get()
    assert (template.name, template.team, template.organization) == ("Quarterly", team, None)
    assert (template.choices["paper"], template.choices["title"]) == ("letter", "")
    other = make_scorecard(levels=LEVELS)
    make_grant(team, other.organization, role=Role.OWNER)
    html = client.get(f"{address(other)}?scorecard={other.pk}&template={template.pk}").content.decode()
    assert '<option value="letter" selected>' in html


def test_a_template_of_the_organization_is_changed_renamed_and_deleted(signed_in, scorecard):
    for paper, version in (("a4", 0), ("letter", 1)):
        fields = sent(scorecard, do="template", template_name="Ours", paper=paper, version=version)
        assert signed_in.post(address(scorecard), fields).status_code == 302
    template = ReportTemplate.objects.get()
    assert (template.organization, template.choices["paper"]) == (scorecard.organization, "letter")
    slug = scorecard.organization.slug

    signed_in.post(reverse("report_template_update", args=[slug, template.pk]), {"name": "Renamed"})
    assert ReportTemplate.objects.get().name == "Renamed"
    signed_in.post(reverse("report_template_delete", args=[slug, template.pk]))
    assert not ReportTemplate.objects.exists()


@pytest.mark.parametrize("name", ["", "   "])
def test_a_template_needs_a_name(signed_in, scorecard, name):
    response = signed_in.post(address(scorecard), sent(scorecard, do="template", template_name=name))

    assert response.status_code == 422
    assert "Give the template a name." in response.content.decode()


def test_a_member_outside_the_team_does_not_see_its_templates(client, scorecard):
    team = make_team(make_user())
    make_grant(team, scorecard.organization, role=Role.OWNER)
    template = ReportTemplate.objects.create(team=team, name="Theirs", choices={})
    client.force_login(make_membership(scorecard.organization, role=Role.EDITOR).user)

    assert "Theirs" not in client.get(address(scorecard)).content.decode()
    url = reverse("report_template_update", args=[scorecard.organization.slug, template.pk])
    assert client.get(url).status_code == 404


def test_the_page_takes_no_more_than_fifteen_queries(signed_in, scorecard, django_assert_max_num_queries):
    for number in range(3):
        ReportTemplate.objects.create(organization=scorecard.organization, name=f"T{number}", choices={})
    signed_in.post(address(scorecard), sent(scorecard, do="save"))

    with django_assert_max_num_queries(15):
        signed_in.get(address(scorecard))


def test_letters_that_no_font_has_are_said_before_it_is_made_and_what_was_written_stays(signed_in, scorecard):
    fields = sent(scorecard, do="make", finding_0="Ours \U000f0001.")

    response = signed_in.post(address(scorecard), fields)

    html = response.content.decode()
    assert (response.status_code, Report.objects.count()) == (422, 0)
    assert "No font on this site&#x27;s machine has" in html
    assert "Ours \U000f0001." in html
    again = re.search(r'name="version" value="(\d+)"', html)[1]
    assert signed_in.post(address(scorecard), fields | {"gaps": "on", "version": again}).status_code == 302
    assert Report.objects.count() == 1
