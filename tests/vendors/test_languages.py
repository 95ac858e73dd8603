"""Every page of the vendors, in every language that is spoken."""

import pytest
from django.urls import reverse

from assessments.vendors import services
from assessments.vendors.linking import links
from assessments.vendors.models import VendorAnswer
from tests.factories import make_vendor_review

pytestmark = pytest.mark.django_db

PAGES = (
    "vendor_review_update",
    "vendor_review_detail",
    "vendor_review_edit",
    "vendor_review_complete",
    "vendor_review_delete",
    "vendor_review_import",
    "vendor_link_create",
    "vendor_review_export",
)


@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
def test_every_page_speaks_every_language(client, buyer, review, language):
    organization = review.vendor.organization
    other = make_vendor_review(organization, name="Merlin Cloud")
    for key, rating in (("preemption", "2"), ("isolation", "0")):
        VendorAnswer.objects.filter(review=review, question_key=key).update(rating=rating, said="For weeks.")
    page = (
        f"/v/{links.make_link(review, days=14, passcode='', email='a@corvid.example', language=language, actor=buyer)}/"
    )
    client.force_login(buyer)
    client.cookies["language"] = language

    addresses = [reverse(name, args=[organization.slug, review.pk]) for name in PAGES]
    addresses += [
        reverse("vendor_review_list", args=[organization.slug]),
        reverse("vendor_review_create", args=[organization.slug]),
        reverse("vendor_review_compare", args=[organization.slug]) + f"?review={review.pk}&review={other.pk}",
        reverse("vendor_comparison_export", args=[organization.slug]) + f"?review={review.pk}&review={other.pk}",
        reverse("vendor_request_create"),
        *(page, f"{page}submit", f"{page}xlsx", f"{page}answers/preemption/evidence"),
    ]

    answers = {address: client.get(address) for address in addresses}

    assert {address: answer.status_code for address, answer in answers.items()} == dict.fromkeys(addresses, 200)
    assert {answer["Content-Language"] for answer in answers.values()} == {language}
    services.complete_review(review, actor=buyer)
    assert client.get(page).status_code == 200
