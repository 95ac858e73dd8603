"""What a mail provider's webhook says of mails that came back, and who may say it."""

import base64
import json

import pytest
from django.test import Client

from assessments.platform import mailing
from assessments.platform.mails.models import ReturnedAddress, SentMail

pytestmark = pytest.mark.django_db

TOKEN = "a token of a mail provider"


@pytest.fixture(autouse=True)
def token(settings):
    settings.MAIL_RETURNS_TOKEN = TOKEN


@pytest.fixture
def mail():
    mailing.post("ada@example.com", "Hello", "A text")
    return SentMail.objects.get()


def tell(body, authorization=f"Bearer {TOKEN}"):
    content = body if isinstance(body, str) else json.dumps(body)
    headers = {"Authorization": authorization} if authorization else {}
    return Client(enforce_csrf_checks=True).post(
        "/mails/returned", content, content_type="application/json", headers=headers
    )


def own(mail, status="5.1.1"):
    return {"message_id": mail.message_id, "status": status, "reason": "550 5.1.1 No such user"}


def ses(mail):
    message = {
        "notificationType": "Bounce",
        "bounce": {
            "bounceType": "Permanent",
            "bounceSubType": "General",
            "bouncedRecipients": [
                {
                    "emailAddress": "ada@example.com",
                    "action": "failed",
                    "status": "5.1.1",
                    "diagnosticCode": "smtp; 550 5.1.1 No such user",
                }
            ],
        },
        "mail": {
            "messageId": "0100018e-aaaa",
            "headers": [{"name": "To", "value": "x"}, {"name": "Message-ID", "value": mail.message_id}],
        },
    }
    return {"Type": "Notification", "MessageId": "22b8", "Message": json.dumps(message)}


def mailgun(mail):
    return {
        "signature": {"timestamp": "1", "token": "t", "signature": "s"},
        "event-data": {
            "event": "failed",
            "severity": "permanent",
            "recipient": "ada@example.com",
            "message": {"headers": {"message-id": mail.message_id.strip("<>")}},
            "delivery-status": {"code": 550, "message": "550 5.1.1 No such user"},
        },
    }


def postmark(mail):
    return {
        "RecordType": "Bounce",
        "Type": "HardBounce",
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "Email": "ada@example.com",
        "Details": "smtp;550 5.1.1 No such user",
        "Metadata": {"mail": mail.message_id.strip("<>")},
    }


@pytest.mark.parametrize("shape", [own, ses, mailgun, postmark, lambda mail: [own(mail)]])
def test_a_mail_that_came_back_is_known_by_each_shape(mail, shape):
    answer = tell(shape(mail))

    assert (answer.status_code, answer.content) == (200, b"1 of ours came back.\n")
    assert list(ReturnedAddress.objects.values_list("email", "why", "is_permanent")) == [
        ("ada@example.com", "there is no such mailbox", True)
    ]
    assert "No such user" in SentMail.objects.get().said


def test_a_full_mailbox_is_not_for_good_whatever_a_provider_calls_it(mail):
    body = mailgun(mail)
    body["event-data"]["delivery-status"]["message"] = "552 5.2.2 Mailbox full"

    tell(body)

    assert ReturnedAddress.objects.get().is_permanent is False


@pytest.mark.parametrize(
    "body",
    [
        {"RecordType": "Delivery", "MessageID": "x"},
        {"event-data": {"event": "opened"}},
        {"Type": "Notification", "Message": json.dumps({"notificationType": "Delivery"})},
        {"Type": "SubscriptionConfirmation", "SubscribeURL": "http://127.0.0.1:1/"},
        {"message_id": "<0000000000000000000000000000@score.example.com>", "status": "5.1.1"},
        {"event-data": {"event": "failed", "severity": "permanent", "message": []}},
        {"Type": "Notification", "Message": "[]"},
        [],
    ],
)
def test_what_says_nothing_of_a_mail_of_ours_changes_nothing(mail, body):
    answer = tell(body)

    assert (answer.status_code, answer.content) == (200, b"0 of ours came back.\n")
    assert ReturnedAddress.objects.count() == 0


@pytest.mark.parametrize(
    "body", ["", "nonsense", "3", "[1]", "{}", '{"Type": "Notification", "Message": "x"}', "[" * 9999]
)
def test_what_cannot_be_read_is_answered_in_a_sentence(mail, body):
    answer = tell(body)

    assert answer.status_code == 400
    assert answer.content.startswith(b"This cannot be read: ")


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer a guess", f"Digest {TOKEN}", "Basic !", "Basic " + base64.b64encode(b"\xff:x").decode()],
)
def test_without_the_token_there_is_nothing(mail, authorization):
    assert tell(own(mail), authorization).status_code == 404
    assert ReturnedAddress.objects.count() == 0


def test_a_provider_that_knows_only_an_address_gives_the_token_in_it(mail):
    basic = base64.b64encode(f"provider:{TOKEN}".encode()).decode()

    assert tell(own(mail), f"Basic {basic}").status_code == 200
    assert ReturnedAddress.objects.count() == 1


def test_where_no_token_is_set_nobody_has_it(mail, settings):
    settings.MAIL_RETURNS_TOKEN = ""

    assert tell(own(mail), "Bearer ").status_code == 404
    assert tell(own(mail), "Basic Og==").status_code == 404


@pytest.mark.parametrize("character", ["\\u0000", "\\ud800"])
def test_characters_that_cannot_be_kept_are_left_out(mail, character):
    body = json.dumps({"message_id": mail.message_id, "status": "5.1.1", "reason": "550 No@user"})

    assert tell(body.replace("@user", f"{character}user")).status_code == 200

    mail.refresh_from_db()
    assert mail.said == "there is no such mailbox. 550 Nouser"
    assert tell(f'{{"message_id": "<{character}>"}}').status_code == 200
