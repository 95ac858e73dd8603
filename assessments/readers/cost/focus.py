"""FOCUS: the billing rows of cloud providers, read row by row whatever their number."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from itertools import chain

from assessments.readers.cost.columns import picked
from assessments.readers.dates import from_iso
from assessments.readers.draft import Draft
from assessments.readers.reading import Format, Reading, Scenario
from assessments.readers.source import Source
from assessments.readers.tables import DELIMITERS, delimiter_of
from assessments.readers.text import label, number, plural

FORMAT = Format(
    slug="focus",
    title="the cost rows of FOCUS",
    tool="FOCUS",
    seen="1.0 and 1.2; the columns of 1.1",
    made_by="the cost export of a cloud provider in the format FOCUS",
    figures="EffectiveCost and BilledCost, of all rows and by charge category, per currency and billing period",
    traps=(
        "BilledCost is what the invoice says, EffectiveCost what the use of this period cost: a yearly purchase sets "
        "them far apart.",
        "Rows with two currencies, taxes, credits, purchases and corrections of earlier months stand in one file.",
        "Empty values may be the word NULL; times may lack T and Z; ends are not included.",
        "ListCost and ContractedCost are no cost.",
    ),
    marks=("BilledCost",),
)
WANTED = ("BilledCost", "ChargePeriodStart")
WORDS = {"": "no category"}
V12 = {"InvoiceId", "BillingAccountType", "SubAccountType", "PricingCurrency"}
V11 = {"ServiceSubcategory", "SkuMeter", "SkuPriceDetails", "CapacityReservationId", "CommitmentDiscountQuantity"}
V13 = {"HostProviderName", "ServiceProviderName", "AllocatedMethodId", "ContractApplied"}
# In the order in which a row is taken apart.
READ = (
    *("BilledCost", "EffectiveCost", "ChargePeriodStart", "ChargePeriodEnd", "ChargeClass"),
    *("BillingCurrency", "ChargeCategory", "BillingPeriodStart", "BillingPeriodEnd"),
)
MAX_GROUPS = 5_000
CORRECTION = {"Correction", "correction", "CORRECTION"}
EMPTY = {"", "null", "none", "n/a"}


@dataclass(slots=True)
class Sums:
    billed: Decimal = Decimal(0)
    effective: Decimal = Decimal(0)
    rows: int = 0
    negative: int = 0
    unbilled: int = 0
    unused: int = 0
    """Rows without a BilledCost, and without an EffectiveCost."""


@dataclass(slots=True)
class Bill:
    groups: dict[tuple[str, str, str], Sums] = field(default_factory=dict)
    corrections: dict[str, Sums] = field(default_factory=dict)
    rows: int = 0
    unread: int = 0
    outside: int = 0
    first: str = "~"
    last: str = ""
    comma: bool = False
    months: dict[str, str] = field(default_factory=dict)
    """Start of each billing period, and its end."""


def recognize(source: Source) -> bool:
    return bool(source.head_lines) and any(delimiter_of(line, WANTED) for line in source.head_lines[:3])


def read(source: Source) -> Reading:
    header = next(line for line in source.head_lines[:3] if delimiter_of(line, WANTED))
    delimiter = delimiter_of(header, WANTED) or DELIMITERS[0]
    names = [name.strip() for name in next(csv.reader([header], delimiter=delimiter, skipinitialspace=True))]
    draft = Draft(FORMAT, version=_version(set(names)), scenario=Scenario.PRODUCTION)
    missing = [name for name in ("EffectiveCost", "ChargePeriodEnd") if name not in names]
    if "BillingCurrency" not in names:
        draft.refuse("The column BillingCurrency is missing: a cost without its currency is none.")
        draft.ask("currency")
        return draft.reading()
    if missing:
        draft.warn(f"The column {' and '.join(missing)} is missing.")
    bill = Bill()
    try:
        _sum(bill, _below(source.lines(), header), delimiter, names)
        strange = any(not (sums.billed + sums.effective).is_finite() for sums in bill.groups.values())
    except ArithmeticError:
        strange = True
    if strange:  # a NaN or an infinity among the costs: every one is looked at
        bill = Bill()
        _sum(bill, _below(source.lines(), header), delimiter, names, careful=True)
    _report(draft, bill, has_effective="EffectiveCost" in names)
    return draft.reading()


def _version(names: set[str]) -> str:
    if names & V13:
        return "1.3"
    if names & V12:
        return "1.2"
    return "1.1" if names & V11 else "1.0"


def _below(lines: Iterator[str], header: str) -> Iterator[str]:
    for line in lines:
        if line.rstrip() == header:
            return lines
    return chain()


def _sum(bill: Bill, lines: Iterator[str], delimiter: str, names: list[str], *, careful: bool = False) -> None:
    """One pass. Only the sums are kept; a row's own columns are found by their place."""
    at = {name: place for place, name in reversed(list(enumerate(names)))}
    groups = bill.groups
    first, last, count = bill.first, bill.last, 0
    for row in picked(lines, delimiter, [at.get(name) for name in READ]):
        if not row:
            bill.unread += 1
            continue
        billed, effective, start, end, kind, currency, category, month, until = row
        count += 1
        key = (currency, category, month)
        sums = groups.get(key)
        if sums is None:
            if len(groups) >= MAX_GROUPS:
                bill.unread += 1
                continue
            sums = groups[key] = Sums()
            if month and until:
                bill.months[month] = until
        try:
            if careful:
                raise InvalidOperation
            cost, used = Decimal(billed), Decimal(effective)
        except InvalidOperation:
            if not _carefully(bill, sums, billed, effective):
                continue
        else:
            sums.billed += cost
            sums.effective += used
        sums.rows += 1
        if billed[:1] == "-":
            sums.negative += 1
        ended = end or start
        if start < first and start[:1].isdigit():
            first = start
        if ended > last and ended[:1].isdigit():
            last = ended
        if kind and kind[:10] in CORRECTION:
            _correction(bill, currency, billed, effective)
        elif start < month and "" < start[:10] < month[:10]:
            bill.outside += 1
    bill.rows, bill.first, bill.last = count, first, last


