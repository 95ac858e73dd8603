"""perf stat: counters of one program. It has none of the figures here, and says why."""

from assessments.readers.draft import Draft
from assessments.readers.reading import Format, Reading
from assessments.readers.source import Source

FORMAT = Format(
    slug="perf-stat",
    title="the counters of perf stat",
    tool="perf",
    seen="6.1",
    made_by="LC_ALL=C perf stat -j COMMAND",
    figures="none: events and clock time of one program are no utilization of a machine",
    traps=(
        "With a German locale `-j` writes broken JSON (`100,00`), and in the text 9.646 means 9,646.",
        "“CPUs utilized” is that of one program, not the share of a machine.",
    ),
    keys=("counter-value",),
    words=("Performance",),
    marks=("counter-value",),
)


def recognize(source: Source) -> bool:
    return '"counter-value"' in source.head[:65536] or "Performance counter stats for" in source.head[:65536]


def read(source: Source) -> Reading:
    draft = Draft(FORMAT)
    if source.broken_json or ('"counter-value"' in source.head and not source.objects):
        draft.refuse("The JSON is broken: perf wrote decimals with a comma. Run it with LC_ALL=C.")
    draft.refuse("perf counts the events of one program: that is no utilization of a machine and no latency.")
    return draft.reading()
