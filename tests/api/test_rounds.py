"""Rounds by the API: who has finished while one is open, what was said once it is closed, and closing it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.audit.models import AuditEvent
from assessments.organizations.models import Role
from assessments.rounds import services
from assessments.rounds.settling.services import settle
from tests.api.calls import machine, personal
from tests.api.places import SPRING
from tests.factories import make_membership, make_rater, make_round, make_scorecard

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(scorecard):
    return make_round(scorecard, levels=[[0] + [1] * 7, [2, "x"] + [1] * 6], names=["Yasmin Farouk", "Mark Ojo"])


@pytest.fixture
def start(organization):
    return f"/organizations/{organization.slug}/rounds"


@pytest.fixture
def at(asked, start):
    return f"{start}/{asked.pk}"


@pytest.fixture
def viewer(organization):
    return personal(make_membership(organization, role=Role.VIEWER).user)


def test_while_it_is_open_owners_alone_read_who_has_finished(program, pipeline, viewer, at):
    found = program.get(at).json()

    assert [(each["name"], each["answered"], each["asked"]) for each in found["progress"]] == [
        ("Yasmin Farouk", 8, 8),
        ("Mark Ojo", 8, 8),
    ]
    assert (found["is_closed"], found["result"]) == (False, None)
    for other in (pipeline, viewer):
        told = other.get(at).json()
        assert (told["progress"], told["result"]) == (None, None)
        assert "Yasmin" not in str(told)


def test_an_owner_closes_it_once_as_on_the_page(program, at, asked):
    answer = program.post(f"{at}/close", Idempotency_Key="one")
    again = program.post(f"{at}/close", Idempotency_Key="one")

    assert (answer.status_code, again.json()) == (200, answer.json())
    assert (answer.json()["is_closed"], answer.json()["progress"]) == (True, None)
    asked.refresh_from_db()
    assert asked.closed_at is not None
    event = AuditEvent.objects.get(action="round-closed")
    assert (event.subject, event.new) == (asked.scorecard.title, "2 of two raters finished")
    assert event.actor_name == "Ines Halvorsen, by token Dashboard"
    refused = program.post(f"{at}/close")
    assert (refused.status_code, refused.json()["detail"]) == (422, services.CLOSED)


def test_closed_it_says_who_said_what_the_widest_first(program, organization, asked, at):
    services.close_round(asked, actor=organization.created_by)
    first = asked.raters.first()
    settle(
        asked,
        category="cost-model",
        level=1,
        reason="Seen",
        dissenters=[first.pk],
        actor=organization.created_by,
        version=0,
    )

    result = program.get(at).json()["result"]

    names = {rater["id"]: rater["name"] for rater in result["raters"]}
    widest = result["categories"][0]
    assert (widest["points"], widest["median"], widest["counts"]) == (2, 0, [1, 0, 1])
    assert [(names[said["rater"]], said["level"]) for said in widest["said"]] == [("Yasmin Farouk", 0), ("Mark Ojo", 2)]
    assert sorted(names.values()) == ["Mark Ojo", "Yasmin Farouk"]
    unable = [said for row in result["categories"] for said in row["said"] if said["cannot_judge"]]
    assert [(names[said["rater"]], said["level"]) for said in unable] == [("Mark Ojo", None)]
    settled = {row["key"]: row["settled"] for row in result["categories"] if row["settled"]}
    assert (settled["cost-model"]["level"], settled["cost-model"]["dissent"]) == (1, ["Yasmin Farouk"])
    assert "two points" in result["headline"] or "Talk about" in result["headline"]


def test_of_many_raters_only_editors_read_who_gave_which_level(viewer, pipeline, organization, asked, at):
    for _ in range(7):
        make_rater(asked, levels=[1] * 8)
    services.close_round(asked, actor=organization.created_by)

    seen = {row["key"]: row["said"] for row in viewer.get(at).json()["result"]["categories"]}
    whole = {row["key"]: row["said"] for row in pipeline.get(at).json()["result"]["categories"]}

    assert [key for key, said in seen.items() if said is not None] == [next(iter(seen))]
    assert {len(said) for said in whole.values()} == {9}


def test_no_token_of_an_organization_closes_one(organization, at, asked):
    answer = machine(organization, "write", Role.EDITOR).post(f"{at}/close")

    asked.refresh_from_db()
    assert (answer.status_code, asked.closed_at) == (403, None)


def test_the_list_is_narrowed_to_an_assessment(program, organization, start):
    other = make_scorecard(organization, signed_off_at=SPRING)
    asked = make_round(make_scorecard(organization))
    services.close_round(asked, actor=organization.created_by)
    second = make_round(asked.scorecard)

    assert [each["id"] for each in program.get(start).json()["items"]] == [second.pk, asked.pk]
    narrowed = program.get(f"{start}?scorecard={asked.scorecard_id}").json()["items"]
    assert [(each["id"], each["is_closed"]) for each in narrowed] == [(second.pk, False), (asked.pk, True)]
    assert program.get(f"{start}?scorecard={other.pk}").json()["items"] == []
    assert program.get(f"{start}?scorecard=x").status_code == 422
    assert program.get(f"{start}?scorecard={2**70}").status_code == 422


def test_another_s_round_is_not_found(program, start):
    other = make_round()

    assert program.get(f"{start}/{other.pk}").status_code == 404
    assert program.post(f"{start}/{other.pk}/close").status_code == 404


def test_rounds_take_as_many_queries_for_three_as_for_one(program, organization, scorecard, start):
    counts = []
    for number in range(3):
        asked = make_round(scorecard, levels=[[1] * 8] * (number + 1))
        open_ = queries(program, f"{start}/{asked.pk}")
        services.close_round(asked, actor=organization.created_by)
        if number in (0, 2):
            counts.append([queries(program, start), open_, queries(program, f"{start}/{asked.pk}")])

    assert counts == [[3, 6, 7]] * 2


def queries(program, path):
    program.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert program.get(path).status_code == 200
    return len(captured)
