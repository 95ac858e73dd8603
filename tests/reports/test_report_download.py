"""Taking a finished report along: whole, under a name every system can store, and only while it is there."""

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from assessments.organizations.models import Role
from assessments.reports.models import Report
from assessments.reports.services import request_report
from tests.factories import make_membership, make_organization, make_scorecard, make_user

pytestmark = pytest.mark.django_db


def make_done(client, *, name="Kestrel Logistics", title="Q3"):
    owner = make_user()
    client.force_login(owner)
    scorecard = make_scorecard(make_organization(owner=owner, name=name), title=title)
    report = request_report(scorecard, actor=owner)
    report.file.save("report.pdf", ContentFile(b"%PDF-1.7 whole"))
    Report.objects.filter(pk=report.pk).update(status="done")
    return report


def download(client, report):
    return client.get(reverse("report_download", args=[report.organization.slug, report.pk]))


def filename_of(response):
    from email.message import EmailMessage

    message = EmailMessage()
    message["Content-Disposition"] = response["Content-Disposition"]
    return message.get_filename()


def test_a_report_is_downloaded_whole_and_stays_private(client):
    response = download(client, make_done(client))

    assert b"".join(response) == b"%PDF-1.7 whole"
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'attachment; filename="Kestrel Logistics, Draft Board report, Q3.pdf"'
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("name", "filename"),
    [
        ("../../etc/passwd", "etc passwd, Draft Board report, Q3.pdf"),
        ('A "B" <C> | D? * E: F%2e', "A B C D E F 2e, Draft Board report, Q3.pdf"),
        ("A\u202eB\u200b", "AB, Draft Board report, Q3.pdf"),
        ("شركة كيسترل", "شركة كيسترل, Draft Board report, Q3.pdf"),
        ("...", "Draft Board report, Q3.pdf"),
    ],
)
def test_the_file_has_a_name_every_system_can_store(client, name, filename):
    report = make_done(client, name="Kestrel")
    report.organization.name = name
    report.organization.save()

    assert filename_of(download(client, report)).lstrip(", ") == filename


def test_a_long_name_is_cut(client):
    report = make_done(client, name="Kestrel")
    report.organization.name = "K" * 120
    report.organization.save()

    assert filename_of(download(client, report)) == "K" * 120 + ".pdf"


@pytest.mark.parametrize("status", ["queued", "running", "failed"])
def test_a_report_that_is_not_done_is_not_there(client, status):
    report = make_done(client)
    Report.objects.filter(pk=report.pk).update(status=status)

    assert download(client, report).status_code == 404


def test_a_file_that_is_gone_is_not_there(client):
    report = make_done(client)
    report.file.storage.delete(report.file.name)

    assert download(client, report).status_code == 404


def test_a_viewer_may_download_and_an_outsider_finds_nothing(client):
    report = make_done(client)

    client.force_login(make_membership(report.organization, role=Role.VIEWER).user)
    assert download(client, report).status_code == 200
    client.force_login(make_user())
    assert download(client, report).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_a_file_goes_with_its_organization(client, private_media):
    report = make_done(client)

    report.organization.delete()

    assert [path for path in private_media.rglob("*") if path.is_file()] == []
