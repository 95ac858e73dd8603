"""Handing a category to a colleague: asked with a word and a day, reminded, withdrawn, ended once it is answered."""

from datetime import date
from functools import partial

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.dispatch import receiver
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments import framework
from assessments.accounts.models import User
from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.framework.translating import ENGLISH
from assessments.organizations.branding.queries import brand_of
from assessments.organizations.branding.shown import signature
from assessments.organizations.models import Organization, Role
from assessments.organizations.queries import list_grants, list_people
from assessments.platform import mailing
from assessments.platform.languages import language_of
from assessments.platform.mails.kinds import MailKind, register
from assessments.saving.parts import clean_text
from assessments.scorecards.models import AnswerRequest, DeciderAnswer, Response, Scorecard
from assessments.scorecards.signing.immutability import refusal

WORD_MAX_LENGTH = 500
ABOUT = "question:"
register(
    MailKind(
        "question",
        _lazy("A colleague asks for answers"),
        _lazy("You get this because a colleague asked you by name."),
    )
)
ENDED = _lazy("This question was answered or withdrawn meanwhile.")


def people_to_ask(organization: Organization, *, but: User) -> list[User]:
    """Who can answer a category: everyone who may edit, without the one who asks."""
    people = list_people(organization, list_grants(organization))
    return [person.user for person in people if person.role >= Role.EDITOR and person.user.pk != but.pk]


def ask(
    scorecard: Scorecard, *, category: str, asked: User, actor: User, word: str = "", due_on: date | None = None
) -> AnswerRequest:
    """Ask a member for the answers to a category, and mail a link to it."""
    if scorecard.is_signed_off:
        raise ValidationError(refusal())
    if due_on and due_on < timezone.localdate():
        raise ValidationError(_("The day by which you need the answer lies in the past."))
    response = Response.objects.filter(scorecard=scorecard, category_key=category).first()
    if response is None:
        raise ValidationError(_("This assessment was deleted meanwhile."))
    request = AnswerRequest(
        response=response,
        asked=asked,
        asked_by=actor,
        word=clean_text(word, WORD_MAX_LENGTH, "word to your colleague"),
        due_on=due_on,
    )
    try:
        with transaction.atomic():
            request.save(force_insert=True)
            _record(scorecard, request, category, new=str(asked))
            transaction.on_commit(partial(_send, request, scorecard, category))
    except IntegrityError:
        raise ValidationError(_("{name} is asked already. Remind them instead.").format(name=asked)) from None
    return request


def remind(request: AnswerRequest, *, actor: User) -> None:
    """Mail the link once more; ValidationError if there is nothing to answer any more."""
    if not AnswerRequest.objects.filter(pk=request.pk, ending=AnswerRequest.Ending.OPEN).exists():
        raise ValidationError(ENDED)
    scorecard, category = request.response.scorecard, request.response.category_key
    _record(scorecard, request, category, new=f"{request.asked}, reminded", actor=actor)
    transaction.on_commit(partial(_send, request, scorecard, category, is_reminder=True))


def end(request: AnswerRequest, *, ending: AnswerRequest.Ending, actor: User) -> None:
    """Withdraw a question, or say that it is answered. One that has ended already is no error."""
    with transaction.atomic():
        if _end(AnswerRequest.objects.filter(pk=request.pk), ending):
            scorecard, category = request.response.scorecard, request.response.category_key
            new = f"{request.asked}, {AnswerRequest.Ending(ending).value}"
            _record(scorecard, request, category, new=new, actor=actor)


def end_answered(scorecard: Scorecard, *, category: str) -> bool:
    """A category of which every decider is answered asks nobody any more. Says whether anybody was asked."""
    requests = AnswerRequest.objects.filter(response__scorecard=scorecard, response__category_key=category)
    return bool(_end(requests, AnswerRequest.Ending.ANSWERED))


