"""Reports go after their days: somebody is told first, files go along, and what is kept stays."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from assessments.audit.models import AuditEvent
from assessments.organizations.models import Role
from assessments.reports.models import Report
from assessments.reports.retention import services
from assessments.reports.sharing import links
from tests.factories import make_membership, make_organization, make_user
from tests.reports.made import make_ready_report

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client):
    user = make_user(name="Ines Halvorsen", email="ines@example.com")
    client.force_login(user)
    return user


@pytest.fixture
def report(owner):
    return make_ready_report(make_organization(owner=owner, name="Kestrel Logistics"))


def days_pass(first, last):
    """The clock's run of each of these days, counted from now."""
    start = timezone.now()
    for day in range(first, last + 1):
        with time_machine.travel(start + timedelta(days=day)), TestCase.captureOnCommitCallbacks(execute=True):
            services.expire_reports(timezone.now())


def page(client, organization):
    return client.get(reverse("report_list", args=[organization.slug])).content.decode()


def test_nothing_goes_by_default(report, mailoutbox):
    days_pass(0, 3)
    with time_machine.travel(timezone.now() + timedelta(days=4000)):
        services.expire_reports(timezone.now())

    assert (Report.objects.count(), mailoutbox) == (1, [])


def test_somebody_is_told_two_weeks_before_and_then_it_goes_with_its_file_and_links(
    client, report, owner, mailoutbox, private_media
):
    services.set_days(report.organization, days=30, actor=owner)
    token = links.make_link(report.organization, report=report, days=180, actor=owner)
    asker = make_membership(report.organization, make_user(email="asker@example.com"), role=Role.VIEWER).user
    make_membership(report.organization, make_user(email="reader@example.com"), role=Role.VIEWER)
    Report.objects.update(requested_by=asker)

    days_pass(0, 15)
    assert mailoutbox == []
    days_pass(16, 29)

    assert [message.to for message in mailoutbox] == [["asker@example.com"], ["ines@example.com"]]
    assert "Board report, Q3 assessment" in mailoutbox[0].body
    assert Report.objects.exists()
    days_pass(30, 31)
    assert not Report.objects.exists()
    assert not list(private_media.rglob("*.pdf"))
    assert client.get(f"/s/{token}/").status_code == 404
    event = AuditEvent.objects.get(action="report-expired")
    assert (event.actor_name, event.subject) == ("The system", "Board report, Q3 assessment")
    assert len(mailoutbox) == 2


def test_switched_on_later_nothing_goes_before_a_week_after_the_mail(report, owner, mailoutbox):
    Report.objects.update(finished_at=timezone.now() - timedelta(days=900))
    services.set_days(report.organization, days=30, actor=owner)

    days_pass(0, 6)
    assert (Report.objects.count(), len(mailoutbox)) == (1, 1)
    days_pass(7, 8)
    assert not Report.objects.exists()


def test_what_is_kept_stays_and_is_not_warned_of(client, report, owner, mailoutbox):
    services.set_days(report.organization, days=30, actor=owner)
    assert "Goes on" in page(client, report.organization)
    keep = reverse("report_keep", args=[report.organization.slug, report.pk])

    client.post(keep, {"keep": "yes"})

    assert "Kept for good" in page(client, report.organization)
    days_pass(0, 3)
    days_pass(40, 50)
    assert (Report.objects.count(), mailoutbox) == (1, [])
    client.post(keep)
    assert "Goes on" in page(client, report.organization)
    kept = AuditEvent.objects.filter(action="report-kept").order_by("pk").values_list("new", flat=True)
    assert list(kept) == ["Kept for good", "Kept like the others"]


def test_the_operator_s_default_holds_where_an_organization_says_nothing(settings, client, report, owner, mailoutbox):
    settings.REPORT_KEEP_DAYS = 60
    other = make_ready_report(make_organization(owner=owner, name="For good"))
    services.set_days(other.organization, days=0, actor=owner)

    days_pass(44, 48)
    days_pass(60, 61)

    assert list(Report.objects.all()) == [other]
    assert services.days_of(report.organization) == 60
    form = client.get(reverse("report_retention_update", args=[other.organization.slug])).content.decode()
    assert "As this site does: 60 days" in form


def test_a_longer_time_takes_the_warning_back(report, owner, mailoutbox):
    services.set_days(report.organization, days=30, actor=owner)
    days_pass(20, 21)
    assert len(mailoutbox) == 1

    services.set_days(report.organization, days=365, actor=owner)
    days_pass(22, 60)

    assert (Report.objects.count(), len(mailoutbox)) == (1, 1)
    assert Report.objects.get().warned_at is None


@pytest.mark.parametrize(
    ("fields", "status", "days"),
    [
        ({"how": "days", "days": "90"}, 302, 90),
        ({"how": "always", "days": ""}, 302, 0),
        ({"how": "site"}, 302, 0),
        ({"how": "days", "days": ""}, 422, 0),
        ({"how": "days", "days": "6"}, 422, 0),
        ({"how": "days", "days": "3651"}, 422, 0),
        ({"how": "days", "days": "soon"}, 422, 0),
        ({"how": "never"}, 422, 0),
    ],
)
def test_the_days_are_set_on_a_page_and_nonsense_is_refused(client, report, fields, status, days):
    address = reverse("report_retention_update", args=[report.organization.slug])

    response = client.post(address, fields)

    assert response.status_code == status
    assert services.days_of(report.organization) == days
    if fields.get("how") == "days" and status == 422:
        assert "Use a whole number of days from 7 to 3,650." in response.content.decode()


def test_the_change_is_recorded(client, report):
    client.post(reverse("report_retention_update", args=[report.organization.slug]), {"how": "days", "days": "90"})

    event = AuditEvent.objects.get(action="organization-changed")
    assert (event.subject, event.old, event.new) == ("Reports are kept", "for good", "90 days")


def test_many_reports_are_one_mail(report, owner, mailoutbox):
    services.set_days(report.organization, days=30, actor=owner)
    for number in range(24):
        copy = Report.objects.get(pk=report.pk)
        copy.pk, copy.title, copy.file = None, f"Report {number:02}", ""
        copy.save()

    days_pass(20, 22)

    [message] = mailoutbox
    assert message.body.count("\n- ") == 21
    assert re.search(r"- and 5 more", message.body)
