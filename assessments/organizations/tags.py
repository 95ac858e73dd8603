"""Tags of an organization: words by which people find it among many."""

import re
from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.organizations.models import Organization, OrganizationTag
from assessments.platform.name_fields import name_key
from assessments.platform.names import clean_name, has_words

TAGS_MAX = 12
TAG_LENGTH = 40


def read_tags(text: str) -> tuple[str, ...]:
    """The tags that were typed with commas or semicolons between them, each once. ValidationError for too many."""
    found: dict[str, str] = {}
    for part in re.split(r"[,;\n]", text):
        tag = clean_name(part)
        if has_words(tag):
            found.setdefault(name_key(tag), tag)
    if long := next((tag for tag in found.values() if len(tag) > TAG_LENGTH), ""):
        refused = _("Use at most {most} characters for a tag: “{tag}…” is longer.")
        raise ValidationError(refused.format(most=TAG_LENGTH, tag=long[:TAG_LENGTH]))
    if len(found) > TAGS_MAX:
        refused = _("Use at most {most} tags. These are {count}.")
        raise ValidationError(refused.format(most=TAGS_MAX, count=len(found)))
    return tuple(found.values())


def written(organization: Organization) -> str:
    """The tags as their field has them."""
    return ", ".join(tag.name for tag in organization.tags.order_by("pk"))


def set_tags(organization: Organization, tags: Iterable[str]) -> None:
    """Give an organization these tags and no others; what it has stays as it is."""
    wanted = {name_key(tag): tag for tag in tags}
    with transaction.atomic():
        Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
        before: Sequence[OrganizationTag] = list(organization.tags.order_by("pk"))
        gone = [tag.pk for tag in before if tag.name_key not in wanted]
        there = {tag.name_key for tag in before}
        new = [tag for key, tag in wanted.items() if key not in there]
        if not gone and not new:
            return
        organization.tags.filter(pk__in=gone).delete()
        for tag in new:
            OrganizationTag.objects.create(organization=organization, name=tag)
        old = ", ".join(tag.name for tag in before)
        trail.record(Action.TAGS_CHANGED, organization=organization, subject="Tags", old=old, new=written(organization))
