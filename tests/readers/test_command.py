import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from assessments.readers import Figure, Reading
from assessments.readers.__main__ import line, main
from assessments.readers.formats_page import page

SAMPLES = Path(__file__).parent / "samples"
ROOT = Path(__file__).resolve().parent.parent.parent


def run(*arguments):
    command = [sys.executable, "-m", "assessments.readers", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=120)


def test_command_prints_one_line_of_json_with_exact_numbers():
    done = run(SAMPLES / "wrk-4.1.0-latency-mixed-units-non2xx.txt")
    printed = json.loads(done.stdout, parse_float=Decimal)

    assert done.returncode == 0
    assert done.stdout.count("\n") == 1
    assert list(printed) == ["format", "tool", "version", "date", "figures", "warnings", "refusals", "missing"]
    assert (printed["format"], printed["tool"], printed["version"], printed["date"]) == ("wrk", "wrk", None, None)
    assert printed["missing"] == ["date", "version", "p95"]
    [p50] = [figure for figure in printed["figures"] if figure["statistic"] == "p50"]
    assert p50 == {
        "name": "latency",
        "statistic": "p50",
        "value": Decimal("0.34400"),
        "unit": "ms",
        "count": 24586,
        "about": "whole request, failures included",
    }


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "x.bin is empty."),
        (b" \r\n\t", "x.bin is empty."),
        (b"\x00\x01\x02\xff" * 100, "x.bin is not text, so no figure can be read from it."),
        (b"\x1f\x8b\x08" + b"x" * 99, "x.bin is packed (gzip): unpack it first."),
        (b"Dear team,\nsee below", "x.bin is of no format that is read here. It begins: “Dear team,”"),
        (b'{"jobs": [', "x.bin begins as JSON that is broken or cut off, so no figure is read from it."),
    ],
)
def test_command_answers_what_it_cannot_read_with_a_sentence(tmp_path, capsys, data, sentence):
    path = tmp_path / "x.bin"
    path.write_bytes(data)

    assert main([str(path)]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["format"] == "unknown"
    assert printed["refusals"] == [sentence]
    assert printed["figures"] == []


def test_command_names_a_file_that_is_not_there(tmp_path):
    done = run(tmp_path / "nothing.json")

    assert done.returncode == 2
    assert done.stderr.strip() == f"{tmp_path / 'nothing.json'} is no file."


def test_command_without_a_file_says_how_it_is_used():
    assert run().returncode == 2
    assert run().stderr.startswith("Usage: ")


def test_command_knows_neither_django_nor_the_network():
    code = "import sys, assessments.readers.__main__; print(sorted({'django', 'urllib.request'} & {*sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)

    assert done.stdout.strip() == "[]"


def test_a_value_is_printed_without_an_exponent():
    figure = Figure("bandwidth", "mean", Decimal("1.5E+12"), "bit/s")

    assert '"value": 1500000000000, ' in line(Reading(format="x", figures=(figure,)))


def test_the_page_on_formats_is_what_the_readers_say():
    assert (ROOT / "docs" / "formats.md").read_text(encoding="utf-8") == page()
