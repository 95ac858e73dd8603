"""Teams by SCIM: who is put in and taken out, in the dialects of the directories there are."""

import json

import pytest

from assessments.audit.models import AuditEvent
from assessments.organizations.models import Membership, Role, Team
from tests.factories import make_grant, make_organization, make_team, make_user
from tests.scim.test_users import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return [make_user(name=name, email=f"{name.lower()}@x.example") for name in ("Ada", "Ben", "Cleo")]


@pytest.fixture
def team(people):
    return make_team(*people[:2], name="Consultants")


def members(team):
    return list(team.members.order_by("name").values_list("name", flat=True))


def test_a_group_becomes_a_team(directory, people):
    response = directory.add_group("Consultants", people[0], people[0], externalId="g-1")

    team = Team.objects.get()
    told = response.json()
    assert response.status_code == 201
    assert (told["id"], told["displayName"], told["externalId"]) == (str(team.pk), "Consultants", "g-1")
    assert [each["value"] for each in told["members"]] == [str(people[0].pk)]
    assert told["members"][0]["$ref"].endswith(f"/scim/v2/Users/{people[0].pk}")
    assert members(team) == ["Ada"]
    event = AuditEvent.objects.get(action=AuditEvent.Action.TEAM_MEMBER_ADDED)
    assert (event.actor_name, event.about, event.new) == ("Token Entra", people[0], "Consultants")
    groups = directory.get(f"/Users/{people[0].pk}").json()["groups"]
    assert [(each["value"], each["display"]) for each in groups] == [(str(team.pk), "Consultants")]


CHANGES = [
    ([{"op": "Add", "path": "members", "value": [{"value": "{2}"}]}], ["Ada", "Ben", "Cleo"]),
    ([{"op": "add", "path": "members", "value": {"value": "{2}"}}], ["Ada", "Ben", "Cleo"]),
    ([{"op": "add", "value": {"members": [{"value": "{2}", "display": "Cleo"}]}}], ["Ada", "Ben", "Cleo"]),
    ([{"op": "Remove", "path": "members", "value": [{"value": "{0}"}]}], ["Ben"]),
    ([{"op": "remove", "path": 'members[value eq "{0}"]'}], ["Ben"]),
    ([{"op": "remove", "path": 'members[value eq "{0}" or value eq "{1}"]'}], []),
    ([{"op": "remove", "path": "members"}], []),
    ([{"op": "replace", "path": "members", "value": [{"value": "{2}"}]}], ["Cleo"]),
    ([{"op": "replace", "value": {"id": "{team}", "displayName": "Advisers"}}], ["Ada", "Ben"]),
    ([{"op": "Add", "path": "members", "value": [{"value": "{0}"}]}], ["Ada", "Ben"]),
]


@pytest.mark.parametrize(("operations", "left"), CHANGES)
def test_members_come_and_go_in_every_dialect(directory, people, team, operations, left):
    text = json.dumps(operations).replace("{team}", str(team.pk))
    for number, person in enumerate(people):
        text = text.replace(f"{{{number}}}", str(person.pk))

    response = directory.patch(f"/Groups/{team.pk}", *json.loads(text))

    assert response.status_code == 204, response.content
    assert members(team) == left
    assert Team.objects.get().name == ("Advisers" if "Advisers" in text else "Consultants")


def test_put_says_who_is_in_it_and_nobody_else(directory, people, team):
    body = {"displayName": "Advisers", "members": [{"value": str(people[2].pk)}]}

    told = directory.send("PUT", f"/Groups/{team.pk}", body).json()

    assert (told["displayName"], members(team)) == ("Advisers", ["Cleo"])


@pytest.mark.parametrize(
    ("members_sent", "sentence"),
    [
        ([{"value": "999999"}], "There is no user '999999'. Nothing was changed."),
        ([{"value": "x"}], "There is no user 'x'. Nothing was changed."),
        ([{}], "There is no user ''. Nothing was changed."),
        ([{"value": "1", "type": "Group"}], "A team has people in it, and no teams."),
    ],
)
def test_whom_nobody_knows_is_refused_and_nothing_changes(directory, people, team, members_sent, sentence):
    body = {"displayName": "Advisers", "members": [{"value": str(people[2].pk)}, *members_sent]}

    assert sentence in refused(directory.send("PUT", f"/Groups/{team.pk}", body), 400)
    assert (Team.objects.get().name, members(team)) == ("Consultants", ["Ada", "Ben"])


def test_names_of_teams_are_told_apart_as_on_the_pages(directory, team):
    assert "There is a team named CONSULTANTS already." in refused(directory.add_group("CONSULTANTS"), 409)
    assert "A displayName has words" in refused(directory.add_group(" \u200b"), 400)
    (found,) = directory.find("Groups", 'displayName eq "consultants"', excludedAttributes="members")
    assert found["id"] == str(team.pk)
    assert "members" not in found


def test_a_team_that_owns_an_organization_keeps_somebody_in_it(directory, people, team):
    organization = make_organization(name="Kestrel Logistics")
    make_grant(team, organization, role=Role.OWNER)
    Membership.objects.all().delete()
    path, sentence = f"/Groups/{team.pk}", "Someone must own Kestrel Logistics."

    for operation in ({"op": "remove", "path": "members"}, {"op": "replace", "path": "members", "value": []}):
        assert sentence in refused(directory.patch(path, operation), 409)
    assert sentence in refused(directory.send("DELETE", path), 409)
    assert members(team) == ["Ada", "Ben"]
    one = {"op": "remove", "path": f'members[value eq "{people[0].pk}"]'}
    assert directory.patch(path, one).status_code == 204
    change = {"op": "replace", "path": "members", "value": [{"value": str(people[2].pk)}]}
    assert directory.patch(path, change).status_code == 204


def test_a_deleted_team_is_gone(directory, team):
    assert directory.send("DELETE", f"/Groups/{team.pk}").status_code == 204
    assert not Team.objects.exists()
    assert AuditEvent.objects.filter(subject="Team Consultants", new="Deleted by the directory").count() == 1
    assert directory.get(f"/Groups/{team.pk}").status_code == 404


def test_the_people_of_a_deleted_team_are_told_what_they_lost(
    directory, people, team, mailoutbox, django_capture_on_commit_callbacks
):
    boss = make_user()
    for name in ("Kestrel Logistics", "Heron Health"):
        make_grant(team, make_organization(name=name, owner=boss))
    lost = sorted(team.members.values_list("email", flat=True))

    with django_capture_on_commit_callbacks(execute=True):
        directory.send("DELETE", f"/Groups/{team.pk}")

    told = {mail.to[0]: mail.body for mail in mailoutbox if mail.to != [boss.email]}
    assert sorted(told) == lost
    assert len(mailoutbox) == len(lost) + 2
    assert (
        "deleted your team Consultants, and with it its access to Heron Health and Kestrel Logistics." in told[lost[0]]
    )


def test_groups_are_found_by_their_members(directory, people, team):
    other = make_team(people[2])

    for text in (f'members.value eq "{people[0].pk}"', f'members[value eq "{people[0].pk}"]'):
        assert [each["id"] for each in directory.find("Groups", text)] == [str(team.pk)]
    both = f'members.value eq "{people[0].pk}" or members eq "{people[2].pk}"'
    assert [each["id"] for each in directory.find("Groups", both)] == [str(team.pk), str(other.pk)]
