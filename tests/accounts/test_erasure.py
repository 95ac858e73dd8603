"""A person who is erased is named nowhere any more, and nothing else changes."""

import json
import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from assessments.accounts.erasure import FORMER_MEMBER, erase_user
from assessments.audit import trail
from assessments.models import AuditEvent, Evidence, Invitation, Organization, Response, Role, Scorecard, User
from assessments.organizations import invitations
from assessments.organizations.erasure import NO_ADDRESS
from assessments.reports.services import request_report
from assessments.scorecards import services
from assessments.scorecards.signing import immutability
from tests.factories import make_membership, make_organization, make_scorecard, make_team, make_user

pytestmark = pytest.mark.django_db

Action = AuditEvent.Action


@pytest.fixture
def ada():
    return make_user(name="Ada Okafor", email="ada@example.com")


def signed_off_by(user, organization=None):
    scorecard = make_scorecard(organization or make_organization(owner=user), levels=[1] * 8, proof=False)
    services.add_link(
        scorecard, category=scorecard.responses.first().category_key, title="Kept", url="https://e.com", actor=user
    )
    at = timezone.now() - timedelta(days=2)  # when a sign-off can no longer be taken back
    return services.sign_off(scorecard, actor=user, digest=services.answers_digest(scorecard), at=at)


NAMED = re.compile(r"okafor|ada@|ada\.old|\bada\b", re.IGNORECASE)  # the hash of a password may hold the letters


