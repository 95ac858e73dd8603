"""What the people who run a round can do to it: start it, ask raters, take them out, close it.

Whatever changes a round or what is said in it locks the round first (`lock`), so that nothing crosses its closing.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.functional import Promise, lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments import framework
from assessments.accounts import notices
from assessments.accounts.models import User
from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.framework import Framework
from assessments.organizations import invitations
from assessments.organizations.models import Invitation, Organization, Role
from assessments.organizations.queries import list_grants, list_people
from assessments.platform.names import clean_name
from assessments.rounds.models import Rater, Rating, Round
from assessments.scorecards.models import Scorecard
from assessments.scorecards.signing.immutability import MESSAGE as SIGNED_OFF
from assessments.scorecards.signing.immutability import refusal
from assessments.scoring.words import counted
from assessments.webhooks.announcing import announce
from assessments.webhooks.events import Event

RATERS_MAX = 60
CLOSED = _lazy("This round is closed. Start another one to ask again.")
DELETED = _lazy("This round was deleted meanwhile, with its assessment.")
OPEN_ALREADY = _lazy("A round is open on this assessment already.")
FOOT = _lazy("You get this because you are asked to score.")


def content_of(asked: Round) -> Framework:
    """The framework that the round is scored by: its scorecard's, whatever the newest is by now."""
    return framework.load(asked.scorecard.framework_key, asked.scorecard.framework_version)


def lock(asked: Round) -> Round:
    """The round as it stands, locked until the transaction ends; ValidationError where it is gone."""
    rows = Round.objects.select_related("scorecard__organization").select_for_update(of=("self",), no_key=True)
    found = rows.filter(pk=asked.pk).first()
    if found is None:
        raise ValidationError(DELETED)
    return found


@contextmanager
def changing(asked: Round) -> Iterator[Round]:
    """While something of an unfrozen round changes; what is signed off, also meanwhile, is refused in one sentence."""
    try:
        with transaction.atomic():
            now = lock(asked)
            if now.scorecard.is_signed_off:
                raise ValidationError(refusal())
            yield now
    except IntegrityError as error:
        if SIGNED_OFF not in str(error):
            raise
        raise ValidationError(refusal()) from error


@contextmanager
def _open(asked: Round) -> Iterator[Round]:
    with changing(asked) as now:
        if now.is_closed:
            raise ValidationError(CLOSED)
        yield now


def people_to_ask(organization: Organization) -> list[User]:
    """Everyone who may open the organization, whatever their role: scoring apart needs none."""
    return [person.user for person in list_people(organization, list_grants(organization))]


def start_round(
    scorecard: Scorecard,
    *,
    actor: User,
    due_on: date | None = None,
    is_blind: bool = True,
    people: Collection[User] = (),
) -> Round:
    """Open a round on an open scorecard and ask `people`, who may open its organization, for every category."""
    if scorecard.is_signed_off:
        raise ValidationError(refusal())
    _check_day(scorecard, due_on)
    try:
        with transaction.atomic():
            asked = Round.objects.create(scorecard=scorecard, due_on=due_on, is_blind=is_blind, created_by=actor)
            with translation.override("en"):  # as the activity is kept
                until = f"until {date_format(due_on, 'DAY')}" if due_on else "without a day"
            new = f"{until}, {'blind' if is_blind else 'open to all raters at once'}"
            trail.record(
                Action.ROUND_STARTED,
                organization=scorecard.organization_id,
                subject=scorecard.title,
                new=new,
                actor=actor,
            )
            for user in people:
                add_member(asked, user=user, actor=actor)
    except IntegrityError as error:
        raise ValidationError(refusal() if SIGNED_OFF in str(error) else OPEN_ALREADY) from None
    return asked


def update_round(asked: Round, *, due_on: date | None) -> None:
    """Another day, or none; reminders go by it from now on."""
    with _open(asked) as now:
        if due_on != now.due_on:
            _check_day(now.scorecard, due_on)
            Round.objects.filter(pk=now.pk).update(due_on=due_on)


def _check_day(scorecard: Scorecard, due_on: date | None) -> None:
    if due_on and due_on < scorecard.organization.today():
        raise ValidationError(_("The day by which the scores are needed lies in the past."))


def add_member(asked: Round, *, user: User, actor: User, role: str = "", categories: Collection[str] = ()) -> Rater:
    """Ask somebody who may open the organization, and mail them the way to their page."""
    if not Organization.objects.filter(pk=asked.scorecard.organization_id).opened_by(user).exists():
        words = _("{person} may not open this organization. Invite them, or make a link for them.")
        raise ValidationError(words.format(person=user))
    rater = _add(asked, Rater(user=user, rater_name=str(user)[:150]), role, categories, actor)
    _tell(rater, [user])
    return rater


def add_invited(
    asked: Round, *, email: str, actor: User, name: str = "", role: str = "", categories: Collection[str] = ()
) -> Rater:
    """Ask somebody by mail who is then a viewer here; a member of that address is asked as one."""
    organization = asked.scorecard.organization
    email = email.strip().lower()
    member = next((person for person in people_to_ask(organization) if person.email == email), None)
    if member:
        return add_member(asked, user=member, actor=actor, role=role, categories=categories)
    with transaction.atomic():
        waiting = Invitation.objects.waiting().filter(organization=organization, email=email).first()
        invitation = waiting or invitations.invite(
            organization, email=email, role=Role.VIEWER, actor=actor, base_url=settings.SITE_URL
        )
        rater = Rater(invitation=invitation, rater_name=clean_name(name)[:150] or email[:150])
        return _add(asked, rater, role, categories, actor)


