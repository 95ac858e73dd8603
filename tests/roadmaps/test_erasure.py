"""Items keep their place and a name whatever becomes of their owner, and an erased name is nowhere left."""

import json

import pytest

from assessments.accounts.erasure import FORMER_MEMBER, erase_user
from assessments.models import (
    AuditEvent,
    Membership,
    Organization,
    Report,
    Roadmap,
    RoadmapComment,
    RoadmapItem,
    TeamGrant,
    TeamMembership,
)
from assessments.organizations import memberships
from assessments.reports.services import request_report
from assessments.roadmaps import services
from assessments.roadmaps.items import attachments
from tests.factories import make_grant, make_item, make_team, make_user


@pytest.fixture
def item(roadmap, colleague):
    return make_item(roadmap, owner=colleague)


def owner_of(item):
    item.refresh_from_db()
    return item.owner, item.owner_name, item.left_owner, item.has_owner_left


def test_a_member_who_leaves_keeps_the_item_by_name(item, colleague):
    version = item.owner_version
    memberships.remove_member(Membership.objects.get(user=colleague))

    assert owner_of(item) == (None, "Tom Okafor", colleague, True)
    assert item.owner_version == version + 1  # a page that is open learns of it


def test_one_who_still_comes_through_a_team_stays(item, colleague):
    make_grant(make_team(colleague), item.roadmap.organization)
    memberships.remove_member(Membership.objects.get(user=colleague))

    assert owner_of(item) == (colleague, "", None, False)


@pytest.mark.parametrize("model", [TeamGrant, TeamMembership])
def test_the_end_of_a_team_s_access_is_an_end_as_well(roadmap, model):
    consultant = make_user(name="Ines Halvorsen")
    make_grant(make_team(consultant), roadmap.organization)
    item = make_item(roadmap, owner=consultant)
    model.objects.all().delete()

    assert owner_of(item) == (None, "Ines Halvorsen", consultant, True)


def test_a_member_of_an_organization_that_may_be_brought_back_stays_the_owner(item, colleague):
    team = make_team(colleague)
    make_grant(team, item.roadmap.organization)
    Organization.objects.update(deleted_at="2026-01-01T00:00Z")
    team.memberships.all().delete()

    assert owner_of(item) == (colleague, "", None, False)


def test_an_account_that_is_deleted_leaves_the_name(item, colleague):
    colleague.delete()

    assert owner_of(item)[:2] == (None, "Tom Okafor")


def test_another_owner_ends_the_mark_and_the_same_name_keeps_it(item, colleague, owner):
    memberships.remove_member(Membership.objects.get(user=colleague))
    item.refresh_from_db()
    assert services.owner_values(item, owner=None, name="Tom Okafor")["left_owner_id"] == colleague.pk
    assert services.owner_values(item, owner=owner, name="") == {
        "owner_id": owner.pk,
        "owner_name": "",
        "left_owner_id": None,
    }


@pytest.mark.parametrize("left_first", [False, True])
def test_an_erased_name_is_nowhere_left(roadmap, item, colleague, owner, left_first):
    attachments.add_comment(item, text="On Thursday.", actor=colleague)
    values = services.owner_values(item, owner=owner, name="")
    services.record_part(item, part="owner", values=values, actor=owner, version=0)
    values = services.owner_values(item, owner=colleague, name="")
    services.record_part(item, part="owner", values=values, actor=owner, version=1)
    request_report(roadmap.scorecard, actor=owner)
    if left_first:
        memberships.remove_member(Membership.objects.get(user=colleague))
        request_report(roadmap.scorecard, actor=owner)

    erase_user(colleague)

    everything = [
        *(list(model.objects.values()) for model in (RoadmapItem, RoadmapComment, Report, Roadmap)),
        list(AuditEvent.objects.filter(action__startswith="roadmap").values()),
    ]
    assert "Tom Okafor" not in json.dumps(everything, default=str)
    assert owner_of(item) == (None, FORMER_MEMBER, None, True)
    assert Report.objects.first().snapshot["plan"]["phases"][0]["items"][0]["owner"] == FORMER_MEMBER


def test_an_organization_goes_with_its_roadmaps(item):
    Organization.objects.update(deleted_at="2026-01-01T00:00Z")
    Organization.objects.all().delete()

    assert not RoadmapItem.objects.exists()
