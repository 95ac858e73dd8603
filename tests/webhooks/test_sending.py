"""Deliveries to a real receiver that is well, killed, slow or wrong: signed, tried again, given up in time."""

import json
import logging
import time
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import transaction
from django.utils import timezone
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from assessments.audit.models import AuditEvent
from assessments.organizations.models import Role
from assessments.organizations.services import delete_organization
from assessments.platform.encryption import decrypt
from assessments.webhooks import connecting, sending, services
from assessments.webhooks.announcing import announce
from assessments.webhooks.events import Event
from assessments.webhooks.models import Webhook, WebhookDelivery
from assessments.webhooks.tasks import forget_webhook_deliveries, sweep_webhooks
from tests.factories import make_grant, make_membership, make_organization, make_team, make_user, make_webhook

pytestmark = pytest.mark.django_db

State = WebhookDelivery.State
TEXT = "“Q3” is signed off: 9 of 16 proven."


def tell(organization, text=TEXT):
    announce(Event.SIGNED_OFF, organization.pk, text=text, path="/o/kestrel/", scorecard={"id": 7, "title": "Q3"})
    return WebhookDelivery.objects.order_by("-pk").first()


def again(delivery):
    delivery.refresh_from_db()
    return delivery


def send(webhook, *, days=0, seconds=0):
    """Send what is due in so much time from now; the last delivery afterwards."""
    with time_machine.travel(timezone.now() + timedelta(days=days, seconds=seconds)):
        sending.deliver(webhook.pk)
    return webhook.deliveries.order_by("-pk").first()


def test_a_delivery_arrives_signed_by_the_standard_with_the_documented_body(organization, webhook, receiver):
    receiver.answers(status=202, hex=b"thank you".hex())
    tell(organization)

    done = send(webhook)

    [heard] = receiver.heard
    body = Verifier(decrypt(webhook.secret)).verify(heard["body"], heard["headers"])
    assert (body["type"], body["timestamp"][-1]) == ("scorecard.signed_off", "Z")
    assert body["data"] == {
        "organization": {"slug": organization.slug, "name": "Kestrel Logistics"},
        "text": TEXT,
        "url": "http://testserver/o/kestrel/",
        "scorecard": {"id": 7, "title": "Q3"},
    }
    assert heard["path"] == "/hooks/secret-path?sig=secret-key"
    assert heard["headers"]["Content-Type"] == "application/json"
    assert heard["headers"]["webhook-id"] == f"msg_{done.message_id.hex}"
    assert (done.state, done.status_code, done.answer, done.attempts, done.error) == (
        State.DONE,
        202,
        "thank you",
        1,
        "",
    )


def test_a_changed_body_or_another_secret_does_not_verify(organization, webhook, receiver):
    tell(organization)
    send(webhook)
    [heard] = receiver.heard

    with pytest.raises(WebhookVerificationError):
        Verifier(decrypt(webhook.secret)).verify(heard["body"].replace("9 of 16", "16 of 16"), heard["headers"])
    with pytest.raises(WebhookVerificationError):
        Verifier(services._new_secret()).verify(heard["body"], heard["headers"])


def test_after_a_new_secret_both_sign_for_a_day(organization, webhook, receiver, owner):
    old = decrypt(webhook.secret)
    new = services.renew_secret(webhook, actor=owner)
    tell(organization)
    send(webhook)

    [heard] = receiver.heard
    for secret in (old, new):
        Verifier(secret).verify(heard["body"], heard["headers"])

    tell(organization)
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        sending.deliver(webhook.pk)
        Verifier(new).verify(receiver.heard[1]["body"], receiver.heard[1]["headers"])
        with pytest.raises(WebhookVerificationError):
            Verifier(old).verify(receiver.heard[1]["body"], receiver.heard[1]["headers"])


def test_what_is_refused_is_tried_again_after_growing_pauses_under_one_id(organization, webhook, receiver):
    receiver.answers(status=500)
    delivery = tell(organization)
    pauses = []

    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(3):
            sending.deliver(webhook.pk)
            pauses.append(again(delivery).try_at - timezone.now())
            clock.move_to(delivery.try_at - timedelta(seconds=1))
            sending.deliver(webhook.pk)  # too early
            clock.move_to(delivery.try_at)
        receiver.answers()
        sending.deliver(webhook.pk)

    assert pauses == [timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15)]
    assert (again(delivery).state, delivery.attempts, delivery.error) == (State.DONE, 4, "")
    assert len({heard["headers"]["webhook-id"] for heard in receiver.heard}) == 1
    assert len({heard["headers"]["webhook-timestamp"] for heard in receiver.heard}) == 4
    assert len({heard["body"] for heard in receiver.heard}) == 1


