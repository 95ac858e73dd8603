import io
from dataclasses import replace
from datetime import date

import pytest
from django.utils import timezone
from django.utils.formats import date_format
from openpyxl import load_workbook

from assessments import framework
from assessments.charts import svg
from assessments.vendors import services
from assessments.vendors.comparing.comparison import chart_sentence, compare, compare_reviews, topics_figure
from assessments.vendors.comparing.sheets import comparison_workbook
from assessments.vendors.readings import read_review
from tests.factories import make_organization, make_vendor_review

pytestmark = pytest.mark.django_db

QUESTIONS = [question for topic in framework.current().vendor.topics for question in topic.questions]
ALL = {question.key: "2" for question in QUESTIONS}
CRITICAL = [question.key for question in QUESTIONS if question.critical]


@pytest.fixture
def organization():
    return make_organization()


def compared(organization, *reviews):
    return compare_reviews(organization, reviews)


def review(organization, name, ratings, **details):
    return make_vendor_review(organization, name=name, ratings=ratings, **details)


def test_the_headline_names_who_answers_best_and_who_can_prove_what_is_critical(organization):
    best = review(organization, "Northlane", ALL)
    worse = review(organization, "Corvid", {**ALL, CRITICAL[0]: "1"})

    assert compared(organization, best, worse).headline == (
        "Northlane answers best. Only Northlane can prove every critical question."
    )


def test_equal_vendors_are_said_to_be_equal(organization):
    pair = [review(organization, name, ALL) for name in ("Northlane", "Corvid")]

    assert compared(organization, *pair).headline == (
        "Northlane and Corvid answer equally well. Every critical question has its proof."
    )


def test_while_answers_are_open_that_can_change_it_the_lead_is_provisional(organization):
    ahead = review(organization, "Northlane", {"preemption": "2"})
    behind = review(organization, "Corvid", {"preemption": "1"})

    assert compared(organization, ahead, behind).headline == (
        "Northlane leads so far; what is still open can change that. So far nobody can prove every critical question."
    )


def test_what_is_not_rated_yet_is_not_said_to_be_unproven_for_good(organization):
    best = review(organization, "Northlane", ALL)
    unrated = review(organization, "Corvid", {"preemption": "1"})
    unproven = review(organization, "Tessel", {CRITICAL[0]: "1"})

    so_far = compared(organization, best, unrated, unproven).headline
    known = compared(organization, best, unproven).headline

    assert so_far.endswith(" So far only Northlane can prove every critical question.")
    assert known.endswith(" Only Northlane can prove every critical question.")


def test_nothing_is_rated(organization):
    pair = [review(organization, name, {}) for name in ("Northlane", "Corvid")]

    assert compared(organization, *pair).headline == "Nothing is rated yet."


def test_critical_misses_come_first_those_that_most_miss_before_others(organization):
    one = review(organization, "Northlane", {**ALL, CRITICAL[0]: "1", CRITICAL[1]: "0"})
    two = review(organization, "Corvid", {**ALL, CRITICAL[1]: "1"})

    misses = compared(organization, one, two).critical_misses

    assert [(question.key, question.misses) for question in misses] == [(CRITICAL[1], 2), (CRITICAL[0], 1)]


def test_a_question_only_one_vendor_is_asked_is_not_a_difference(organization):
    cloud = review(organization, "Northlane", ALL, hosting_model="cloud")
    racks = review(organization, "Corvid", ALL, hosting_model="colocation")

    comparison = compared(organization, cloud, racks)

    assert [question.key for question in comparison.questions if question.differs] == []
    assert [cell.row is None for cell in comparison.questions[-1].cells] == [True, False]
    assert len(comparison.questions) == len(QUESTIONS)


def test_weights_move_the_share_of_the_whole_and_not_of_a_topic(organization):
    serving_only = {
        question.key: "2" if topic.key == "topic-serving" else "0"
        for topic in framework.current().vendor.topics
        for question in topic.questions
    }
    pair = [review(organization, "Northlane", serving_only), review(organization, "Corvid", {})]
    assert compared(organization, *pair).columns[0].low == 20

    services.set_weights(organization, {"topic-serving": 5}, actor=organization.created_by)

    comparison = compared(organization, *pair)
    assert comparison.columns[0].low == 56
    assert comparison.is_weighted
    serving = next(topic for topic in comparison.topics if topic.topic.key == "topic-serving")
    assert (serving.weight, serving.subtotals[0].points) == (5, 8)


def test_the_sentence_of_the_chart_names_the_topics_that_lie_furthest_apart(organization):
    best = review(organization, "Northlane", ALL)
    worse = review(organization, "Corvid", {**ALL, "first-class-metrics": "0", "on-call-ownership": "0"})

    comparison = compared(organization, best, worse)

    assert chart_sentence(comparison) == "Observability separates them most"
    assert "<svg" in svg.render_page(topics_figure(comparison), title="Shares")


def test_the_workbook_holds_every_answer_and_runs_nothing(organization):
    one = review(organization, "=HYPERLINK(1)", {"preemption": "1"})
    two = review(organization, "Corvid", {"preemption": "na"})
    said = "=cmd|' /C calc'!A0\x01"
    services.record_said(one, question="preemption", said=said, actor=organization.created_by, version=0)

    book = load_workbook(io.BytesIO(comparison_workbook(compared(organization, one, two))))

    rows = list(book["Answers"].iter_rows())
    row = next(row for row in rows if row[2].value.startswith("When urgent work needs capacity"))
    assert [cell.value for cell in row[4:8]] == ["1", "=cmd|' /C calc'!A0", None, "n/a"]
    assert "f" not in {cell.data_type for line in rows for cell in line}
    assert len(rows) == 1 + 20


def test_reviews_of_the_same_vendor_are_told_apart_by_day_and_number(organization):
    first = review(organization, "Corvid", ALL, reviewed_on=date(2026, 4, 29), complete=True)
    again = services.repeat_review(first, actor=organization.created_by)
    services.complete_review(again, actor=organization.created_by)
    once_more = services.repeat_review(again, actor=organization.created_by)
    other = review(organization, "Tessel", {})

    names = [column.name for column in compared(organization, first, again, once_more, other).columns]

    today = date_format(timezone.localdate(), "j M Y")
    assert names == ["Corvid (29 Apr 2026)", f"Corvid ({today}, 1)", f"Corvid ({today}, 2)", "Tessel"]


def test_a_question_that_only_one_version_of_the_framework_asks_is_compared_too(organization):
    """There is one version so far: a later one is made up that asks one question more and one less."""
    older, newer = (read_review(review(organization, name, ALL)) for name in ("Northlane", "Corvid"))
    topic, *others = newer.topics
    gone, *kept = topic.questions
    added = replace(gone, question=replace(gone.question, key="added"))
    changed = replace(topic.topic, questions=tuple(row.question for row in (*kept, added)))
    vendor = replace(newer.framework.vendor, topics=(changed, *newer.framework.vendor.topics[1:]))
    newer = replace(
        newer,
        framework=replace(newer.framework, vendor=vendor),
        topics=(replace(topic, topic=changed, questions=(*kept, added)), *others),
    )

    asked = {
        question.key: [cell.row is not None for cell in question.cells]
        for question in compare([older, newer], {}).questions
    }

    assert (asked[gone.key], asked["added"], asked[kept[0].key]) == ([True, False], [False, True], [True, True])
    assert len(asked) == len(older.questions) + 1
