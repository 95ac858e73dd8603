"""The passcode of a link to a report: the same protections as a vendor's, kept by the same rows."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from assessments.audit.models import AuditEvent
from assessments.organizations import secret_links
from assessments.reports.sharing import links
from assessments.reports.sharing.models import ReportLink

pytestmark = pytest.mark.django_db

PASSCODE = "amber-harbor"


@pytest.fixture
def token(report, owner):
    return links.make_link(
        report.organization, report=report, days=14, passcode=PASSCODE, recipient="Ada Lovelace", actor=owner
    )


def unlock(client, token, passcode=PASSCODE):
    return client.post(f"/s/{token}/passcode", {"passcode": passcode})


def counts():
    link = ReportLink.objects.get()
    return link.wrong_passcodes, link.wrong_in_a_row, link.is_locked, link.revoked_at is not None


def test_the_passcode_is_kept_hashed_and_opens_the_page_for_this_browser_only(client, token):
    assert check_password(PASSCODE, ReportLink.objects.get().passcode)
    page = client.get(f"/s/{token}/").content.decode()
    assert "Enter the passcode" in page
    assert "Q3 assessment" not in page
    assert ReportLink.objects.get().opened_at is None

    assert unlock(client, token, f" {PASSCODE} ").url == f"/s/{token}/"

    assert "Board report, Q3 assessment" in client.get(f"/s/{token}/").content.decode()
    assert ReportLink.objects.get().opened_at is not None
    assert client.get(f"/s/{token}/download").status_code == 200
    assert "Enter the passcode" in Client().get(f"/s/{token}/").content.decode()


def test_five_wrong_ones_in_a_row_lock_for_a_quarter_of_an_hour(client, token):
    assert [unlock(client, token, "wrong!").status_code for _ in range(7)] == [422] * 4 + [429] * 3
    assert counts() == (5, 0, True, False)
    right = unlock(client, token)
    assert right.status_code == 429
    assert "Wait 15 minutes" in right.content.decode()
    assert "Too many wrong passcodes" in client.get(f"/s/{token}/").content.decode()

    with time_machine.travel(timezone.now() + timedelta(minutes=15, seconds=1)):
        assert unlock(client, token, "wrong!").status_code == 422
        assert unlock(client, token).status_code == 302
    assert counts() == (6, 0, False, False)


def test_fifty_wrong_ones_end_the_link_after_twenty(client, token):
    statuses = []
    for number in range(50):
        with time_machine.travel(timezone.now() + timedelta(minutes=16 * number)):
            statuses.append(unlock(Client(), token, f"wrong-{number}").status_code)

    assert statuses == ([422] * 4 + [429]) * 3 + [422] * 4 + [404] * 31
    assert counts()[3] is True
    entry = AuditEvent.objects.get(action="report-link-revoked")
    assert (entry.actor_name, entry.subject) == ("The system", "Board report, Q3 assessment")
    assert entry.new == "of Ada Lovelace, 20 wrong passcodes"
    assert client.get(f"/s/{token}/").status_code == 404


def test_fifty_wrong_ones_at_once_are_five(token):
    """An attempt is counted before it is looked at: here all fifty have read the same row before the first is."""
    stale = [links.find(token) for _ in range(50)]

    answers = []
    for link in stale:
        with pytest.raises(ValidationError) as refused:
            links.check_passcode(link, "wrong!")
        answers.append(refused.value.messages[0])

    assert answers == [secret_links.WRONG] * 4 + [secret_links.LOCKED] * 46
    assert counts() == (5, 0, True, False)


def test_a_passcode_opens_no_other_link_and_no_vendor_s(client, token, report, owner):
    other = links.make_link(report.organization, report=report, days=14, passcode="another-one", actor=owner)
    unlock(client, token)

    assert unlock(client, other).status_code == 422
    assert "Enter the passcode" in client.get(f"/s/{other}/").content.decode()
