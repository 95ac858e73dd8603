"""Every format is made by the worker from the row, once; the same snapshot as another file; names go with accounts."""

import json
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.accounts.erasure import erase_user
from assessments.reports.models import Report
from assessments.reports.services import request_report
from assessments.reports.tasks import make_report
from tests.factories import make_organization, make_user
from tests.reports.exchange.documents import make_full_scorecard

pytestmark = pytest.mark.django_db

KINDS = ["pptx", "docx", "xlsx", "json"]


@pytest.fixture
def organization(client):
    owner = make_user(name="Grete Hermann")
    client.force_login(owner)
    return make_organization(owner=owner)


@pytest.fixture
def report(organization):
    return request_report(make_full_scorecard(organization), actor=organization.created_by)


def repeat(client, report, kind):
    return client.post(reverse("report_repeat", args=[report.organization.slug, report.pk]), {"format": kind})


@pytest.mark.parametrize("kind", KINDS)
def test_a_report_is_asked_for_made_and_taken_along_in_each_format(client, organization, kind):
    scorecard = make_full_scorecard(organization)
    data = {"scorecard": scorecard.pk, "format": kind}

    client.post(reverse("report_create", args=[organization.slug]), data)
    report = Report.objects.get()
    make_report(report.pk)
    make_report(report.pk)

    report.refresh_from_db()
    assert (report.status, report.format, report.attempts) == ("done", kind, 1)
    response = client.get(reverse("report_download", args=[organization.slug, report.pk]))
    content = b"".join(response.streaming_content)
    assert len(content) == report.size
    assert f".{kind}" in response["Content-Disposition"]
    assert content[:2] == (b"{\n" if kind == "json" else b"PK")


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_snapshot_is_made_again_in_another_format(client, report, kind):
    repeat(client, report, kind)

    other = Report.objects.get(format=kind)
    assert (other.snapshot, other.snapshot_sha256) == (report.snapshot, report.snapshot_sha256)


def test_two_clicks_make_one_file_and_another_format_is_another_file(client, report):
    for kind in ("pptx", "pptx", "docx"):
        repeat(client, report, kind)

    assert sorted(Report.objects.values_list("format", flat=True)) == ["docx", "pdf", "pptx"]


def test_a_format_that_is_none_makes_nothing(client, report):
    assert repeat(client, report, "exe").status_code == 422
    assert Report.objects.count() == 1


def test_a_report_from_before_there_were_workbooks_says_so(client, report):
    del report.snapshot["exchange"]
    Report.objects.filter(pk=report.pk).update(snapshot=report.snapshot)

    response = repeat(client, report, "xlsx")

    assert response.status_code == 422
    assert "Make a new one." in response.content.decode()


def test_of_a_report_whose_snapshot_breaks_a_writer_the_row_says_it_failed(report):
    Report.objects.filter(pk=report.pk).update(format="pptx", snapshot={"made": {"on": "2026-11-30"}, "format": 3})

    make_report(report.pk)

    report.refresh_from_db()
    assert report.status == "failed"
    assert "Your answers are safe" in report.error


def test_an_erased_person_goes_from_what_files_are_made_of(organization, report):
    text = json.dumps(report.snapshot["exchange"])
    assert "Grete Hermann" in text
    assert "Kofi Mensah" in text

    erase_user(organization.created_by)

    report.refresh_from_db()
    text = json.dumps(report.snapshot["exchange"])
    assert "Grete Hermann" not in text
    assert "Kofi Mensah" in text


def test_the_list_takes_the_same_queries_for_one_file_and_for_five(client, organization, report):
    def queries():
        with CaptureQueriesContext(connection) as caught:
            client.get(reverse("report_list", args=[organization.slug]))
        return len(caught)

    make_report(report.pk)
    queries()
    one = queries()
    for kind in KINDS:
        repeat(client, report, kind)
        make_report(Report.objects.get(format=kind).pk)

    assert SimpleNamespace(one=queries()) == SimpleNamespace(one=one)
