"""An organization's time zone: how it may be typed, what it changes, what happens without one."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from assessments.audit.models import AuditEvent
from assessments.organizations.models import Organization
from assessments.platform.time_zones import UNKNOWN, find_time_zone, listed, zone_of
from tests.factories import make_organization

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        (" europe / berlin ", "Europe/Berlin"),
        ("berlin", "Europe/Berlin"),
        ("New York", "America/New_York"),
        ("america/new york", "America/New_York"),
        ("UTC", "UTC"),
        ("US/Pacific", "US/Pacific"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_a_zone_is_understood_as_people_type_it(typed, name):
    assert find_time_zone(typed) == name


@pytest.mark.parametrize("typed", ["Mars/Base", "Berlin time", "../../etc/passwd", "localtime", "Factory", "+02:00"])
def test_nonsense_is_refused(typed):
    with pytest.raises(ValidationError, match=str(UNKNOWN)):
        find_time_zone(typed)


def test_every_listed_name_is_understood_as_it_stands():
    assert [name for name in listed() if find_time_zone(name) != name] == []


def test_without_one_or_with_one_that_is_no_more_it_is_the_site_s(settings):
    settings.TIME_ZONE = "Europe/Berlin"

    assert {zone_of(name) for name in ("", "Mars/Base", "../x", "/etc/passwd")} == {ZoneInfo("Europe/Berlin")}


def test_today_is_the_day_where_it_is():
    evening = datetime(2028, 2, 28, 22, tzinfo=UTC)

    assert Organization(time_zone="Pacific/Auckland").today(evening) == date(2028, 2, 29)
    assert Organization(time_zone="America/New_York").today(evening) == date(2028, 2, 28)


def post(client, organization, time_zone):
    fields = {"name": organization.name, "hosting_model": "cloud", "currency": "USD", "time_zone": time_zone}
    return client.post(reverse("organization_update", args=[organization.slug]), fields)


def test_it_is_set_in_the_settings_and_recorded(client, owner):
    organization = make_organization(owner=owner)

    assert post(client, organization, "auckland").status_code == 302

    organization.refresh_from_db()
    assert organization.time_zone == "Pacific/Auckland"
    event = AuditEvent.objects.get(action="organization-changed")
    assert (event.subject, event.old, event.new) == ("Time zone", "", "Pacific/Auckland")


def test_nonsense_gets_a_sentence_and_what_was_typed_stays(client, owner):
    organization = make_organization(owner=owner)

    response = post(client, organization, "Mars/<b>")

    html = response.content.decode()
    assert response.status_code == 422
    assert str(UNKNOWN) in html
    assert 'value="Mars/&lt;b&gt;"' in html
    organization.refresh_from_db()
    assert organization.time_zone == ""


def test_it_can_be_given_when_an_organization_is_added(client, owner):
    fields = {"name": "Kestrel", "hosting_model": "cloud", "currency": "USD", "time_zone": "Asia/Kolkata"}
    client.post("/organizations/new", fields)

    assert Organization.objects.get().time_zone == "Asia/Kolkata"


def test_the_form_says_which_zone_the_site_has_and_offers_the_others(client, owner, settings):
    settings.TIME_ZONE = "Europe/Berlin"

    html = client.get("/organizations/new").content.decode()

    assert "Left empty, it is the site&#x27;s own: Europe/Berlin." in html
    assert '<datalist id="time_zone-names">' in html
    assert '<option value="Pacific/Auckland"></option>' in html


def test_the_pages_of_an_organization_show_its_own_times(client, owner, time_machine):
    organization = make_organization(owner=owner, time_zone="Pacific/Auckland")
    AuditEvent.objects.update(at=datetime(2026, 11, 25, 20, 15, tzinfo=UTC))
    time_machine.move_to(datetime(2026, 11, 25, 21, tzinfo=UTC))

    html = client.get(reverse("audit_event_list", args=[organization.slug])).content.decode()

    assert "09:15" in html
    assert "20:15" not in html
