from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from assessments.audit.models import AuditEvent
from assessments.organizations import secret_links
from assessments.vendors.linking import links
from assessments.vendors.models import VendorLink, VendorReview
from tests.factories import make_vendor_review

pytestmark = pytest.mark.django_db

PASSCODE = "amber-harbor"
HX = {"HX-Request": "true"}


@pytest.fixture
def token(review, buyer):
    return links.make_link(review, days=14, passcode=PASSCODE, actor=buyer)


def unlock(client, token, passcode=PASSCODE):
    return client.post(f"/v/{token}/passcode", {"passcode": passcode})


def counts():
    link = VendorLink.objects.get()
    return link.wrong_passcodes, link.wrong_in_a_row, link.is_locked, link.revoked_at is not None


def test_the_passcode_is_kept_hashed_and_opens_the_page_for_this_browser_only(client, token):
    assert check_password(PASSCODE, VendorLink.objects.get().passcode)
    page = client.get(f"/v/{token}/").content.decode()
    assert "Enter the passcode" in page
    assert "Which p95" not in page
    assert "Managed inference" not in page
    assert VendorLink.objects.get().opened_at is None

    assert unlock(client, token, f" {PASSCODE} ").url == f"/v/{token}/"

    assert "Which p95" in client.get(f"/v/{token}/").content.decode()
    assert VendorLink.objects.get().opened_at is not None
    assert "Enter the passcode" in Client().get(f"/v/{token}/").content.decode()


def test_a_session_from_before_the_passcode_is_not_the_one_after_it(client, token):
    session = client.session
    session["theme"] = "kept"
    session.save()
    before = client.cookies["sessionid"].value

    unlock(client, token)

    assert client.cookies["sessionid"].value != before


@pytest.mark.parametrize("path", ["submit", "answers/latency-target/evidence", "evidence/1"])
def test_nothing_behind_the_passcode_is_shown_without_it(client, token, path):
    response = client.get(f"/v/{token}/{path}")

    assert "Enter the passcode" in response.content.decode()
    assert "Which p95" not in response.content.decode()


@pytest.mark.parametrize(
    "path", ["", "submit", "answers/latency-target", "answers/latency-target/evidence", "evidence/1/remove"]
)
def test_nothing_is_taken_without_the_passcode_and_a_script_can_tell(client, token, path):
    data = {"latency-target-said": "p95", "latency-target-said_version": "0", "url": "https://example.com"}

    response, script = client.post(f"/v/{token}/{path}", data), client.post(f"/v/{token}/{path}", data, headers=HX)

    assert response.status_code == 403
    assert "go back in your browser and send once more" in response.content.decode()
    assert (script.status_code, script.content) == (401, b"The passcode is needed again.")
    review = VendorReview.objects.get()
    assert review.submitted_at is None
    assert not review.answers.exclude(vendor_said="").exists()
    assert not review.answers.filter(evidence__isnull=False).exists()


def test_a_new_link_asks_again_although_the_old_one_was_open(client, token, review, buyer):
    unlock(client, token)
    again = links.make_link(review, days=14, passcode=PASSCODE, actor=buyer)

    assert "Enter the passcode" in client.get(f"/v/{again}/").content.decode()


def test_a_passcode_opens_no_other_link(client, token, review, buyer):
    other = make_vendor_review(review.vendor.organization, name="Rival Cloud")
    rival = links.make_link(other, days=14, passcode="another-one", actor=buyer)
    unlock(client, token)

    assert unlock(client, rival).status_code == 422
    assert "Enter the passcode" in client.get(f"/v/{rival}/").content.decode()


def test_a_link_without_a_passcode_needs_none(client, review, buyer):
    token = links.make_link(review, days=14, actor=buyer)

    assert unlock(client, token, "anything").url == f"/v/{token}/"
    assert counts() == (0, 0, False, False)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Enter the passcode."),
        ("x" * 101, "A passcode has at most 100 characters."),
        ("amber", "This is not the passcode. Ask whoever sent you the link."),
        ("amber-harbor\0", "Null characters"),
    ],
)
def test_a_wrong_passcode_gets_a_sentence(client, token, typed, sentence):
    response = unlock(client, token, typed)

    assert response.status_code == 422
    assert sentence in response.content.decode()


def test_five_wrong_ones_in_a_row_lock_for_a_quarter_of_an_hour(client, token):
    assert [unlock(client, token, "wrong!").status_code for _ in range(7)] == [422] * 4 + [429] * 3
    assert counts() == (5, 0, True, False)
    right = unlock(client, token)
    assert right.status_code == 429
    assert "Wait 15 minutes" in right.content.decode()
    assert "Too many wrong passcodes" in client.get(f"/v/{token}/").content.decode()

    with time_machine.travel(timezone.now() + timedelta(minutes=15, seconds=1)):
        assert unlock(client, token, "wrong!").status_code == 422
        assert unlock(client, token).status_code == 302
    assert counts() == (6, 0, False, False)


def test_a_right_one_ends_the_row_and_not_the_count(client, token):
    for _ in range(4):
        unlock(client, token, "wrong!")
    unlock(client, token)
    assert counts() == (4, 0, False, False)

    assert [unlock(Client(), token, "wrong!").status_code for _ in range(4)] == [422] * 4
    assert counts() == (8, 4, False, False)


def test_fifty_wrong_ones_end_the_link_after_twenty(client, token):
    statuses = []
    for number in range(50):
        with time_machine.travel(timezone.now() + timedelta(minutes=16 * number)):
            statuses.append(unlock(Client(), token, f"wrong-{number}").status_code)

    assert statuses == ([422] * 4 + [429]) * 3 + [422] * 4 + [404] * 31
    assert counts()[0] == 20
    assert VendorLink.objects.get().revoked_at is not None
    assert VendorReview.objects.get().status == "open"
    entry = AuditEvent.objects.get(action="vendor-link-revoked")
    assert (entry.actor_name, entry.subject, entry.new) == ("The system", "Corvid Compute", "20 wrong passcodes")
    assert client.get(f"/v/{token}/").status_code == 404


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


def test_the_right_one_does_not_slip_through_a_lock(token):
    stale = links.find(token)
    for _ in range(5):
        with pytest.raises(ValidationError):
            links.check_passcode(links.find(token), "wrong!")

    with pytest.raises(ValidationError) as refused:
        links.check_passcode(stale, PASSCODE)

    assert refused.value.messages == [secret_links.LOCKED]
