import csv
import io
import re
from datetime import date, timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments import framework
from assessments.audit import trail
from assessments.audit.models import AuditEvent
from assessments.organizations.models import Role
from assessments.scorecards import services
from tests.factories import make_membership, make_organization, make_scorecard, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client):
    user = make_user(name="Ada Owner", email="ada@example.com")
    client.force_login(user)
    return user


@pytest.fixture
def scorecard(owner):
    return make_scorecard(make_organization(owner=owner, name="Kestrel"))


def url(scorecard, name="audit_event_list", **query):
    return reverse(name, args=[scorecard.organization.slug], query=query)


def changes(scorecard):
    events = AuditEvent.objects.filter(organization=scorecard.organization, action=AuditEvent.Action.ANSWER_CHANGED)
    return list(events.order_by("pk").values_list("subject", "old", "new", "actor_name"))


def test_every_answer_is_kept_with_old_and_new(scorecard, owner):
    services.record_level(scorecard, category="cost-model", level=1, actor=owner, version=0)
    services.record_level(scorecard, category="cost-model", level=None, actor=owner, version=1)
    services.record_fact(scorecard, fact="unit-cost", answer="2 USD", actor=owner, version=0)

    assert changes(scorecard) == [
        ("Cost model: score", "not scored", "1", "Ada Owner"),
        ("Cost model: score", "1", "not scored", "Ada Owner"),
        ("What does one request, or one comparable unit of work, cost you today?", "", "2 USD", "Ada Owner"),
    ]


def test_a_measured_figure_is_kept_as_people_read_it(scorecard, owner):
    category = framework.current().category("cost-model")
    metric = category.metrics[0]
    values = {"name": metric.name, "value": Decimal("2.50"), "unit": "USD", "on": date(2026, 8, 17)}
    services.record_metric(scorecard, category=category, **values, actor=owner, version=0)

    assert changes(scorecard) == [
        ("Cost model: measured figure", "", f"{metric.name}, 2.5 USD, 17 Aug 2026", "Ada Owner")
    ]


def test_typing_on_is_one_entry_until_someone_else_types(scorecard, owner):
    tom = make_user(name="Tom")
    for version, (text, who) in enumerate([("a", owner), ("ab", owner), ("abc", owner), ("xyz", tom), ("!", owner)]):
        services.record_note(scorecard, category="cost-model", note=text, actor=who, version=version)

    assert [(old, new, who) for _, old, new, who in changes(scorecard)] == [
        ("", "abc", "Ada Owner"),
        ("abc", "xyz", "Tom"),
        ("xyz", "!", "Ada Owner"),
    ]


def test_a_save_that_changes_nothing_leaves_no_trace(scorecard, owner):
    services.record_note(scorecard, category="cost-model", note="", actor=owner, version=0)

    assert changes(scorecard) == []


def test_what_was_rolled_back_has_not_happened(scorecard, owner):
    services.sign_off(scorecard, actor=owner, digest=services.answers_digest(scorecard))

    with pytest.raises(Exception, match="signed off"):
        services.record_level(scorecard, category="cost-model", level=1, actor=owner, version=0)

    assert changes(scorecard) == []


def test_the_page_shows_newest_first_and_can_be_narrowed(client, scorecard, owner):
    services.record_level(scorecard, category="cost-model", level=1, actor=owner, version=0)
    make_membership(scorecard.organization, make_user(name="Tom", email="tom@example.com"), role=Role.VIEWER)

    everything = client.get(url(scorecard)).content.decode()
    answers = client.get(url(scorecard, action="answer-changed")).content.decode()
    searched = client.get(url(scorecard, q="tom@")).content.decode()
    nonsense = client.get(url(scorecard, action="x", page="9z")).content.decode()

    assert everything.index("Added a member") < everything.index("Cost model: score")
    assert ("Cost model: score" in answers, "tom@example.com" in answers) == (True, False)
    assert ("Cost model: score" in searched, "tom@example.com" in searched) == (False, True)
    assert "Cost model: score" in nonsense


def test_the_page_takes_the_same_queries_for_one_and_for_a_hundred(client, scorecard, django_assert_num_queries):
    with django_assert_num_queries(5):
        client.get(url(scorecard))
    for number in range(100):
        trail.record(trail.Action.SIGNED_OFF, organization=scorecard.organization, subject=str(number))

    with django_assert_num_queries(5):
        client.get(url(scorecard))


