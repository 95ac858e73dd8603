"""What a directory does to people: accounts are opened, changed, switched off and on, and taken out of its sight."""

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from scim2_models import ConflictException, ForbiddenException, InvalidValueException, UniquenessException

from assessments.accounts import notices
from assessments.accounts.models import User, plain_address
from assessments.accounts.recorded import described
from assessments.accounts.services import NAME_LENGTH, end_other_sessions, open_account
from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.organizations.memberships import keeping_owners, owned_by
from assessments.organizations.models import Organization, TeamMembership
from assessments.organizations.tokens import services as tokens
from assessments.platform.names import clean_name
from assessments.scim import schemas
from assessments.scim.describing import directory_of
from assessments.scim.models import DirectoryPerson

LAST_ADMINISTRATOR = "This is the last administrator who can sign in. Make another person a superuser first."
STAFF_ADDRESS = (
    "{} works in the administration of this site. Their address is changed there, by a superuser; nothing was changed."
)
NO_ADDRESS = "Send an address that mail reaches, as the userName or among the emails."
TAKEN = "There is an account with the {} {} already. Look for it with a filter, and change it."


def in_sight() -> QuerySet[User]:
    """The people a directory sees: neither the machines that tokens act as, nor whom it deleted."""
    return User.objects.filter(machine_token=None, in_directory__deleted_at=None).select_related("in_directory")


def add_person(wanted: schemas.User, *, actor: User) -> User:
    """Open an account, or bring back that of somebody whom the directory deleted."""
    address = _address_of(wanted) or _plain(wanted.user_name or "")
    if not address:
        raise InvalidValueException(detail=NO_ADDRESS)
    with transaction.atomic():
        user = _deleted(wanted.user_name or "", address)
        if user is None:
            user = _open(wanted, address, actor)
            known = DirectoryPerson(user=user)
        else:
            known = user.in_directory  # type: ignore[attr-defined]
        known.deleted_at = None
        _save(known, wanted)
        _change(user, name=_name(known, wanted), email=address, actor=actor)
        _switch(user, is_active=wanted.active is not False, actor=actor)
    return user


def change_person(user: User, wanted: schemas.User, *, actor: User) -> User:
    """Make a person what is wanted. What is not said of name, address and whether they can sign in stays."""
    with transaction.atomic():
        known, old_name = directory_of(user), directory_of(user).user_name
        _save(known, wanted)
        address = _address_of(wanted)
        if not address and user.email == old_name.lower():
            address = _plain(known.user_name)  # the name was the address, and goes on being it
        _change(user, name=_name(known, wanted), email=address or user.email, actor=actor)
        if wanted.active is not None:
            _switch(user, is_active=wanted.active, actor=actor)
    return user


def delete_person(user: User, *, actor: User) -> None:
    """Switch an account off, take it out of its teams and out of the directory's sight. What the person wrote stays."""
    with transaction.atomic():
        _switch(user, is_active=False, actor=actor)
        known = directory_of(user)
        known.deleted_at = timezone.now()
        known.save()
        for row in TeamMembership.objects.filter(user=user).select_related("team", "user"):
            row.delete()
        _record(user, "Deleted by the directory")


def _open(wanted: schemas.User, address: str, actor: User) -> User:
    if User.objects.filter(email=address).exists():
        raise UniquenessException(detail=TAKEN.format("address", address))
    name = _name_said(wanted) or _joined(wanted.name)
    try:
        return open_account(email=address, name=name, how="by the directory", actor=actor)
    except IntegrityError:
        raise UniquenessException(detail=TAKEN.format("address", address)) from None


def _deleted(user_name: str, address: str) -> User | None:
    """The account of whom the directory deleted, by the name it had there or by its address."""
    gone = User.objects.filter(in_directory__deleted_at__isnull=False).select_related("in_directory")
    return gone.filter(Q(in_directory__user_name_key=user_name.strip().lower()) | Q(email=address)).first()


