"""The page of a webhook: what was sent and what came back, a test, sending again, switching on; and the list."""

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.audit.models import AuditEvent
from assessments.organizations.models import Role
from assessments.webhooks.models import Webhook, WebhookDelivery
from assessments.webhooks.sending import deliver
from assessments.webhooks.services import switch_off, try_webhook
from tests.factories import make_grant, make_team, make_user, make_webhook

pytestmark = pytest.mark.django_db

State = WebhookDelivery.State


@pytest.fixture(autouse=True)
def signed_in(client, owner):
    client.force_login(owner)


def at(name, webhook, *more):
    return reverse(name, args=[webhook.organization.slug, webhook.pk, *more])


def page(client, webhook):
    return client.get(at("webhook_detail", webhook)).content.decode()


def test_a_test_is_sent_and_its_answer_stands_there(client, webhook, receiver):
    receiver.answers(status=201, hex=b"<b>taken</b>".hex())
    response = client.post(at("webhook_test", webhook), follow=True)
    assert "every 2s" in response.content.decode()

    deliver(webhook.pk)

    html = page(client, webhook)
    assert "every 2s" not in html
    assert "<b>201</b>" in html
    assert "&lt;b&gt;taken&lt;/b&gt;" in html


def test_what_did_not_arrive_says_why_and_is_sent_again(client, webhook, receiver):
    receiver.answers(status=500)
    try_webhook(webhook)
    deliver(webhook.pk)
    assert "The server answered with 500." in page(client, webhook)

    receiver.answers()
    client.post(at("webhook_delivery_resend", webhook, webhook.deliveries.get().pk))
    deliver(webhook.pk)

    assert webhook.deliveries.get().state == State.DONE
    first, second = receiver.heard
    assert first["headers"]["webhook-id"] == second["headers"]["webhook-id"]


def test_one_on_its_way_is_not_sent_a_second_time(client, organization):
    webhook = make_webhook(organization)
    try_webhook(webhook)
    WebhookDelivery.objects.update(state=State.SENDING)

    client.post(at("webhook_delivery_resend", webhook, webhook.deliveries.get().pk))

    assert webhook.deliveries.get().state == State.SENDING


def test_one_that_is_off_says_so_and_is_switched_on_again(client, organization):
    webhook = make_webhook(organization)
    try_webhook(webhook)
    switch_off(webhook, now=timezone.now())

    assert "Switched off since" in page(client, webhook)
    for name, more in (("webhook_test", []), ("webhook_delivery_resend", [webhook.deliveries.get().pk])):
        html = client.post(at(name, webhook, *more), follow=True).content.decode()
        assert "Switch it on first." in html
    client.post(at("webhook_resume", webhook))
    client.post(at("webhook_resume", webhook))

    assert Webhook.objects.get().off_at is None
    assert AuditEvent.objects.filter(new="Switched on again").count() == 1


def test_tests_do_not_pile_up_where_no_worker_runs(client, organization):
    webhook = make_webhook(organization)
    for _ in range(11):
        response = client.post(at("webhook_test", webhook), follow=True)

    assert "Is a worker running?" in response.content.decode()
    assert webhook.deliveries.count() == 10


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_takes_the_same_number_of_queries(client, organization, number, django_assert_num_queries):
    webhook = make_webhook(organization)
    for _ in range(number):
        try_webhook(webhook)

    with django_assert_num_queries(6):
        assert page(client, webhook).count("Send now") == number


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_takes_the_same_number_of_queries(client, organization, number, django_assert_num_queries):
    for _ in range(number):
        try_webhook(make_webhook(organization, name="Told of it"))
        make_grant(make_team(make_user()), organization)
        make_webhook(organization.teams.order_by("-pk").first(), name="Theirs")

    with django_assert_num_queries(6):
        html = client.get(reverse("webhook_list", args=[organization.slug])).content.decode()

    assert (html.count("Told of it</a>"), html.count(": Theirs,")) == (number, number)


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_of_a_team_takes_the_same_number_of_queries(client, owner, number, django_assert_num_queries):
    team = make_team(owner)
    for _ in range(number):
        make_webhook(team, name="Told of it")

    with django_assert_num_queries(4):
        html = client.get(reverse("team_webhook_list", args=[team.pk])).content.decode()

    assert html.count("Told of it</a>") == number


def test_an_organization_sees_which_teams_are_told_too(client, owner, organization):
    editing, viewing = make_team(owner, name="Consulting"), make_team(make_user(), name="Onlookers")
    make_grant(editing, organization, role=Role.EDITOR)
    make_grant(viewing, organization, role=Role.VIEWER)
    for team in (editing, viewing):
        make_webhook(team, name=f"Channel of {team}")

    html = client.get(reverse("webhook_list", args=[organization.slug])).content.decode()

    assert "Consulting: Channel of Consulting, hooks.example.com" in html
    assert "Onlookers" not in html
    assert reverse("team_webhook_list", args=[editing.pk]) in html


def test_the_list_says_how_it_went_last(client, organization):
    webhook = make_webhook(organization)
    address = reverse("webhook_list", args=[organization.slug])
    assert "Nothing yet" in client.get(address).content.decode()

    try_webhook(webhook)
    values = {"claimed_at": timezone.now(), "error": "The server answered with 500."}
    WebhookDelivery.objects.update(state=State.FAILED, **values)
    assert "The server answered with 500." in client.get(address).content.decode()

    switch_off(webhook, now=timezone.now())
    assert "Switched off" in client.get(address).content.decode()


def test_the_settings_and_a_team_s_page_lead_there(client, owner, organization):
    team = make_team(owner)
    settings = client.get(reverse("organization_update", args=[organization.slug])).content.decode()
    branding = client.get(reverse("team_brand_update", args=[team.pk])).content.decode()

    assert reverse("webhook_list", args=[organization.slug]) in settings
    assert reverse("team_webhook_list", args=[team.pk]) in branding


def test_the_administration_shows_them_without_secrets_and_switches_them_off(client, organization):
    webhook = make_webhook(organization)
    try_webhook(webhook)
    client.force_login(make_user(is_staff=True, is_superuser=True))

    listed = client.get(reverse("admin:assessments_webhook_changelist")).content.decode()
    shown = client.get(reverse("admin:assessments_webhook_change", args=[webhook.pk])).content.decode()
    client.post(
        reverse("admin:assessments_webhook_changelist"),
        {"action": "switch_off", "_selected_action": [webhook.pk], "confirmed": 1},
    )

    assert ("hooks.example.com" in listed, "hooks.example.com" in shown) == (True, True)
    assert "fernet:" not in shown
    assert "/services/T0" not in listed + shown
    assert Webhook.objects.get().off_at is not None
    assert webhook.deliveries.get().state == State.FAILED
