"""How often an organization is assessed: the due date follows the sign-offs."""

from datetime import date

import pytest

from assessments.organizations.models import Role
from assessments.scorecards import services
from assessments.scorecards.outlook import rhythm
from assessments.scorecards.outlook.models import Rhythm
from tests.factories import make_membership, make_organization, make_scorecard, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization(client):
    owner = make_user(name="Ada Lovelace")
    client.force_login(owner)
    return make_organization(owner=owner, name="Kestrel Logistics")


def due_on(organization):
    return Rhythm.objects.get(organization=organization).due_on


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 3, date(2026, 4, 30)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 12, 15), 12, date(2027, 12, 15)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
    ],
)
def test_months_after_ends_with_the_month(day, months, expected):
    assert rhythm.months_after(day, months) == expected


def test_the_next_one_is_due_a_rhythm_after_the_last_sign_off(client, organization, day):
    make_scorecard(organization, levels=[1] * 8, signed_off_at=day(2026, 8, 31))
    client.post(f"/o/{organization.slug}/rhythm", {"months": "6"})

    assert due_on(organization) == date(2027, 2, 28)


def test_before_anything_is_signed_off_the_chosen_day_counts_and_a_sign_off_replaces_it(client, organization, day):
    client.post(f"/o/{organization.slug}/rhythm", {"months": "3", "first_due_on": "2030-01-15"})
    assert due_on(organization) == date(2030, 1, 15)

    make_scorecard(organization, levels=[1] * 8, signed_off_at=day(2026, 10, 1))

    assert due_on(organization) == date(2027, 1, 1)


def test_taking_the_sign_off_back_brings_the_due_date_back(organization):
    owner = organization.created_by
    first = date(2030, 1, 15)
    rhythm.set_rhythm(organization, months=3, first_due_on=first, reminded=None, actor=owner)
    scorecard = make_scorecard(organization, levels=[1] * 8)
    scorecard = services.sign_off(scorecard, actor=owner, digest=services.answers_digest(scorecard))
    assert due_on(organization) != first

    services.take_back_sign_off(scorecard, actor=owner)

    assert due_on(organization) == first


def test_no_rhythm_means_nothing_is_due(client, organization):
    client.post(f"/o/{organization.slug}/rhythm", {"months": "12"})
    client.post(f"/o/{organization.slug}/rhythm", {"months": ""})

    assert not Rhythm.objects.exists()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"months": "5"}, "Choose every quarter, every half-year, every year, or no rhythm."),
        ({"months": "3", "first_due_on": "2019-01-01"}, "That day has passed."),
        ({"months": "3", "first_due_on": "2099-01-01"}, "within the next ten years"),
    ],
)
def test_nonsense_is_refused_in_a_sentence(client, organization, fields, message):
    response = client.post(f"/o/{organization.slug}/rhythm", fields)

    assert (response.status_code, message in response.content.decode()) == (422, True)
    assert not Rhythm.objects.exists()


def test_only_somebody_who_may_open_it_can_be_reminded(client, organization):
    stranger, colleague = make_user(name="Stranger"), make_membership(organization, role=Role.VIEWER).user
    refused = client.post(f"/o/{organization.slug}/rhythm", {"months": "3", "reminded": str(stranger.pk)})
    assert "Choose somebody who may open this organization." in refused.content.decode()

    client.post(f"/o/{organization.slug}/rhythm", {"months": "3", "reminded": str(colleague.pk)})

    assert Rhythm.objects.get().reminded == colleague
