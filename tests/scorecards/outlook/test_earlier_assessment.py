"""Scores from before, entered later: on the trend, told apart, and never taken for a sign-off."""

from datetime import date

import pytest

from assessments import framework
from assessments.accounts.erasure import FORMER_MEMBER, erase_user
from assessments.organizations.models import Role
from assessments.scorecards.models import Scorecard
from assessments.scorecards.outlook.models import EarlierAssessment
from tests.factories import make_earlier, make_membership, make_organization, make_scorecard, make_user

pytestmark = pytest.mark.django_db

LEVELS = {f"level-{key}": "1" for key in framework.current().category_keys}


@pytest.fixture
def organization(client):
    owner = make_user(name="Ada Lovelace")
    client.force_login(owner)
    return make_organization(owner=owner, name="Kestrel Logistics")


def enter(client, organization, **fields):
    return client.post(f"/o/{organization.slug}/earlier/new", {"on": "2025-02-03", **LEVELS, **fields})


def test_it_is_kept_with_its_levels_notes_and_who_entered_it(client, organization):
    response = enter(client, organization, source="Workshop", **{"note-cost-model": " One invoice "})

    earlier = EarlierAssessment.objects.get()
    assert response.status_code == 302
    assert (earlier.on, earlier.total, earlier.source) == (date(2025, 2, 3), 8, "Workshop")
    assert (earlier.notes, earlier.entered_name) == ({"cost-model": "One invoice"}, "Ada Lovelace")
    assert not Scorecard.objects.exists()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"on": "2090-01-01"}, "An earlier assessment lies in the past. Start one here for today."),
        ({"on": "1970-01-01"}, "Give a day since the year 2000."),
        ({"level-cost-model": ""}, "Give the level of Cost model."),
        ({"level-cost-model": "7"}, "The level of Cost model must be 0, 1 or 2."),
    ],
)
def test_nonsense_is_refused_in_a_sentence(client, organization, fields, message):
    response = enter(client, organization, **fields)

    assert (response.status_code, message in response.content.decode()) == (422, True)
    assert not EarlierAssessment.objects.exists()


def test_one_a_day(client, organization):
    enter(client, organization)
    again = enter(client, organization, source="Another")

    assert "There is an earlier assessment of that day already." in again.content.decode()
    assert EarlierAssessment.objects.count() == 1


def test_the_list_and_the_trend_say_entered_later_and_never_signed_off(client, organization, day):
    make_earlier(organization, levels=[0, 1, 1, 0, 1, 0, 0, 0])
    make_scorecard(organization, levels=[1] * 8, signed_off_at=day(2026, 10, 1))

    listed = client.get(f"/o/{organization.slug}/scorecards/").content.decode()
    overview = client.get(f"/o/{organization.slug}/").content.decode()

    assert "Entered later" in listed
    assert "Not proven, no verdict" in listed
    assert "not signed off here" in listed
    assert "entered later" in overview.partition("<figcaption")[0]
    assert '<td class="num"><span class="muted">not known</span></td>' in overview
    assert "One assessment so far" in overview  # no change is said against what was only entered later


def test_it_counts_for_no_verdict(client, organization):
    make_earlier(organization, levels=[2] * 8)

    assert "is clear of the risk line" not in client.get("/").content.decode()
    assert "Nothing is scored yet." in client.get(f"/o/{organization.slug}/").content.decode()


def test_it_can_be_removed_after_a_question(client, organization):
    earlier = make_earlier(organization)
    assert (
        "Remove the score of 4 March 2019?"
        in client.get(f"/o/{organization.slug}/earlier/{earlier.pk}/delete").content.decode()
    )
    client.post(f"/o/{organization.slug}/earlier/{earlier.pk}/delete")

    assert not EarlierAssessment.objects.exists()


def test_that_of_another_organization_is_not_found(client, organization):
    other = make_earlier(make_organization())

    assert client.get(f"/o/{organization.slug}/earlier/{other.pk}/").status_code == 404
    assert client.post(f"/o/{organization.slug}/earlier/{other.pk}/delete").status_code == 404
    assert EarlierAssessment.objects.count() == 1


def test_the_name_of_an_erased_person_goes(organization):
    editor = make_membership(organization, role=Role.EDITOR).user
    earlier = make_earlier(organization)
    EarlierAssessment.objects.update(entered_by=editor, entered_name=str(editor))
    erase_user(editor)

    earlier.refresh_from_db()
    assert (earlier.entered_name, earlier.entered_by) == (FORMER_MEMBER, None)
