"""`make bench AGAINST=../other`: the same lines on another checkout in the same run, and the ratio of the two.

Each checkout measures with its own `tests/bench.py` in a process of its own. They take turns, group by group, and each
of them goes first as often as the other, so that neither has the quieter minutes. Lines are matched by their names.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

# What answers in the checkout: first its groups in the order of its own run, then, asked for by name, their lines.
DRIVER = """
import ast, inspect, json, os, sys
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)  # what is printed while it measures is no answer
sys.path.insert(0, os.getcwd())
from tests import bench
from django.conf import settings
from django.test.utils import override_settings
tree = ast.parse(inspect.getsource(bench))
[main] = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "main"]
[loop] = [node for node in ast.walk(main) if isinstance(node, ast.For) and ast.unparse(node.target) == "measure"]
def answer(what):
    print(json.dumps(what), file=answers, flush=True)
def measured(name):
    try:
        lines = getattr(bench, name)()
        lines = lines if isinstance(lines, list) else [lines]
        return {"lines": [[line.name, line.figure, line.unit] for line in lines]}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}
bench.call_command("migrate", verbosity=0)
plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
with override_settings(STORAGES={**settings.STORAGES, **plain}, ALLOWED_HOSTS=["testserver"]):
    answer([name.id for name in loop.iter.elts])
    for line in sys.stdin:
        answer(measured(line.strip()))
"""


@dataclass(frozen=True)
class Figure:
    figure: float
    unit: str

    def __str__(self) -> str:
        return f"{self.figure:.2f} {self.unit}"


class Checkout:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.groups: list[str] = self._answer()

    def measure(self, group: str) -> tuple[dict[str, Figure], str]:
        """The figures of a group by the names of their lines, and why there are none."""
        if group not in self.groups:
            return {}, ""
        assert self.process.stdin is not None
        print(group, file=self.process.stdin, flush=True)
        said = self._answer()
        return {name: Figure(figure, unit) for name, figure, unit in said.get("lines", ())}, said.get("error", "")

    def _answer(self):
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"The bench of {self.process.args[-1]} ended before it had measured everything.")
        return json.loads(line)


@contextmanager
def measuring(root: Path) -> Iterator[Checkout]:
    with tempfile.TemporaryDirectory(prefix="static-") as static:
        env = os.environ | {"STATIC_ROOT": static}
        for name in ("DATA_DIR", "DJANGO_SETTINGS_MODULE", "DEMO_PASSWORD"):
            env.pop(name, None)
        if (root / "manage.py").exists():
            collect = ["manage.py", "collectstatic", "--noinput", "-v0", "-i", "datasets", "-i", "templates"]
            subprocess.run([sys.executable, *collect], cwd=root, env=env | {"DATA_DIR": static}, check=True)
        command = [sys.executable, "-c", DRIVER, str(root)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        with subprocess.Popen(command, cwd=root, env=env, **pipes) as process:
            try:
                yield Checkout(process)
            finally:
                process.stdin.close()  # it ends, and takes its servers with it


def lines(here: Checkout, there: Checkout) -> Iterator[str]:
    """A line of text for each line of either checkout."""
    groups = [*here.groups, *(group for group in there.groups if group not in here.groups)]
    for turn, group in enumerate(groups):
        both = (here, there) if turn % 2 == 0 else (there, here)
        found = {checkout: checkout.measure(group) for checkout in both}
        for place, checkout in (("here", here), ("there", there)):
            if error := found[checkout][1]:
                yield f"{group} fails {place}: {error}"
        (ours, _), (theirs, _) = found[here], found[there]
        for name in [*ours, *(name for name in theirs if name not in ours)]:
            yield compared(name, ours.get(name), theirs.get(name))


def compared(name: str, ours: Figure | None, theirs: Figure | None) -> str:
    if ours is None or theirs is None:
        return f"{name:58} only {'there' if ours is None else 'here'}: {theirs if ours is None else ours}"
    if ours.unit != theirs.unit:
        return f"{name:58} here {ours}, there {theirs}: not the same unit"
    ratio = f"{ours.figure / theirs.figure:.2f}" if theirs.figure else "none, it is 0 there"
    return f"{name:58} here {ours}, there {theirs}: ratio {ratio}"


def compare(root: Path, other: Path) -> int:
    if not (other / "tests" / "bench.py").is_file():
        print(f"{other} is no checkout: it has no tests/bench.py.")
        return 2
    print(f"Here is {root}, there is {other.resolve()}. They take turns; a ratio below 1 is less here.", flush=True)
    failed = False
    with measuring(root) as here, measuring(other) as there:
        for line in lines(here, there):
            print(line, flush=True)
            failed = failed or " fails here: " in line
    return int(failed)
