"""Mail to the people whose power somebody else has changed: what, by whom, and what they can do about it.

It goes out once the change is there, to each by themselves. Mail that fails undoes nothing, and is sent later.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _lazy

from assessments.accounts.models import User
from assessments.audit import trail
from assessments.platform import mailing
from assessments.platform.languages import language_of
from assessments.platform.mails import marks

_is_silent: ContextVar[bool] = ContextVar("is_silent", default=False)

FOOT = _lazy("You get this because it changes who may do what. If it was not meant, write to whoever did it.")
ANSWERED = _lazy(
    "You get this because it changes who may do what. If it was not meant, write to whoever did it: an answer to this "
    "mail goes there."
)


def tell(
    people: Iterable[User],
    *,
    subject: str | Promise,
    text: str | Promise,
    path: str = "",
    foot: str | Promise = FOOT,
    but_actor: bool = True,
    kind: str = "notice",
) -> None:
    """Mail each of the people who can sign in, but for whoever acts, once the change under way is there.

    Answers to a mail about what somebody may do go to whoever changed it. Lazy texts are said in each one's language.
    """
    if _is_silent.get():
        return
    actor = trail.current_actor() if but_actor else None
    reply_to = actor.email if actor and actor.is_active and foot == FOOT else ""
    foot = ANSWERED if reply_to else foot
    chosen = {
        person.email: person for person in people if person.is_active and (actor is None or person.pk != actor.pk)
    }
    link = address(path or reverse("organization_list"))
    for email in sorted(chosen):
        language = language_of(chosen[email])
        with translation.override(language):
            line, body = " ".join(str(subject).split()), f"{text}\n\n{link}\n\n{marks.foot(str(foot))}\n"
        send = partial(_send, language, email, line, body, reply_to=reply_to, kind=kind)
        transaction.on_commit(send, robust=True)


def _send(language: str, *args: str, **options: str) -> None:
    with translation.override(language):
        mailing.post(*args, **options)


def address(path: str) -> str:
    """As a mail has it."""
    return f"{settings.SITE_URL}{path}"


@contextmanager
def silent() -> Iterator[None]:
    """Within, nobody is told: a person who is erased asks for no mail about it, nor for their name in others'."""
    token = _is_silent.set(True)
    try:
        yield
    finally:
        _is_silent.reset(token)


def who() -> str | Promise:
    """The person who acts, as the mail names them."""
    actor = trail.current_actor()
    return str(actor) if actor else _lazy("An administrator")
