"""Numbers of a scenario out of the files of tools: which input a figure fits, and putting it there."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from assessments.accounts.models import User
from assessments.economics import saving, services
from assessments.economics.inputs import check_range
from assessments.economics.models import Scenario
from assessments.figures import records
from assessments.figures.dropped import drops
from assessments.figures.dropped.forms import AskForm
from assessments.figures.dropped.previews import Row, head_of, warnings_of
from assessments.figures.dropped.refusals import Refused, refused_because
from assessments.figures.models import FigureDrop
from assessments.figures.options import Option
from assessments.figures.records import Found
from assessments.figures.takes import Choice, Target, remember
from assessments.framework import Calculator, CalculatorInput
from assessments.saving.parts import StaleAnswerError
from assessments.scoring.words import capitalized, number_word

# Which inputs a figure can be: by its name and kind, the control names of the inputs, the best first.
FITS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("utilization", "active"): ("idle-spend-feed_percent",),
    ("utilization", "allocated"): ("idle-spend-feed_percent",),
    ("power", "per GPU"): ("power-envelope-watts_each",),
    ("cost", "EffectiveCost"): ("idle-spend-monthly_spend", "unit-economics-monthly_cost"),
    ("cost", "BilledCost"): ("idle-spend-monthly_spend", "unit-economics-monthly_cost"),
    ("cost", "EffectiveCost usage"): ("idle-spend-monthly_spend", "unit-economics-monthly_cost"),
    ("cost", "BilledCost usage"): ("idle-spend-monthly_spend", "unit-economics-monthly_cost"),
}
TICKED = {("utilization", "mean"), ("power", "max"), ("cost", "total")}
MONTH = re.compile(r"\d{4}-\d\d")
NO_DATE = _lazy("Give a date. Without one the figure says nothing of today.")
CHANGED = _lazy(
    "{} was changed by somebody else meanwhile, so nothing was taken. Look at it, then read the file again."
)
Parts = Mapping[str, tuple[Calculator, CalculatorInput]]


@dataclass(frozen=True, slots=True)
class FileBlock:
    """One dropped file: the figures that fit an input, why others do not, and what the file leaves open."""

    drop: FigureDrop
    head: str
    rows: tuple[Row, ...]
    unfit: tuple[tuple[Found, str], ...]
    others: int
    refused: tuple[Refused, ...]
    warnings: tuple[str, ...]
    on: date | None
    form: AskForm


@dataclass(slots=True)
class Preview:
    blocks: tuple[FileBlock, ...]
    versions: Mapping[str, int]
    errors: list[str] = field(default_factory=list)

    @property
    def found(self) -> int:
        return sum(len(block.rows) for block in self.blocks)

    @property
    def headline(self) -> str:
        said = ngettext("{count} figure can be taken.", "{count} figures can be taken.", self.found)
        return capitalized(said.format(count=number_word(self.found, none="no")))


def drop_on_scenario(scenario: Scenario, uploads: "Sequence[UploadedFile[bytes]]", *, actor: User) -> UUID:
    """Read files and keep what they say for this scenario; returns the batch they are shown as."""
    return drops.keep_files(uploads, organization=scenario.organization_id, actor=actor, scenario=scenario)


def read_files(scenario: Scenario, found: Sequence[FigureDrop], today: date, data: QueryDict | None = None) -> Preview:
    """What is in dropped files for a scenario; `data` is what was posted on their page."""
    parts = services.input_parts(services.content_of(scenario))
    rows = saving.input_rows(scenario)
    taken: set[str] = set()
    blocks = tuple(_block(scenario, drop, parts, today, data, taken) for drop in found)
    return Preview(blocks, {part: row.version for part, row in rows.items()})


def _block(
    scenario: Scenario, drop: FigureDrop, parts: Parts, today: date, data: QueryDict | None, taken: set[str]
) -> FileBlock:
    reading = drop.reading
    zone = scenario.organization.zone
    on = records.measured_on(reading, zone, today)
    rows, unfit, others = [], [], 0
    for each in records.figures(reading):
        options = [_option(parts, part) for part in FITS.get((each.name, each.kind), ()) if part in parts]
        if not options or each.kept is None:
            others += 1
        elif reason := _unfit(scenario, each):
            unfit.append((each, reason))
        else:
            rows.append(_row(drop, each, options, data, taken))
    return FileBlock(
        drop=drop,
        head=head_of(drop, on, zone.key),
        rows=tuple(rows),
        unfit=tuple(unfit),
        others=others,
        refused=tuple(refused_because(reason, records.figures(reading)) for reason in reading["refusals"]),
        warnings=warnings_of(reading),
        on=on,
        form=AskForm(data, prefix=f"d{drop.pk}"),
    )


def _option(parts: Parts, part: str) -> Option:
    calculator, entry = parts[part]
    return Option(part, entry.label, calculator.name)


def _unfit(scenario: Scenario, found: Found) -> str:
    """Why a figure of the right kind is none for this scenario; empty where it is one."""
    if found.name != "cost":
        return ""
    if found.unit != scenario.currency:
        said = _("In {unit}; this scenario counts in {currency}. Nothing is converted.")
        return said.format(unit=found.unit, currency=scenario.currency)
    days = _days(found.period)
    if days is None:
        return _("The file does not say which period it is of. The calculators count by the month.")
    if not 28 <= days <= 31:
        return _("Of {n} days. The calculators count by the month: export one month.").format(n=days)
    return ""


def _days(period: str) -> int | None:
    if MONTH.fullmatch(period):
        return 30
    first, _, last = period.partition(" to ")
    try:
        return (date.fromisoformat(last) - date.fromisoformat(first)).days + 1
    except ValueError:
        return None


def _row(drop: FigureDrop, found: Found, options: Sequence[Option], data: QueryDict | None, taken: set[str]) -> Row:
    control = f"{drop.pk}-{found.index}"
    chosen = (data.get(f"for-{control}", "") if data else "") or options[0].value
    if chosen not in {option.value for option in options}:
        chosen = options[0].value
    if data is not None:
        ticked = control in data.getlist("take")
    else:  # one figure an input, the first that tells most
        ticked = (found.name, found.statistic) in TICKED and chosen not in taken
        taken.update([chosen] if ticked else [])
    return Row(found, control, tuple(options), chosen, ticked, _remark(found))


def _remark(found: Found) -> str:
    if found.kind == "allocated":
        return _("What was given to jobs, busy or not")
    if found.kind == "active":
        return _("A kernel was running; how full the chip was is not in it")
    if found.kind.startswith("BilledCost"):
        return _("What the invoice says, not what this month's use cost")
    return ""


def fill_in(scenario: Scenario, preview: Preview, data: QueryDict, *, actor: User) -> list[str]:
    """Put what is ticked into the inputs it was chosen for, all or nothing; returns the names of these inputs.

    ValidationError in sentences. The figures join the history of the organization; their files go.
    """
    parts = services.input_parts(services.content_of(scenario))
    wanted: dict[str, Choice] = {}
    for block in preview.blocks:
        ticked = [row for row in block.rows if row.ticked]
        if not ticked:
            continue
        on = _day(block)
        for row in ticked:
            value, unit = row.found.kept or (Decimal(0), "")
            if row.chosen in wanted:
                label = parts[row.chosen][1].label
                raise ValidationError(_("Two figures are ticked for {label}. Tick one.").format(label=label))
            wanted[row.chosen] = Choice(block.drop, Target(), row.found.title, value, unit, on, row.found)
    if not wanted:
        raise ValidationError(_("Tick the figures to take."))
    with transaction.atomic():
        batch = FigureDrop.objects.select_for_update().filter(scenario=scenario, batch=preview.blocks[0].drop.batch)
        there = list(batch)
        if not there:
            return []
        for part, choice in wanted.items():
            _put(scenario, parts[part], choice, version=data.get(f"version-{part}", ""), actor=actor)
            remember(scenario.organization_id, choice, actor)
        drops.discard(there)
    return [parts[part][1].label for part in wanted]


def _day(block: FileBlock) -> date:
    if block.on:
        return block.on
    given: date | None = block.form.cleaned_data.get("on") if block.form.is_valid() else None
    if given is None:
        errors = block.form.errors.get("on") or [NO_DATE]
        raise ValidationError(f"{block.drop.filename}: {errors[0]}")
    return given


def _put(
    scenario: Scenario, part: tuple[Calculator, CalculatorInput], choice: Choice, *, version: str, actor: User
) -> None:
    calculator, entry = part
    check_range(choice.value, entry)
    try:
        services.record_input(
            scenario,
            calculator=calculator,
            entry=entry,
            value=choice.value,
            actor=actor,
            version=int(version) if version.isdecimal() and len(version) < 10 else -1,
        )
    except StaleAnswerError as stale:
        raise ValidationError(CHANGED.format(entry.label)) from stale
