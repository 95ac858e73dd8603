"""Slurm: the reports of sreport on a cluster, its accounts and users."""

import re
from collections.abc import Callable, Iterable
from decimal import Decimal

from assessments.readers.dates import from_iso
from assessments.readers.draft import Draft, percent, plain
from assessments.readers.reading import Format, Reading, Scenario
from assessments.readers.source import Source
from assessments.readers.text import label, number

FORMAT = Format(
    slug="sreport",
    title="the reports of Slurm (sreport)",
    tool="Slurm",
    seen="22.05.8",
    made_by="sreport -P -t secper cluster utilization -T gres/gpu start=START end=END",
    figures="share of the GPUs (or CPUs) that was allocated; GPU hours",
    traps=(
        "Unless told otherwise it reports CPU minutes, not GPUs.",
        "Allocated is a share of the time Slurm knows of, Reported a share of the whole period: two bases in one row.",
        "`gres/gpu` and `gres/gpu:h100` are the same GPUs.",
        "The rows of users repeat the row of their account.",
        "Hours are rounded to whole ones; the end of the period is shown a second short.",
    ),
    words=("Utilization", "reported"),
    marks=("Cluster",),
)
TITLE = re.compile(
    r"^(Cluster Utilization|Cluster/\S+ Utilization|Cluster/.*|Top \d+ Users?|Job Sizes.*|.*Utilization) "
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d) - (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)"
)
UNIT = re.compile(
    r"^Us(?:age|e) reported in (?:TRES|CPU) (\w+)(/Percentage of Total)?|^Usage reported in (?:CPU |TRES )?(Percentage)"
)
HOURS = {"Seconds": Decimal(1) / 3600, "Minutes": Decimal(1) / 60, "Hours": Decimal(1)}
CELL = re.compile(r"([0-9.]+)?(?:\(?([0-9.]+)%\)?)?")
GPU = "gres/gpu"
# The fixed table cuts its heads to the width of their column.
CUT = {"allocate": "allocated", "reporte": "reported"}


def recognize(source: Source) -> bool:
    lines = source.head_lines[:8]
    if not any(word in line for line in lines for word in ("Cluster", "Utilization", "Usage reported")):
        return False
    if any(TITLE.match(line) for line in lines) and any(UNIT.match(line) for line in lines):
        return True
    return any(_is_header(line) for line in lines)


def _is_header(line: str) -> bool:
    return bool(re.match(r"^\s*Cluster\s*\|?.*\bAllocate", line)) or bool(re.match(r"^Cluster\|.*\|Used(?:\||$)", line))


def read(source: Source) -> Reading:
    draft = Draft(FORMAT, scenario=Scenario.PRODUCTION)
    lines = [line for line in source.text.split("\n") if line.strip()]
    titles = [found for line in lines if (found := TITLE.match(line))]
    units = [found for line in lines if (found := UNIT.match(line))]
    if len(titles) > 1:
        draft.refuse("The file holds several reports: give each one its own file.")
        return draft.reading()
    span = ""
    if titles:
        draft.date = from_iso(titles[0][3])
        span = f", {from_iso(titles[0][2])} to {draft.date}"
    else:
        draft.ask("period")
    scale = HOURS.get(units[0][1] or "") if units else None
    if not units:
        draft.refuse("The unit is missing (-n drops it): the numbers may be minutes or hours.")
        draft.ask("unit")
    of_tres = any(line.startswith(("Usage reported in TRES", "Use reported in TRES")) for line in lines)
    rows = _table(lines)
    if not rows:
        draft.refuse("The report has no row. Slurm fills it at the full hour.")
        return draft.reading()
    if "allocated" in rows[0]:
        _utilization(draft, rows, scale, span, of_tres=of_tres)
    else:
        _usage(draft, rows, scale, span, whole=titles[0][1] if titles else "")
    if any(figure.name == "utilization" for figure in draft.figures):
        draft.warn("Allocated is not active: a job may leave what it was given idle.")
    return draft.reading()


