"""Real processes for tests: a worker or a web server on data of its own, started, watched, stopped and killed."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from tests import databases

ROOT = Path(__file__).resolve().parent.parent
# Seconds until a test gives up on something that must happen: far more than a slow and busy machine needs for it.
PATIENCE = 600
# What a developer may have set for the site must not reach a process under test.
OWN = (
    "DATA_DIR",
    "DATABASE_URL",
    "REDIS_URL",
    "FILES_URL",
    "SECRET_KEY",
    "REPORT_STALE_SECONDS",
    "LOG_LEVEL",
    "DEBUG",
    "HTTPS",
    "SITE_URL",
    "EMAIL_URL",
)


def environment(folder: Path, **values: str) -> dict[str, str]:
    """The environment of a process that keeps everything in `folder`, unless `values` send it elsewhere."""
    inherited = {name: value for name, value in os.environ.items() if name not in OWN}
    return {**inherited, "DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "scorecard.settings", **values}


def start(command: Sequence[str], env: dict[str, str], *, output: Path) -> subprocess.Popen[bytes]:
    """Start a process at the head of a group of its own; what it says is appended to the file `output`."""
    with output.open("ab") as stream:
        return subprocess.Popen(
            command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream, start_new_session=True
        )


@contextmanager
def running(command: Sequence[str], env: dict[str, str], *, output: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process for as long as the block runs; nothing of its group is left behind."""
    process = start(command, env, output=output)
    try:
        yield process
    finally:
        stop(process)


def stop(process: subprocess.Popen[bytes], *, patience: float = 10) -> None:
    """Ask a process to end and, if it does not or leaves children behind, kill its group."""
    if process.poll() is None:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """kill -9 the whole group."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_for(
    condition: Callable[[], object],
    *,
    timeout: float = PATIENCE,
    every: float = 0.05,
    process: subprocess.Popen[bytes] | None = None,
    output: Path | None = None,
) -> None:
    """Wait until `condition` holds. It fails at once when `process` has ended, and tells the end of `output`."""
    limit = time.monotonic() + timeout
    while not condition():
        said = output.read_text(errors="replace")[-4000:] if output and output.exists() else ""
        assert process is None or process.poll() is None, f"The process has ended.\n{said}"
        assert time.monotonic() < limit, f"Not within {timeout} seconds.\n{said}"
        time.sleep(every)


def run_python(code: str, env: dict[str, str], *arguments: str) -> str:
    """What `code` prints in an interpreter of its own, with Django set up."""
    command = [sys.executable, "-c", f"import django; django.setup()\n{code}", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    return done.stdout


def manage(env: dict[str, str], *arguments: str) -> str:
    """Run a management command to its end."""
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    return done.stdout


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def collected_static(env: dict[str, str]) -> str:
    """The folder of collected static files: that of the checkout if there is one, else one made in DATA_DIR."""
    folder = ROOT / "var" / "static"
    if (folder / "staticfiles.json").exists():
        return str(folder)
    manage(env, "collectstatic", "--noinput", "-v0", "-i", "datasets", "-i", "templates", "-i", "widgetbundle.js")
    return str(Path(env["DATA_DIR"]) / "static")


def migrated(folder: Path) -> None:
    """A migrated installation with nothing in it: a copy of the tests' own database as it began, if there is one."""
    template = databases.KEPT / f"{databases.digest()}.sqlite3"
    if template.exists():
        shutil.copyfile(template, folder / "scorecard.sqlite3")
    else:
        manage(environment(folder), "migrate", "-v0")
