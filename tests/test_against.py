"""Two checkouts measured in turn: their lines side by side, whatever the other one has more, less or broken."""

import ast
from pathlib import Path

import pytest

from tests import against
from tests.against import Figure, compared

BENCH = """
from dataclasses import dataclass
from pathlib import Path
from django.conf import settings

settings.configure(STORAGES={{}})

@dataclass
class Line:
    name: str
    figure: float
    bar: float
    unit: str

def call_command(*arguments, **options):
    print("this is no answer")

def turn(name):
    with Path({turns!r}).open("a") as file:
        file.write("{place} " + name + "\\n")

{groups}

def main():
    for measure in ({order}):
        measure()
"""
PAGES = """
def page_lines():
    turn("pages")
    return [Line("portfolio", {0}, 1, "x"), Line("first visit", 40, 60, "KB"){1}]
"""
REPORT = """
def report_line():
    turn("report")
    return Line("one report", {0}, 1, "s")
"""
BROKEN = """
def report_line():
    raise RuntimeError("no fonts")
"""


@pytest.fixture
def checkout(tmp_path):
    def make(place: str, groups: str, order: str) -> Path:
        folder = tmp_path / place / "tests"
        folder.mkdir(parents=True)
        (folder / "__init__.py").touch()
        turns = str(tmp_path / "turns")
        (folder / "bench.py").write_text(BENCH.format(turns=turns, place=place, groups=groups, order=order))
        return folder.parent

    return make


def said(capfd):
    return [" ".join(line.split()) for line in capfd.readouterr().out.splitlines()[1:]]


def test_the_lines_of_two_checkouts_stand_side_by_side_and_they_take_turns(checkout, capfd, tmp_path):
    here = checkout("here", PAGES.format(2, "") + REPORT.format(3), "page_lines, report_line")
    there = checkout("there", REPORT.format(6) + PAGES.format(4, ""), "page_lines, report_line")

    assert against.compare(here, there) == 0

    assert said(capfd) == [
        "portfolio here 2.00 x, there 4.00 x: ratio 0.50",
        "first visit here 40.00 KB, there 40.00 KB: ratio 1.00",
        "one report here 3.00 s, there 6.00 s: ratio 0.50",
    ]
    assert (tmp_path / "turns").read_text().split("\n")[:-1] == [
        "here pages",
        "there pages",
        "there report",
        "here report",
    ]


def test_lines_that_only_one_of_them_has_are_said(checkout, capfd):
    here = checkout("here", PAGES.format(2, ', Line("vendors", 5, 9, "queries")'), "page_lines,")
    there = checkout("there", PAGES.format(4, "") + REPORT.format(6), "page_lines, report_line")

    assert against.compare(here, there) == 0

    assert said(capfd)[2:] == ["vendors only here: 5.00 queries", "one report only there: 6.00 s"]


@pytest.mark.parametrize(("broken", "status"), [("here", 1), ("there", 0)])
def test_a_group_that_fails_is_said_and_the_others_are_measured(checkout, capfd, broken, status):
    groups = {place: BROKEN if place == broken else REPORT.format(6) for place in ("here", "there")}
    roots = [checkout(place, text + PAGES.format(4, ""), "report_line, page_lines") for place, text in groups.items()]

    assert against.compare(*roots) == status

    lines = said(capfd)
    assert lines[0] == f"report_line fails {broken}: RuntimeError: no fonts"
    assert lines[1] == f"one report only {'there' if broken == 'here' else 'here'}: 6.00 s"
    assert len(lines) == 4


def test_a_folder_without_a_bench_is_refused(checkout, capfd, tmp_path):
    assert against.compare(tmp_path, tmp_path) == 2
    assert "is no checkout" in capfd.readouterr().out


def test_another_unit_and_a_zero_have_no_ratio():
    assert compared("a", Figure(1, "s"), Figure(1, "MB")).endswith("not the same unit")
    assert compared("a", Figure(1, "x"), Figure(0, "x")).endswith("ratio none, it is 0 there")


def test_our_own_bench_names_its_groups_where_they_are_looked_for():
    tree = ast.parse((Path(__file__).parent / "bench.py").read_text())
    [main] = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "main"]
    [loop] = [n for n in ast.walk(main) if isinstance(n, ast.For) and ast.unparse(n.target) == "measure"]
    names = [name.id for name in loop.iter.elts]

    assert {"web_lines", "report_lines"} <= set(names)
    assert set(names) <= {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
