"""What a team's checks say elsewhere: on the overview, in the report, in the export, and what to read first."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments import framework
from assessments.framework import Category
from assessments.handbook import answers
from assessments.handbook.answers import Share, areas, larger_kind, shares
from assessments.handbook.book import Link
from assessments.handbook.models import TeamCheck
from assessments.organizations.models import Organization
from assessments.scoring.words import capitalized, number_word

Kind = TeamCheck.Kind


@dataclass(frozen=True, slots=True)
class ChecksSummary:
    """The checks in a few lines, one a kind."""

    lines: tuple[str, ...]

    @property
    def is_begun(self) -> bool:
        return bool(self.lines)


def summarize(organization: Organization) -> ChecksSummary:
    """What is answered so far, in one query."""
    said = _said(organization)
    return ChecksSummary(tuple(filter(None, (_pitfalls(said), _roles(said), _cases(said), _mix(said)))))


def _said(organization: Organization) -> dict[tuple[str, str], dict[str, Any]]:
    return {(kind, key): values for kind, key, values in organization.team_checks.values_list("kind", "key", "values")}


Said = dict[tuple[str, str], dict[str, Any]]


def _pitfalls(said: Said) -> str:
    fits = {key: said.get((Kind.PITFALL, key), {}).get("fits", "") for key in answers.keys(Kind.PITFALL)}
    if not any(fits.values()):
        return ""
    ours = [answers.name_of(Kind.PITFALL, key) for key, answer in fits.items() if answer == "yes"]
    if not ours:
        return _("No pitfall fits, of {number} looked at.").format(number=number_word(sum(map(bool, fits.values()))))
    words = ngettext("{number} of {all} pitfalls fits: {names}.", "{number} of {all} pitfalls fit: {names}.", len(ours))
    number = capitalized(number_word(len(ours)))
    return words.format(number=number, all=number_word(len(fits)), names="; ".join(ours))


def _roles(said: Said) -> str:
    named = {role.name: said.get((Kind.ROLE, role.key), {}) for role in areas()}
    if not any(values.get("who") or values.get("signals") for values in named.values()):
        return ""
    missing = [name for name, values in named.items() if not (values.get("who") and values.get("signals"))]
    if not missing:
        return _("Each of the six roles has somebody who shows its signals.")
    words = ngettext(
        "Nobody shows yet what {number} of six roles needs: {names}.",
        "Nobody shows yet what {number} of six roles need: {names}.",
        len(missing),
    )
    return words.format(number=number_word(len(missing)), names="; ".join(missing))


def _cases(said: Said) -> str:
    count = len(_stated(said))
    if not count:
        return ""
    words = ngettext(
        "{number} use case is written down with its need and options.",
        "{number} use cases are written down with their needs and options.",
        count,
    )
    return words.format(number=capitalized(number_word(count)))


def _stated(said: Said) -> list[dict[str, str]]:
    rows = [said.get((Kind.USE_CASE, key), {}) for key in answers.keys(Kind.USE_CASE)]
    return [{name: row.get(name, "") for name in answers.CASE_FIELDS} for row in rows if any(row.values())]


def _mix(said: Said) -> str:
    words = answers.mix_words(said.get((Kind.MIX, "mix"), {}))
    return _("The work is {mix}.").format(mix=words) if words else ""


def use_cases(organization: Organization) -> list[dict[str, str]]:
    """The use cases with their need and options, in order, as the report freezes them."""
    return _stated(_said(organization))


def archived_checks(organization: Organization) -> list[dict[str, Any]]:
    """Every check, as it goes into the archive of an organization."""
    rows = organization.team_checks.order_by("kind", "key").select_related("updated_by")
    return [
        {
            "kind": row.kind,
            "key": row.key,
            "about": answers.name_of(row.kind, row.key) if row.key in answers.keys(row.kind) else row.key,
            "values": row.values,
            "by": str(row.updated_by or ""),
            "at": row.updated_at.isoformat() if row.updated_at else None,
        }
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class ReadFirst:
    """What comes first for the mix of an organization's work: pages to read, categories to look at."""

    share: Share
    kind: str
    pages: tuple[Link, ...]
    categories: tuple[Category, ...]


def read_first(organization: Organization) -> ReadFirst | None:
    """None while no mix is stated. One query."""
    values = organization.team_checks.filter(kind=Kind.MIX).values_list("values", flat=True).first()
    stated = shares(values or {})
    if not stated:
        return None
    largest, content = stated[0], framework.current()
    pages = tuple(Link(content.handbook.concept(key).name, key) for key in largest.workload.concepts)
    categories = tuple(content.category(key) for key in largest.workload.categories)
    return ReadFirst(largest, larger_kind(stated), pages, categories)