def add_by_link(asked: Round, *, name: str, actor: User, role: str = "", categories: Collection[str] = ()) -> Rater:
    """Ask somebody without an account; their link is made apart (`links.make_link`)."""
    name = clean_name(name)
    if not name:
        raise ValidationError(_("Give the name of whoever scores by the link."))
    return _add(asked, Rater(rater_name=name[:150]), role, categories, actor)


def _add(asked: Round, rater: Rater, role: str, categories: Collection[str], actor: User) -> Rater:
    with _open(asked) as now:
        content = content_of(now)
        standing = now.raters.standing()
        if standing.count() >= RATERS_MAX:
            words = _("A round has at most {number} raters. Take one out first.")
            raise ValidationError(words.format(number=RATERS_MAX))
        if rater.user_id and standing.filter(user=rater.user_id).exists():
            raise ValidationError(_("{name} is asked already.").format(name=rater.rater_name))
        if rater.invitation_id and standing.filter(invitation=rater.invitation_id).exists():
            raise ValidationError(_("{name} is asked already.").format(name=rater.rater_name))
        rater.round, rater.rater_role = now, clean_name(role)[:120]
        rater.categories = _chosen(content, categories)
        rater.save(force_insert=True)
        Rating.objects.bulk_create(Rating(rater=rater, category_key=key) for key in content.category_keys)
        _record(now, Action.RATER_ADDED, rater, actor, new=_asked_words(rater, now))
    return rater


def update_rater(rater: Rater, *, role: str, categories: Collection[str], actor: User) -> None:
    """Other words for what they do, and other categories. What was said of one no longer asked is kept unread."""
    with _open(rater.round) as now:
        content = content_of(now)
        rater.rater_role, rater.categories = clean_name(role)[:120], _chosen(content, categories)
        if (
            Rater.objects.standing()
            .filter(pk=rater.pk)
            .update(rater_role=rater.rater_role, categories=rater.categories)
        ):
            _record(now, Action.RATER_ADDED, rater, actor, new=_asked_words(rater, now))


def _chosen(content: Framework, categories: Collection[str]) -> list[str]:
    if not set(categories) <= set(content.category_keys):
        raise ValidationError(_("This category belongs to another version of the framework. Reload the page."))
    chosen = [key for key in content.category_keys if key in categories]
    return [] if len(chosen) == len(content.category_keys) else chosen


def _asked_words(rater: Rater, asked: Round) -> str:
    """What they are asked, as the activity is kept."""
    if not rater.categories:
        return "every category"
    return ", ".join(name_of_category(asked, key) for key in rater.categories)


def name_of_category(asked: Round, key: str) -> str:
    """A category as the activity, which is kept in English, names it."""
    with translation.override("en"):
        return content_of(asked).category(key).name


def remove_rater(rater: Rater, *, actor: User) -> None:
    """Take a rater out: what they said counts no more, their link ends. Somebody else was quicker: no error."""
    with _open(rater.round) as now:
        if Rater.objects.standing().filter(pk=rater.pk).update(removed_at=timezone.now()):
            rater.links.standing().update(revoked_at=timezone.now())
            _record(now, Action.RATER_REMOVED, rater, actor)


def close_round(asked: Round, *, actor: User) -> Round:
    """Close it: from now on everybody reads what was said, and what is still typed is kept as late."""
    with _open(asked) as now:
        raters = list(now.raters.standing())
        finished = sum(rater.finished_at is not None for rater in raters)
        now.closed_at, now.closed_by = timezone.now(), actor
        now.save(update_fields=["closed_at", "closed_by"])
        with translation.override("en"):  # as the activity is kept
            new = f"{finished} of {counted(len(raters), 'rater')} finished"
        trail.record(
            Action.ROUND_CLOSED,
            organization=now.scorecard.organization_id,
            subject=now.scorecard.title,
            new=new,
            actor=actor,
        )
        scorecard = now.scorecard
        announce(
            Event.ROUND_CLOSED,
            scorecard.organization_id,
            text=f"The round on “{scorecard.title}” is closed: {finished} of {len(raters)} finished.",
            path=reverse("round_detail", args=[scorecard.organization.slug, now.pk]),
            round={"id": now.pk, "scorecard": scorecard.title, "raters": len(raters), "finished": finished},
        )
    return now


def _record(asked: Round, action: Action, rater: Rater, actor: User, *, new: str = "") -> None:
    trail.record(
        action,
        organization=asked.scorecard.organization_id,
        subject=rater.rater_name,
        new=new,
        actor=actor,
        about=rater.user,
    )


def _tell(rater: Rater, people: Collection[User]) -> None:
    scorecard = rater.round.scorecard
    organization = scorecard.organization
    day = lazy(date_format, str)(rater.round.due_on, "DAY") if rater.round.due_on else ""
    words: str | Promise = _lazy("You are asked to score {organization} apart from others.")
    if day:
        words = _lazy("You are asked to score {organization} apart from others by {day}.")
    text = format_lazy(words, organization=organization, day=day)
    if rater.round.is_blind:
        text = format_lazy("{} {}", text, _lazy("Nobody sees what you say before the round is closed."))
    notices.tell(
        people,
        subject=format_lazy(_lazy("Score {title}, {organization}"), title=scorecard.title, organization=organization),
        text=text,
        path=reverse("rating_update", args=[organization.slug, rater.round_id]),
        foot=FOOT,
    )
