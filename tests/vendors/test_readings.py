import pytest

from assessments import framework
from assessments.vendors import services
from assessments.vendors.models import VendorAnswer
from assessments.vendors.readings import list_reviews, read_review, read_reviews, vendor_red_flags
from tests.factories import make_organization, make_vendor_review

pytestmark = pytest.mark.django_db

TOPICS = framework.current().vendor.topics
QUESTIONS = [question for topic in TOPICS for question in topic.questions]


def test_facilities_are_asked_where_the_hosting_model_makes_them_a_question():
    cloud = read_review(make_vendor_review(hosting_model="cloud"))
    colocation = read_review(make_vendor_review(hosting_model="colocation"))

    assert [topic.key for topic in cloud.left_out] == ["topic-facilities"]
    assert colocation.left_out == ()
    assert len(colocation.questions) == len(QUESTIONS)
    assert len(cloud.questions) == len(QUESTIONS) - 4


def test_an_own_team_is_asked_in_its_own_words():
    review = read_review(make_vendor_review(is_own_team=True))

    assert [row.ask for row in review.questions] == [
        question.ask_team for topic in TOPICS if topic.key != "topic-facilities" for question in topic.questions
    ]


def test_points_range_and_red_flags():
    reading = read_review(make_vendor_review(ratings={"workload-mix": "2", "latency-target": "1", "preemption": "na"}))

    assert (reading.result.points, reading.result.applicable, reading.result.rated) == (3, 19, 3)
    assert "latency-target" in [row.key for row in reading.red_flags]


def test_reading_takes_the_same_queries_for_one_review_and_for_six(django_assert_num_queries):
    organization = make_organization()
    reviews = [make_vendor_review(organization, ratings={"preemption": "1"}) for _ in range(6)]

    for chosen in (reviews[:1], reviews):
        with django_assert_num_queries(3):
            read_reviews(chosen)


def test_the_list_takes_two_queries(django_assert_num_queries):
    organization = make_organization()
    for _ in range(3):
        make_vendor_review(organization, ratings={"preemption": "1"})

    with django_assert_num_queries(2):
        rows = list_reviews(organization)

    assert [row.result.points for row in rows] == [1, 1, 1]


def test_a_repeated_review_starts_from_the_last_answers_and_marks_what_changed():
    review = make_vendor_review(ratings={"preemption": "1", "workload-mix": "2"}, complete=True)
    actor = review.created_by

    again = services.repeat_review(review, actor=actor)
    services.record_rating(again, question="preemption", rating="2", actor=actor, version=0)

    reading = read_review(again)
    assert reading.question("preemption").changed == "was 1"
    assert reading.question("preemption").direction == "up"
    assert reading.question("workload-mix").changed == ""
    assert reading.question("workload-mix").answer.rating == "2"


def test_red_flags_of_vendors_by_category():
    organization = make_organization()
    make_vendor_review(organization, name="Corvid", ratings={"latency-target": "1", "rollback-plan": "0"})
    make_vendor_review(organization, name="Tessel", ratings={"latency-target": "2", "rollback-plan": "na"})

    flags = vendor_red_flags(organization)

    assert [(f.vendor, f.question, f.reason) for f in flags["workload-clarity"]] == [
        ("Corvid", "latency-target", "Claimed, not proven")
    ]
    assert [(f.vendor, f.question) for f in flags["serving-maturity"]] == [("Corvid", "rollback-plan")]


def test_an_open_question_is_a_flag_on_the_scorecard_once_the_review_is_complete():
    organization = make_organization()
    review = make_vendor_review(organization, name="Corvid")
    assert vendor_red_flags(organization) == {}

    services.complete_review(review, actor=organization.created_by)

    assert {f.reason for flags in vendor_red_flags(organization).values() for f in flags} == {"Not answered yet"}


def test_only_the_latest_review_of_a_vendor_flags():
    organization = make_organization()
    first = make_vendor_review(organization, ratings={"latency-target": "0"}, complete=True)
    second = services.repeat_review(first, actor=organization.created_by)
    services.record_rating(second, question="latency-target", rating="2", actor=organization.created_by, version=0)

    assert "latency-target" not in [f.question for flags in vendor_red_flags(organization).values() for f in flags]
    assert VendorAnswer.objects.filter(rating="0").count() == 1


def test_red_flags_take_one_query(django_assert_num_queries):
    organization = make_organization()
    make_vendor_review(organization, ratings={"latency-target": "0"})

    with django_assert_num_queries(1):
        vendor_red_flags(organization)


def test_words_and_evidence_that_changed_since_the_review_before_are_marked():
    review = make_vendor_review(ratings={"preemption": "1"})
    actor = review.created_by
    for key in ("preemption", "workload-mix"):
        services.add_link(review, question=key, title="Plan", url="https://example.com/plan", actor=actor)
    services.complete_review(review, actor=actor)
    again = services.repeat_review(review, actor=actor)
    assert not [row.key for row in read_review(again).questions if row.changed]

    services.record_said(again, question="latency-target", said="420 ms", actor=actor, version=0)
    services.add_link(again, question="preemption", title="Test", url="https://example.com/test", actor=actor)
    services.remove_evidence(again, read_review(again).question("workload-mix").evidence[0], actor=actor)

    changed = {row.key: row.changed for row in read_review(again).questions if row.changed}
    assert changed == {"latency-target": "new words", "preemption": "new evidence", "workload-mix": "less evidence"}
