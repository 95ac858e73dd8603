"""The page of a team's checks: what is asked, what was said, what is on the roadmap already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from assessments import framework
from assessments.accounts.models import User
from assessments.framework.definitions import Pitfall, Role
from assessments.handbook import answers, services
from assessments.handbook.answers import Share
from assessments.handbook.models import TeamCheck
from assessments.organizations.models import Organization
from assessments.roadmaps.models import Roadmap
from assessments.saving.parts import Outcome, PartSlot, State, attempt, is_posted, part_slot, plain

Kind = TeamCheck.Kind
PART = "check"
SPARE_CASES = 2
Rows = Mapping[tuple[str, str], TeamCheck]


@dataclass(frozen=True, slots=True)
class Tick:
    name: str
    text: str
    is_ticked: bool


@dataclass(frozen=True, slots=True)
class Check:
    """One check on the page: `about` is the handbook's entry, `fields` what stands in its controls."""

    kind: str
    key: str
    about: Pitfall | Role | None
    slot: PartSlot
    fields: Mapping[str, str]
    item_pk: int | None = None

    @property
    def part_key(self) -> str:
        return part_key(self.kind, self.key)

    @property
    def params(self) -> str:
        """The names of what is sent when it is saved alone."""
        return ",".join(f"{self.part_key}-{name}" for name in (*self.fields, f"{PART}_version"))

    @property
    def ticks(self) -> list[Tick]:
        """The signals of a role."""
        signals = self.about.signals if isinstance(self.about, Role) else ()
        return [Tick(f"signal-{n}", text, bool(self.fields[f"signal-{n}"])) for n, text in enumerate(signals)]

    @property
    def chosen(self) -> str:
        return str(answers.FITS.get(self.fields.get("fits", "")) or _("Not answered"))


@dataclass(frozen=True, slots=True)
class ChecksPage:
    pitfalls: tuple[Check, ...]
    roles: tuple[Check, ...]
    cases: tuple[Check, ...]
    mix: Check
    shares: tuple[Share, ...]
    roadmap: Roadmap | None

    @property
    def stated_cases(self) -> list[Check]:
        return [case for case in self.cases if any(case.fields.values())]


def part_key(kind: str, key: str) -> str:
    return f"{kind}-{key}"


def read_rows(organization: Organization) -> dict[tuple[str, str], TeamCheck]:
    return {(row.kind, row.key): row for row in organization.team_checks.select_related("updated_by")}


def values_of(rows: Rows, kind: str, key: str) -> Mapping[str, Any]:
    row = rows.get((kind, key))
    return row.values if row else {}


def checks_page(
    organization: Organization, outcomes: Sequence[Outcome] = (), data: QueryDict | None = None
) -> ChecksPage:
    rows, roadmap = read_rows(organization), organization.roadmaps.newest_first().first()
    planned = dict(roadmap.items.exclude(source_key="").values_list("source_key", "pk")) if roadmap else {}
    by_key = {outcome.key: outcome for outcome in outcomes}
    handbook = framework.current().handbook
    about = {p.key: p for p in handbook.pitfalls} | {r.key: r for r in handbook.roles}

    def check(kind: str, key: str) -> Check:
        slot = _slot(kind, key, rows, by_key.get(part_key(kind, key)), data)
        found = about.get(key) if kind in (Kind.PITFALL, Kind.ROLE) else None
        return Check(kind, key, found, slot, slot.yours, planned.get(services.source_key(kind, key)))

    cases = [check(Kind.USE_CASE, key) for key in answers.keys(Kind.USE_CASE)]
    last = max((place for place, case in enumerate(cases, start=1) if any(case.fields.values())), default=0)
    return ChecksPage(
        pitfalls=tuple(check(Kind.PITFALL, key) for key in answers.keys(Kind.PITFALL)),
        roles=tuple(check(Kind.ROLE, key) for key in answers.keys(Kind.ROLE)),
        cases=tuple(cases[: last + SPARE_CASES]),
        mix=check(Kind.MIX, "mix"),
        shares=tuple(answers.shares(values_of(rows, Kind.MIX, "mix"))),
        roadmap=roadmap,
    )


def _slot(kind: str, key: str, rows: Rows, outcome: Outcome | None, data: QueryDict | None) -> PartSlot:
    row = rows.get((kind, key))
    stored = answers.stored_fields(kind, key, row.values if row else {})
    version = outcome.version if outcome else row.version if row else 0
    return part_slot(part_key(kind, key), PART, version, stored, outcome=outcome, data=data, labels=_labels(kind, key))


def _labels(kind: str, key: str) -> dict[str, str]:
    if kind == Kind.PITFALL:
        return {value: str(words) for value, words in answers.FITS.items()}
    return {"on": _("a signal")} if kind == Kind.ROLE else {}


# Saving


def save_check(organization: Organization, kind: str, key: str, data: QueryDict, actor: User) -> Outcome:
    """Save one check of what was posted and say what became of it; never raises for bad input."""
    about = part_key(kind, key)

    def save(version: int) -> int:
        posted = {name: data.get(f"{about}-{name}", "") for name in answers.field_names(kind, key)}
        values = answers.clean(kind, key, posted)
        return services.record_check(organization, kind=kind, key=key, values=values, actor=actor, version=version)

    return attempt(about, PART, data, save)


def save_page(organization: Organization, data: QueryDict, actor: User) -> list[Outcome]:
    """Save every check of a whole posted page that differs from what is stored: how it works without JavaScript."""
    rows, outcomes = read_rows(organization), []
    for kind in Kind.values:
        for key in answers.keys(kind):
            about = part_key(kind, key)
            stored = answers.stored_fields(kind, key, values_of(rows, kind, key))
            posted = {name: plain(data.get(f"{about}-{name}", "")) for name in stored}
            if is_posted(about, PART, data) and posted != stored:
                outcomes.append(save_check(organization, kind, key, data, actor))
    return outcomes


def answered_slot(outcome: Outcome, kind: str, key: str, data: QueryDict) -> PartSlot:
    """The slot to send back for a single save: in a conflict it shows both, and keeps the version that was posted."""
    if outcome.state != State.CONFLICT:
        return PartSlot(outcome.key, outcome.part, outcome.version, outcome)
    stored = answers.stored_fields(kind, key, outcome.current.values)
    return part_slot(outcome.key, PART, outcome.version, stored, outcome=outcome, data=data, labels=_labels(kind, key))
