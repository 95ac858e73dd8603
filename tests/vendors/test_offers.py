"""What kind of offer decides which topics are asked first, and a 2 without proof is a claim."""

import pytest
from django.urls import reverse

from assessments import framework
from assessments.reports.services import request_report
from assessments.vendors.comparing.comparison import compare_reviews
from assessments.vendors.models import VendorReview
from assessments.vendors.offers import FIRST, in_order
from assessments.vendors.readings import read_review
from tests.factories import make_organization, make_scorecard, make_user, make_vendor_review

pytestmark = pytest.mark.django_db

TOPICS = framework.current().vendor.topics
CRITICAL = [question.key for topic in TOPICS for question in topic.questions if question.critical]


@pytest.fixture
def organization(client):
    owner = make_user()
    client.force_login(owner)
    return make_organization(owner=owner, hosting_model="hybrid")


@pytest.mark.parametrize("kind", VendorReview.Kind.values)
def test_the_topics_that_decide_about_an_offer_come_first_and_none_is_lost(kind):
    ordered = in_order(kind, TOPICS)
    wanted = FIRST[VendorReview.Kind(kind)]

    assert ordered[: len(wanted)] == tuple(topic for topic in TOPICS if topic.key in wanted)
    assert ordered[len(wanted) :] == tuple(topic for topic in TOPICS if topic.key not in wanted)


def test_without_a_kind_every_topic_is_asked_in_the_framework_s_order():
    assert in_order("", TOPICS) == TOPICS


def test_the_filling_page_folds_what_seldom_decides_until_it_is_rated(client, organization):
    review = make_vendor_review(organization, kind="space", hosting_model="colocation")
    url = reverse("vendor_review_update", args=[organization.slug, review.pk])

    html = client.get(url).content.decode()

    assert "6 more topics, less often decisive for space and power" in html
    assert '<details class="further">' in html
    assert html.index('id="topic-security"') < html.index('id="topic-facilities"') < html.index('class="further"')
    assert html.index('class="further"') < html.index('id="topic-serving"')
    other = next(topic for topic in TOPICS if topic.key == "topic-serving").questions[0].key
    review.answers.filter(question_key=other).update(rating="1")
    assert '<details class="further" open>' in client.get(url).content.decode()


def test_the_kind_is_asked_for_and_kept_by_the_next_review(client, organization):
    details = {"name": "Corvid", "kind": "hardware", "reviewed_on": "2026-11-02", "hosting_model": "on-premises"}

    client.post(reverse("vendor_review_create", args=[organization.slug]), details)

    assert VendorReview.objects.get().kind == "hardware"


def test_a_2_without_proof_is_drawn_as_claimed_and_proves_nothing(client, organization):
    ratings = dict.fromkeys(CRITICAL, "2")
    shown = make_vendor_review(organization, name="Shown", ratings=ratings, hosting_model="hybrid")
    said = make_vendor_review(organization, name="Said", ratings=ratings, hosting_model="hybrid", proof=False)

    comparison = compare_reviews(organization, [shown, said])

    assert [row.is_claim for row in read_review(shown).questions if row.key in CRITICAL] == [False] * len(CRITICAL)
    assert [row.is_claim for row in read_review(said).questions if row.key in CRITICAL] == [True] * len(CRITICAL)
    assert comparison.headline.endswith("Only Shown can prove every critical question.")
    url = reverse("vendor_review_compare", args=[organization.slug])
    html = client.get(url, {"review": [shown.pk, said.pk]}).content.decode()
    assert html.count('<span class="cell cell--claim">2<span class="vh"> claimed, no proof attached</span></span>') >= 7


def test_the_report_says_proven_by_only_of_what_is_proven(organization):
    ratings = dict.fromkeys(CRITICAL, "2")
    make_vendor_review(organization, name="Shown", ratings=ratings, hosting_model="hybrid")
    make_vendor_review(organization, name="Said", ratings=ratings, hosting_model="hybrid", proof=False)
    scorecard = make_scorecard(organization, levels=[1] * 8)

    report = request_report(scorecard, actor=organization.created_by)

    reviews = {review["vendor"]: review["misses"] for review in report.snapshot["vendors"]["reviews"]}
    assert reviews == {"Said": len(CRITICAL), "Shown": 0}


def test_the_own_team_is_not_counted_as_a_vendor(client, organization):
    make_vendor_review(organization, name="Corvid")
    make_vendor_review(organization, name="Platform", is_own_team=True)

    html = client.get(reverse("vendor_review_list", args=[organization.slug])).content.decode()

    assert "1 vendor and your own team, 2 reviews" in html
