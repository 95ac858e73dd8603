import pytest
from django.urls import reverse

from assessments.organizations.models import Role
from assessments.vendors import services
from assessments.vendors.models import VendorReview
from tests.factories import make_membership, make_organization, make_scorecard, make_user, make_vendor_review

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization(client):
    organization = make_organization()
    client.force_login(make_membership(organization, make_user(), role=Role.EDITOR).user)
    return organization


def page(client, organization, name="vendor_review_list", *more):
    return client.get(reverse(name, args=[organization.slug, *more]))


def test_an_empty_list_says_what_to_do(client, organization):
    assert "Nobody has been asked yet" in page(client, organization).content.decode()


def test_the_list_takes_the_same_queries_for_one_vendor_and_for_many(client, organization, django_assert_num_queries):
    for count in (1, 5):
        for n in range(count):
            make_vendor_review(organization, name=f"Vendor {count}-{n}", ratings={"preemption": "1"})
        page(client, organization)
        with django_assert_num_queries(5):
            page(client, organization)


def test_earlier_reviews_stand_below_the_latest_of_their_vendor(client, organization):
    first = make_vendor_review(organization, name="Corvid", ratings={"preemption": "1"}, complete=True)
    second = services.repeat_review(first, actor=organization.created_by)

    html = page(client, organization).content.decode()

    assert "1 vendor, 2 reviews" in html
    assert html.index(f"/vendors/{second.pk}/fill") < html.index(f"/vendors/{first.pk}/")


def post(client, organization, view, *more, **data):
    return client.post(reverse(view, args=[organization.slug, *more]), data)


def test_a_vendor_is_added(client, organization):
    details = {"name": " Corvid  Compute ", "reviewed_on": "2026-11-02", "hosting_model": "colocation"}

    response = post(client, organization, "vendor_review_create", **details)

    review = VendorReview.objects.get()
    assert response["Location"].endswith(f"/vendors/{review.pk}/fill")
    assert (review.vendor.name, review.hosting_model) == ("Corvid Compute", "colocation")


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("name", "", "Give the vendor&#x27;s name."),
        ("name", " \x00 ", "Null characters are not allowed."),
        ("name", "x" * 121, "Use at most 120 characters"),
        ("reviewed_on", "", "Give the date of the review."),
        ("reviewed_on", "soon", "Write the date as 2026-09-14."),
        ("reviewed_on", "1066-10-14", "Use a date between 2000 and 2100."),
        ("hosting_model", "moon", "Select a valid choice"),
        ("offer", "x" * 201, "at most 200 characters"),
    ],
)
def test_details_that_cannot_be_taken_are_explained(client, organization, field, value, reason):
    details = {"name": "Corvid", "reviewed_on": "2026-11-02", "hosting_model": "cloud", field: value}

    response = post(client, organization, "vendor_review_create", **details)

    assert response.status_code == 422
    assert reason in response.content.decode()
    assert not VendorReview.objects.exists()


def test_a_vendor_under_review_is_not_added_twice(client, organization):
    make_vendor_review(organization, name="Corvid")

    details = {"name": "corvid", "reviewed_on": "2026-11-02", "hosting_model": "cloud"}
    response = post(client, organization, "vendor_review_create", **details)

    assert response.status_code == 422
    assert "under way already" in response.content.decode()


def test_the_own_team_is_asked_in_its_own_words(client, organization):
    details = {"name": "Platform", "is_own_team": "team", "reviewed_on": "2026-11-02", "hosting_model": "cloud"}
    post(client, organization, "vendor_review_create", **details)

    review = VendorReview.objects.get()
    assert review.vendor.is_own_team
    html = page(client, organization, "vendor_review_update", review.pk).content.decode()
    assert "Which p95 and p99 latency targets have we set" in html


def test_details_are_edited(client, organization):
    review = make_vendor_review(organization, name="Corvid")
    make_vendor_review(organization, name="Tessel")
    details = {"name": "Corvid AI", "reviewed_on": "2026-11-02", "hosting_model": "hybrid", "offer": "Racks"}

    assert post(client, organization, "vendor_review_edit", review.pk, **details).status_code == 302
    taken = post(client, organization, "vendor_review_edit", review.pk, **{**details, "name": "TESSEL"})

    assert taken.status_code == 422
    assert "There is a vendor called TESSEL already." in taken.content.decode()
    assert VendorReview.objects.select_related("vendor").get(pk=review.pk).vendor.name == "Corvid AI"


def test_a_review_is_completed_after_a_look_at_what_is_open_and_reopened(client, organization):
    review = make_vendor_review(organization, ratings={"preemption": "1"})
    html = page(client, organization, "vendor_review_complete", review.pk).content.decode()
    assert "19 questions not rated" in html
    assert "6 critical questions without a 2" in html

    post(client, organization, "vendor_review_complete", review.pk)
    assert VendorReview.objects.get().is_complete
    assert "Closed on" in page(client, organization, "vendor_review_detail", review.pk).content.decode()

    post(client, organization, "vendor_review_reopen", review.pk)
    assert not VendorReview.objects.get().is_complete


def test_a_review_is_deleted_after_a_question(client, organization):
    review = make_vendor_review(organization, name="Corvid")
    asked = page(client, organization, "vendor_review_delete", review.pk).content.decode()
    assert "Reports that were made keep what they show" in asked

    response = client.post(reverse("vendor_review_delete", args=[organization.slug, review.pk]), follow=True)

    assert "The review of Corvid was deleted." in response.content.decode()
    assert not organization.vendors.exists()


def test_the_detail_page_takes_the_same_queries_whatever_is_in_it(client, organization, django_assert_num_queries):
    review = make_vendor_review(organization)
    page(client, organization, "vendor_review_detail", review.pk)
    for _ in range(2):
        with django_assert_num_queries(8):
            page(client, organization, "vendor_review_detail", review.pk)
        review.answers.update(said="x", rating="1", follow_up="Ask again", follow_up_on="2026-01-01")
        services.add_link(
            review, question="preemption", title="x", url="https://example.com", actor=organization.created_by
        )


def test_a_vendor_s_red_flag_shows_on_the_block_of_its_category(client, organization):
    review = make_vendor_review(organization, name="<i>Corvid</i>", ratings={"rollback-plan": "0"})
    scorecard = make_scorecard(organization, levels=[1] * 8)

    for name in ("scorecard_detail", "scorecard_update"):
        html = page(client, organization, name, scorecard.pk).content.decode()
        block = html[html.index('id="serving-maturity"') :]
        assert f'/vendors/{review.pk}/#rollback-plan">&lt;i&gt;Corvid&lt;/i&gt;</a>' in block
        assert html.count("What vendors said, ") == html.count("What vendors said, 1<") == 1


def test_what_is_new_is_named_until_the_review_is_complete(client, organization):
    review = make_vendor_review(organization)
    review.answers.filter(question_key="preemption").update(vendor_said="x", vendor_at="2026-11-02T10:00Z")
    assert ">1 new<" in page(client, organization).content.decode()

    services.complete_review(review, actor=organization.created_by)

    assert "1 new" not in page(client, organization).content.decode()


def test_a_comparison_is_offered_from_two_vendors_on(client, organization):
    make_vendor_review(organization)
    assert "Compare selected" not in page(client, organization).content.decode()

    make_vendor_review(organization)

    assert "Compare selected" in page(client, organization).content.decode()
