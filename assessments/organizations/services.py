"""What can be done to an organization."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.formats import date_format
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.text import format_lazy, slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.accounts import notices
from assessments.accounts.models import User
from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.organizations import memberships
from assessments.organizations.models import Membership, Organization, Role, Team, TeamGrant
from assessments.organizations.tags import set_tags
from assessments.platform.name_fields import name_key

GRACE = timedelta(days=30)
MOST_AN_HOUR = 40  # added by one person
SLUG_LENGTH = 50
SUFFIX_LENGTH = 5
SUFFIX_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"

_written = lazy(date_format, str)


def create_organization(
    *,
    actor: User,
    name: str,
    industry: str = "",
    size_band: str = "",
    hosting_model: str = "",
    currency: str = "USD",
    language: str = "",
    time_zone: str = "",
    framework_key: str = "",
    lead: User | None = None,
    tags: Collection[str] = (),
    team: Team | None = None,
    is_one_of_many: bool = False,
) -> Organization:
    """Add an organization, make its creator the owner, and grant it to `team`, which the creator must be in.

    Superusers grant any team, as in the administration. A person's organizations have different names. `is_one_of_many`
    is for an import, which has a limit of its own.
    """
    if team is not None and not (actor.is_superuser or team.memberships.filter(user=actor).exists()):
        raise ValidationError({"team": _("Choose a team that you are in.")})
    organization = Organization(
        name=name,
        industry=industry,
        size_band=size_band,
        hosting_model=hosting_model or Organization.HostingModel.CLOUD,
        currency=currency,
        language=language or settings.LANGUAGE_CODE,
        time_zone=time_zone,
        framework_key=framework_key,
        lead=lead,
        created_by=actor,
    )
    if not is_one_of_many:
        trail.refuse_too_many(Action.ORGANIZATION_ADDED, actor=actor, most=MOST_AN_HOUR, what=_("organizations"))
    with transaction.atomic():
        _refuse_same_name(organization, actor)
        _save_under_free_slug(organization, actor)
        with trail.acting(actor):
            trail.record(Action.ORGANIZATION_ADDED, organization=organization, subject=organization.name)
            Membership.objects.create(organization=organization, user=actor, role=Role.OWNER)
            if team is not None:
                TeamGrant.objects.create(team=team, organization=organization, role=Role.EDITOR)
            set_tags(organization, tags)
    return organization


def update_organization(
    organization: Organization, *, actor: User, tags: Collection[str] | None = None, **values: Any
) -> Organization:
    """Change what is known about an organization, its name included. Its address stays, so that links keep."""
    for name, value in values.items():
        setattr(organization, name, value)
    _refuse_same_name(organization, actor)
    try:
        with transaction.atomic():
            stored = Organization.objects.select_related("lead").get(pk=organization.pk)
            before = {name: getattr(stored, name) for name in values}
            organization.save(update_fields=list(values))
            if tags is not None:
                with trail.acting(actor):
                    set_tags(organization, tags)
            for name, old in before.items():
                if old != values[name]:
                    label = trail.in_english(Organization._meta.get_field(name).verbose_name).capitalize()
                    trail.record(
                        Action.ORGANIZATION_CHANGED,
                        organization=organization,
                        subject=label,
                        old=str(old or ""),
                        new=str(values[name] or ""),
                        actor=actor,
                    )
    except IntegrityError:
        _refuse_same_name(organization, actor)
        raise
    return organization


def delete_organization(organization: Organization, *, actor: User) -> None:
    """Take an organization out of everyone's sight; for `GRACE` an administrator can bring it back."""
    with transaction.atomic(), trail.acting(actor):
        if Organization.objects.current().filter(pk=organization.pk).update(deleted_at=timezone.now()):
            last_day = timezone.localtime(timezone.now() + GRACE, organization.zone)
            text = format_lazy(
                "{}\n\n{}",
                format_lazy(
                    _lazy("{actor} deleted {organization}. Nobody can open it any more."),
                    actor=str(actor),
                    organization=str(organization),
                ),
                format_lazy(
                    _lazy(
                        "For {days} days an administrator can bring it back, with everything in it; then it is gone "
                        "for good. If this was not meant, ask an administrator of this site before {last_day}."
                    ),
                    days=GRACE.days,
                    last_day=_written(last_day, "LONG_DAY"),
                ),
            )
            subject = format_lazy(_lazy("{organization} was deleted"), organization=str(organization))
            notices.tell(memberships.everybody_in(organization), subject=subject, text=text)
            trail.record(Action.ORGANIZATION_DELETED, organization=organization, subject=organization.name, actor=actor)


def restore_organization(organization: Organization) -> None:
    """Bring a deleted organization back. ValidationError where its creator has made another one of its name since."""
    try:
        with transaction.atomic():
            deleted = Organization.objects.filter(pk=organization.pk).exclude(deleted_at=None)
            if deleted.update(deleted_at=None):
                trail.record(Action.ORGANIZATION_RESTORED, organization=organization, subject=organization.name)
    except IntegrityError:
        refused = _("There is another {name} by now. Rename that one first.")
        raise ValidationError(refused.format(name=organization.name)) from None


def purge_organizations() -> int:
    """Remove the organizations deleted longer than `GRACE` ago, with all their rows and files. Returns their number."""
    due = Organization.objects.filter(deleted_at__lt=timezone.now() - GRACE)
    purged = 0
    for organization in due:
        with transaction.atomic():
            if due.select_for_update().filter(pk=organization.pk).exists():
                trail.record(Action.ORGANIZATION_PURGED, organization=None, subject=organization.name)
                organization.delete()
                purged += 1
    return purged


def _save_under_free_slug(organization: Organization, actor: User) -> None:
    """Save under the name's slug with a random end. Everyone gets one, or it would tell that somebody has that name."""
    slug = slugify(organization.name)[:SLUG_LENGTH].strip("-_") or "organization"
    organization.slug = _with_random_end(slug)
    while True:
        try:
            with transaction.atomic():
                organization.save(force_insert=True)
                return
        except IntegrityError:
            _refuse_same_name(organization, actor)
            if not Organization.objects.filter(slug=organization.slug).exists():
                raise
            organization.slug = _with_random_end(slug)


def _with_random_end(slug: str) -> str:
    """Random and not counted, so that an address tells nothing about how many others there are."""
    return f"{slug}-{get_random_string(SUFFIX_LENGTH, SUFFIX_LETTERS)}"


def _refuse_same_name(organization: Organization, actor: User) -> None:
    same = Organization.objects.current().filter(
        created_by=organization.created_by_id, name_key=name_key(organization.name)
    )
    existing = same.exclude(pk=organization.pk).first() if organization.created_by_id else None
    if existing is None:
        return
    if not Organization.objects.visible_to(actor).filter(pk=existing.pk).exists():
        raise ValidationError({"name": _("This name is taken. Choose another one.")})
    link = reverse("organization_detail", args=[existing.slug])
    said = _('{name} already exists. <a href="{link}">Open it</a>, or choose another name.')
    message = format_html(said, name=existing.name, link=link)
    raise ValidationError({"name": message})