def _table(lines: list[str]) -> list[dict[str, str]]:
    """Rows by their column's name, of -P or of the fixed table with dashes below its header."""
    place = next(
        (n for n, line in enumerate(lines) if line.lstrip().startswith("Cluster") and not TITLE.match(line)), None
    )
    if place is None:
        return []
    header, body = lines[place], lines[place + 1 :]
    split: Callable[[str], list[str]]
    if "|" in header:
        split = _at_bars
    else:
        spans = [found.span() for found in re.finditer(r"-+", body[0])] if body else []
        body = body[1:]
        split = _at_spans(spans)
    names = [CUT.get(name.lower(), name.lower()) for name in split(header)]
    return [dict(zip(names, split(line), strict=False)) for line in body if not set(line) <= {"-", " "}]


def _at_bars(line: str) -> list[str]:
    return [part.strip() for part in line.split("|")]


def _at_spans(spans: Iterable[tuple[int, int]]) -> Callable[[str], list[str]]:
    return lambda line: [line[begin:end].strip() for begin, end in spans]


def _cell(written: str) -> tuple[Decimal | None, Decimal | None]:
    """Amount and share: `1(96.31%)`, `96.31%`, `60`."""
    found = CELL.fullmatch(written.strip())
    if not found:
        return None, None
    return (number(found[1]) if found[1] else None), (number(found[2]) if found[2] else None)


def _utilization(draft: Draft, rows: list[dict[str, str]], scale: Decimal | None, span: str, *, of_tres: bool) -> None:
    names = [row.get("tres name", "cpu") for row in rows]
    for row in rows:
        tres = row.get("tres name", "" if of_tres else "cpu")
        if tres.startswith(f"{GPU}:") and GPU in names:
            continue
        if not tres.startswith(("cpu", GPU)):
            continue
        amount, share = _cell(row.get("allocated", ""))
        reported, known = _cell(row.get("reported", ""))
        if share is None and amount is not None and reported:
            share = percent(amount, reported)
        what = "GPUs" if tres.startswith(GPU) else "CPUs"
        cluster = label(row.get("cluster", ""), 40)
        about = f"{what} of cluster {cluster} allocated, share of the time Slurm knows of{span}"
        draft.figure("utilization", "mean", share, "%", None, about)
        if known is not None and known < 99:
            draft.warn(f"Slurm knows only {known} % of the period ({tres}); the share allocated holds for that part.")
        if what == "GPUs" and amount is not None and scale is not None:
            hours = plain(amount * scale)
            draft.figure(
                "accelerator_hours", "total", hours, "h", None, f"GPU hours of cluster {cluster} allocated{span}"
            )
            if scale == 1:
                draft.warn("The hours are rounded to whole ones; -t secper is exact.")
    if not any(name.startswith(GPU) for name in names):
        draft.refuse("The report counts CPUs, not GPUs: there are no GPU hours in it.")
        draft.ask("resource")


def _usage(draft: Draft, rows: list[dict[str, str]], scale: Decimal | None, span: str, *, whole: str) -> None:
    """Accounts and users: only the row of the root account is the whole."""
    gpus = [row for row in rows if row.get("tres name") == GPU]
    total = [row for row in gpus if row.get("account") == "root" and not row.get("login")]
    if not gpus:
        draft.refuse("The report counts CPUs, not GPUs: there are no GPU hours in it.")
        draft.ask("resource")
    elif len(total) != 1 or whole.startswith("Top"):
        draft.refuse("The rows of users and accounts repeat each other, and the row of the root account is missing.")
    elif scale is not None:
        amount, _ = _cell(total[0].get("used", ""))
        hours = None if amount is None else plain(amount * scale)
        draft.figure("accelerator_hours", "total", hours, "h", None, f"GPU hours used by all accounts{span}")
        draft.warn("Used means allocated: a job may leave its GPUs idle.")
