"""Scenarios by the API: saved, read with what follows exactly, and changed part by part by the rules of the page."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments.audit.models import AuditEvent
from assessments.economics.models import Scenario
from tests.factories import make_scenario

pytestmark = pytest.mark.django_db

SPEND, FEED = "idle-spend-monthly_spend", "idle-spend-feed_percent"
INPUT = f"inputs/{SPEND}"
SENT = {
    INPUT: {"value": 120000.25},
    "mix": {"training": 60, "live": "40"},
    "name": {"value": "Next year"},
    "on": {"value": "2026-10-01"},
    "note": {"value": "From the bills."},
}
SAVED = SENT | {INPUT: {"value": "120000.25"}, "mix": {"mix": {"training": "60", "live": "40"}}}
THEIRS = {
    INPUT: {"value": "7"},
    "mix": {"batch": 100},
    "name": {"value": "Last year"},
    "on": {"value": "2025-10-01"},
    "note": {"value": "Guessed."},
}


@pytest.fixture
def scenario(organization):
    return make_scenario(organization, spend="100000", feed="30")


@pytest.fixture
def at(scenario):
    start = f"/organizations/{scenario.organization.slug}/scenarios"
    return lambda name="": f"{start}/{scenario.pk}{name and '/'}{name}"


@pytest.fixture
def start(organization):
    return f"/organizations/{organization.slug}/scenarios"


def results(found, calculator="idle-spend"):
    return {
        each["key"]: each for block in found["calculators"] if block["key"] == calculator for each in block["results"]
    }


def test_one_is_read_with_what_follows_from_its_numbers_exactly(program, at, start):
    found = program.get(at()).json()

    lines = results(found)
    assert {key: line["exact"] for key, line in lines.items()} == {
        "money_lost": "70000",
        "useful_spend": "30000",
        "yearly_loss": "840000",
        "price_multiple": "10/3",
    }
    assert (lines["price_multiple"]["shown"], lines["yearly_loss"]["shown"]) == ("3.33", "840,000")
    assert results(found, "unit-economics")["cost_per_thousand"]["exact"] is None
    assert len(results(found, "unit-economics")["cost_per_thousand"]["missing"]) == 2
    given = {each["part"]: each["value"] for block in found["calculators"] for each in block["inputs"]}
    assert {part: value for part, value in given.items() if value} == {SPEND: "100000", FEED: "30"}
    assert found["spend_at_risk"] == "Spend at risk: 840,000 USD a year buys no useful work."
    (line,) = program.get(start).json()["items"]
    assert line == {name: found[name] for name in line}


def test_one_is_saved_as_on_the_page(pipeline, organization, start):
    sent = {"name": "Today", "inputs": {SPEND: 90000.5, FEED: "40%"}}

    answer = pipeline.post(start, sent, Idempotency_Key="one")
    again = pipeline.post(start, sent, Idempotency_Key="one")

    assert (answer.status_code, again.json()) == (201, answer.json())
    assert results(answer.json())["money_lost"]["exact"] == "540003/10"
    kept = organization.scenarios.get()
    assert (kept.is_counted, str(kept.created_by)) == (True, "Token Pipeline")
    event = AuditEvent.objects.get(action="scenario-added")
    assert (event.subject, event.actor_name) == ("Today", "Token Pipeline")


def test_a_name_that_is_taken_is_refused_also_at_once(program, organization, start):
    program.post(start, {"name": "Today", "inputs": {SPEND: 1}})

    answer = program.post(start, {"name": "today", "inputs": {SPEND: 2}})

    assert (answer.status_code, organization.scenarios.count()) == (422, 1)
    assert "There is a scenario called Today already." in answer.json()["detail"]


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"name": " "}, "Give the scenario a name"),
        ({"inputs": {FEED: 101}}, "cannot be 101"),
        ({"inputs": {FEED: "1.234"}}, "can be read in two ways"),
        ({"inputs": {SPEND: True}}, f"inputs.{SPEND}"),
        ({"inputs": {SPEND: "much"}}, "more than a figure"),
        ({"inputs": {"idle-spend-price": 1}}, "There is no such field. There are idle-spend-monthly_spend"),
        ({"inputs": [1]}, "“inputs”: Send an object."),
        ({"currency": "EUR"}, "“currency”: There is no such field."),
    ],
)
def test_what_makes_no_scenario_is_refused_in_the_sentence_of_the_page(program, organization, start, sent, sentence):
    answer = program.post(start, {"name": "Today"} | sent)

    assert (answer.status_code, organization.scenarios.count()) == (422, 0)
    assert sentence in str(answer.json())


@pytest.mark.parametrize("name", SENT)
def test_a_part_is_saved_by_who_names_the_version_that_was_read(program, at, name):
    read = program.get(at(name))

    saved = program.put(at(name), SENT[name], If_Match=read["ETag"])

    assert (read["ETag"], saved.status_code, saved["ETag"]) == ('"0"', 200, '"1"')
    assert saved.json() == SAVED[name] | {"version": 1} == program.get(at(name)).json()


@pytest.mark.parametrize("name", SENT)
def test_a_stale_version_is_answered_with_both_values_and_none_with_nothing(program, pipeline, at, name):
    assert program.put(at(name), SENT[name]).status_code == 428
    theirs = pipeline.put(at(name), THEIRS[name], version=0).json()

    answer = program.put(at(name), SENT[name], version=0)

    told = answer.json()
    assert (answer.status_code, answer["ETag"]) == (409, '"1"')
    assert told["theirs"] | {"version": 1} == theirs
    assert told["yours"].keys() == told["theirs"].keys()
    assert told["changed_by"] == "Token Pipeline"
    assert program.put(at(name), SENT[name], If_Match=answer["ETag"]).status_code == 200


@pytest.mark.parametrize(
    ("name", "subject", "old", "new"),
    [
        (INPUT, "Today: Monthly accelerator spend", "100000", "120000.25"),
        ("mix", "Today: workload mix", "", "Training 60%, Live inference 40%"),
        ("name", "Today: name", "Today", "Next year"),
    ],
)
def test_a_change_is_in_the_activity_as_the_page_has_it(pipeline, at, name, subject, old, new):
    pipeline.put(at(name), SENT[name], version=0)

    event = AuditEvent.objects.get(action="scenario-changed")
    assert (event.subject, event.old, event.new, event.actor_name) == (subject, old, new, "Token Pipeline")


@pytest.mark.parametrize(
    ("name", "sent", "sentence"),
    [
        (INPUT, {"value": -1}, "cannot be -1"),
        (INPUT, {"value": "NaN"}, "more than a figure"),
        (INPUT, {}, "“value”: This field is missing."),
        ("mix", {"training": 60, "live": 50}, "The shares add up to 110%."),
        ("mix", {"mining": 60}, "“mining”: There is no such field."),
        ("name", {"value": ""}, "Give the scenario a name"),
        ("on", {"value": "2099-01-01"}, "between 1 January 2000 and today"),
        ("on", {"value": "spring"}, "Write the date as 2026-09-14."),
        ("note", {"value": "x" * 2_001}, "2,000 is the most"),
    ],
)
def test_a_part_that_cannot_be_is_refused_in_the_sentence_of_the_page(program, at, name, sent, sentence):
    answer = program.put(at(name), sent, version=0)

    assert answer.status_code == 422
    assert sentence in answer.json()["detail"]


def test_a_number_is_taken_back(program, at):
    assert program.put(at(INPUT), {"value": None}, version=0).json() == {"value": None, "version": 1}
    assert results(program.get(at()).json())["money_lost"]["exact"] is None


def test_what_is_not_there_or_another_s_is_not_found(program, at, start):
    other = make_scenario()

    for path in (f"{start}/{other.pk}", f"{start}/{other.pk}/{INPUT}", at("inputs/nothing")):
        assert program.get(path).status_code == 404
    assert program.put(at("inputs/nothing"), {"value": 1}, version=0).status_code == 404
    assert program.get(at("color")).status_code == 422


def test_scenarios_take_as_many_queries_for_three_as_for_one(program, organization, scenario, at, start):
    counts = []
    for number in range(3):
        if number:
            make_scenario(organization, name=f"Option {number}")
        if number in (0, 2):
            counts.append([queries(program, path) for path in (start, at())])

    assert Scenario.objects.count() == 3
    assert scenario.created_at <= timezone.now()
    assert counts == [[4, 4]] * 2


def queries(program, path):
    program.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert program.get(path).status_code == 200
    return len(captured)
