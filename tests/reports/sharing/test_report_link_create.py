"""Making links to reports, and the list of them."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from assessments.audit.models import AuditEvent
from assessments.reports.models import Report
from assessments.reports.sharing import links
from assessments.reports.sharing.models import ReportLink
from tests.factories import make_organization
from tests.reports.made import make_ready_report

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def signed_in(client, owner):
    client.force_login(owner)


def at(name, organization, *arguments):
    return reverse(name, args=[organization.slug, *arguments])


def address_in(response):
    return re.search(r'id="address" value="http://testserver([^"]+)"', response.content.decode())[1]


def test_the_address_is_shown_once_and_opens_the_report(client, organization, report):
    page = at("report_link_create", organization)

    made = client.post(page, {"what": str(report.pk), "recipient": "Ada", "days": "7", "passcode": "amber-harbor"})

    address = address_in(made)
    link = ReportLink.objects.get()
    assert (link.report, link.recipient, link.made_by_name) == (report, "Ada", "Ines Halvorsen")
    assert timedelta(days=6) < link.expires_at - timezone.now() < timedelta(days=7)
    assert client.get(address).status_code == 200
    token = address.split("/")[-2]
    assert token not in client.get(page).content.decode()
    assert token not in client.get(at("report_link_list", organization)).content.decode()
    trail = str(list(AuditEvent.objects.values()))
    assert "for Ada, until" in trail
    assert token not in trail
    assert "amber-harbor" not in trail


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"days": "0"}, "Use a whole number of days from 1 to 180."),
        ({"days": "181"}, "Use a whole number of days from 1 to 180."),
        ({"days": "soon"}, "Use a whole number of days from 1 to 180."),
        ({"passcode": "12345"}, "Use at least 6 characters, or none."),
        ({"is_watermarked": "on"}, "Say who it is for: their name is what the watermark shows."),
        ({"recipient": "x" * 121}, "Use at most 120 characters."),
        ({"what": ""}, "Choose one of the reports in the list."),
        ({"what": "999999"}, "Choose one of the reports in the list."),
    ],
)
def test_what_makes_no_link_is_said(client, organization, fields, sentence):
    response = client.post(at("report_link_create", organization), {"what": "live", "days": "14", **fields})

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not ReportLink.objects.exists()


def test_another_organization_s_report_and_one_being_made_cannot_be_shared(client, organization, report):
    rival = make_ready_report(make_organization())
    Report.objects.filter(pk=report.pk).update(status="running")

    for what in (rival.pk, report.pk):
        response = client.post(at("report_link_create", organization), {"what": str(what), "days": "14"})
        assert response.status_code == 422
    assert not ReportLink.objects.exists()


def test_two_clicks_leave_one_link_and_one_made_later_another(client, organization, report):
    fields = {"what": str(report.pk), "recipient": "Ada", "days": "7"}
    first, second = (client.post(at("report_link_create", organization), fields) for _ in range(2))

    assert client.get(address_in(first)).status_code == 404
    assert client.get(address_in(second)).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        client.post(at("report_link_create", organization), fields)
    assert ReportLink.objects.standing().count() == 2


def test_there_is_an_end_to_links(client, organization, owner, monkeypatch):
    monkeypatch.setattr(links, "MOST_STANDING", 2)
    fields = [{"what": "live", "days": "14", "recipient": name} for name in ("Ada", "Grace", "Zoë")]

    statuses = [client.post(at("report_link_create", organization), each).status_code for each in fields]

    assert statuses == [200, 200, 422]


def test_the_list_says_what_became_of_each_link(client, organization, report, owner):
    tokens = [
        links.make_link(organization, report=report, days=14, recipient=name, actor=owner)
        for name in ("Opened", "Ended", "Revoked", "Locked")
    ]
    links.note_opening(links.find(tokens[0]), took_file=True)
    ReportLink.objects.filter(recipient="Ended").update(expires_at=timezone.now())
    links.revoke_link(links.find(tokens[2]), actor=owner)
    ReportLink.objects.filter(recipient="Locked").update(
        locked_until=timezone.now() + timedelta(minutes=5), wrong_passcodes=5
    )

    text = " ".join(re.sub("<[^>]+>", " ", client.get(at("report_link_list", organization)).content.decode()).split())

    assert re.search(r"Locked Not opened yet Locked until \d\d:\d\d 5 wrong passcodes Revoke", text)
    assert re.search(r"Revoked Not opened yet Revoked \d", text)
    assert re.search(r"Ended Not opened yet Ended \d", text)
    assert re.search(r"Opened \d+ \w+ \d+, \d\d:\d\d with the PDF Open until", text)
    assert text.count("Revoke the link of") == 2


def test_revoking_happens_once_and_only_in_one_s_own_organization(client, organization, report, owner):
    token = links.make_link(organization, report=report, days=14, actor=owner)
    elsewhere = make_ready_report(make_organization())
    theirs = links.make_link(elsewhere.organization, report=elsewhere, days=14, actor=elsewhere.organization.created_by)
    mine = links.find(token)

    for _ in range(2):
        client.post(at("report_link_revoke", organization, mine.pk))
    assert client.post(at("report_link_revoke", organization, links.find(theirs).pk)).status_code == 404

    assert links.find(token) is None
    assert links.find(theirs) is not None
    assert AuditEvent.objects.filter(action="report-link-revoked").count() == 1


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_takes_the_same_queries_for_any_number(
    client, organization, report, owner, number, django_assert_num_queries
):
    for _ in range(number):
        link = links.find(links.make_link(organization, report=report, days=14, actor=owner))
        links.note_opening(link)

    with django_assert_num_queries(7):
        client.get(at("report_link_list", organization))
