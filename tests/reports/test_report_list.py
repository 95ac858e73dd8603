"""The page of reports: what runs or failed on top, what is ready below, and the button that asks for one."""

import re

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.organizations.models import Role
from assessments.reports.models import Report
from assessments.reports.services import request_report
from tests.factories import make_membership, make_organization, make_scorecard, make_user

pytestmark = pytest.mark.django_db

LEVELS = [2, 1, 0, 1, 2, 1, 2, 0]


@pytest.fixture
def organization(client):
    owner = make_user(name="Ada Lovelace")
    client.force_login(owner)
    return make_organization(owner=owner)


def make_report(organization, *, status="done", title="Board report, Q3", levels=LEVELS, **values):
    scorecard = organization.scorecards.first() or make_scorecard(organization, levels=levels)
    report = request_report(scorecard, actor=organization.created_by)
    values = {"status": status, "title": title, "pages": 9, "size": 99_000} | values
    Report.objects.filter(pk=report.pk).update(**values)
    report.refresh_from_db()
    if status == "done":
        report.file.save("report.pdf", ContentFile(b"%PDF-1.7"))
        Report.objects.filter(pk=report.pk).update(finished_at="2026-09-14T09:15:00Z")
    return report


def page(client, organization, name="report_list"):
    return client.get(reverse(name, args=[organization.slug])).content.decode()


def read(html):
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", html))


def test_without_reports_the_page_says_what_belongs_there(client, organization):
    html = page(client, organization)

    assert "No report yet" in html
    assert "Start an assessment" in html
    assert "Prepare a report" not in html


def test_with_an_assessment_a_report_can_be_made(client, organization):
    make_scorecard(organization, title="Q3 assessment")

    html = page(client, organization)

    assert "Prepare a report" in html
    assert "Q3 assessment (draft)" in html


def test_a_ready_report_is_shown_with_its_score_and_its_download(client, organization):
    report = make_report(organization)

    html = page(client, organization)

    assert reverse("report_download", args=[organization.slug, report.pk]) in html
    text = read(html)
    for said in ["Board report, Q3", "9 pages, 96.7 KB", "14 Sep 2026", "Ada Lovelace"]:
        assert said in text
    assert '<span class="score__n" aria-hidden="true">9</span>' in html


def test_a_report_on_an_open_assessment_shows_its_range(client, organization):
    make_report(organization, levels=[2, 1, None, 1, 2, 1, 2, None])

    assert 'aria-hidden="true">9&ndash;13</span>' in page(client, organization)


def test_a_report_under_way_shows_its_step_and_asks_for_the_next(client, organization):
    report = make_report(organization, status="running", step=3)

    html = page(client, organization)

    status = reverse("report_status", args=[organization.slug, report.pk])
    assert f'hx-get="{status}" hx-trigger="every 2s"' in html
    assert f'<a class="more" href="{status}">' in html
    assert "Setting pages, step 3 of 4." in read(html).replace(" ,", ",")


def test_a_failed_report_says_why_and_can_be_tried_again(client, organization):
    make_report(organization, status="failed", step=4, error="The disk is full.")

    html = page(client, organization)

    assert "Failed at step 4, writing the file" in read(html)
    assert "The disk is full." in html
    assert "Try again" in html
    assert "every 2s" not in html


def test_a_viewer_sees_the_reports_and_can_make_none(client, organization):
    make_report(organization)
    make_report(organization, status="failed", title="Board report, Q2")
    client.force_login(make_membership(organization, role=Role.VIEWER).user)

    html = page(client, organization)

    assert "Board report, Q3" in html
    assert "Board report, Q2" in html
    assert "Prepare a report" not in html
    assert "Try again" not in html


def test_reports_of_others_are_not_shown(client, organization):
    make_report(make_organization(), title="Secret report")
    make_report(make_organization(), title="Secret failure", status="failed")
    make_report(organization)

    html = page(client, organization)

    assert "Board report, Q3" in html
    assert "Secret" not in html


def test_names_are_text(client, organization):
    make_report(organization, title="<script>alert(1)</script>")

    assert "<script>alert(1)" not in page(client, organization)


@pytest.mark.parametrize("status", ["done", "running", "failed"])
def test_the_page_takes_as_many_queries_for_three_reports_as_for_one(client, organization, status):
    scorecard = make_scorecard(organization, levels=LEVELS)
    counts = []
    for names in (["Ada"], ["Bo", "Cy"]):  # each in a name of its own, or they would be one report
        for name in names:
            report = request_report(scorecard, actor=make_user(name=name))
            Report.objects.filter(pk=report.pk).update(status=status, finished_at="2026-09-14T09:15:00Z")
        with CaptureQueriesContext(connection) as captured:
            page(client, organization)
        counts.append(len(captured))

    assert counts[0] == counts[1] <= 10


def test_the_page_does_not_load_snapshots(client, organization):
    make_report(organization)
    make_report(organization, status="failed")

    with CaptureQueriesContext(connection) as captured:
        page(client, organization)

    assert not [
        query["sql"] for query in captured if '"snapshot", "assessments_report"."snapshot_sha256"' in query["sql"]
    ]


def test_old_reports_are_on_the_next_page(client, organization):
    scorecard = make_scorecard(organization, levels=LEVELS)
    for number in range(27):
        report = request_report(scorecard, actor=organization.created_by)
        Report.objects.filter(pk=report.pk).update(
            status="done", title=f"Report {number:02}", finished_at="2026-09-14T09:15:00Z"
        )

    html = page(client, organization)
    older = client.get(reverse("report_list", args=[organization.slug]), {"page": 2}).content.decode()

    assert "Report 26" in html
    assert "Report 01" not in html
    assert "Report 01" in older
    assert "27 reports" in read(html)


# ---- Asking for one


def ask(client, organization, scorecard):
    return client.post(reverse("report_create", args=[organization.slug]), {"scorecard": scorecard.pk})


@pytest.mark.django_db(transaction=True)
def test_asking_writes_the_row_and_leads_back_to_the_list(client, organization, broker):
    scorecard = make_scorecard(organization, levels=LEVELS)

    response = ask(client, organization, scorecard)

    assert (response.status_code, response.url) == (302, reverse("report_list", args=[organization.slug]))
    report = Report.objects.get()
    assert (report.status, report.scorecard, report.requested_name) == ("queued", scorecard, "Ada Lovelace")
    assert len(broker.take()) == 1


@pytest.mark.django_db(transaction=True)
def test_a_double_click_asks_once(client, organization, broker):
    scorecard = make_scorecard(organization, levels=LEVELS)

    responses = [ask(client, organization, scorecard) for _ in range(2)]

    assert [response.status_code for response in responses] == [302, 302]
    assert Report.objects.count() == 1
    assert len(broker.take()) == 1


@pytest.mark.parametrize("choice", ["", "0", "x"])
def test_a_choice_that_is_none_is_refused_with_a_sentence(client, organization, choice):
    make_scorecard(organization)

    response = client.post(reverse("report_create", args=[organization.slug]), {"scorecard": choice})

    assert response.status_code == 422
    assert "Choose" in read(response.content.decode())
    assert Report.objects.count() == 0


def test_an_assessment_of_others_is_refused(client, organization):
    response = ask(client, organization, make_scorecard())

    assert response.status_code == 422
    assert Report.objects.count() == 0


def test_a_viewer_may_not_ask(client, organization):
    scorecard = make_scorecard(organization)
    client.force_login(make_membership(organization, role=Role.VIEWER).user)

    assert ask(client, organization, scorecard).status_code == 403
    assert Report.objects.count() == 0
