"""Changing how a firm looks."""

from functools import partial

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction

from assessments.accounts.models import User
from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.organizations.branding.logos import EXTENSIONS, Logo
from assessments.organizations.branding.models import Brand
from assessments.organizations.models import Organization, Team, TeamGrant
from assessments.platform.failures import why_not_stored


def update_brand(
    owner: Organization | Team, *, actor: User, logo: Logo | None = None, remove_logo: bool = False, **values: str
) -> Brand:
    """Set the lines and colors that are given, and a new logo or none. The file of the old one goes."""
    here = {"organization_id" if isinstance(owner, Organization) else "team_id": owner.pk}
    stored = ""
    try:
        with transaction.atomic():
            Brand.objects.get_or_create(**here)
            brand = Brand.objects.select_for_update().get(**here)
            changes = [(name, getattr(brand, name), value) for name, value in values.items()]
            for name, _, value in changes:
                setattr(brand, name, value)
            if logo or remove_logo:
                changes.append(("logo", _described(brand), _described(logo)))
                if brand.logo:
                    transaction.on_commit(partial(brand.logo.storage.delete, brand.logo.name), robust=True)
                _set_logo(brand, logo)
                stored = brand.logo.name if logo else ""
            brand.save()
            _record(owner, [change for change in changes if change[1] != change[2]], actor)
    except Exception as error:
        if stored:
            Brand._meta.get_field("logo").storage.delete(stored)
        if reason := why_not_stored(error):
            raise ValidationError({"logo": reason}) from error
        raise
    return brand


def _set_logo(brand: Brand, logo: Logo | None) -> None:
    brand.logo = ""
    brand.logo_type, brand.logo_sha256 = (logo.content_type, logo.sha256) if logo else ("", "")
    brand.logo_width, brand.logo_height = (logo.width, logo.height) if logo else (0, 0)
    if logo:
        brand.logo.save("logo", ContentFile(logo.content), save=False)


def _described(logo: Brand | Logo | None) -> str:
    """A logo as the activity names it: what kind, how large, and which one."""
    if logo is None or (isinstance(logo, Brand) and not logo.logo):
        return ""
    kind = logo.logo_type if isinstance(logo, Brand) else logo.content_type
    size = (logo.logo_width, logo.logo_height) if isinstance(logo, Brand) else (logo.width, logo.height)
    sha256 = logo.logo_sha256 if isinstance(logo, Brand) else logo.sha256
    return f"{EXTENSIONS[kind].upper()}, {size[0]} × {size[1]}, {sha256[:8]}"


def _record(owner: Organization | Team, changes: list[tuple[str, str, str]], actor: User) -> None:
    """One entry for each change; of a team, in each organization that it works on."""
    if isinstance(owner, Organization):
        places, whose = [owner.pk], "Branding"
    else:
        places = list(TeamGrant.objects.filter(team=owner).values_list("organization", flat=True)) or [None]
        whose = f"Branding of {owner}"
    for name, old, new in changes:
        label = trail.in_english(Brand._meta.get_field(name).verbose_name)
        for place in places:
            trail.record(
                Action.BRANDING_CHANGED,
                organization=place,
                subject=f"{whose}: {label}",
                old=old,
                new=new,
                actor=actor,
            )
