"""A file that was looked through is taken whole, once, by whoever may edit; or thrown away."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.accounts.erasure import erase_user
from assessments.audit.models import AuditEvent
from assessments.dashboards.standings import fresh
from assessments.reports.exchange.models import ScorecardImport
from assessments.reports.tasks import purge_scorecard_imports
from assessments.scorecards.models import Scorecard
from tests.factories import make_organization, make_scorecard, make_user
from tests.reports.exchange.documents import document_of, make_full_scorecard
from tests.reports.exchange.test_scorecard_import_create import send

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization(client):
    owner = make_user(name="Ada Lovelace")
    client.force_login(owner)
    return make_organization(owner=owner)


@pytest.fixture
def draft(client, organization):
    document = document_of(make_full_scorecard(make_organization()))
    send(client, organization, json.dumps(document).encode(), "Q4.json")
    return ScorecardImport.objects.get()


def take(client, organization, draft):
    return client.post(reverse("scorecard_import_take", args=[organization.slug, draft.pk]))


def test_the_assessment_is_made_and_the_activity_says_so(client, organization, draft):
    response = take(client, organization, draft)

    scorecard = organization.scorecards.get()
    assert response["Location"] == reverse("scorecard_update", args=[organization.slug, scorecard.pk])
    assert (scorecard.title, scorecard.is_signed_off) == ("Q4 2026 assessment", False)
    assert scorecard.standing.claimed == Scorecard.objects.exclude(pk=scorecard.pk).get().standing.claimed
    assert not ScorecardImport.objects.exists()
    event = AuditEvent.objects.get(action=AuditEvent.Action.SCORECARD_IMPORTED)
    assert (event.subject, event.new, event.actor_name) == ("Q4 2026 assessment", "Q4.json", "Ada Lovelace")


def test_what_is_kept_of_it_counts_its_missing_facts_too(client, organization, draft):
    draft.contents["facts"] = {}
    draft.save()

    take(client, organization, draft)

    assert organization.scorecards.get().standing.missing_facts == 3
    assert {pk: columns for pk, columns in fresh.wrong() if pk == organization.pk} == {}


def test_a_second_click_makes_no_second_assessment(client, organization, draft):
    take(client, organization, draft)

    assert take(client, organization, draft).status_code == 404
    assert organization.scorecards.count() == 1


def test_with_an_assessment_open_nothing_is_taken(client, organization, draft):
    make_scorecard(organization, title="Q3")

    response = take(client, organization, draft)

    assert response.status_code == 422
    assert "“Q3” is open. Sign it off or delete it first; nothing was changed." in response.content.decode()
    assert organization.scorecards.count() == 1
    assert ScorecardImport.objects.filter(pk=draft.pk).exists()


def test_the_next_assessment_knows_the_one_before(client, organization, draft):
    before = make_scorecard(organization, levels=[1] * 8, signed_off_at=timezone.now())

    take(client, organization, draft)

    assert organization.scorecards.open().get().predecessor == before


def test_a_file_of_another_organization_is_not_there(client, draft):
    other = make_organization(owner=make_user())
    client.force_login(other.created_by)

    assert take(client, other, draft).status_code == 404


def test_a_file_can_be_thrown_away(client, organization, draft):
    client.post(reverse("scorecard_import_delete", args=[organization.slug, draft.pk]))

    assert not ScorecardImport.objects.exists()


def test_a_file_goes_after_a_day_and_with_who_brought_it(client, organization, draft):
    ScorecardImport.objects.update(created_at=timezone.now() - timedelta(hours=25))
    purge_scorecard_imports()
    assert not ScorecardImport.objects.exists()

    person = make_user()
    ScorecardImport.objects.create(organization=organization, filename="a", contents={}, lines=[], created_by=person)
    erase_user(person)
    assert not ScorecardImport.objects.exists()
