"""`docs/formats.md`, made of what the readers say of themselves."""

from assessments.readers.reading import Format
from assessments.readers.registry import FOLDERS

INTRODUCTION = """# Files that figures are read from

Made by `python -m assessments.readers --docs > docs/formats.md`; a test keeps it in step with the readers.

A file is recognized by its content, never by its name. `python -m assessments.readers FILE` prints what it says as one
line of JSON: figures, warnings, refusals, and what must be asked. Latencies are in ms, storage bandwidth in B/s,
network bandwidth in bit/s, shares in %. For every format: a percentile is never averaged, added or interpolated; a p99
of fewer than 100 values is refused, of fewer than 1,000 marked; an average is no p95; a zero without a measurement is
no figure.
"""


def section(form: Format) -> str:
    title = form.title[0].upper() + form.title[1:]
    lines = [f"### {title}", "", f"- Seen: {form.seen}", f"- Made by: `{form.made_by}`", f"- Figures: {form.figures}"]
    return "\n".join([*lines, *(f"- {trap}" for trap in form.traps), ""])


def page() -> str:
    parts = [INTRODUCTION]
    for folder in FOLDERS:
        if folder.MODULES:
            parts += [f"## {str(folder.__doc__).rstrip('.')}\n", *(section(module.FORMAT) for module in folder.MODULES)]
    return "\n".join(parts)