def fail_for_a_day(delivery, clock):
    while again(delivery).try_at:
        clock.move_to(max(delivery.try_at, timezone.now()))
        sending.deliver(delivery.webhook_id)


def test_after_a_day_of_failures_only_it_is_switched_off_and_its_owners_are_told(
    organization, webhook, receiver, owner, django_capture_on_commit_callbacks
):
    make_membership(organization, make_user(email="viewer@example.com"))
    receiver.answers(status=503)
    delivery = tell(organization)
    began = timezone.now()

    with (
        time_machine.travel(began, tick=False) as clock,
        django_capture_on_commit_callbacks(execute=True),
    ):
        fail_for_a_day(delivery, clock)
        ended = timezone.now()

    webhook.refresh_from_db()
    assert timedelta(hours=24) < ended - began < timedelta(hours=25)
    assert webhook.off_at == ended
    assert (delivery.state, delivery.attempts, delivery.error) == (State.FAILED, 9, "The server answered with 503.")
    assert [(message.to, message.subject) for message in mail.outbox] == [
        (["ada@example.com"], "Webhook switched off: Governance channel, Kestrel Logistics")
    ]
    assert f"/o/{organization.slug}/webhooks/{webhook.pk}/" in mail.outbox[0].body
    assert "secret-path" not in mail.outbox[0].body
    event = AuditEvent.objects.filter(subject="Webhook: Governance channel").first()
    assert (event.new, event.actor_name) == ("Switched off after a day of failures", "The system")
    before = WebhookDelivery.objects.count()
    tell(organization)
    assert WebhookDelivery.objects.count() == before  # it is told of nothing any more


def test_one_that_gets_through_now_and_then_stays_on(organization, webhook, receiver):
    poison = tell(organization)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        while again(poison).try_at:
            receiver.answers(status=400)
            clock.move_to(poison.try_at)
            sending.deliver(webhook.pk)
            receiver.answers()
            clock.shift(timedelta(seconds=1))
            tell(organization)
            sending.deliver(webhook.pk)

    webhook.refresh_from_db()
    assert again(poison).state == State.FAILED
    assert (webhook.off_at, webhook.failing_since) == (None, None)


def test_what_waits_when_it_is_switched_off_is_given_up_and_can_be_sent_again(organization, webhook, receiver, owner):
    services.switch_off(webhook, now=timezone.now())
    services.switch_on(webhook, actor=owner)
    waiting = tell(organization)
    services.switch_off(webhook, now=timezone.now())

    assert (again(waiting).state, waiting.error) == (State.FAILED, sending.SWITCHED_OFF)
    assert sending.sweep(timezone.now()) == []
    services.switch_on(webhook, actor=owner)
    assert services.send_again(waiting)
    assert send(webhook).state == State.DONE


def test_a_receiver_that_is_killed_is_tried_again_once_it_runs(organization, webhook, receiver):
    receiver.kill()
    delivery = tell(organization)

    waiting = send(webhook)

    assert (waiting.state, waiting.status_code, waiting.attempts) == (State.WAITING, None, 1)
    assert waiting.error == "The server cannot be reached, or does not answer as a web server does."
    receiver.start()
    webhook.address = services.encrypt(receiver.address)  # on another port by now
    webhook.save(update_fields=["address"])
    assert send(webhook, seconds=90).state == State.DONE
    assert again(delivery).attempts == 2


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ({"wait": 300}, "There was no answer within 1 seconds."),
        ({"drips": 0.05}, "There was no answer within 1 seconds."),
        ({"raw": "no-http"}, "The server cannot be reached, or does not answer as a web server does."),
        ({"raw": "cut-off"}, "The server cannot be reached, or does not answer as a web server does."),
        ({"raw": "endless-headers"}, "The server cannot be reached, or does not answer as a web server does."),
        ({"status": 500, "bytes": 10_000_000}, "The server answered with 500."),
        ({"status": 404}, "The server answered with 404."),
        ({"status": 302, "headers": {"Location": "http://127.0.0.1:1/"}}, connecting.REDIRECT),
    ],
)
def test_a_wrong_answer_is_named_and_nothing_is_followed(organization, webhook, receiver, monkeypatch, how, error):
    monkeypatch.setattr(connecting, "SECONDS", 1.0)
    receiver.answers(**how)
    tell(organization)
    began = time.monotonic()

    failed = send(webhook)

    assert (failed.state, failed.error) == (State.WAITING, error)
    assert len(failed.answer) <= connecting.KEPT
    assert time.monotonic() - began < 10
    assert len(receiver.heard) == 1