def _carefully(bill: Bill, sums: Sums, billed: str, effective: str) -> bool:
    """Adds a row whose costs may be empty, of another writing, or no numbers; False if it has none."""
    cost, used = _money(bill, billed), _money(bill, effective)
    if cost is None and used is None:
        bill.unread += 1
        return False
    sums.billed += cost or 0
    sums.effective += used or 0
    sums.unbilled += cost is None
    sums.unused += used is None
    return True


def _money(bill: Bill, written: str) -> Decimal | None:
    """A cost that is written in another way than most: empty, NULL, with a decimal comma, as no number."""
    text = written.strip()
    value = number(text)
    if value is None and text.lower() not in EMPTY:
        value = number(text, comma=True)
        bill.comma = bill.comma or value is not None
    return value


def _correction(bill: Bill, currency: str, billed: str, effective: str) -> None:
    sums = bill.corrections.setdefault(currency, Sums())
    sums.rows += 1
    sums.billed += _money(bill, billed) or 0
    sums.effective += _money(bill, effective) or 0


def _report(draft: Draft, bill: Bill, *, has_effective: bool) -> None:
    months_known = {start: end for start, end in bill.months.items() if from_iso(start) and from_iso(end)}
    # A purchase is charged for its whole term and a correction for an earlier month: the period is that of the bill.
    first = from_iso(min(months_known, default=bill.first))
    last = from_iso(max(months_known.values(), default=bill.last))
    draft.date = last
    if not bill.groups:
        draft.refuse("There is a header and no row with a cost below it.")
        return
    span = f"{first} to {last}, end not included" if first and last else "of a period that is not said"
    if not (first and last):
        draft.refuse("The days of the charges are not written as year-month-day, so their period is not known.")
        draft.ask("period")
    currencies: dict[str, dict[str, Sums]] = {}
    months: dict[str, dict[str, Sums]] = {}
    for (currency, category, month), sums in bill.groups.items():
        code = currency.strip().upper()
        if len(code) != 3 or not code.isascii() or not code.isalpha():
            draft.refuse(f"Left out for want of a currency of three letters: {plural(sums.rows, 'row')}.")
            continue
        _add(currencies.setdefault(code, {}), category.strip().capitalize(), sums)
        _add(months.setdefault(code, {}), (from_iso(month) or "")[:10], sums)
    if len(currencies) > 1:
        draft.refuse(f"The file has {' and '.join(sorted(currencies))}: costs of two currencies are never added.")
    for code, categories in currencies.items():
        total = _total(categories.values())
        _both(draft, code, total, f"all rows, {span}", has_effective=has_effective)
        if len(categories) > 1:
            for category, sums in sorted(categories.items()):
                _both(draft, code, sums, f"{WORDS.get(category, category)} only, {span}", has_effective=has_effective)
        if 1 < len(months[code]) <= 12:
            for month, sums in sorted(months[code].items()):
                about = f"billing period from {month or 'unknown'}"
                _both(draft, code, sums, about, has_effective=has_effective)
    _doubts(draft, bill, currencies, months, has_effective=has_effective)


