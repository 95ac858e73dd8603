"""Adding a webhook, changing it, and giving it a new secret, on the pages of an organization and of a team."""

import io
import re
import zipfile

import pytest
from django.urls import reverse
from django.utils.html import escape
from standardwebhooks import Webhook as Verifier

from assessments.audit.models import AuditEvent
from assessments.organizations.models import Role
from assessments.platform.encryption import MARK, decrypt
from assessments.webhooks.connecting import INSIDE
from assessments.webhooks.models import Webhook
from assessments.webhooks.services import CHANGED, FULL, MOST
from tests.factories import make_grant, make_membership, make_team, make_user, make_webhook

pytestmark = pytest.mark.django_db

ADDRESS = "https://93.184.216.34/services/T0/secret-path?sig=secret-key"  # an address by number needs no name server
FIELDS = {"name": "Governance", "address": ADDRESS, "format": "slack", "events": ["line.below", "line.above"]}


@pytest.fixture
def page(client, owner, organization):
    client.force_login(owner)
    return reverse("webhook_create", args=[organization.slug])


def secret_on(response):
    return re.search(r"whsec_[\w+/=]+", response.content.decode())[0]


def test_the_secret_is_shown_once_and_kept_encrypted_as_is_the_address(client, organization, page):
    response = client.post(page, FIELDS)

    webhook = Webhook.objects.get()
    secret = secret_on(response)
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"
    assert (decrypt(webhook.secret), decrypt(webhook.address)) == (secret, ADDRESS)
    assert webhook.secret.startswith(MARK)
    assert webhook.address.startswith(MARK)
    assert Verifier(secret)
    assert (webhook.organization, webhook.name, webhook.format) == (organization, "Governance", "slack")
    assert (webhook.host, webhook.events) == ("93.184.216.34", ["line.below", "line.above"])
    for name in ("webhook_list", "organization_update", "audit_event_list"):
        assert not re.search(
            "whsec_|secret-path|secret-key", client.get(reverse(name, args=[organization.slug])).content.decode()
        )
    for name in ("webhook_detail", "webhook_update", "webhook_rotate"):
        html = client.get(reverse(name, args=[organization.slug, webhook.pk])).content.decode()
        assert not re.search("whsec_|secret-path|secret-key", html)


def test_what_was_made_changed_and_ended_is_in_the_activity(client, organization, page, owner):
    client.post(page, FIELDS)
    webhook = Webhook.objects.get()
    here = {"args": [organization.slug, webhook.pk]}
    client.post(reverse("webhook_update", **here), FIELDS | {"address": "", "name": "Board", "version": "0"})
    client.post(reverse("webhook_update", **here), FIELDS | {"name": "Board", "version": "1"})
    client.post(reverse("webhook_rotate", **here))
    client.post(reverse("webhook_delete", **here))

    events = AuditEvent.objects.filter(subject__startswith="Webhook: ").order_by("pk")
    assert [(event.subject, event.actor_name, event.old, event.new) for event in events] == [
        ("Webhook: Governance", "Ada", "", "Made, tells 93.184.216.34"),
        (
            "Webhook: Board",
            "Ada",
            "Governance, 93.184.216.34, A message in Slack: It stands below the line; It stands on or above the line",
            "Board, 93.184.216.34, A message in Slack: It stands below the line; It stands on or above the line",
        ),
        (
            "Webhook: Board",
            "Ada",
            "Board, 93.184.216.34, A message in Slack: It stands below the line; It stands on or above the line",
            "The address",
        ),
        ("Webhook: Board", "Ada", "", "New secret"),
        ("Webhook: Board", "Ada", "Told 93.184.216.34", "Removed"),
    ]
    assert "secret" not in str([(event.old, event.new) for event in events if event.new != "New secret"])


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"name": " "}, "Give it a name."),
        ({"name": "x" * 81}, "Use at most 80 characters."),
        ({"address": ""}, "Give the address to call."),
        ({"address": "https://127.0.0.1/"}, INSIDE),
        ({"address": "https://" + "x" * 3000}, "Use at most 2,000 characters."),
        ({"format": "discord"}, "Choose one of the formats."),
        ({"events": []}, "Tick at least one event."),
        ({"events": ["everything"]}, "There is no such event. Reload the page."),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_is_made(client, page, fields, error):
    response = client.post(page, FIELDS | fields)

    assert response.status_code == 422
    assert escape(error) in response.content.decode()
    assert Webhook.objects.count() == 0


def test_what_was_typed_stays_when_something_is_refused(client, page):
    html = client.post(page, FIELDS | {"name": ""}).content.decode()

    assert escape(ADDRESS) in html
    assert html.count(" checked") == 2


def test_there_is_an_end_to_how_many(client, organization, page):
    for _ in range(MOST):
        make_webhook(organization)

    response = client.post(page, FIELDS)

    assert str(FULL) in response.content.decode()
    assert Webhook.objects.count() == MOST


def test_an_empty_address_goes_on_with_the_one_there_is(client, organization, page):
    webhook = make_webhook(organization)
    address = reverse("webhook_update", args=[organization.slug, webhook.pk])
    assert "hooks.example.com" in client.get(address).content.decode()

    response = client.post(address, FIELDS | {"address": "", "version": "0"})

    webhook.refresh_from_db()
    assert response.status_code == 302
    assert decrypt(webhook.address) == "https://hooks.example.com/services/T0/secret"
    assert (webhook.name, webhook.host) == ("Governance", "hooks.example.com")


