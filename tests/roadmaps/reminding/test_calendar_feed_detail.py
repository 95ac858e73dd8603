"""The calendar of one's items, read by a library that did not write it."""

from datetime import date, timedelta

import pytest
import vobject
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, strategies
from hypothesis import settings as trying
from icalendar import Calendar

from assessments.accounts.models import User
from assessments.organizations.models import Organization, Role
from assessments.roadmaps.models import RoadmapItem
from assessments.roadmaps.reminding.calendar_feed import list_calendar, render_calendar
from assessments.roadmaps.reminding.settings import renew_calendar
from tests.factories import make_membership, make_organization, make_user
from tests.roadmaps.reminding.plans import Status, make_owned, make_plan, read

pytestmark = pytest.mark.django_db
FRIDAY = date(2026, 11, 27)


@pytest.fixture
def dana():
    return make_user(name="Dana Whitlock")


@pytest.fixture
def plan(dana):
    return make_plan(make_organization(owner=dana, name="Kestrel Logistics"))


@pytest.fixture
def address(dana):
    return f"/calendar/{renew_calendar(dana)}.ics"


def events(response):
    return list(vobject.readOne(response.content.decode()).contents.get("vevent", []))


def test_an_item_is_a_day_with_what_where_and_until_when(client, plan, address):
    item = make_owned(plan, due_on=FRIDAY, title="Map the stack", done_when="All is drawn.", category_key="cost-model")

    response = client.get(address)

    [event] = events(response)
    link = f"http://testserver/o/{plan.organization.slug}/roadmaps/{plan.pk}/items/{item.pk}/"
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert event.summary.value == "Map the stack"
    assert (event.dtstart.value, event.dtend.value) == (FRIDAY, FRIDAY + timedelta(days=1))
    assert event.uid.value == f"roadmap-item-{item.pk}@testserver"
    assert (event.url.value, event.status.value) == (link, "CONFIRMED")
    assert event.categories.value == ["Cost model", "Kestrel Logistics"]
    assert event.description.value.splitlines() == [
        "Kestrel Logistics",
        "Days 1 to 30",
        "Not started",
        "Done when: All is drawn.",
        link,
    ]


def test_it_holds_one_s_own_in_every_organization_that_can_be_opened_and_nothing_dropped(client, plan, dana, address):
    other = make_plan(make_organization(owner=dana, name="Birch"))
    gone = make_plan(make_organization(owner=dana, name="Gone"))
    left = make_plan()
    member = make_membership(left.organization, dana, role=Role.EDITOR)
    make_owned(plan, due_on=FRIDAY, title="Mine")
    make_owned(other, due_on=FRIDAY, title="Mine at Birch")
    make_owned(plan, due_on=FRIDAY, title="Ready", status=Status.DONE, done_on=FRIDAY)
    make_owned(plan, due_on=FRIDAY, title="Dropped", status=Status.DROPPED, dropped_reason="No")
    make_owned(plan, due_on=FRIDAY, title="Somebody else's", owner=make_membership(plan.organization).user)
    make_owned(gone, due_on=FRIDAY, title="Of a deleted one")
    make_owned(left, due_on=FRIDAY, title="Of one I left", owner=dana)
    Organization.objects.filter(pk=gone.organization_id).update(deleted_at=timezone.now())
    type(member).objects.filter(pk=member.pk)._raw_delete("default")

    found = sorted(event.summary.value for event in events(client.get(address)))

    assert found == ["Done: Ready", "Mine", "Mine at Birch"]


def test_a_change_keeps_the_id_and_counts_up(client, plan, address):
    item = make_owned(plan, due_on=FRIDAY)
    [before] = events(client.get(address))
    RoadmapItem.objects.filter(pk=item.pk).update(due_on=date(2028, 2, 29), due_version=1, updated_at=timezone.now())

    [after] = events(client.get(address))

    assert after.uid.value == before.uid.value
    assert int(after.sequence.value) == int(before.sequence.value) + 1
    assert after.last_modified.value >= before.last_modified.value
    assert (after.dtstart.value, after.dtend.value) == (date(2028, 2, 29), date(2028, 3, 1))