def test_of_ten_megabytes_only_the_beginning_is_read(organization, webhook, receiver):
    receiver.answers(bytes=10_000_000)
    tell(organization)

    done = send(webhook)

    assert (done.state, done.answer) == (State.DONE, "A" * connecting.KEPT)


def test_an_answer_of_any_bytes_is_kept_as_far_as_it_is_text(organization, webhook, receiver):
    receiver.answers(hex=b"ok\x00\xff\x1b[31m \n done".hex())
    tell(organization)

    assert send(webhook).answer == "ok � [31m done"


def test_a_server_without_https_at_such_an_address_is_named(organization, webhook, receiver):
    webhook.address = services.encrypt(receiver.address.replace("http:", "https:"))
    webhook.save(update_fields=["address"])
    tell(organization)

    assert send(webhook).error == "The certificate is not trusted here, or the server does not speak HTTPS."


def test_one_that_does_not_answer_keeps_the_worker_for_one_delivery_only(organization, webhook, receiver, monkeypatch):
    monkeypatch.setattr(connecting, "SECONDS", 0.5)
    receiver.answers(wait=300)
    for number in range(3):
        tell(organization, f"Number {number}")

    assert sending.deliver(webhook.pk) is False

    assert len(receiver.heard) == 1
    assert [each.attempts for each in webhook.deliveries.order_by("pk")] == [1, 0, 0]


def test_a_run_makes_room_for_others(organization, webhook, receiver, monkeypatch):
    monkeypatch.setattr(sending, "RUN_SECONDS", 0)
    for number in range(2):
        tell(organization, f"Number {number}")

    assert sending.deliver(webhook.pk) is True
    assert len(receiver.heard) == 1


def test_two_workers_at_once_send_it_once(organization, webhook, receiver):
    tell(organization)
    claimed = sending._claim(webhook.pk)

    assert sending.deliver(webhook.pk) is False
    assert receiver.heard == []
    assert sending._attempt(claimed)
    assert sending._attempt(claimed)  # it was taken already: this one writes nothing
    assert webhook.deliveries.get().attempts == 1


def test_what_a_killed_worker_held_is_sent_again(organization, webhook, receiver):
    tell(organization)
    sending._claim(webhook.pk)

    assert sending.sweep(timezone.now()) == []
    later = timezone.now() + timedelta(minutes=3)
    assert sending.sweep(later) == [webhook.pk]
    done = send(webhook, seconds=200)
    assert (done.state, done.attempts) == (State.DONE, 2)


def test_what_kills_every_worker_is_given_up(organization, webhook):
    delivery = tell(organization)
    WebhookDelivery.objects.update(state=State.SENDING, attempts=9, claimed_at=timezone.now() - timedelta(hours=1))

    assert sending.sweep(timezone.now()) == []
    assert (again(delivery).state, delivery.error) == (State.FAILED, sending.WORKER_LOST)


def test_a_test_is_tried_once_and_switches_nothing_off(webhook, receiver):
    receiver.answers(status=500)
    services.try_webhook(webhook)

    failed = send(webhook)

    webhook.refresh_from_db()
    assert (failed.state, failed.attempts, webhook.failing_since) == (State.FAILED, 1, None)
    assert json.loads(receiver.heard[0]["body"])["type"] == "webhook.test"


def test_what_is_told_of_a_deleted_organization_is_not_sent(organization, webhook, receiver, owner):
    delivery = tell(organization)
    delete_organization(organization, actor=owner)

    send(webhook)

    assert (again(delivery).state, delivery.error, receiver.heard) == (State.DROPPED, sending.GONE, [])
    before = WebhookDelivery.objects.count()
    tell(organization)
    assert WebhookDelivery.objects.count() == before


def test_a_team_that_may_not_edit_any_more_is_not_told(organization, receiver):
    team = make_team(make_user())
    grant = make_grant(team, organization, role=Role.EDITOR)
    webhook = make_webhook(team, address=receiver.address)
    delivery = tell(organization)
    grant.role = Role.VIEWER
    grant.save()

    send(webhook)

    assert (again(delivery).state, delivery.error, receiver.heard) == (State.DROPPED, sending.NOT_TOLD, [])