def _both(draft: Draft, code: str, sums: Sums, about: str, *, has_effective: bool) -> None:
    if has_effective and sums.rows > sums.unused:
        draft.figure("cost", "total", sums.effective, code, sums.rows - sums.unused, f"EffectiveCost, {about}")
    if sums.rows > sums.unbilled:
        draft.figure("cost", "total", sums.billed, code, sums.rows - sums.unbilled, f"BilledCost, {about}")


def _doubts(
    draft: Draft,
    bill: Bill,
    currencies: dict[str, dict[str, Sums]],
    months: dict[str, dict[str, Sums]],
    *,
    has_effective: bool,
) -> None:
    for code, categories in currencies.items():
        total = _total(categories.values())
        for column, empty in (("EffectiveCost", total.unused if has_effective else 0), ("BilledCost", total.unbilled)):
            if empty:
                draft.warn(f"Without {column}: {plural(empty, 'row')} in {code}. Empty is not zero.")
        if has_effective and total.billed != total.effective and total.unused < total.rows:
            draft.warn(
                f"Invoiced {_amount(total.billed)} {code}, used {_amount(total.effective)} {code}: "
                "BilledCost is what was billed, EffectiveCost what the use of the period cost."
            )
        for category in ("Tax", "Credit", "Purchase", "Adjustment"):
            if sums := categories.get(category):
                billed = _amount(sums.billed)
                rows = plural(sums.rows, "row")
                draft.warn(f"{category}: {rows}, {billed} {code} billed, inside the sum of all rows.")
        if (usage := categories.get("Usage")) and usage.negative:
            draft.warn(f"Below zero: {plural(usage.negative, 'row')} of usage.")
        if len(months[code]) > 1:
            draft.warn(
                f"The file covers {len(months[code])} billing periods ({code}): it is not the cost of one month."
            )
    for code, sums in bill.corrections.items():
        billed = f"{_amount(sums.billed)} {label(code, 10)}"
        draft.warn(f"Corrections of earlier periods: {plural(sums.rows, 'row')}, {billed} billed.")
    if bill.outside:
        draft.warn(f"Charged for a time outside the billing period: {plural(bill.outside, 'row')}.")
    if bill.unread:
        draft.warn(f"Left out because it could not be read: {plural(bill.unread, 'row')}.")
    if bill.comma:
        draft.warn("The costs are written with a decimal comma.")
    draft.ask("requests")


def _add(into: dict[str, Sums], key: str, sums: Sums) -> None:
    own = into.setdefault(key, Sums())
    own.billed += sums.billed
    own.effective += sums.effective
    own.rows += sums.rows
    own.negative += sums.negative
    own.unbilled += sums.unbilled
    own.unused += sums.unused


def _total(parts: Iterable[Sums]) -> Sums:
    total: dict[str, Sums] = {}
    for part in parts:
        _add(total, "", part)
    return total.get("", Sums())


def _amount(value: Decimal) -> str:
    return f"{value:,.2f}"
