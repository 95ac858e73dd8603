"""The activity of all organizations that a person owns, together: what it shows, to whom, and for how much."""

import csv
import io

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.audit.models import AuditEvent
from assessments.models import Organization, Role
from tests.factories import make_grant, make_membership, make_organization, make_team, make_user

pytestmark = pytest.mark.django_db

URL = "/activity/"


@pytest.fixture
def owner(client):
    user = make_user(name="Ada Owner", email="ada@example.com")
    client.force_login(user)
    return user


def record(organization, number, *, who="Tom", action="vendor-rated"):
    AuditEvent.objects.bulk_create(
        AuditEvent(organization=organization, actor_name=who, action=action, subject=f"Corvid: {n}", at=timezone.now())
        for n in range(number)
    )


def runs(response):
    return [(run.words, str(run.newest.organization)) for run in response.context["page"].runs]


@pytest.fixture
def three(owner):
    """Organizations that the person owns by herself and through a team, and one that she only edits."""
    own, through, edited = (make_organization(name=name) for name in ("Own", "Through", "Edited"))
    make_membership(own, owner, role=Role.OWNER)
    make_grant(make_team(owner), through, role=Role.OWNER)
    make_membership(edited, owner, role=Role.EDITOR)
    AuditEvent.objects.all().delete()
    for organization in (own, through, edited, make_organization(name="Foreign")):
        record(organization, 3)
    AuditEvent.objects.filter(action="organization-added").delete()
    AuditEvent.objects.create(actor_name="Tom", action="signed-in")
    return own, through, edited


def test_it_has_what_happened_in_organizations_that_one_owns_and_nothing_else(client, three):
    response = client.get(URL)

    assert runs(response) == [
        ("Rated 3 answers of Corvid", "Through"),
        ("Rated 3 answers of Corvid", "Own"),
    ]
    assert "Edited" not in response.content.decode()
    assert "Foreign" not in response.content.decode()


def test_it_is_narrowed_to_an_organization_a_person_a_kind_and_a_day(client, three):
    own, *_ = three
    record(own, 1, who="Ben", action="signed-off")

    assert runs(client.get(URL, {"organization": "THROUGH"})) == [("Rated 3 answers of Corvid", "Through")]
    assert runs(client.get(URL, {"organization": own.slug, "action": "signed-off"})) == [("Signed off", "Own")]
    assert runs(client.get(URL, {"who": "Ben"})) == [("Signed off", "Own")]
    assert runs(client.get(URL, {"action": "vendor-rated", "q": "corvid: 2"})) == [
        ("Rated a vendor's answer", "Through"),
        ("Rated a vendor's answer", "Own"),
    ]
    assert runs(client.get(URL, {"day": "2020-01-01"})) == []
    for foreign in ("Foreign", "Edited", "nowhere"):
        response = client.get(URL, {"organization": foreign})
        assert (runs(response), f"You own no organization called “{foreign}”" in response.content.decode()) == (
            [],
            True,
        )


def test_the_deleted_is_not_shown(client, three):
    Organization.objects.filter(name="Own").update(deleted_at=timezone.now())

    assert runs(client.get(URL)) == [("Rated 3 answers of Corvid", "Through")]
    assert runs(client.get(URL, {"organization": "Own"})) == []


def test_the_csv_has_what_the_page_is_narrowed_to(client, three):
    AuditEvent.objects.filter(organization__name="Own").update(new="=1+1")

    response = client.get(reverse("audit_event_overview_export"), {"organization": "Own"})

    content = b"".join(response.streaming_content).decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(content))
    assert head == ["Day (UTC)", "When (UTC)", "Who", "What", "Subject", "Organization", "Before", "After"]
    assert {(row[5], row[7]) for row in rows if row[3] == "Rated a vendor's answer"} == {("Own", "'=1+1")}
    everything = b"".join(client.get(reverse("audit_event_overview_export")).streaming_content).decode()
    assert ("Through" in everything, "Foreign" in everything, "Edited" in everything) == (True, False, False)


def test_it_takes_the_same_queries_for_one_and_for_many(client, owner, django_assert_num_queries):
    def add(number):
        for _ in range(number):
            organization = make_organization(owner=owner)
            record(organization, 2)

    for number in (1, 30):
        add(number)
        with django_assert_num_queries(4):
            client.get(URL)
