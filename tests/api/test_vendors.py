"""Vendor reviews by the API: read whole, and rated and noted one answer at a time by the rules of the page."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.audit.models import AuditEvent
from assessments.vendors import services
from tests.factories import make_vendor_review

pytestmark = pytest.mark.django_db

SENT = {"rating": {"rating": "2"}, "said": {"said": "They showed the log."}}
THEIRS = {"rating": {"rating": "0"}, "said": {"said": "Nothing yet."}}


@pytest.fixture
def review(organization):
    return make_vendor_review(organization, name="Tessel", ratings={"preemption": "1"})


@pytest.fixture
def at(review):
    start = f"/organizations/{review.vendor.organization.slug}/vendor-reviews/{review.pk}"
    return lambda name="": f"{start}/answers/preemption/{name}" if name else start


def question(found, key="preemption"):
    return next(each for topic in found["topics"] for each in topic["questions"] if each["key"] == key)


def version_of(review, part):
    return getattr(review.answers.get(question_key="preemption"), f"{part}_version")


def test_one_is_read_whole_with_what_it_adds_up_to(program, organization, review, at):
    services.add_link(
        review, question="preemption", title="Log", url="https://example.com/log", actor=organization.created_by
    )

    found = program.get(at()).json()

    asked = question(found)
    assert (found["vendor"], found["result"]["points"], found["result"]["rated"]) == ("Tessel", 1, 1)
    assert found["result"]["maximum"] == 2 * found["result"]["applicable"]
    assert (asked["rating"], asked["was"], asked["is_red_flag"]) == ("1", None, asked["is_critical"])
    assert [(each["title"], each["url"]) for each in asked["evidence"]] == [("Log", "https://example.com/log")]
    flags = [each["key"] for topic in found["topics"] for each in topic["questions"] if each["is_red_flag"]]
    assert sorted(found["result"]["red_flags"]) == sorted(flags)
    assert sum(topic["result"]["points"] for topic in found["topics"]) == 1
    (line,) = program.get(f"/organizations/{organization.slug}/vendor-reviews").json()["items"]
    assert line == {name: value for name, value in found.items() if name != "topics"}


@pytest.mark.parametrize("part", SENT)
def test_a_part_is_saved_by_who_names_the_version_that_was_read(program, review, at, part):
    read = program.get(at(part))

    saved = program.put(at(part), SENT[part], If_Match=read["ETag"])

    assert saved.status_code == 200
    assert saved.json() == SENT[part] | {"version": read.json()["version"] + 1} == program.get(at(part)).json()
    assert saved["ETag"] == f'"{version_of(review, part)}"'
    assert question(program.get(at()).json())[part] == SENT[part][part]


@pytest.mark.parametrize("part", SENT)
def test_a_stale_version_is_answered_with_both_values_and_none_with_nothing(program, pipeline, review, at, part):
    version = version_of(review, part)
    assert program.put(at(part), SENT[part]).status_code == 428
    pipeline.put(at(part), THEIRS[part], version=version)

    answer = program.put(at(part), SENT[part], version=version)

    told = answer.json()
    assert (answer.status_code, told["yours"], told["theirs"]) == (409, SENT[part], THEIRS[part])
    assert told["changed_by"] == "Token Pipeline"
    assert program.put(at(part), SENT[part], If_Match=answer["ETag"]).status_code == 200


@pytest.mark.parametrize(
    ("part", "action", "old", "new"),
    [("rating", "vendor-rated", "1", "2"), ("said", "vendor-answer-noted", "", "They showed the log.")],
)
def test_a_change_is_in_the_activity_as_the_page_has_it(pipeline, review, at, part, action, old, new):
    AuditEvent.objects.all().delete()

    pipeline.put(at(part), SENT[part], version=version_of(review, part))

    event = AuditEvent.objects.get(action=action)
    assert (event.subject.partition(":")[0], event.old, event.new) == ("Tessel", old, new)
    assert event.actor_name == "Token Pipeline"


@pytest.mark.parametrize(
    ("part", "sent", "sentence"),
    [
        ("rating", {"rating": "3"}, "“rating”: One of"),
        ("rating", {"rating": 2}, "“rating”: One of"),
        ("said", {"said": "x" * 10_001}, "10,000 is the most"),
        ("said", {"said": None}, "“said”: Send a text."),
        ("said", {"said": "", "rating": "2"}, "“rating”: There is no such field."),
    ],
)
def test_a_part_that_cannot_be_is_refused(program, review, at, part, sent, sentence):
    answer = program.put(at(part), sent, version=version_of(review, part))

    assert answer.status_code == 422
    assert sentence in answer.json()["detail"]


@pytest.mark.parametrize("part", SENT)
def test_a_complete_review_changes_no_more(program, organization, review, at, part):
    services.complete_review(review, actor=organization.created_by)

    answer = program.put(at(part), SENT[part], version=version_of(review, part))

    assert (answer.status_code, answer.json()["detail"]) == (422, services.COMPLETE)


def test_what_is_not_asked_or_another_s_is_not_found(program, organization, review, at):
    other = make_vendor_review()
    start = f"/organizations/{organization.slug}/vendor-reviews"

    for path in (f"{start}/{other.pk}", f"{start}/{other.pk}/answers/preemption/rating", f"{at()}/answers/no/rating"):
        assert program.get(path).status_code == 404
    assert program.put(f"{at()}/answers/no/rating", SENT["rating"], version=0).status_code == 404


def test_reviews_take_as_many_queries_for_three_as_for_one(program, organization, review, at):
    start = f"/organizations/{organization.slug}/vendor-reviews"
    counts = []
    for number in range(3):
        if number:
            make_vendor_review(organization, ratings={"preemption": "2"})
            services.add_link(
                review, question="preemption", title="Log", url="https://a.example", actor=organization.created_by
            )
        if number in (0, 2):
            counts.append([queries(program, path) for path in (start, at())])

    assert counts == [[4, 6]] * 2


def queries(program, path):
    program.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert program.get(path).status_code == 200
    return len(captured)