def test_the_csv_has_all_pages_and_runs_nothing(client, scorecard, owner):
    services.record_note(scorecard, category="cost-model", note='=HYPERLINK("http://evil")', actor=owner, version=0)
    for number in range(60):
        trail.record(trail.Action.SIGNED_OFF, organization=scorecard.organization, subject=f"@{number}")

    response = client.get(url(scorecard, "audit_event_export"))

    content = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(content)))
    assert rows[0] == ["When (UTC)", "Who", "What", "Which", "Before", "After"]
    assert len(rows) == 1 + AuditEvent.objects.filter(organization=scorecard.organization).count()
    assert [rows[1][2], rows[2][3]] == ["Exported a list", "'@59"]
    assert [row[5] for row in rows if "HYPERLINK" in row[5]] == ['\'=HYPERLINK("http://evil")']


def test_the_trail_survives_the_person(scorecard, owner):
    tom = make_user(name="Tom")
    services.record_level(scorecard, category="cost-model", level=2, actor=tom, version=0)
    tom.delete()

    event = AuditEvent.objects.get(action=AuditEvent.Action.ANSWER_CHANGED)
    assert (event.actor, event.actor_name) == (None, "Tom")


def test_signing_in_and_failing_to_leave_no_secret(client, owner):
    sign_in = reverse("account_login")
    client.logout()
    AuditEvent.objects.all().delete()
    client.post(sign_in, {"login": "ada@example.com", "password": "violet-anchor-wrong"})
    client.post(sign_in, {"login": "hunter2@hunter2.example", "password": "violet-anchor-wrong"})
    client.post(sign_in, {"login": "ada@example.com", "password": "violet-anchor-42"})

    rows = list(AuditEvent.objects.order_by("pk").values_list("action", "actor_name", "subject"))
    assert rows == [
        ("sign-in-failed", "The system", "Ada Owner <ada@example.com>"),
        ("sign-in-failed", "The system", "An address without an account"),
        ("signed-in", "Ada Owner", ""),
    ]
    assert "violet" not in str(list(AuditEvent.objects.values()))


def test_taking_the_entries_along_is_an_entry(client, scorecard, owner):
    client.get(url(scorecard, "audit_event_export"))

    event = AuditEvent.objects.get(action=AuditEvent.Action.LIST_EXPORTED)
    assert (event.organization, event.actor, event.subject) == (scorecard.organization, owner, "Activity")


def some_events(organization, number, **fields):
    now = timezone.now()
    return AuditEvent.objects.bulk_create(
        AuditEvent(
            organization=organization,
            actor_name="Tom",
            action="answer-changed",
            at=now + timedelta(seconds=n),
            **fields,
        )
        for n in range(number)
    )


def subjects(response):
    return re.findall(r'<span class="sub">([^<]*)</span>', response.content.decode())


def older(response):
    found = re.search(r'aria-label="Pages">.*?rel="next" href="([^"]*)"', response.content.decode())
    return unescape(found[1]) if found else ""


def test_pages_go_on_where_the_last_ended_also_among_entries_of_one_moment(client, scorecard):
    at = timezone.now() + timedelta(minutes=1)
    AuditEvent.objects.bulk_create(
        AuditEvent(organization=scorecard.organization, actor_name="Tom", action="invited", subject=f"No. {n}", at=at)
        for n in range(120)
    )

    response, seen = client.get(url(scorecard, action="invited")), []
    while True:
        seen += subjects(response)
        if not older(response):
            break
        response = client.get(url(scorecard) + older(response))

    assert seen == [f"No. {n}" for n in reversed(range(120))]
    assert 'rel="prev" href="?action=invited">Back to the newest' in response.content.decode()


@pytest.mark.parametrize(
    "key", ["x", "9999-99-99.1", "2026-01-01T00:00:00.5", "2026-01-01T00:00:00+00:00.-1", "." * 999]
)
def test_a_place_that_is_none_leads_to_the_newest(client, scorecard, key):
    response = client.get(url(scorecard, older=key))

    assert response.status_code == 200
    assert subjects(response)


def test_a_search_says_how_far_it_has_looked_and_goes_on(client, scorecard, monkeypatch):
    monkeypatch.setattr("assessments.organizations.queries.SEARCHED", 20)
    AuditEvent.objects.filter(organization=scorecard.organization).delete()
    some_events(scorecard.organization, 1, subject="Zanzibar first")
    some_events(scorecard.organization, 30, subject="Nothing")
    AuditEvent.objects.filter(subject="Zanzibar first").update(at=timezone.now() - timedelta(days=1))

    response = client.get(url(scorecard, q="zanzibar"))

    assert "The word is not in the 20 entries that were looked at." in response.content.decode()
    response = client.get(url(scorecard) + older(response))
    assert subjects(response) == ["Zanzibar first"]
    assert older(response) == ""


def test_everybody_who_did_something_is_offered(client, scorecard):
    some_events(scorecard.organization, 3)

    html = client.get(url(scorecard)).content.decode()

    assert re.findall(r"<option>([^<]*)</option>", html) == ["Ada Owner", "Tom"]
