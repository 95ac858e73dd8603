"""A list of people, uploaded or pasted, with headings or without: one line each."""

import re
from collections.abc import Sequence
from email.utils import parseaddr

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _lazy

from assessments.dashboards.importing.reading import Line, Lines, Row, lines_of, rows_of, rows_of_text

# In each language of the site, as a list may come from anywhere.
COLUMNS = {
    "email": (
        *("email", "e-mail", "mail", "address", "email address", "e-mail address"),
        *("e-mail-adresse", "courriel", "adresse e-mail", "correo", "correo electrónico"),
    ),
    "name": ("name", "full name", "person", "nom", "nom complet", "nombre", "nombre completo"),
    "first": ("first name", "given name", "vorname", "prénom"),
    "last": ("last name", "surname", "family name", "nachname", "nom de famille", "apellidos"),
    "teams": ("team", "teams", "équipe", "équipes", "equipo", "equipos"),
    "organizations": (
        *("organization", "organizations", "organisation", "organisations", "client", "clients"),
        *("organisationen", "kunde", "kunden", "organización", "organizaciones", "cliente", "clientes"),
    ),
    "role": ("role", "rolle", "rôle", "rol"),
    "language": ("language", "sprache", "langue", "idioma"),
}
EMPTY = _lazy("There is nobody in the list. Give one person a line, with an email address in it.")
NO_ADDRESS = _lazy(
    "No column is called Email. Put the headings in the first line: Email, Name, Teams, Organizations, Role, Language."
)
ADDRESS = re.compile(r"\S@\S")


def read_people(upload: UploadedFile | None, pasted: str) -> Lines:
    """The people of a file or of pasted text. ValidationError, in a sentence, for what is no such list."""
    rows = rows_of(upload) if upload else rows_of_text(pasted)
    if not rows:
        raise ValidationError(EMPTY)
    found = _without_headings(rows) if any(ADDRESS.search(cell) for cell in rows[0][1]) else lines_of(rows, COLUMNS)
    if found is None or "email" not in found.taken:
        raise ValidationError(NO_ADDRESS)
    if not found.lines:
        raise ValidationError(EMPTY)
    return Lines(tuple(_with_whole_name(line) for line in found.lines), found.untaken, found.taken)


def _without_headings(rows: Sequence[Row]) -> Lines | None:
    """The first line is a person already: an address and a name in any order, or as a mail program writes them."""
    bare = [(0, ["email", "name"]), *((number, list(_address_and_name(cells))) for number, cells in rows)]
    return lines_of(bare, COLUMNS)


def _address_and_name(cells: Sequence[str]) -> tuple[str, str]:
    texts = [cell.strip() for cell in cells if cell.strip()]
    address = next((text for text in texts if ADDRESS.search(text)), "")
    names = [text for text in texts if text != address]
    name, plain = parseaddr(address) if "<" in address else ("", address)
    return plain or address, name or " ".join(names)


def _with_whole_name(line: Line) -> Line:
    values = dict(line.values)
    parts = values.pop("first", ""), values.pop("last", "")
    return Line(line.number, {"name": " ".join(filter(None, parts)), **{k: v for k, v in values.items() if v}})
