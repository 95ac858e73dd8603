"""Every sample in `samples/` is read as a person read it.

`expected/<sample>.txt` was written by hand, one thing a line: the head (format, tool, version, date; `-` is none), then
`name statistic value unit count` per figure, then `warning: …`, `refusal: …` and `missing: …`. Figures in any order.
"""

from pathlib import Path

import pytest

from assessments.readers import read

HERE = Path(__file__).parent
SAMPLES = sorted(path.name for path in (HERE / "samples").iterdir())


def written(name: str) -> list[str]:
    """The expectation's lines, figures sorted."""
    lines = (HERE / "expected" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return in_order([line for line in lines if line.strip()])


def as_found(name: str) -> list[str]:
    reading = read((HERE / "samples" / name).read_bytes())
    count = {None: "-"}
    lines = [f"{reading.format} {reading.tool or '-'} {reading.version or '-'} {reading.date or '-'}"]
    for f in reading.figures:
        lines.append(f"{f.name} {f.statistic} {f.value.normalize():f} {f.unit} {count.get(f.count, f.count)}")
    lines += [f"warning: {sentence}" for sentence in reading.warnings]
    lines += [f"refusal: {sentence}" for sentence in reading.refusals]
    return in_order([*lines, f"missing: {', '.join(reading.missing) or '-'}"])


def in_order(lines: list[str]) -> list[str]:
    sentences = [line for line in lines[1:] if line.startswith(("warning:", "refusal:", "missing:"))]
    return [lines[0], *sorted(line for line in lines[1:] if line not in sentences), *sentences]


@pytest.mark.parametrize("name", SAMPLES)
def test_sample_is_read_as_a_person_read_it(name):
    assert as_found(name) == written(name)


def test_samples_and_expectations_belong_together():
    assert sorted(path.name.removesuffix(".txt") for path in (HERE / "expected").iterdir()) == SAMPLES
