"""The rows of an organization as one JSON text, row by row: it is never held whole."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import models

from assessments.accounts.models import User
from assessments.organizations.models import Organization
from assessments.reports.exchange.models import OrganizationRest
from assessments.reports.exchange.whole.rows import (
    OWNED,
    SCHEMA,
    UNNUMBERED,
    VERSION,
    fields_of,
    is_person,
    is_team,
    owned_name,
    rows_of,
    without_accounts,
    written,
)

Json = dict[str, Any]
CHUNK = 1000


def write_rows(organization: Organization, files: Mapping[str, Any]) -> Iterator[str]:
    """The text in pieces. `files` says of each stored file where in the archive it lies, and its checksum."""
    return _Writer(organization, files).pieces()


class _Writer:
    def __init__(self, organization: Organization, files: Mapping[str, Any]) -> None:
        self.organization, self.files = organization, files
        self.rest = OrganizationRest.objects.filter(organization=organization).first()
        self.numbers: dict[str, dict[int, int]] = {}
        self.people = self._people()
        self.by_email = {email: number for number, (email, _) in enumerate(self.people, 1)}

    def pieces(self) -> Iterator[str]:
        head = {"schema": SCHEMA, "version": VERSION}
        yield json.dumps(head, indent=1)[:-2] + ',\n "people": [\n'
        yield ",\n".join(_json({"email": email, "name": name}) for email, name in self.people)
        yield '\n ],\n "rows": {'
        for place, name in enumerate(OWNED):
            yield f'{"," if place else ""}\n  "{name}": [\n'
            yield from self._rows(name)
            yield "\n  ]"
        yield "\n }\n}\n"

    def _rows(self, name: str) -> Iterator[str]:
        if name in UNNUMBERED:
            found = [_json(self._row(name, row)) for row in rows_of(name, self.organization)]
            yield ",\n".join(sorted([*found, *self._waiting(name)]))
            return
        numbers = self.numbers[name] = {}
        for row in rows_of(name, self.organization).iterator(chunk_size=CHUNK):
            separator = ",\n" if numbers else ""
            numbers[row.pk] = len(numbers) + 1
            yield separator + _json(self._row(name, row))

    def _row(self, name: str, row: models.Model) -> Json:
        kept = self._kept(name, row.pk)
        values = {field.name: self._value(field, row, kept) for field in fields_of(name)}
        if name == "Report":
            values["snapshot"] = without_accounts(values["snapshot"])
        if name == "VendorAnswer":
            values["vendor_said_from"] = self._review_mark(values["vendor_said_from"])
        return values

    def _value(self, field: models.Field, row: models.Model, kept: Mapping[str, int]) -> Any:
        value = getattr(row, field.attname)
        if is_person(field):
            return self._person(value) if value else kept.get(field.name)
        if is_team(field):
            return str(getattr(row, field.name))
        if field.is_relation:
            name = owned_name(field)
            return self.numbers[name].get(value) if name and value else None
        if isinstance(field, models.FileField):
            return self.files.get(value.name) if value else None
        return written(value)

    def _review_mark(self, mark: str) -> str:
        """The review that a vendor's words came in the workbook of, by its number here."""
        review, slash, version = mark.partition("/")
        number = self.numbers["VendorReview"].get(int(review)) if review.isdecimal() else None
        return f"{number}{slash}{version}" if number else mark

    # ---- People

    def _people(self) -> list[tuple[str, str]]:
        """Address and name of everybody whom a row refers to, by address."""
        ids: set[int] = set()
        for name in OWNED:
            for field in filter(is_person, fields_of(name)):
                found = rows_of(name, self.organization).order_by().values_list(field.attname, flat=True).distinct()
                ids |= {pk for pk in found if pk}
        known = dict(User.objects.filter(pk__in=ids).values_list("email", "name"))
        self.emails = dict(User.objects.filter(pk__in=ids).values_list("pk", "email"))
        for person in self.rest.people if self.rest else ():
            known.setdefault(person["email"], person["name"])
        return sorted(known.items())

    def _person(self, pk: int) -> int | None:
        return self.by_email.get(self.emails.get(pk, ""))

    def _kept(self, name: str, pk: int) -> dict[str, int]:
        """Whom the empty references of a row stand for, who has no account here."""
        if self.rest is None:
            return {}
        places = self.rest.references.get(name, {}).get(str(pk), {})
        return {field: self.by_email[self.rest.people[place]["email"]] for field, place in places.items()}

    def _waiting(self, name: str) -> Iterator[str]:
        """Rows that no account stands behind here, as they came; one whose own row is gone is gone with it."""
        for kept in self.rest.rows.get(name, ()) if self.rest else ():
            row = dict(kept)
            for field in fields_of(name):
                if is_person(field) and row[field.name] is not None:
                    row[field.name] = self.by_email[self.rest.people[row[field.name]]["email"]]
                elif (owned := owned_name(field)) and not is_person(field):
                    row[field.name] = self.numbers[owned].get(row[field.name])
                    if row[field.name] is None:
                        break
            else:
                yield _json(row)


def checksum(content: Any) -> tuple[str, int]:
    """The SHA-256 and the length of a file, read piece by piece."""
    digest, size = hashlib.sha256(), 0
    while chunk := content.read(1024 * 1024):
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size


def _json(value: Any) -> str:
    return "   " + json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False)
