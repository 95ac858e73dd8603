import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from assessments.audit.models import AuditEvent
from assessments.vendors import services
from assessments.vendors.linking import answering, links
from assessments.vendors.models import VendorLink, VendorReview

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client, buyer, review):
    client.force_login(buyer)
    return reverse("vendor_link_create", args=[review.vendor.organization.slug, review.pk])


@pytest.fixture
def revoke_page(review):
    return reverse("vendor_link_revoke", args=[review.vendor.organization.slug, review.pk])


def address_in(response):
    return re.search(r'id="address" value="(http://testserver/v/[\w-]+/)" readonly', response.content.decode())[1]


def test_the_address_is_shown_once_and_only_its_hash_is_kept(client, page, review):
    response = client.post(page, {"days": "3", "passcode": ""})

    address = address_in(response)
    assert response["Cache-Control"] == "private, no-store"
    link, token = VendorLink.objects.get(), address.split("/")[-2]
    assert len(token) == 43
    assert token not in str(vars(link))
    assert links.find(token) == link
    assert abs(link.expires_at - timezone.now() - timedelta(days=3)) < timedelta(minutes=1)
    assert 'id="address"' not in client.get(page).content.decode()
    assert token not in client.get(page).content.decode()
    assert VendorReview.objects.get().status == "waiting"
    assert client.get(address).status_code == 200


def test_what_was_done_is_recorded_without_the_token_and_the_passcode(client, page, review, revoke_page, buyer):
    address = address_in(client.post(page, {"days": "14", "passcode": "amber-harbor"}))
    client.post(revoke_page)

    made, revoked = AuditEvent.objects.filter(action__startswith="vendor-link").order_by("pk")
    until = timezone.now() + timedelta(days=14)
    assert (made.actor, made.subject) == (buyer, "Corvid Compute")
    assert made.new == f"until {until.day} {until:%b %Y}, with a passcode"
    assert (revoked.actor, revoked.subject, revoked.new) == (buyer, "Corvid Compute", "")
    trail = str(list(AuditEvent.objects.values()))
    assert "amber-harbor" not in trail
    assert address.split("/")[-2] not in trail


def test_a_new_link_ends_the_old_one(client, page):
    old, new = (address_in(client.post(page, {"days": "14"})) for _ in range(2))

    assert (client.get(old).status_code, client.get(new).status_code) == (404, 200)
    assert VendorLink.objects.standing().count() == 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"days": "0"}, "Use a whole number of days from 1 to 90."),
        ({"days": "91"}, "Use a whole number of days from 1 to 90."),
        ({"days": ""}, "Use a whole number of days from 1 to 90."),
        ({"days": "soon"}, "Use a whole number of days from 1 to 90."),
        ({"days": "14", "passcode": "12345"}, "Use at least 6 characters, or none."),
        ({"days": "14", "passcode": "     x"}, "Use at least 6 characters, or none."),
    ],
)
def test_what_makes_no_link_is_said(client, page, fields, sentence):
    response = client.post(page, fields)

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not VendorLink.objects.exists()


def test_no_link_to_a_complete_review(client, page, review, buyer):
    services.complete_review(review, actor=buyer)

    response = client.post(page, {"days": "14"})

    assert response.status_code == 422
    assert "This review is complete" in response.content.decode()
    assert not VendorLink.objects.exists()
    assert "Make the link" not in client.get(page).content.decode()


def test_the_panel_says_what_became_of_the_link(client, page, buyer, review):
    def panel():
        return re.sub(r"<[^>]+>|\s+", " ", client.get(page).content.decode())

    token = links.make_link(review, days=14, passcode="amber-harbor", actor=buyer)
    assert "The link is open" in panel()
    assert "Not opened yet." in panel()
    for _ in range(5):
        with pytest.raises(ValidationError):
            links.check_passcode(links.find(token), "wrong")
    assert re.search(r"The link is locked +until", panel())
    assert "5 wrong passcodes so far." in panel()
    links.note_opening(links.find(token))
    assert "Last opened" in panel()
    answering.submit(links.find(token))
    assert "Submitted by link" in panel()
    VendorLink.objects.update(submitted_at=None, expires_at=timezone.now())
    assert "The link has ended" in panel()


def test_revoking_ends_the_waiting_and_happens_once(client, page, revoke_page, review, buyer):
    links.make_link(review, days=14, actor=buyer)

    questions = reverse("vendor_review_update", args=[review.vendor.organization.slug, review.pk])
    assert client.post(revoke_page).url == questions
    assert "no longer opens anything" in client.get(page).content.decode()
    client.post(revoke_page)

    assert VendorReview.objects.get().status == "open"
    assert AuditEvent.objects.filter(action="vendor-link-revoked").count() == 1


def test_a_complete_review_stays_complete_when_its_link_is_revoked(client, page, revoke_page, review, buyer):
    links.make_link(review, days=14, actor=buyer)
    services.complete_review(review, actor=buyer)

    client.post(revoke_page)

    assert VendorReview.objects.get().status == "complete"
    assert not VendorLink.objects.standing().exists()


@pytest.mark.parametrize("number", [0, 3])
def test_the_page_takes_the_same_queries_for_any_number_of_links(
    client, page, review, buyer, number, django_assert_num_queries
):
    links.make_link(review, days=14, actor=buyer)
    for _ in range(number):
        links.make_link(review, days=14, actor=buyer)

    with django_assert_num_queries(7):
        client.get(page)


def test_the_link_of_a_complete_review_is_seen_on_its_result_and_can_still_be_revoked(
    client, page, review, buyer, revoke_page
):
    client.post(page, {"days": "3"})
    services.complete_review(review, actor=buyer)
    result = reverse("vendor_review_detail", args=[review.vendor.organization.slug, review.pk])

    html = client.get(result).content.decode()
    assert "The link only shows the answers" in html
    assert revoke_page in html
    assert "Make a new link" not in html
    client.post(revoke_page)

    assert not VendorLink.objects.standing().exists()
    assert revoke_page not in client.get(result).content.decode()