def end_all_answered(scorecard: Scorecard) -> None:
    """The same for every category, after a whole page was saved."""
    unasked = DeciderAnswer.objects.filter(response=OuterRef("response"), state=None)
    requests = AnswerRequest.objects.filter(~Exists(unasked), response__scorecard=scorecard)
    _end(requests, AnswerRequest.Ending.ANSWERED)


def _end(requests: QuerySet[AnswerRequest], ending: AnswerRequest.Ending) -> int:
    return requests.filter(ending=AnswerRequest.Ending.OPEN).update(ending=ending, ended_at=timezone.now())


def open_requests(user: User) -> QuerySet[AnswerRequest]:
    """What a person is asked for, the first due on top: in drafts of organizations they may still open."""
    organizations = Organization.objects.visible_to(user).values("pk")
    return (
        AnswerRequest.objects.filter(asked=user, ending=AnswerRequest.Ending.OPEN)
        .filter(response__scorecard__signed_off_at=None, response__scorecard__organization__in=organizations)
        .select_related("asked_by", "response__scorecard__organization")
        .order_by(F("due_on").asc(nulls_last=True), "pk")
    )


def open_requests_of(scorecard: Scorecard) -> dict[str, list[AnswerRequest]]:
    """By category, who is asked for it and has not answered."""
    found: dict[str, list[AnswerRequest]] = {}
    requests = AnswerRequest.objects.filter(response__scorecard=scorecard, ending=AnswerRequest.Ending.OPEN)
    for request in requests.select_related("asked", "asked_by", "response"):
        found.setdefault(request.response.category_key, []).append(request)
    return found


def category_name(request: AnswerRequest) -> str:
    scorecard = request.response.scorecard
    content = framework.load(scorecard.framework_key, scorecard.framework_version)
    return content.category(request.response.category_key).name


def _record(
    scorecard: Scorecard, request: AnswerRequest, category: str, *, new: str, actor: User | None = None
) -> None:
    with translation.override(ENGLISH):
        name = framework.load(scorecard.framework_key, scorecard.framework_version).category(category).name
    trail.record(
        Action.ANSWER_ASKED,
        organization=scorecard.organization_id,
        subject=name,
        new=new,
        actor=actor or request.asked_by,
    )


def _send(request: AnswerRequest, scorecard: Scorecard, category: str, *, is_reminder: bool = False) -> None:
    """Send the mail in the language of who is asked, now or once the mail server takes it."""
    with translation.override(language_of(request.asked)):
        subject, text = _mail(request, scorecard, category, is_reminder=is_reminder)
    mailing.post(request.asked.email, " ".join(subject.split()), text, about=f"{ABOUT}{request.pk}")


def _mail(request: AnswerRequest, scorecard: Scorecard, category: str, *, is_reminder: bool) -> tuple[str, str]:
    """Its subject and its text."""
    content = framework.load(scorecard.framework_key, scorecard.framework_version)
    address = reverse("scorecard_update", args=[scorecard.organization.slug, scorecard.pk])
    context = {
        "request": request,
        "scorecard": scorecard,
        "category": content.category(category),
        "link": f"{settings.SITE_URL}{address}#{category}",
        "is_reminder": is_reminder,
        "signature": signature(brand_of(scorecard.organization)),
    }
    subject = _("Reminder: {category}, {organization}") if is_reminder else _("Asked: {category}, {organization}")
    subject = subject.format(category=content.category(category).name, organization=scorecard.organization)
    return subject, render_to_string("scorecards/mail/answer_request.txt", context)


@receiver(mailing.is_still_true)
def _is_open(about: str, **kwargs: object) -> bool | None:
    """Whether a question whose mail waits is still to be answered, by somebody who still can."""
    if not about.startswith(ABOUT):
        return None
    request = AnswerRequest.objects.select_related("asked").filter(pk=about.removeprefix(ABOUT)).first()
    return request is not None and open_requests(request.asked).filter(pk=request.pk).exists()
