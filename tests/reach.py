"""The tests that a change can reach, for `make check`: what git finds changed since `main`, then what imports that.

Nearest first, for a minute at most: what is left then is for `make test`, as are tests in a browser or on servers.
"""

import ast
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Seconds since `make check` began, whose checks come first; however long these took, the nearest tests have their time.
BUDGET, LEAST = 50, 15
UNTIL = "CHECK_UNTIL"  # tells the workers when
ALWAYS = "tests/test_conventions.py"


def imports(path: str, source: str) -> set[str]:
    """Every module a file imports, wherever in it, by its full name."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = list(Path(path).with_suffix("").parts[: -node.level]) if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            found |= {f"{module}.{alias.name}" for alias in node.names}
    return found


def imported_files(path: str, source: str, known: set[str]) -> set[str]:
    """The files among `known` that a file imports: a module, or something out of one."""
    files = set()
    for name in imports(path, source):
        whole = name.replace(".", "/")
        for module in (whole, whole.rpartition("/")[0]):
            files |= {f"{module}.py", f"{module}/__init__.py"} & known
    return files


def package(path: str) -> str:
    """The feature a file belongs to, by its folder; empty for what belongs to none."""
    parts = Path(path).parts
    return parts[1] if len(parts) > 2 and parts[0] in ("assessments", "templates", "tests") else ""


def reached_tests(changed: set[str], sources: dict[str, str]) -> list[str]:
    """The test files that a change of these files can reach, nearest first: of the same feature, then by imports."""
    graph = {path: imported_files(path, source, set(sources)) for path, source in sources.items()}
    is_test = {path for path in sources if Path(path).name.startswith("test_")}
    features = {package(path) for path in changed} - {""}
    order = [path for path in sorted(is_test) if path in changed or package(path) in features]
    seen, ring = set(changed), set(changed)
    while ring:
        ring = {path for path, imported in graph.items() if imported & ring} - seen
        seen |= ring
        # What only wires the features together, or makes rows for tests, would reach everything.
        order += sorted(ring & is_test - set(order))
        ring = {path for path in ring if package(path) and path not in is_test}
    return [ALWAYS, *(path for path in order if path != ALWAYS)]


def changed_files() -> set[str]:
    base = _git("merge-base", "HEAD", "main") or ["HEAD"]
    return {*_git("diff", "--name-only", base[0]), *_git("ls-files", "--others", "--exclude-standard")}


def _git(*arguments: str) -> list[str]:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.split("\n")[:-1]


def python_files() -> Iterator[tuple[str, str]]:
    for folder in ("assessments", "scorecard", "tests"):
        for path in (ROOT / folder).rglob("*.py"):
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")


def pytest_runtest_teardown(item) -> None:
    """In each of the two workers, where this is a plugin: the last test of the minute ends the run."""
    if time.time() > float(os.environ[UNTIL]):
        item.session.shouldstop = "The time is over; what is left, nearest first to here, is for `make test`."


class Failures:
    """Counts what failed, which the status of a run that was ended does not tell."""

    def pytest_sessionfinish(self, session) -> None:
        self.number = session.testsfailed


def main(began: float) -> int:
    import pytest

    changed = changed_files()
    if not changed:
        print("Nothing has changed since main.")
        return 0
    tests = reached_tests(changed, dict(python_files()))
    seconds = max(LEAST, BUDGET - (time.time() - began))
    print(f"{len(changed)} changed files reach {len(tests)} test files: up to {seconds:.0f} seconds.", flush=True)
    os.environ[UNTIL] = str(time.time() + seconds)
    failures = Failures()
    options = [
        "-p",
        "tests.reach",
        "-q",
        "-n",
        "2",
        "--dist",
        "loadscope",
        "--no-loadscope-reorder",
        "-m",
        "not (browser or server or once)",
    ]
    status = pytest.main([*options, *tests], plugins=[failures])
    is_over = status == pytest.ExitCode.INTERRUPTED and time.time() > float(os.environ[UNTIL])
    return 0 if is_over and not failures.number else int(status)


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if sys.argv[1:] else time.time()))
