"""Assessments by the API: read whole, and answered one part at a time by the rules of the page."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from assessments.audit.models import AuditEvent
from assessments.scorecards import services
from assessments.scorecards.models import DeciderAnswer, Standing
from tests.factories import make_organization, make_scorecard

pytestmark = pytest.mark.django_db

SPRING = datetime(2026, 4, 14, tzinfo=UTC)

DECIDER = "answers/cost-model/deciders/feature-unit-cost"
LEVEL, NOTE, FACT = "answers/cost-model/level", "answers/cost-model/note", "facts/unit-cost"
SENT = {
    DECIDER: {"state": 1},
    LEVEL: {"level": 2, "reason": "The board says so"},
    NOTE: {"note": "Costs are known by feature."},
    FACT: {"values": {"amount": 0.031, "unit": "1,000 requests", "month": "October 2026"}},
}


@pytest.fixture
def at(scorecard):
    return lambda name="": f"/organizations/{scorecard.organization.slug}/scorecards/{scorecard.pk}{name and '/'}{name}"


def test_the_list_has_the_newest_first_with_what_they_score(program, organization):
    first = make_scorecard(organization, levels=[1] * 8, signed_off_at=SPRING, title="Spring")
    second = make_scorecard(organization, levels=[2] * 8, title="Autumn")

    items = program.get(f"/organizations/{organization.slug}/scorecards").json()["items"]

    assert [(each["id"], each["title"]) for each in items] == [(second.pk, "Autumn"), (first.pk, "Spring")]
    assert [each["result"]["claimed"] for each in items] == [16, 8]
    assert items[1]["signed_off_by"] == str(organization.created_by)
    assert items[0]["page"].endswith(reverse("scorecard_detail", args=[organization.slug, second.pk]))


def test_one_is_read_whole(program, organization):
    scorecard = make_scorecard(organization, levels=[0, 1, 2, 2, 2, 2, 2, None])

    found = program.get(f"/organizations/{organization.slug}/scorecards/{scorecard.pk}").json()

    levels = [answer["level"] for answer in found["answers"]]
    assert levels == [0, 1, 2, 2, 2, 2, 2, None]
    assert found["result"]["claimed"] == 11
    assert found["result"]["zeros"] == [found["answers"][0]["key"]]
    assert [fact["key"] for fact in found["facts"]] == found["result"]["missing_facts"]
    proof = found["answers"][2]["evidence"][0]
    decider = next(each for each in found["answers"][2]["deciders"] if each["key"] == proof["deciders"][0])
    assert (proof["kind"], decider["state"], proof["id"] in decider["proofs"]) == ("sighting", 2, True)


@pytest.mark.parametrize("name", SENT)
def test_a_part_is_saved_by_who_names_the_version_that_was_read(program, at, name):
    read = program.get(at(name))

    saved = program.put(at(name), SENT[name], If_Match=read["ETag"])

    assert (read["ETag"], saved.status_code, saved["ETag"]) == ('"0"', 200, '"1"')
    again = program.get(at(name))
    assert (again.json(), again["ETag"]) == (saved.json(), '"1"')
    sent = SENT[name].get("values") or SENT[name]
    kept = saved.json().get("values") or saved.json()
    assert {key: kept[key] for key in sent} == {
        key: str(value) if name == FACT else value for key, value in sent.items()
    }


@pytest.mark.parametrize("name", SENT)
def test_without_a_version_nothing_is_saved(program, at, name):
    answer = program.put(at(name), SENT[name])

    assert (answer.status_code, program.get(at(name))["ETag"]) == (428, '"0"')
    assert "Say which version you read" in answer.json()["detail"]


@pytest.mark.parametrize("given", ["*", "0", '"x"', '"0", "1"', '"99999999999"', ""])
def test_what_names_no_version_is_refused(program, at, given):
    assert program.put(at(DECIDER), SENT[DECIDER], If_Match=given).status_code == 400


def test_a_weak_tag_is_one_too_as_it_comes_where_the_answer_was_compressed(program, at):
    assert program.put(at(DECIDER), SENT[DECIDER], If_Match='W/"0"').status_code == 200


@pytest.mark.parametrize("name", SENT)
def test_a_stale_version_is_answered_with_both_values(program, pipeline, at, name):
    program.put(at(name), SENT[name], version=0)
    theirs = program.get(at(name)).json()
    mine = {DECIDER: {"state": 2}, LEVEL: {"level": 0}, NOTE: {"note": "Not at all."}, FACT: {"cannot_answer": True}}[
        name
    ]

    answer = pipeline.put(at(name), mine, version=0)

    told = answer.json()
    assert (answer.status_code, answer["ETag"]) == (409, '"1"')
    assert {key: told["yours"][key] for key in mine} == mine
    assert told["theirs"] | {"version": 1} == theirs
    assert told["changed_by"] == "Ines Halvorsen"
    assert pipeline.put(at(name), mine, If_Match=answer["ETag"]).status_code == 200


def test_a_save_that_is_repeated_after_its_answer_was_lost_is_no_conflict(program, at):
    program.put(at(DECIDER), SENT[DECIDER], version=0)

    again = program.put(at(DECIDER), SENT[DECIDER], version=0)

    assert (again.status_code, again["ETag"]) == (200, '"1"')
    assert AuditEvent.objects.filter(action="answer-changed").count() == 1


def test_the_totals_follow_at_once(program, scorecard, at):
    before = Standing.objects.get(scorecard=scorecard).claimed
    program.put(at(LEVEL), SENT[LEVEL], version=0)

    assert Standing.objects.get(scorecard=scorecard).claimed == before + 2


def test_what_is_signed_off_is_refused_in_the_sentence_of_the_page(program, organization):
    scorecard = make_scorecard(organization, levels=[1] * 8)
    services.sign_off(scorecard, actor=organization.created_by, digest=services.answers_digest(scorecard))
    row = DeciderAnswer.objects.filter(response__scorecard=scorecard).first()
    path = f"/organizations/{organization.slug}/scorecards/{scorecard.pk}/answers/{row.response.category_key}"

    answer = program.put(f"{path}/deciders/{row.decider_key}", {"state": 0}, version=row.version)

    assert (answer.status_code, "signed off" in answer.json()["detail"]) == (422, True)


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"values": {"amount": "1.234"}}, "can be read in two ways"),
        ({"values": {"amount": -1}}, "cannot be below 0"),
        ({"values": {"price": 1}}, "“values.price”: There is no such field. There are amount, unit, and month."),
        ({"values": {"amount": True}}, "values.amount"),
        ({"values": [1]}, "“values”: Send an object."),
        ({"cannot_answer": "yes"}, "“cannot_answer”: Send true or false."),
        ({"answer": "x" * 2001}, "2,000 is the most"),
    ],
)
def test_a_fact_is_taken_by_the_rules_of_the_page(program, at, sent, sentence):
    answer = program.put(at(FACT), sent, version=0)

    assert answer.status_code == 422
    assert sentence in answer.json()["detail"]


@pytest.mark.parametrize("name", ["answers/nothing/level", "answers/cost-model/deciders/nothing", "facts/nothing"])
def test_what_an_assessment_does_not_have_is_not_found(program, at, name):
    assert program.get(at(name)).status_code == 404
    assert program.put(at(name), {"level": 1}, version=0).status_code in (404, 422)


def test_another_s_assessment_is_not_found_below_one_s_own_organization(program, organization):
    other = make_scorecard(make_organization())

    assert program.get(f"/organizations/{organization.slug}/scorecards/{other.pk}").status_code == 404
    assert program.get(f"/organizations/{organization.slug}/scorecards/{2**70}").status_code in (400, 404)


def test_an_assessment_from_before_deciders_is_read_and_scored_too(program, organization):
    scorecard = make_scorecard(organization, levels=[1] * 7, version="2026.1")
    path = f"/organizations/{organization.slug}/scorecards/{scorecard.pk}"
    key = program.get(path).json()["answers"][7]["key"]

    assert program.put(f"{path}/answers/{key}/level", {"level": 1}, version=0).status_code == 200
    assert program.put(f"{path}/facts/unit-cost", {"answer": "2 USD a call"}, version=0).status_code == 200
    assert program.get(path).json()["result"]["claimed"] == 8
