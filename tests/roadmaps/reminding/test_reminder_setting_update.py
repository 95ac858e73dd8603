import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.accounts.erasure import erase_user
from assessments.audit.models import AuditEvent
from assessments.roadmaps.reminding.models import ReminderSetting
from tests.factories import make_user

pytestmark = pytest.mark.django_db
URL = "/reminders/"


@pytest.fixture
def dana(client):
    user = make_user(name="Dana Whitlock")
    client.force_login(user)
    return user


def trail():
    events = AuditEvent.objects.filter(action="account-changed").order_by("pk")
    return list(events.values_list("subject", "old", "new"))


def test_by_default_both_mails_come_two_days_before_and_nothing_is_written_by_looking(client, dana):
    html = client.get(URL).content.decode()

    assert html.count("checked") == 2
    assert '<option value="2" selected>2 days before</option>' in html
    assert "Make an address" in html
    assert ReminderSetting.objects.count() == 0


def test_it_is_linked_from_the_account_and_from_one_s_own_items(client, dana):
    assert f'href="{URL}"' in client.get("/accounts/").content.decode()
    assert f'href="{URL}"' in client.get("/roadmap/mine").content.decode()


def test_what_is_chosen_is_kept_and_only_what_changed_is_recorded(client, dana):
    response = client.post(URL, {"days_before": "5", "due_notes": "on"})

    setting = ReminderSetting.objects.get(user=dana)
    assert (response.status_code, response["Location"]) == (302, URL)
    assert (setting.due_notes, setting.weekly_digest, setting.days_before) == (True, False, 5)
    assert trail() == [("Days before", "2", "5"), ("Weekly digest", "on", "off")]
    client.post(URL, {"days_before": "5", "due_notes": "on"})
    assert len(trail()) == 2


@pytest.mark.parametrize("days", ["", "0", "8", "-1", "two", "1e9"])
def test_nonsense_gets_a_sentence_and_changes_nothing(client, dana, days):
    response = client.post(URL, {"days_before": days})

    assert response.status_code == 422
    assert "Choose from 1 to 7 days before." in response.content.decode()
    assert ReminderSetting.objects.count() == 0


def test_the_page_takes_a_fixed_number_of_queries(client, dana):
    client.get(URL)

    with CaptureQueriesContext(connection) as queries:
        client.get(URL)

    assert len(queries) <= 5


# The calendar's address


def make_address(client):
    html = client.post("/reminders/calendar").content.decode()
    return re.search(r"<code>http://testserver(/calendar/[\w-]{43}\.ics)</code>", html)[1]


def test_an_address_is_shown_once_and_only_its_hash_is_kept(client, dana):
    address = make_address(client)

    token = address.removeprefix("/calendar/").removesuffix(".ics")
    setting = ReminderSetting.objects.get(user=dana)
    assert token not in str(ReminderSetting.objects.values())
    assert len(setting.calendar_sha256) == 64
    assert token not in client.get(URL).content.decode()
    assert client.get(address).status_code == 200
    assert trail() == [("Calendar address", "", "Made")]


def test_a_new_address_ends_the_old_one_and_ending_it_ends_both(client, dana):
    first, second = make_address(client), make_address(client)
    assert [client.get(address).status_code for address in (first, second)] == [404, 200]

    client.post("/reminders/calendar/end")
    client.post("/reminders/calendar/end")

    assert [client.get(address).status_code for address in (first, second)] == [404, 404]
    assert [new for _, _, new in trail()] == ["Made", "Renewed", "Ended"]


def test_the_page_with_the_address_is_kept_by_no_cache(client, dana):
    assert "no-store" in client.post("/reminders/calendar")["Cache-Control"]


def test_with_the_person_go_setting_address_and_what_the_activity_says_of_them(client, dana):
    address = make_address(client)

    erase_user(dana)

    assert ReminderSetting.objects.count() == 0
    assert client.get(address).status_code == 404
    assert "Made" not in [new for _, _, new in trail()]
