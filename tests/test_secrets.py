"""No secret lies in clear in the database: everything secret is made, then every column of every table is read."""

import re
from datetime import timedelta
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from assessments.figures.incoming import live
from assessments.figures.models import FigureSource
from assessments.platform import mailing
from assessments.platform.encryption import decrypt, encrypt
from assessments.platform.models import WaitingMail
from assessments.reports.services import request_report
from tests.accounts.codes import add_app
from tests.factories import PASSWORD, make_organization, make_scorecard, make_user

pytestmark = pytest.mark.django_db(transaction=True)

SOURCE_TOKEN, PASSCODE = "t0ken-of-a-source", "opens-the-vendor-page"


def dump() -> str:
    """Every value of every table as text; sessions as what is in them."""
    values: list[str] = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            values += [str(value) for row in cursor.fetchall() for value in row]
    values += [str(session.get_decoded()) for session in Session.objects.all()]
    return "\n".join(values)


def secrets_made(client, settings) -> dict[str, str]:
    """Signs in, turns on two-factor and makes one of everything that opens something; each secret by its name."""
    owner = make_user(name="Ada", email="ada@example.com")
    client.force_login(owner)
    organization = make_organization(owner=owner)
    scorecard = make_scorecard(organization, levels=[1] * 8)
    made = {"password": PASSWORD, "second factor": add_app(client)}
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    made |= {f"recovery code {number}": code for number, code in enumerate(codes)}
    live.save_source(
        organization, address="http://127.0.0.1:9", queries="up", service="", token=SOURCE_TOKEN, actor=owner
    )
    made["token of a source"] = SOURCE_TOKEN
    mail.outbox.clear()
    client.post(reverse("invitation_create", args=[organization.slug]), {"email": "tom@example.com", "role": "20"})
    report = request_report(scorecard, actor=owner)
    type(report).objects.filter(pk=report.pk).update(status="done")
    client.post(
        reverse("report_link_create", args=[organization.slug]),
        {"what": str(report.pk), "days": "14", "passcode": PASSCODE, "recipient": "The board"},
    )
    made["passcode"] = PASSCODE
    works = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    mailing.post("grace@example.com", "Invited", "https://example.com/invitations/a-token-that-opens-something/")
    settings.EMAIL_BACKEND = works
    made["link in a mail that waits"] = "a-token-that-opens-something"
    for message in mail.outbox:
        made |= {f"link in a mail, {found}": found for found in re.findall(r"/invitations/([\w-]{20,})/", message.body)}
    return made


def test_no_secret_lies_in_clear_in_a_dump(client, settings):
    made = secrets_made(client, settings)
    assert sum(name.startswith("recovery code") for name in made) >= 10
    assert any(name.startswith("link in a mail, ") for name in made)

    text = dump()

    assert "ada@example.com" in text
    assert [name for name, secret in made.items() if secret in text] == []


def test_a_secret_in_clear_would_be_found(client, settings):
    made = secrets_made(client, settings)
    FigureSource.objects.update(token=SOURCE_TOKEN)

    assert made["token of a source"] in dump()


# ---- Another key


def rotate() -> str:
    out = StringIO()
    call_command("rotate_keys", stdout=out)
    return out.getvalue()


def test_after_a_rotation_the_new_key_alone_opens_everything(client, settings):
    made = secrets_made(client, settings)
    settings.ENCRYPTION_KEYS = ["another-key-" * 5, *settings.ENCRYPTION_KEYS]

    assert rotate() == "4 secrets are encrypted with the first key.\n"

    settings.ENCRYPTION_KEYS = settings.ENCRYPTION_KEYS[:1]
    assert decrypt(FigureSource.objects.get().token) == SOURCE_TOKEN
    assert made["link in a mail that waits"] in decrypt(WaitingMail.objects.get().text)
    assert [name for name, secret in made.items() if secret in dump()] == []


def test_what_no_key_opens_stays_and_is_said(settings):
    WaitingMail.objects.create(email="ada@example.com", subject="Hello", text=encrypt("A text"), made_at=timezone.now())
    was = WaitingMail.objects.get().text
    settings.ENCRYPTION_KEYS = ["another-key-" * 5]

    with pytest.raises(CommandError, match="1 of them cannot be read and stay as they are"):
        rotate()

    assert WaitingMail.objects.get().text == was
    assert WaitingMail.objects.get().made_at > timezone.now() - timedelta(minutes=1)