def test_of_two_tabs_the_second_sees_what_the_first_has_saved_and_decides(client, organization, page):
    webhook = make_webhook(organization)
    address = reverse("webhook_update", args=[organization.slug, webhook.pk])
    first = FIELDS | {"name": "First", "address": ""}
    client.post(address, first | {"version": "0"})

    response = client.post(address, FIELDS | {"name": "Second", "address": "", "version": "0"})

    html = response.content.decode()
    webhook.refresh_from_db()
    assert (response.status_code, webhook.name) == (422, "First")
    assert escape(CHANGED.partition("{webhook}")[0]) in html
    assert "First, hooks.example.com" in html
    assert 'value="Second"' in html
    [version] = re.findall(r'name="version" value="(\d+)"', html)
    client.post(address, FIELDS | {"name": "Second", "address": "", "version": version})
    webhook.refresh_from_db()
    assert webhook.name == "Second"


@pytest.mark.parametrize("version", ["", "x", "-1", "99999999999999999999"])
def test_a_garbled_version_changes_nothing(client, organization, page, version):
    webhook = make_webhook(organization)

    response = client.post(
        reverse("webhook_update", args=[organization.slug, webhook.pk]), FIELDS | {"version": version}
    )

    webhook.refresh_from_db()
    assert (response.status_code, webhook.name) == (422, "Governance channel")


def test_a_new_secret_is_asked_for_first_and_shown_once(client, organization, page):
    webhook = make_webhook(organization)
    old = decrypt(webhook.secret)
    address = reverse("webhook_rotate", args=[organization.slug, webhook.pk])
    assert "24 hours" in client.get(address).content.decode()

    response = client.post(address)

    webhook.refresh_from_db()
    new = secret_on(response)
    assert (decrypt(webhook.secret), decrypt(webhook.old_secret)) == (new, old)
    assert new != old


def test_what_is_done_to_one_that_was_removed_meanwhile_is_not_found(client, organization, page):
    webhook = make_webhook(organization)
    here = {"args": [organization.slug, webhook.pk]}
    client.post(reverse("webhook_delete", **here))

    for name in ("webhook_update", "webhook_rotate", "webhook_test", "webhook_resume", "webhook_delete"):
        assert client.post(reverse(name, **here), FIELDS).status_code == 404


# Of a team


@pytest.fixture
def team(owner):
    return make_team(owner, name="Consulting")


def test_whoever_is_in_a_team_adds_one_and_the_organizations_know(client, organization, team):
    member = make_user(name="Mara")
    team.members.add(member)
    make_grant(team, organization, role=Role.EDITOR)
    client.force_login(member)

    response = client.post(reverse("team_webhook_create", args=[team.pk]), FIELDS)

    webhook = Webhook.objects.get()
    assert decrypt(webhook.secret) == secret_on(response)
    assert (webhook.team, webhook.organization) == (team, None)
    event = AuditEvent.objects.get(subject="Webhook of Consulting: Governance")
    assert (event.organization, event.actor_name) == (organization, "Mara")


def test_every_page_and_button_of_a_team_s_webhook_works(client, owner, team):
    client.force_login(owner)
    webhook = make_webhook(team)
    here = {"args": [team.pk, webhook.pk]}
    for name in ("detail", "update", "rotate"):
        html = client.get(reverse(f"team_webhook_{name}", **here)).content.decode()
        assert f"/teams/{team.pk}/webhooks/" in html
        assert "/o/" not in html.partition("<main")[2].partition("</main>")[0]
    client.post(reverse("team_webhook_update", **here), FIELDS | {"address": "", "version": "0"})
    client.post(reverse("team_webhook_test", **here))
    delivery = webhook.deliveries.get()
    assert delivery.data["url"] == f"http://testserver{reverse('team_webhook_detail', **here)}"
    again = reverse("team_webhook_delivery_resend", args=[team.pk, webhook.pk, delivery.pk])
    for address in (reverse("team_webhook_resume", **here), again):
        assert client.post(address).status_code == 302
    assert secret_on(client.post(reverse("team_webhook_rotate", **here)))
    assert client.post(reverse("team_webhook_delete", **here))["Location"] == f"/teams/{team.pk}/webhooks/"
    assert Webhook.objects.count() == 0


def test_somebody_who_left_the_team_finds_nothing(client, owner, team):
    client.force_login(owner)
    webhook = make_webhook(team)
    team.memberships.all().delete()

    for name, more in (("list", []), ("create", []), ("detail", [webhook.pk]), ("update", [webhook.pk])):
        assert client.get(reverse(f"team_webhook_{name}", args=[team.pk, *more])).status_code == 404


def test_a_webhook_is_found_under_its_own_owner_only(client, owner, organization, team):
    client.force_login(owner)
    of_team, of_organization = make_webhook(team), make_webhook(organization)

    assert client.get(reverse("webhook_detail", args=[organization.slug, of_team.pk])).status_code == 404
    assert client.get(reverse("team_webhook_detail", args=[team.pk, of_organization.pk])).status_code == 404


def test_an_export_of_the_organization_holds_nothing_of_it(client, organization, page):
    secret = secret_on(client.post(page, FIELDS))

    with zipfile.ZipFile(io.BytesIO(b"".join(client.post(f"/o/{organization.slug}/export").streaming_content))) as file:
        whole = b"".join(file.read(name) for name in file.namelist())

    assert b"Kestrel Logistics" in whole
    for text in (secret, "secret-path", MARK, decrypt(Webhook.objects.get().address)):
        assert text.encode() not in whole


def test_an_editor_may_not(client, organization):
    client.force_login(make_membership(organization, role=Role.EDITOR).user)

    assert client.get(reverse("webhook_list", args=[organization.slug])).status_code == 403
