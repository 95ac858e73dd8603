"""How the tests themselves are run: both halves, what a change can reach, what a failing browser test leaves."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import __main__ as halves
from tests.reach import reached_tests

ROOT = Path(__file__).resolve().parent.parent


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_the_second_half_runs_though_the_first_failed_and_the_status_says_so(capfd, monkeypatch, tmp_path):
    monkeypatch.setattr(halves, "TIMES", tmp_path / "times.json")

    status = halves.run_all({"the first": python("exit(3)"), "the second": python("print('It ran.')")})

    lines, guess = capfd.readouterr().out.splitlines(), "about 1:00 on two idle cores"
    assert status == 3
    assert lines[0] == f"All tests, on the first ({guess}), then on the second ({guess})."
    assert "It ran." in lines
    assert lines[-2:] == ["Tests on the first: FAILED (status 3) in 0:00.", "Tests on the second: passed in 0:00."]
    assert list(halves.times()) == ["the second"]


SOURCES = {
    "assessments/urls.py": "from assessments.vendors import views",
    "assessments/vendors/answers.py": "",
    "assessments/vendors/views.py": "from assessments.vendors import answers",
    "assessments/reports/rows.py": "from assessments.vendors.answers import read",
    "assessments/charts/svg.py": "",
    "tests/factories.py": "from assessments.vendors import answers",
    "tests/charts/test_svg.py": "from assessments.charts import svg",
    "tests/dashboards/test_home.py": "from assessments import urls\nfrom tests.factories import make",
    "tests/reports/test_rows.py": "from assessments.reports import rows",
    "tests/vendors/test_list.py": "from tests.factories import make",
}


@pytest.mark.parametrize(
    ("changed", "reached"),
    [
        ("assessments/vendors/answers.py", ["tests/vendors/test_list.py", "tests/reports/test_rows.py"]),
        ("assessments/charts/svg.py", ["tests/charts/test_svg.py"]),
        ("templates/reports/row.html", ["tests/reports/test_rows.py"]),
        ("tests/vendors/test_list.py", ["tests/vendors/test_list.py"]),
        ("README.md", []),
    ],
)
def test_a_change_reaches_the_tests_of_its_feature_and_of_what_imports_it(changed, reached):
    assert reached_tests({changed}, SOURCES) == ["tests/test_conventions.py", *reached]


def test_a_check_ends_with_the_test_during_which_its_time_is_over(tmp_path):
    (tmp_path / "test_it.py").write_text("".join(f"def test_{number}(): pass\n" for number in range(20)))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.reach", "-n", "1", "-c", str(ROOT / "pyproject.toml")]
    environment = {**os.environ, "CHECK_UNTIL": "0", "PYTHONPATH": str(ROOT)}

    ended = subprocess.run(
        [*command, str(tmp_path / "test_it.py")], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )

    assert ended.returncode == pytest.ExitCode.INTERRUPTED, ended.stdout + ended.stderr
    assert "The time is over" in ended.stdout
    assert "1 passed" in ended.stdout


# No test guesses how long something takes: what is waited for is an effect, what may not happen is held.

GUESSES = {"wait_for_timeout": "waits for a time", "sleep": "waits for a time", "networkidle": "waits for silence"}


def guessed_waits(path: str, source: str) -> Iterator[str]:
    """Where a test that drives a browser waits for a time instead of an effect."""
    if "browser" not in source or path == "tests/test_running.py":
        return
    for node in ast.walk(ast.parse(source)):
        name = node.attr if isinstance(node, ast.Attribute) else node.value if isinstance(node, ast.Constant) else None
        if isinstance(name, str) and name in GUESSES:
            yield f"{path}:{node.lineno} {GUESSES[name]}"


def test_no_browser_test_waits_for_a_time():
    tests = {path: path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")}
    waits = [line for path, source in tests.items() for line in guessed_waits(str(path.relative_to(ROOT)), source)]

    # The start of a whole site is asked after again and again until it answers.
    assert [line.partition(":")[0] for line in waits] == ["tests/journeys/test_main_job.py"]


def test_a_wait_for_a_time_is_found():
    source = "# in a browser\npage.wait_for_timeout(50)\npage.wait_for_load_state('networkidle')"

    assert list(guessed_waits("tests/x.py", source)) == [
        "tests/x.py:2 waits for a time",
        "tests/x.py:3 waits for silence",
    ]
    assert list(guessed_waits("tests/x.py", "import time\ntime.sleep(1)")) == []


BROKEN = """
import pytest
from playwright.sync_api import expect

@pytest.mark.browser
def test_broken(page):
    page.set_content("<title>Here</title><h1>Here</h1><script>console.log('Said.')</script>")
    expect(page.get_by_role("heading", name="Elsewhere")).to_be_visible()
"""


@pytest.mark.browser
def test_a_broken_wait_ends_says_where_and_leaves_a_picture_and_a_log(tmp_path):
    (tmp_path / "test_it.py").write_text(BROKEN)
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["tests.browsers"]')
    command = [sys.executable, "-m", "pytest", "-q", "-c", str(ROOT / "pyproject.toml")]
    environment = {**os.environ, "FAILED_TESTS": str(tmp_path / "failed"), "PATIENCE": "10", "PYTHONPATH": str(ROOT)}
    environment.pop("PYTEST_ADDOPTS", None)  # what is added to this run would be added to what that one says

    ended = subprocess.run(
        [*command, str(tmp_path / "test_it.py")], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )

    *_, where, folder, closing = ended.stdout.strip().splitlines()
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert where.endswith('test_it.py:8: expect(page.get_by_role("heading", name="Elsewhere")).to_be_visible()')
    assert closing.startswith("1 failed in")
    left = (ROOT / folder.strip()).resolve()
    assert (left / "page-1.png").read_bytes().startswith(b"\x89PNG")
    log = (left / "log.txt").read_text()
    assert log.splitlines()[0].endswith("::test_broken[chromium]")
    assert "console log: Said." in log
    assert "Locator expected to be visible" in log
