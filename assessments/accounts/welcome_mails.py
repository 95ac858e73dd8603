"""The mails by which people choose the passwords of accounts that were opened for them.

The link is that of a forgotten password: it works once, for `PASSWORD_RESET_TIMEOUT`, and whoever comes too late asks
for another one on that page.
"""

import logging
import smtplib
from datetime import datetime, timedelta

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from assessments.accounts.models import Welcome

log = logging.getLogger(__name__)

# Until a mail that the server refused is tried again.
WAITS = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
LEASE = timedelta(minutes=10)  # after which a mail that somebody began to send is sent by somebody else
SUBJECT = "Your account on AI Infrastructure Scorecard"


def send_due(now: datetime) -> None:
    """Send what is to be sent now. Run twice, or in two workers at once, a mail goes out once."""
    due = Welcome.objects.filter(try_at__lte=now, user__is_active=True)
    if not due.exists():
        return
    server = get_connection()
    try:
        server.open()
        for row in list(due.select_related("user", "asked_by").order_by("pk")):
            claim = {"try_at": now + LEASE, "attempts": F("attempts") + 1}
            if due.filter(pk=row.pk, attempts=row.attempts, asked_at=row.asked_at).update(**claim):
                row.attempts += 1
                _send(row, server, now)
    except OSError:
        log.warning("The mails to new people wait: the mail server cannot be reached.", exc_info=True)
    finally:
        server.close()


def _send(row: Welcome, server: BaseEmailBackend, now: datetime) -> None:
    """OSError where the server went away: the row is then sent again after its lease."""
    claimed = Welcome.objects.filter(pk=row.pk, asked_at=row.asked_at)
    try:
        _compose(row, server).send()
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
        log.warning("The mail to the new account %s was refused by the mail server: %s", row.user_id, error)
        wait = dict(enumerate(WAITS, start=1)).get(row.attempts)
        claimed.update(try_at=now + wait if wait else None)
    else:
        claimed.update(try_at=None, sent_at=timezone.now())


def _compose(row: Welcome, server: BaseEmailBackend) -> EmailMessage:
    person = row.user
    key = {"uidb36": user_pk_to_url_str(person), "key": default_token_generator.make_token(person)}
    context = {
        "person": person,
        "asked_by": row.asked_by,
        "days": settings.PASSWORD_RESET_TIMEOUT // (24 * 60 * 60),
        "link": settings.SITE_URL + reverse("account_reset_password_from_key", kwargs=key),
        "again": settings.SITE_URL + reverse("account_reset_password"),
        "sign_in": settings.SITE_URL + reverse("account_login"),
        "providers": [
            app["name"] for provider in settings.SOCIALACCOUNT_PROVIDERS.values() for app in provider.get("APPS", ())
        ],
    }
    text = render_to_string("accounts/mail/welcome.txt", context)
    answer = [row.asked_by.email] if row.asked_by and row.asked_by.is_active else None
    return EmailMessage(SUBJECT, text, None, [person.email], reply_to=answer, connection=server)