def test_a_failure_that_nobody_tries_again_does_not_switch_off_a_month_later(organization, receiver):
    team, other = make_team(make_user()), make_organization(name="Other")
    for each in (organization, other):
        make_grant(team, each, role=Role.EDITOR)
    webhook = make_webhook(team, address=receiver.address)
    receiver.answers(status=500)
    tell(organization)
    send(webhook)
    delete_organization(organization, actor=organization.created_by)
    assert send(webhook, seconds=61).state == State.DROPPED

    with time_machine.travel(timezone.now() + timedelta(days=30)):
        tell(other)
        assert send(webhook, seconds=1).state == State.WAITING

    webhook.refresh_from_db()
    assert (webhook.off_at, webhook.failing_since is None) == (None, False)


def test_a_deleted_team_takes_its_webhooks_along(organization, receiver):
    team = make_team(make_user())
    make_grant(team, organization)
    webhook = make_webhook(team, address=receiver.address)
    tell(organization)
    team.delete()

    assert sending.deliver(webhook.pk) is False
    assert (Webhook.objects.count(), WebhookDelivery.objects.count(), receiver.heard) == (0, 0, [])


def test_the_log_says_nothing_of_address_and_secret(organization, webhook, receiver, caplog):
    caplog.set_level(logging.DEBUG)
    receiver.kill()
    tell(organization)
    send(webhook)

    assert "secret-path" not in caplog.text
    assert "secret-path" not in str(list(AuditEvent.objects.values()))


def test_old_deliveries_are_forgotten_and_what_waits_is_not(organization, webhook):
    done, waiting, fresh = (tell(organization, f"{n}") for n in range(3))
    long_ago = timezone.now() - timedelta(days=31)
    WebhookDelivery.objects.filter(pk=done.pk).update(state=State.DONE, happened_at=long_ago)
    WebhookDelivery.objects.filter(pk=waiting.pk).update(happened_at=long_ago)
    WebhookDelivery.objects.filter(pk=fresh.pk).update(state=State.DONE)

    forget_webhook_deliveries()

    assert set(WebhookDelivery.objects.values_list("pk", flat=True)) == {waiting.pk, fresh.pk}


@pytest.mark.django_db(transaction=True)
def test_a_row_stands_with_its_event_and_a_message_wakes_a_worker(organization, webhook, broker):
    class UndoneError(Exception):
        pass

    with pytest.raises(UndoneError), transaction.atomic():
        tell(organization)
        raise UndoneError
    assert (WebhookDelivery.objects.count(), broker.take()) == (0, [])

    with transaction.atomic():
        tell(organization)
        assert broker.take() == []
    assert broker.take() == [("assessments.webhooks.tasks.deliver_webhook", [webhook.pk])]
    sweep_webhooks()
    assert broker.take() == [("assessments.webhooks.tasks.deliver_webhook", [webhook.pk])]


@pytest.mark.parametrize(("is_there", "asked"), [(True, 2), (False, 1)])
def test_a_broker_that_is_away_is_asked_once_for_all_webhooks(
    organization, webhook, monkeypatch, is_there, asked, django_capture_on_commit_callbacks
):
    make_webhook(organization)
    woken = []
    monkeypatch.setattr("assessments.webhooks.announcing.wake", lambda pk: woken.append(pk) or is_there)

    with django_capture_on_commit_callbacks(execute=True):
        tell(organization)

    assert (WebhookDelivery.objects.count(), len(woken)) == (2, asked)


def test_the_keys_are_changed_with_a_command(webhook, settings):
    from django.core.management import call_command

    before = (webhook.address, webhook.secret)
    opened = [decrypt(text) for text in before]
    settings.ENCRYPTION_KEYS = ["another-key-of-more-than-32-letters-0123456789", *settings.ENCRYPTION_KEYS]
    call_command("rotate_keys")
    settings.ENCRYPTION_KEYS = settings.ENCRYPTION_KEYS[:1]

    webhook.refresh_from_db()
    assert [decrypt(webhook.address), decrypt(webhook.secret)] == opened


def test_without_its_key_it_fails_in_a_sentence(organization, webhook, receiver, settings):
    settings.ENCRYPTION_KEYS = ["another-key-of-more-than-32-letters-0123456789"]
    tell(organization)

    assert send(webhook).error == connecting.NO_ADDRESS
    assert receiver.heard == []


def test_an_organization_that_is_removed_for_good_takes_its_webhooks_along(receiver):
    gone = make_organization()
    make_webhook(gone, address=receiver.address)
    tell(gone)

    gone.delete()

    assert (Webhook.objects.count(), WebhookDelivery.objects.count()) == (0, 0)
