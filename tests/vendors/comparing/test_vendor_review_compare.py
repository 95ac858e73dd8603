import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from assessments import framework
from assessments.organizations.models import Role
from assessments.vendors import services
from tests.factories import make_membership, make_organization, make_user, make_vendor_review

pytestmark = pytest.mark.django_db

QUESTIONS = [question for topic in framework.current().vendor.topics for question in topic.questions]


@pytest.fixture
def organization(client):
    organization = make_organization()
    client.force_login(make_membership(organization, make_user(), role=Role.EDITOR).user)
    return organization


def reviews(organization, count, ratings=None):
    return [make_vendor_review(organization, name=f"Vendor {n:02}", ratings=ratings) for n in range(count)]


def compare(client, organization, *chosen, **more):
    url = reverse("vendor_review_compare", args=[organization.slug])
    return client.get(url, {"review": [review.pk for review in chosen], **more})


def test_two_reviews_stand_side_by_side_in_the_order_chosen(client, organization):
    first, second = reviews(organization, 2)

    html = compare(client, organization, second, first).content.decode()

    assert html.index("Vendor 01") < html.index("Vendor 00")
    assert "matrix--2" in html


@pytest.mark.parametrize(("count", "chosen"), [(1, 1), (1, 0), (8, 7)])
def test_fewer_than_two_and_more_than_six_are_explained(client, organization, count, chosen):
    response = compare(client, organization, *reviews(organization, count)[:chosen])

    assert response.status_code == 422
    assert "At most 6" in response.content.decode() or "at least two" in response.content.decode()


@pytest.mark.parametrize("number", ["0", "-1", "9" * 30, "x", "1%00"])
def test_a_review_that_is_not_there_is_explained(client, organization, number):
    reviews(organization, 1)

    response = client.get(reverse("vendor_review_compare", args=[organization.slug]), {"review": [number, "7"]})

    assert response.status_code == 422


def test_without_a_choice_the_latest_review_of_each_vendor_is_compared_six_at_the_most(client, organization):
    made = reviews(organization, 8)
    services.complete_review(made[0], actor=organization.created_by)
    again = services.repeat_review(made[0], actor=organization.created_by)

    html = compare(client, organization).content.decode()

    assert f'name="review" value="{again.pk}"' in html
    assert f'name="review" value="{made[0].pk}"' not in html
    assert "matrix--6" in html


def test_six_vendors_with_every_question_and_forty_reviews_take_the_same_queries(
    client, organization, django_assert_num_queries
):
    made = reviews(organization, 2)
    compare(client, organization, *made)
    with django_assert_num_queries(9):
        compare(client, organization, *made)

    everything = {question.key: "1" for question in QUESTIONS}
    six = [
        make_vendor_review(organization, name=f"Asked {n}", ratings=everything, hosting_model="hybrid")
        for n in range(6)
    ]
    for review in six:
        review.answers.update(said="x", vendor_said="y")
        services.add_link(
            review, question="preemption", title="x", url="https://example.com", actor=organization.created_by
        )
    reviews(make_organization(), 1)
    for n in range(32):
        make_vendor_review(organization, name=f"More {n}")
    with django_assert_num_queries(9):
        response = compare(client, organization, *six, words="1")

    assert response.content.decode().count('<details class="ansmore" open>') >= 6 * len(QUESTIONS)


def test_the_table_is_narrowed_to_differences(client, organization):
    one = make_vendor_review(organization, name="Corvid", ratings={"preemption": "0", "scheduling-policy": "1"})
    two = make_vendor_review(organization, name="Tessel", ratings={"preemption": "2", "scheduling-policy": "1"})

    html = compare(client, organization, one, two, show="differ").content.decode()
    assert 'id="preemption"' in html
    assert 'id="scheduling-policy"' not in html
    html = compare(client, organization, one, two, show="zero").content.decode()
    assert html.count('<span class="q__i">') - html.count("Critical questions") > 0
    assert 'id="preemption"' in html
    assert compare(client, organization, one, two, show="x").status_code == 404


def test_what_changed_since_the_review_before_is_marked(client, organization):
    first = make_vendor_review(organization, name="Corvid", ratings={"preemption": "1"}, complete=True)
    other = make_vendor_review(organization, name="Tessel")
    again = services.repeat_review(first, actor=organization.created_by)
    services.record_rating(again, question="preemption", rating="2", actor=organization.created_by, version=0)

    assert "was 1" in compare(client, organization, again, other).content.decode()


def test_weights_are_saved_for_everyone_and_nonsense_is_explained(client, organization):
    made = reviews(organization, 2)
    url = reverse("topic_weight_update", args=[organization.slug])
    back = client.post(url, {"topic-serving": "5", "review": [review.pk for review in made]}, follow=True)
    assert "Weights saved" in back.content.decode()
    assert "each topic by its weight" in back.content.decode()

    for nonsense in ("-1", "6", "x", "", "1.5", "999999999999"):
        refused = client.post(url, {"topic-serving": nonsense, "review": [r.pk for r in made]}, follow=True)
        assert "A weight is a whole number from 0 to 5." in refused.content.decode()
    assert organization.topic_weights.get().weight == 5


def test_the_comparison_is_exported_as_a_workbook(client, organization):
    made = reviews(organization, 3, {"preemption": "2"})

    response = client.get(
        reverse("vendor_comparison_export", args=[organization.slug]), {"review": [review.pk for review in made]}
    )

    book = load_workbook(io.BytesIO(response.content))
    assert [cell.value for cell in book["Points by topic"][1]] == [
        *("Topic", "Weight"),
        *("Vendor 00", "Vendor 01", "Vendor 02"),
    ]
    assert response["Content-Disposition"].startswith('attachment; filename="vendors-')


def test_a_viewer_sees_no_button_that_changes_something(client, organization):
    made = reviews(organization, 2)
    client.force_login(make_membership(organization, make_user(), role=Role.VIEWER).user)

    html = compare(client, organization, *made).content.decode()

    assert "Save weights" not in html
    assert "Make a report" not in html


def test_a_topic_s_weight_is_said_in_words(client, organization):
    made = reviews(organization, 2)
    weights = {"topic-workload": 0, "topic-serving": 2, "topic-data": 5, "topic-networking": 1}
    services.set_weights(organization, weights, actor=organization.created_by)

    html = compare(client, organization, *made).content.decode()

    found = [html.count(f'<span class="hint">{said}</span>') for said in ("left out of the share", "counts twice")]
    assert found == [1, 1]
    assert html.count("counts 1 times") == html.count("counts 0 times") == html.count("counts 2 times") == 0