def everything():
    """Every row of every table, as text."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        lines = []
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')
            lines += [f"{table}: {row}" for row in cursor.fetchall()]
    return lines


def test_nothing_names_an_erased_person(ada, client):
    superuser = make_user(name="Sam", email="sam@example.com", is_staff=True, is_superuser=True)
    client.force_login(superuser)
    EmailAddress.objects.create(user=ada, email="ada.old@example.com")
    organization = make_organization(owner=make_user(name="Ben"))
    with trail.acting(ada):
        make_membership(organization, ada, role=Role.OWNER)
        make_team(ada)
        signed_off_by(ada, organization)
        invitations.invite(organization, email="new@example.com", role=Role.VIEWER, actor=ada, base_url="http://x")
    waiting = invitations.invite(
        make_organization(), email="ada.old@example.com", role=Role.VIEWER, actor=superuser, base_url="http://x"
    )
    accepted = invitations.invite(
        make_organization(), email="ada@example.com", role=Role.VIEWER, actor=superuser, base_url="http://x"
    )
    invitations.accept(accepted, user=ada)
    trail.record(
        Action.ACCOUNT_CHANGED, organization=None, actor=ada, subject="Email", about=ada, old="ada@old.example"
    )
    client.post(
        reverse("admin:assessments_user_changelist"),
        {"action": "deactivate", "index": 0, "_selected_action": [ada.pk], "confirmed": 1},
    )
    LogEntry.objects.log_actions(superuser.pk, [ada], 2, "Changed")

    response = client.post(reverse("admin:assessments_user_delete", args=[ada.pk]), follow=True)

    assert [str(message) for message in response.context["messages"]][-1:] == ["The person is erased."]
    assert not User.objects.filter(pk=ada.pk).exists()
    assert [line for line in everything() if NAMED.search(line)] == []
    assert not Invitation.objects.filter(pk=waiting.pk).exists()
    assert Invitation.objects.get(pk=accepted.pk).email == NO_ADDRESS
    assert AuditEvent.objects.filter(action=Action.SIGNED_OFF).get().actor_name == FORMER_MEMBER
    assert AuditEvent.objects.filter(actor=superuser, subject=FORMER_MEMBER, new="Erased").exists()


def test_others_keep_their_names(ada):
    ben = make_user(name="Ben", email="ben@example.com")
    scorecard = signed_off_by(ben)
    before = set(AuditEvent.objects.filter(actor=ben).values_list("pk", "actor_name", "subject"))

    erase_user(ada)

    scorecard.refresh_from_db()
    assert scorecard.signed_off_name == "Ben"
    assert set(AuditEvent.objects.filter(actor=ben).values_list("pk", "actor_name", "subject")) == before


def test_a_sign_off_and_a_report_keep_everything_but_the_name(ada):
    scorecard = signed_off_by(ada)
    report = request_report(scorecard, actor=ada)
    of_another = request_report(scorecard, actor=make_user(name="Ben"))
    assert report.snapshot["made"]["by"] == report.snapshot["scorecard"]["signed_off_by"] == "Ada Okafor"
    before = Scorecard.objects.filter(pk=scorecard.pk).values().get()

    erase_user(ada)

    after = Scorecard.objects.filter(pk=scorecard.pk).values().get()
    assert after == {**before, "signed_off_name": FORMER_MEMBER, "signed_off_by_id": None, "created_by_id": None}
    expected = {"made": FORMER_MEMBER, "signed": FORMER_MEMBER}, {"made": "Ben", "signed": FORMER_MEMBER}
    for row, names in zip((report, of_another), expected, strict=True):
        frozen = dict(row.snapshot)
        row.refresh_from_db()
        assert row.requested_name == row.snapshot["made"]["by"] == names["made"]
        assert row.snapshot["scorecard"]["signed_off_by"] == names["signed"]
        assert "Okafor" not in json.dumps(row.snapshot["exchange"])
        changed = {"made": 0, "scorecard": 0, "exchange": 0}
        assert {**row.snapshot, **changed} == {**frozen, **changed}
    assert report.requested_by is None
    assert scorecard.responses.count() == 8


def test_a_person_can_erase_themselves(ada):
    with trail.acting(ada):
        erase_user(ada, actor=ada)

    assert not User.objects.exists()
    assert AuditEvent.objects.get().actor_name == trail.NOBODY


def test_a_superuser_cannot_erase_themselves_nor_the_last_one(client):
    superuser = make_user(is_staff=True, is_superuser=True)
    client.force_login(superuser)

    with pytest.raises(ValidationError, match="cannot erase themselves"):
        erase_user(superuser, actor=superuser)
    with pytest.raises(ValidationError, match="the last superuser"):
        erase_user(superuser)
    assert client.post(reverse("admin:assessments_user_delete", args=[superuser.pk])).status_code == 403
    assert User.objects.filter(pk=superuser.pk).exists()


def test_erasing_is_asked_for_first_and_says_what_stays(client, ada):
    client.force_login(make_user(is_staff=True, is_superuser=True))

    page = client.get(reverse("admin:assessments_user_delete", args=[ada.pk])).content.decode()

    assert "This cannot be undone" in page
    assert "Erase Ada Okafor" in page
    assert User.objects.filter(pk=ada.pk).exists()
    assert "Erase this person" in client.get(reverse("admin:assessments_user_change", args=[ada.pk])).content.decode()
    assert "delete_selected" not in client.get(reverse("admin:assessments_user_changelist")).content.decode()


@pytest.mark.parametrize(
    "change",
    [
        {"signed_off_name": "Somebody else"},
        {"signed_off_name": ""},
        {"signed_off_name": FORMER_MEMBER, "title": "Other"},
        {"signed_off_name": FORMER_MEMBER, "signed_off_at": None},
        {"title": "Other"},
    ],
)
def test_the_database_allows_no_other_change_of_a_sign_off(ada, change):
    scorecard = signed_off_by(ada)

    with pytest.raises(IntegrityError), transaction.atomic():
        Scorecard.objects.filter(pk=scorecard.pk).update(**change)


def test_the_database_keeps_what_is_signed_off_until_its_organization_is_deleted(ada):
    scorecard = signed_off_by(ada)
    organization = scorecard.organization
    with pytest.raises(IntegrityError), transaction.atomic():
        organization.delete()
    kept = (Response, {"scorecard": scorecard}), (Evidence, {"response__scorecard": scorecard})
    assert [model.objects.filter(**where).count() for model, where in kept] == [8, 1]

    Organization.objects.filter(pk=organization.pk).update(deleted_at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Response.objects.filter(scorecard=scorecard).update(level=2)
    Organization.objects.get(pk=organization.pk).delete()

    assert not Scorecard.objects.exists()
    assert not Evidence.objects.exists()


def test_another_organization_s_deletion_opens_nothing(ada):
    scorecard = signed_off_by(ada)
    other = make_organization()
    Organization.objects.filter(pk=other.pk).update(deleted_at=timezone.now())

    with pytest.raises(IntegrityError), transaction.atomic():
        scorecard.delete()


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_the_migration_goes_back_and_forth():
    call_command("migrate", "assessments", "0004", verbosity=0)
    call_command("migrate", "assessments", verbosity=0)
    organization = make_organization()
    scorecard = make_scorecard(organization, levels=[1] * 8, signed_off_at=timezone.now())

    with pytest.raises(IntegrityError), transaction.atomic():
        Scorecard.objects.filter(pk=scorecard.pk).update(title="x")
    assert Scorecard.objects.filter(pk=scorecard.pk).update(signed_off_name=FORMER_MEMBER) == 1
    immutability.remove(connection)  # so that the tables can be emptied for the next test
    Scorecard.objects.all().delete()
    immutability.install(connection)


def test_what_an_erased_administrator_changed_for_others_stays(ada):
    superuser = make_user(name="Sam", email="sam@example.com", is_staff=True)
    with trail.acting(superuser):
        trail.record(Action.ACCOUNT_CHANGED, organization=None, subject="Ada Okafor", about=ada, new="Can sign in: no")

    erase_user(superuser)

    kept = AuditEvent.objects.get(about=ada)
    assert (kept.actor_name, kept.subject, kept.new) == (FORMER_MEMBER, "Ada Okafor", "Can sign in: no")
