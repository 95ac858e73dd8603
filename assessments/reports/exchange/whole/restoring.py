"""An organization taken in from another installation: all of it in one transaction, or nothing."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import IO, Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import IntegrityError, models, transaction
from django.utils.crypto import get_random_string
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from assessments import framework
from assessments.accounts.models import User
from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.framework.errors import FrameworkError
from assessments.organizations.models import Organization
from assessments.platform.frameworks.keeping import keep
from assessments.reports.exchange.lookalikes import unknown
from assessments.reports.exchange.models import OrganizationRest
from assessments.reports.exchange.whole.packing import Archive
from assessments.reports.exchange.whole.rows import OWNED, fields_of, is_person, is_team, model_of, owned_name
from assessments.reports.exchange.whole.shapes import people_in, rows_in
from assessments.reports.models import Report
from assessments.reports.preparing.services import check_kept
from assessments.reports.sentences import sentence
from assessments.reports.snapshot import digest
from assessments.saving.addresses import read_address
from assessments.scorecards import standings
from assessments.scorecards.queries import score_all
from assessments.scorecards.signing.immutability import GUARDED
from assessments.scoring.words import counted

Json = dict[str, Any]

FIRST = ("OrganizationTag", "Brand", "ReportRetention", "Membership", "TeamGrant")
# What a sign-off freezes, whatever it comes to be: it has to be there before the sign-off is.
OF_A_SCORECARD = tuple(name for name in OWNED if name in GUARDED and name != "Scorecard")
SIGNING = ("signed_off_at", "signed_off_by_id", "signed_off_name")
BATCH = 500
SLUG = re.compile(r"[a-z0-9_-]{1,60}")
FOLDERS = {"Report": "reports", "Brand": "logos"}  # where files are stored; all others as evidence


def import_organization(upload: IO[bytes], *, actor: User | None = None) -> Organization:
    """The organization that an archive holds, with everything in it; ValidationError, and nothing changed, else."""
    with _restoring(upload) as restoring:
        return restoring.run(actor)


def look_through(upload: IO[bytes], *, actor: User | None = None) -> list[str]:
    """What `import_organization` would take, a line each, by doing it and taking it back; ValidationError as there."""
    with _restoring(upload) as restoring:
        restoring.run(actor)
        lines = restoring.lines()
        restoring.throw_files_away()
        transaction.set_rollback(True)
    return lines


@contextmanager
def _restoring(upload: IO[bytes]) -> Iterator["_Restoring"]:
    archive = Archive(upload)
    restoring = _Restoring(archive, archive.rows())
    try:
        with transaction.atomic():
            yield restoring
    except BaseException as error:
        restoring.throw_files_away()
        if isinstance(error, IntegrityError):
            raise ValidationError(
                _("Two rows of the file contradict each other, or one contradicts what is here. Nothing was taken.")
            ) from error
        raise


class _Restoring:
    def __init__(self, archive: Archive, content: Json) -> None:
        self.archive = archive
        self.rows = rows_in(content.get("rows"))
        self.people = people_in(content.get("people"))
        self.accounts = self._accounts()
        self.made: dict[str, list[Any]] = {name: [] for name in OWNED}  # by number, beginning with 0
        self.stored: dict[str, str] = {}
        self.references: dict[str, dict[str, dict[str, int]]] = {}
        self.waiting: dict[str, list[Json]] = {}

    def run(self, actor: User | None) -> Organization:
        organization = self._organization()
        for name in FIRST:
            self._add(name, range(len(self.rows[name])))
        self._scorecards()
        for name in OWNED:
            if name not in ("Organization", *FIRST, "Scorecard", *OF_A_SCORECARD):
                self._add(name, range(len(self.rows[name])))
        self._keep_rest(organization)
        for row in score_all(organization.scorecards.all()):
            standings.keep(row.scorecard, row.result, facts=True)
        trail.record(Action.ORGANIZATION_IMPORTED, organization=organization, subject=organization.name, actor=actor)
        return organization

    def lines(self) -> list[str]:
        """What was taken, for whoever decides about it."""
        [organization] = self.made["Organization"]
        lines = [f"{organization.name}, at /o/{organization.slug}/."]
        wanted = self.rows["Organization"][0]["slug"]
        if wanted != organization.slug:
            lines.append(f"Its own address, /o/{str(wanted)[:60]}/, is taken here.")
        for name in OWNED:
            if name != "Organization" and (count := sum(item is not None for item in self.made[name])):
                meta = model_of(name)._meta
                lines.append(sentence(f"{counted(count, str(meta.verbose_name), str(meta.verbose_name_plural))}."))
        if self.stored:
            lines.append(sentence(f"{counted(len(self.stored), 'file', 'files')}."))
        have = {place for place in range(len(self.people)) if place in self.accounts}
        for place, person in enumerate(self.people):
            known = "has an account here" if place in have else "has no account here and is kept by name"
            lines.append(f"{person['name'] or person['email']}, {person['email']}, {known}.")
        for name, rows in self.waiting.items():
            meta = model_of(name)._meta
            what = counted(len(rows), str(meta.verbose_name), str(meta.verbose_name_plural))
            lines.append(sentence(f"{what} left without effect, as nobody here stands for them."))
        return lines

    def throw_files_away(self) -> None:
        for name in self.stored.values():
            default_storage.delete(name)

    # ---- Rows

    def _organization(self) -> Organization:
        if len(self.rows["Organization"]) != 1:
            raise ValidationError(_("The file holds no organization, or more than one."))
        organization = self._object("Organization", 0)
        slug = organization.slug
        if not SLUG.fullmatch(slug) or Organization.objects.filter(slug=slug).exists():
            organization.slug = f"{slug[:50].strip('-_') or 'organization'}-{get_random_string(6).lower()}"
        twin = Organization.objects.current().filter(name=organization.name, created_by=organization.created_by_id)
        if organization.created_by_id and twin.exists():
            said = _("{organization} is here already. Rename or delete that one first.")
            raise ValidationError(said.format(organization=organization.name))
        self._insert("Organization", [organization])
        self.made["Organization"] = [organization]
        return organization

    def _scorecards(self) -> None:
        """One after the other: what is signed off takes no more rows, and only one is open at a time."""
        below = {name: self._by_scorecard(name) for name in OF_A_SCORECARD}
        later: list[tuple[Any, int | None]] = []
        for number in range(len(self.rows["Scorecard"])):
            scorecard = self._object("Scorecard", number)
            signed = {name: getattr(scorecard, name) for name in SIGNING}
            for name in SIGNING:
                setattr(scorecard, name, "" if name == "signed_off_name" else None)
            later.append((scorecard, scorecard.predecessor_id))
            self._insert("Scorecard", [scorecard])
            self.made["Scorecard"].append(scorecard)
            for name in OF_A_SCORECARD:
                self._add(name, below[name].get(number + 1, []))
            model_of("Scorecard").objects.filter(pk=scorecard.pk).update(**signed)

    def _by_scorecard(self, name: str) -> dict[int, list[int]]:
        """The places of rows by the number of their assessment."""
        found: dict[int, list[int]] = {}
        between = OWNED[name].split("__")[:-2]  # without the scorecard and its organization
        for place, row in enumerate(self.rows[name]):
            model, above = name, row
            for part in between:
                model = owned_name(model_of(model)._meta.get_field(part))
                above = self._row_of(model, above.get(part))
            number = above.get("scorecard")
            found.setdefault(number if isinstance(number, int) else 0, []).append(place)
        if 0 in found or any(number > len(self.rows["Scorecard"]) for number in found):
            raise ValidationError(_("A row of {kind} belongs to no assessment in the file.").format(kind=name))
        return found

    def _row_of(self, name: str, number: Any) -> Json:
        rows = self.rows[name]
        if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= len(rows):
            said = _("A row refers to {kind} {number}, which is not in the file.")
            raise ValidationError(said.format(kind=name, number=str(number)[:20]))
        return rows[number - 1]

    def _add(self, name: str, places: Any) -> None:
        batch: list[Any] = []
        made = self.made[name]
        made.extend([None] * (len(self.rows[name]) - len(made)))
        for place in places:
            item = self._object(name, place)
            if item is not None:
                made[place] = item
                batch.append(item)
        for start in range(0, len(batch), BATCH):
            self._insert(name, batch[start : start + BATCH])
        for place in places:
            self._remember(name, place)

    def _insert(self, name: str, batch: list[Any]) -> None:
        """Insert rows with the times they came with: some fields take the clock's by themselves."""
        model = model_of(name)
        clocked = [f.name for f in model._meta.concrete_fields if getattr(f, "auto_now_add", False)]
        times = [{field: getattr(item, field) for field in clocked} for item in batch]
        model._default_manager.bulk_create(batch)
        if clocked:
            for item, kept in zip(batch, times, strict=True):
                for field, value in kept.items():
                    setattr(item, field, value)
            model._default_manager.bulk_update(batch, clocked)
        if name in ("Organization", "Scorecard"):
            self._remember(name, len(self.made[name]), batch[0])

    def _object(self, name: str, place: int) -> Any:
        """A row as it will be inserted; None for one that waits for an account."""
        row, where = self.rows[name][place], f"{name} {place + 1}"
        fields = {field.name: field for field in fields_of(name)}
        for key in row:
            if key not in fields:
                said = unknown(key, list(fields), _("“{text}” is no part of {kind}."), kind=name)
                raise ValidationError(f"{where}: {said}")
        item = model_of(name)()
        for key, field in fields.items():
            value = row.get(key)
            if is_team(field):
                self._wait(name, row)
                return None
            if is_person(field):
                account = self._account(value, where)
                if account is None and not field.null:
                    self._wait(name, row)
                    return None
                setattr(item, field.attname, account)
            elif field.is_relation:
                setattr(item, field.attname, self._reference(field, value, where))
            else:
                setattr(item, field.attname, self._value(name, field, value, f"{where}, {key}"))
        if name == "Report":
            item.status, item.step = Report.Status.DONE, 0
            item.snapshot_sha256 = digest(item.snapshot)
        if name == "VendorAnswer":
            item.vendor_said_from = self._review_mark(item.vendor_said_from)
        self._check_framework(item, where)
        if name in ("ReportDraft", "ReportTemplate"):
            self._check_kept(row, where, has_words=name == "ReportDraft")
        return item

    def _check_kept(self, row: Json, where: str, *, has_words: bool) -> None:
        try:
            check_kept(row, has_words=has_words)
        except ValidationError as error:
            raise ValidationError(f"{where}: {error.messages[0]}") from None

    def _check_framework(self, item: Any, where: str) -> None:
        if hasattr(item, "framework_version"):
            try:
                keep(framework.load(item.framework_key, item.framework_version))
            except FrameworkError:
                named = f"{item.framework_key} {item.framework_version}"[:80]
                said = _("{where}: this site does not have the framework “{framework}”.")
                raise ValidationError(said.format(where=where, framework=named)) from None

    def _reference(self, field: Any, value: Any, where: str) -> int | None:
        name = owned_name(field)
        if value is None or not name:
            if not field.null:
                raise ValidationError(_("{where} refers to no {name}.").format(where=where, name=field.name))
            return None
        self._row_of(name, value)
        made = self.made[name][value - 1] if value <= len(self.made[name]) else None
        if made is None:
            said = _("{where} refers to {kind} {number}, which comes after it.")
            raise ValidationError(said.format(where=where, kind=name, number=value))
        return int(made.pk)

    def _value(self, name: str, field: Any, value: Any, where: str) -> Any:
        if isinstance(field, models.FileField):
            return self._file(name, value) if value is not None else ""
        if isinstance(field, models.JSONField):
            return value
        if value is None:
            if not field.null:
                raise ValidationError(_("{where}: something must stand here.").format(where=where))
            return None
        try:
            read = _read(field, value)
            if field.choices and read not in ("", *(choice for choice, _label in field.flatchoices)):
                raise ValidationError(_("“{value}” is none of the values there are.").format(value=str(read)[:40]))
            if isinstance(field, models.URLField):
                if read and read_address(read) != read:
                    raise ValidationError(_("This is no web address as it is kept here."))
                if len(read) > 2000:
                    raise ValidationError(_("This web address is too long."))
            elif read not in field.empty_values:
                field.run_validators(read)
        except ValidationError as error:
            raise ValidationError(f"{where}: {error.messages[0]}") from None
        except (ValueError, TypeError, InvalidOperation, OverflowError):
            said = _("{where}: “{value}” cannot stand here.")
            raise ValidationError(said.format(where=where, value=str(value)[:40])) from None
        return read

    def _file(self, name: str, about: Any) -> str:
        """The name in the storage; one file of the archive is stored once, whoever refers to it."""
        place, is_there = self.archive.check(about)
        if place not in self.stored:
            ending = place.rpartition(".")[2] if name == "Report" else ""
            folder, own = FOLDERS.get(name, "evidence"), f"{uuid4().hex}{f'.{ending}' if ending else ''}"
            target = f"{folder}/{self.made['Organization'][0].pk}/{own}"
            self.stored[place] = self.archive.store(place, target) if is_there else target
        return self.stored[place]

    def _review_mark(self, mark: str) -> str:
        number, slash, version = mark.partition("/")
        if not number.isdecimal() or len(number) > 9:
            return mark
        rows = self.made["VendorReview"]
        return f"{rows[int(number) - 1].pk}{slash}{version}" if 1 <= int(number) <= len(rows) else mark

    # ---- People

    def _accounts(self) -> dict[int, int]:
        """The accounts of those who have one here, by their place in the file."""
        emails = {person["email"].lower(): place for place, person in enumerate(self.people) if person["email"]}
        found = User.objects.filter(email__in=emails, is_active=True).values_list("email", "pk")
        return {emails[email]: pk for email, pk in found}

    def _account(self, number: Any, where: str) -> int | None:
        if number is None:
            return None
        if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= len(self.people):
            said = _("{where} names person {number}, who is not in the file.")
            raise ValidationError(said.format(where=where, number=str(number)[:20]))
        return self.accounts.get(number - 1)

    def _wait(self, name: str, row: Json) -> None:
        kept = dict(row)
        for field in fields_of(name):
            if is_person(field) and kept.get(field.name) is not None:
                self._account(kept[field.name], name)
                kept[field.name] -= 1
            elif owned_name(field) and kept.get(field.name) is not None:
                kept[field.name] = self._reference(field, kept[field.name], name)
        self.waiting.setdefault(name, []).append(kept)

    def _remember(self, name: str, place: int, item: Any = None) -> None:
        """Whom the empty references of a row stand for."""
        item = item if item is not None else self.made[name][place]
        for field in fields_of(name) if item is not None else ():
            number = self.rows[name][place].get(field.name)
            if is_person(field) and number is not None and getattr(item, field.attname) is None:
                if name == "Scorecard" and field.name == "signed_off_by" and number - 1 in self.accounts:
                    continue
                self.references.setdefault(name, {}).setdefault(str(item.pk), {})[field.name] = number - 1

    def _keep_rest(self, organization: Organization) -> None:
        used = sorted(self._used())
        if used or self.waiting:
            places = {number: place for place, number in enumerate(used)}
            for rows in self.references.values():
                for names in rows.values():
                    names.update({field: places[number] for field, number in names.items()})
            for name, rows in self.waiting.items():
                for row in rows:
                    for field in filter(is_person, fields_of(name)):
                        if row.get(field.name) is not None:
                            row[field.name] = places[row[field.name]]
            people = [self.people[number] for number in used]
            OrganizationRest.objects.create(
                organization=organization, people=people, references=self.references, rows=self.waiting
            )

    def _used(self) -> set[int]:
        used = {n for rows in self.references.values() for names in rows.values() for n in names.values()}
        for name, rows in self.waiting.items():
            people = [field.name for field in fields_of(name) if is_person(field)]
            used |= {row[field] for row in rows for field in people if row.get(field) is not None}
        return used


def _read(field: Any, value: Any) -> Any:
    """A value of JSON as the field holds it."""
    if isinstance(field, models.DateTimeField):
        found = parse_datetime(value)
        if found is None or found.tzinfo is None:
            raise ValueError(value)
        return found
    if isinstance(field, models.DateField):
        return date.fromisoformat(value)
    if isinstance(field, models.DecimalField):
        if not re.fullmatch(r"-?\d{1,20}(\.\d{1,20})?", str(value)):
            raise ValueError(value)
        return field.to_python(Decimal(value))
    if isinstance(field, models.BooleanField):
        if not isinstance(value, bool):
            raise ValueError(value)
        return value
    if isinstance(field, models.IntegerField):
        if not isinstance(value, int) or isinstance(value, bool):
            raise ValueError(value)
        return value
    if isinstance(field, models.CharField | models.TextField):
        if not isinstance(value, str) or "\x00" in value or re.search("[\ud800-\udfff]", value):
            raise ValueError(value)
        return value
    return field.to_python(value)
