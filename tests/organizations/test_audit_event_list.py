import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
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
    assert rows[0] == ["Day (UTC)", "When (UTC)", "Who", "What", "Which", "Before", "After"]
    assert len(rows) == 1 + AuditEvent.objects.filter(organization=scorecard.organization).count()
    assert [rows[1][3], rows[2][4]] == ["Exported a list", "'@59"]
    assert [row[6] for row in rows if "HYPERLINK" in row[6]] == ['\'=HYPERLINK("http://evil")']


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

    response, seen = client.get(url(scorecard, action="invited", each=1)), []
    while True:
        seen += subjects(response)
        if not older(response):
            break
        response = client.get(url(scorecard) + older(response))

    assert seen == [f"No. {n}" for n in reversed(range(120))]
    assert 'rel="prev" href="?action=invited&amp;each=1">Back to the newest' in response.content.decode()


@pytest.mark.parametrize(
    "key",
    [
        *("x", "9999-99-99.1", "2026-01-01T00:00:00.5", "2026-01-01T00:00:00+00:00.-1", "." * 999),
        *("0001-01-01T00:00:00+14:00.1", "9999-12-31T23:59:59-14:00.1"),
    ],
)
def test_a_place_that_is_none_leads_to_the_newest(client, scorecard, key):
    response = client.get(url(scorecard, older=key))

    assert response.status_code == 200
    assert subjects(response)


def test_a_search_says_how_far_it_has_looked_and_goes_on(client, scorecard, monkeypatch):
    monkeypatch.setattr("assessments.audit.reading.SEARCHED", 20)
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


# Runs


def entries(organization, *spans):
    """Spans of entries, the oldest first and all of one morning: who, what kind, how many."""
    at = timezone.make_aware(datetime(2026, 3, 2, 8))
    rows = []
    for who, action, number in spans:
        for n in range(number):
            at += timedelta(seconds=1)
            subject = f"Corvid Compute: Question {n}"
            rows.append(AuditEvent(organization=organization, actor_name=who, action=action, subject=subject, at=at))
    AuditEvent.objects.all().delete()
    AuditEvent.objects.bulk_create(rows)


def lines(response):
    """What each line of a page says, with how many entries it opens to."""
    return [(run.words, run.count) for run in response.context["page"].runs]


def test_what_is_of_one_kind_in_a_row_is_one_line_that_opens_to_its_entries(client, scorecard):
    entries(scorecard.organization, ("Tom", "signed-off", 1), ("Tom", "vendor-rated", 24), ("Ada", "vendor-rated", 1))

    response = client.get(url(scorecard))

    html = response.content.decode()
    assert [run.words for run in response.context["page"].runs] == [
        "Rated a vendor's answer",
        "Rated 24 answers of Corvid Compute",
        "Signed off",
    ]
    assert "<summary>Each of the 24</summary>" in html
    assert html.count("<li><time>08:00</time> Corvid Compute: Question ") == 20
    assert "These and 4 more, one by one" in html
    link = re.search(r'href="([^"]*)">These and 4 more', html)[1]
    one_by_one = client.get(unescape(link)).content.decode()
    assert re.findall(r"Question (\d+)<", one_by_one) == [str(n) for n in reversed(range(24))]


def test_a_run_names_what_it_is_about_and_how_many_more(client, scorecard):
    organization = scorecard.organization
    entries(organization, ("Tom", "vendor-rated", 4))
    for event, vendor in zip(AuditEvent.objects.all(), ("A", "B", "C", "D"), strict=True):
        AuditEvent.objects.filter(pk=event.pk).update(subject=f"{vendor}: Question")

    assert lines(client.get(url(scorecard))) == [("Rated 4 answers of A, B, and 2 more", 4)]


@pytest.mark.parametrize("change", [{"actor_name": "Ben"}, {"action": "invited"}, {"at": timezone.now()}])
def test_another_person_kind_or_day_ends_a_run(client, scorecard, change):
    entries(scorecard.organization, ("Tom", "vendor-rated", 4))
    AuditEvent.objects.filter(pk=AuditEvent.objects.order_by("-pk")[1].pk).update(**change)

    counts = [count for _, count in lines(client.get(url(scorecard)))]

    assert sorted(counts) in ([1, 1, 2], [1, 3])


def test_no_page_splits_a_run_and_every_number_is_true(client, scorecard, monkeypatch):
    monkeypatch.setattr("assessments.audit.reading.READ", 10)
    entries(scorecard.organization, *((f"Tom {n}", "vendor-rated", n) for n in (3, 9, 1, 10, 2, 7, 4, 6)))

    response, pages = client.get(url(scorecard)), []
    while True:
        pages.append(lines(response))
        if not older(response):
            break
        response = client.get(url(scorecard) + older(response))

    assert [count for page in pages for _, count in page] == [6, 4, 7, 2, 10, 1, 9, 3]
    assert len(pages) > 4


def test_a_run_longer_than_a_page_reads_comes_in_pieces_that_say_so(client, scorecard, monkeypatch):
    monkeypatch.setattr("assessments.audit.reading.READ", 10)
    entries(scorecard.organization, ("Ada", "signed-off", 1), ("Tom", "vendor-rated", 25))

    first = client.get(url(scorecard))
    second = client.get(url(scorecard) + older(first))
    third = client.get(url(scorecard) + older(second))

    assert [[count for _, count in lines(page)] for page in (first, second, third)] == [[10], [10], [5, 1]]
    newer, further = "Newer ones stand on the page before.", "Older ones follow on the next page."
    said = [(newer in page.content.decode(), further in page.content.decode()) for page in (first, second, third)]
    assert said == [(False, True), (True, True), (True, False)]


def test_more_lines_than_a_page_has_go_on_where_they_ended(client, scorecard):
    entries(scorecard.organization, *((f"Tom {n % 2}", "vendor-rated", 2) for n in range(60)))

    first = client.get(url(scorecard))
    second = client.get(url(scorecard) + older(first))

    assert [len(lines(first)), len(lines(second)), older(second)] == [50, 10, ""]


def test_the_day_is_that_of_the_organization(client, scorecard):
    scorecard.organization.time_zone = "Pacific/Auckland"
    scorecard.organization.save()
    entries(scorecard.organization, ("Tom", "signed-off", 1))
    AuditEvent.objects.update(at=datetime(2026, 3, 1, 20, tzinfo=UTC))

    assert lines(client.get(url(scorecard, day="2026-03-02"))) == [("Signed off", 1)]
    assert lines(client.get(url(scorecard, day="2026-03-01"))) == []
    for nonsense in ("nonsense", "9999-12-31", "0001-01-01"):
        assert lines(client.get(url(scorecard, day=nonsense))) == [("Signed off", 1)]


def test_spreadsheets_read_the_times_of_the_csv_as_times(client, scorecard):
    entries(scorecard.organization, ("Tom", "signed-off", 1))

    content = b"".join(client.get(url(scorecard, "audit_event_export", who="Tom")).streaming_content)

    day, when = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))[1][:2]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", day)
    assert re.fullmatch(rf"{day} \d\d:\d\d:\d\d", when)