def _save(known: DirectoryPerson, wanted: schemas.User) -> None:
    user_name, name = (wanted.user_name or "").strip(), wanted.name or schemas.Name()
    if not user_name or len(user_name.lower()) > 254:
        raise InvalidValueException(detail="A userName has 1 to 254 characters.")
    known.user_name, known.user_name_key = user_name, user_name.lower()
    known.is_name_said = known.is_name_said or bool(_name_said(wanted))
    known.external_id = (wanted.external_id or "")[:255]
    known.given_name = clean_name(name.given_name or "")[:NAME_LENGTH]
    known.family_name = clean_name(name.family_name or "")[:NAME_LENGTH]
    others = User.objects.filter(Q(in_directory__user_name_key=known.user_name_key) | Q(email=known.user_name_key))
    if others.exclude(pk=known.user_id).exists():
        raise UniquenessException(detail=TAKEN.format("userName", user_name))
    try:
        with transaction.atomic():
            known.save()
    except IntegrityError:
        raise UniquenessException(detail=TAKEN.format("userName", user_name)) from None


def _name(known: DirectoryPerson, wanted: schemas.User) -> str:
    """As it is said; else the parts, where it was never said; else as it was."""
    joined = "" if known.is_name_said else _joined(wanted.name)
    return _name_said(wanted) or joined or known.user.name


def _name_said(wanted: schemas.User) -> str:
    """What a person is to be called; empty where it is not said but by the parts of the name."""
    formatted = wanted.name.unknown_attributes.get("formatted") if wanted.name else ""
    return wanted.display_name or (formatted if isinstance(formatted, str) else "")


def _joined(name: schemas.Name | None) -> str:
    return " ".join(filter(None, (name.given_name, name.family_name))) if name else ""


def _address_of(wanted: schemas.User) -> str:
    """The first of the addresses marked as primary, else of those for work, else of all; empty where there is none."""
    emails = [each for each in wanted.emails or [] if each.value]
    chosen = sorted(emails, key=lambda each: (not each.primary, each.type != "work"))
    if not chosen:
        return ""
    address = _plain(chosen[0].value or "")
    if not address:
        raise InvalidValueException(detail=f"{chosen[0].value!r} is no address that mail reaches.")
    return address


def _plain(text: str) -> str:
    """An address as it is kept; empty for a text that is none."""
    try:
        address = plain_address(text)
        validate_email(address)
    except ValidationError:
        return ""
    return address if len(address) <= 254 else ""


def _change(user: User, *, name: str, email: str, actor: User) -> None:
    name = clean_name(name)[:NAME_LENGTH]
    if email != user.email:
        if user.is_staff or user.is_superuser:
            raise ForbiddenException(detail=STAFF_ADDRESS.format(user))
        if User.objects.filter(email=email).exclude(pk=user.pk).exists():
            raise UniquenessException(detail=TAKEN.format("address", email))
        text = f"{actor} changed the address of your account to {email}. You sign in with that one from now on."
        notices.tell([user], subject="The address of your account was changed", text=text)
        user.email = email
        EmailAddress.objects.filter(user=user).delete()
        _record(user, "Email")
    if name != user.name:
        old, user.name = user.name, name
        entry = {"subject": described(user), "about": user, "old": old, "new": name}
        trail.record(Action.ACCOUNT_CHANGED, organization=None, **entry)
    user.save(update_fields=["name", "email"])


def _switch(user: User, *, is_active: bool, actor: User) -> None:
    """Let a person sign in, or no more: then their sessions and their tokens end, too."""
    if user.is_active == is_active:
        return
    if not is_active:
        _refuse_last_administrator(user)
    with keeping_owners(Organization.objects.none() if is_active else owned_by(user)):
        user.is_active = is_active
        user.save(update_fields=["is_active"])
    _record(user, f"Can sign in: {'yes' if is_active else 'no'}")
    if not is_active:
        tokens.end_all_of(user, actor=actor)
        end_other_sessions(user, keep=None)


def _refuse_last_administrator(user: User) -> None:
    if user.is_superuser:
        superusers = User.objects.select_for_update().filter(is_superuser=True, is_active=True)
        if {superuser.pk for superuser in superusers} <= {user.pk}:
            raise ConflictException(detail=LAST_ADMINISTRATOR)


def _record(user: User, change: str) -> None:
    entry = {"subject": described(user), "about": user, "new": change}
    trail.record(Action.ACCOUNT_CHANGED, organization=None, **entry)