def test_what_has_not_changed_is_not_sent_again_and_what_went_is_noticed(client, plan, address):
    make_owned(plan, due_on=FRIDAY)
    newest = make_owned(plan, due_on=FRIDAY)
    first = client.get(address)
    headers = {"if-none-match": first["ETag"], "if-modified-since": first["Last-Modified"]}

    assert first["Cache-Control"] == "private, max-age=300"
    assert (client.get(address, headers=headers).status_code, client.get(address).content) == (304, first.content)
    RoadmapItem.objects.exclude(pk=newest.pk).delete()
    assert client.get(address, headers=headers).status_code == 200
    assert client.get(address, headers={"if-modified-since": first["Last-Modified"]}).status_code == 200


def test_the_feed_is_in_the_language_of_its_owner_whatever_asks_for_it(client, plan, dana, address):
    make_owned(plan, due_on=FRIDAY)
    User.objects.update(language="de")
    with translation.override("de"):
        expected = render_calendar(list_calendar(dana), base_url="http://testserver")

    response = client.get(address, headers={"accept-language": "en"})

    assert response.content == expected


def test_nobody_s_address_a_guess_and_that_of_a_switched_off_person_are_one_page(client, plan, dana, address):
    make_owned(plan, due_on=FRIDAY)
    guess = client.get("/calendar/x.ics")
    User.objects.filter(pk=dana.pk).update(is_active=False)

    assert guess.status_code == 404
    assert read(client.get(address)) == read(guess)


def test_it_asks_for_no_sign_in_and_says_nothing_of_who_owns_it(client, plan, address):
    make_owned(plan, due_on=FRIDAY)

    response = client.get(address)

    assert response.cookies == {}
    assert "Dana" not in response.content.decode()


def test_it_says_in_a_form_that_programs_read_how_often_to_ask(client, plan, address):
    calendar = Calendar.from_ical(client.get(address).content)

    assert calendar["X-PUBLISHED-TTL"] == "PT6H"
    assert "METHOD" not in calendar  # with one, each event would have to name an organizer
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT6H" in client.get(address).content


def test_nothing_to_do_is_an_empty_calendar(client, address):
    response = client.get(address)

    assert events(response) == []
    assert response.content.startswith(b"BEGIN:VCALENDAR\r\n")


def test_five_hundred_items_take_as_many_queries_as_one(client, plan, dana, address):
    make_owned(plan, due_on=FRIDAY)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    base = {"roadmap": plan, "owner": dana, "due_on": FRIDAY, "phase_key": "x"}
    RoadmapItem.objects.bulk_create(RoadmapItem(**base, position=n, title=f"Item {n}") for n in range(499))
    with CaptureQueriesContext(connection) as many:
        response = client.get(address)

    assert len(one) == len(many) == 2
    assert len(events(response)) == 500


TEXTS = strategies.text(
    strategies.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029"), min_size=1, max_size=120
)


NASTY = ["a,b;c\\n:d", "END:VEVENT\nBEGIN:VEVENT", "“Zürich” 漢字" * 20, "\\", '"']


@trying(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=TEXTS | strategies.sampled_from(NASTY))
def test_any_title_comes_out_as_it_went_in(plan, title):
    item = make_owned(plan, due_on=FRIDAY)
    item.title, item.done_when = title, f"{title}\n{title}"
    item.roadmap.organization.name = title

    body = render_calendar([item], base_url="https://score.example.com")

    [event] = vobject.readOne(body.decode()).contents["vevent"]
    assert event.summary.value == title
    assert f"Done when: {title}\n{title}" in event.description.value
    assert str(Calendar.from_ical(body).walk("vevent")[0]["summary"]) == title
    assert max(len(line) for line in body.split(b"\r\n")) <= 75


def test_control_characters_do_not_reach_the_file(plan):
    item = make_owned(plan, due_on=FRIDAY, title="a\x01b\x07c\rd\ne")

    body = render_calendar([item], base_url="")

    [event] = vobject.readOne(body.decode()).contents["vevent"]
    assert event.summary.value == "abcd\ne"
