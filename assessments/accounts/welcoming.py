"""Accounts that an administrator opens: their people choose the password themselves, by a link in a mail.

The link is that of a forgotten password: it works once, for `PASSWORD_RESET_TIMEOUT`, and whoever comes too late asks
for another one on that page.
"""

from collections.abc import Sequence
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.accounts.models import User
from assessments.audit import trail
from assessments.audit.models import AuditEvent
from assessments.audit.trail import Action
from assessments.platform import mailing
from assessments.platform.languages import language_of
from assessments.platform.mails.kinds import MailKind, register
from assessments.platform.models import WaitingMail
from assessments.platform.tasks import wake_mail

SUBJECT = _lazy("Your account on AI Infrastructure Scorecard")
register(
    MailKind("welcome", _lazy("Link to choose a password"), _lazy("You get this because you have an account here."))
)
MAILED = "Link to choose a password"  # as it is stored


def welcome(people: Sequence[User], *, actor: User) -> None:
    """Mail people the link by which they choose a password, once the change under way is there.

    Asked for again, a new mail goes out, and one that waits does not: links that are out go on working until one of
    them was used. A worker is woken once for all of them, as every attempt takes seconds where there is no broker.
    """
    with transaction.atomic():
        for person in people:
            subject = f"{person.name} <{person.email}>" if person.name else person.email
            entry: dict[str, Any] = {"actor": actor, "subject": subject, "about": person, "new": MAILED}
            trail.record(Action.ACCOUNT_CHANGED, organization=None, **entry)
            about = f"welcome:{person.pk}"
            with translation.override(language_of(person)):
                mailing.keep(person.email, str(SUBJECT), _text(person, actor), about=about, reply_to=actor.email)
        if people:
            transaction.on_commit(wake_mail, robust=True)


def how_it_went(person: User) -> str:
    """What became of the mail, as a sentence for administrators."""
    mail = WaitingMail.objects.filter(about=f"welcome:{person.pk}").first()
    if mail is not None and mail.state in (WaitingMail.State.FAILED, WaitingMail.State.LOST):
        return _("The link to choose one was not mailed. {error}").format(error=mailing.spoken(mail.error))
    if mail is not None:
        return _("The link to choose one waits for the mail server.")
    asked = AuditEvent.objects.filter(about=person, new=MAILED).order_by("at").last()
    if asked is None:
        return _("No link to choose one was mailed.")
    return _("A link to choose one was mailed on {day}.").format(day=date_format(asked.at, "LONG_DAY"))


def _text(person: User, actor: User) -> str:
    key = {"uidb36": user_pk_to_url_str(person), "key": default_token_generator.make_token(person)}
    context = {
        "person": person,
        "asked_by": actor,
        "days": settings.PASSWORD_RESET_TIMEOUT // (24 * 60 * 60),
        "link": settings.SITE_URL + reverse("account_reset_password_from_key", kwargs=key),
        "again": settings.SITE_URL + reverse("account_reset_password"),
        "sign_in": settings.SITE_URL + reverse("account_login"),
        "providers": [
            app["name"] for provider in settings.SOCIALACCOUNT_PROVIDERS.values() for app in provider.get("APPS", ())
        ],
    }
    return render_to_string("accounts/mail/welcome.txt", context)
