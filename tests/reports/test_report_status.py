"""One report's row while it is made: polled until there is nothing more to wait for, and tried again when it failed."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.organizations.models import Role
from assessments.reports.models import Report
from assessments.reports.services import request_report
from tests.factories import make_membership, make_organization, make_scorecard, make_user

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def report(client):
    owner = make_user()
    client.force_login(owner)
    scorecard = make_scorecard(make_organization(owner=owner), levels=[2, 1, 0, 1, 2, 1, 2, 0], title="Q3")
    return request_report(scorecard, actor=owner)


def url(report, name="report_status"):
    return reverse(name, args=[report.organization.slug, report.pk])


def poll(client, report, **values):
    Report.objects.filter(pk=report.pk).update(**values)
    return client.get(url(report), headers=HTMX)


@pytest.mark.parametrize(("status", "code"), [("queued", 200), ("running", 200), ("done", 286), ("failed", 286)])
def test_polling_goes_on_until_there_is_nothing_to_wait_for(client, report, status, code):
    response = poll(client, report, status=status)

    assert response.status_code == code
    assert ('hx-trigger="every 2s"' in response.content.decode()) == (code == 200)
    assert f'id="job-{report.pk}"' in response.content.decode()


def test_the_answer_is_the_row_alone_and_is_never_kept(client, report):
    response = poll(client, report, status="running", step=2)

    html = response.content.decode()
    assert html.startswith("<li")
    assert "<html" not in html
    assert response["Cache-Control"] == "no-store"
    assert "HX-Request" in response["Vary"]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"status": "queued"}, "Waiting for a worker. It starts by itself."),
        ({"status": "running", "step": 2}, "Drawing charts"),
        ({"status": "done", "pages": 9}, "Ready, 9 pages"),
        ({"status": "failed", "error": "The disk is full."}, "The disk is full."),
    ],
)
def test_each_state_says_what_it_is(client, report, values, said):
    assert said in poll(client, report, **values).content.decode()


def test_a_toast_tells_once_that_the_report_is_ready(client, report):
    running = poll(client, report, status="running").content.decode()
    done = poll(client, report, status="done").content.decode()
    page = client.get(reverse("report_list", args=[report.organization.slug])).content.decode()

    toast = f'<div hx-swap-oob="beforeend:.toasts"><p class="toast">“{report.title}” is ready.</p></div>'
    assert [toast in html for html in (running, done, page)] == [False, True, False]


@pytest.mark.parametrize(("blanks", "said"), [(0, ""), (1, "1 letter left blank"), (447, "447 letters left blank")])
def test_letters_that_could_not_be_set_are_said_where_the_report_is_taken(client, report, blanks, said):
    row = poll(client, report, status="done", blanks=blanks, pages=2, finished_at=report.requested_at).content.decode()
    page = client.get(reverse("report_list", args=[report.organization.slug])).content.decode()

    assert ["left blank" in html for html in (row, page)] == [bool(blanks)] * 2
    assert said in row
    assert said in page


def test_the_heading_of_what_is_made_changes_with_it(client, report):
    def heading(**values):
        found = re.search(r'<h2 id="now-h" hx-swap-oob="true">([^<]*)', poll(client, report, **values).content.decode())
        return found and found[1]

    assert heading(status="running") is None
    assert heading(status="done") == "Just made"
    assert heading(status="failed", error="No room.") == "Failed"
    request_report(report.scorecard, actor=report.requested_by)
    assert heading(status="done") == "Being made"


def test_without_javascript_the_link_leads_to_the_list(client, report):
    response = client.get(url(report))

    assert (response.status_code, response.url) == (302, reverse("report_list", args=[report.organization.slug]))


def test_polling_takes_few_queries_and_no_snapshot(client, report):
    with CaptureQueriesContext(connection) as captured:
        poll(client, report, status="running")

    assert len(captured) <= 6
    assert not [
        query["sql"] for query in captured if '"snapshot", "assessments_report"."snapshot_sha256"' in query["sql"]
    ]


@pytest.mark.parametrize("name", ["report_status", "report_download", "report_retry"])
def test_a_report_of_another_organization_is_not_there(client, report, name):
    other = make_organization(owner=report.requested_by)
    method = client.post if name == "report_retry" else client.get

    assert method(reverse(name, args=[other.slug, report.pk]), headers=HTMX).status_code == 404


# ---- Trying again


@pytest.mark.django_db(transaction=True)
def test_a_failed_report_is_tried_again(client, report, broker):
    Report.objects.filter(pk=report.pk).update(status="failed", error="The disk is full.", attempts=25)
    broker.take()

    response = client.post(url(report, "report_retry"))

    assert (response.status_code, response.url) == (302, reverse("report_list", args=[report.organization.slug]))
    report.refresh_from_db()
    assert (report.status, report.error, report.attempts) == ("queued", "", 0)
    assert len(broker.take()) == 1


@pytest.mark.django_db(transaction=True)
def test_trying_again_twice_sends_once(client, report, broker):
    Report.objects.filter(pk=report.pk).update(status="failed")
    broker.take()

    for _ in range(2):
        client.post(url(report, "report_retry"))

    assert len(broker.take()) == 1


def test_a_viewer_may_not_try_again(client, report):
    Report.objects.filter(pk=report.pk).update(status="failed")
    client.force_login(make_membership(report.organization, role=Role.VIEWER).user)

    assert client.post(url(report, "report_retry")).status_code == 403
    assert Report.objects.get().status == "failed"


def test_trying_again_is_no_link(client, report):
    assert client.get(url(report, "report_retry")).status_code == 405
