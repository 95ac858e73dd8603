"""Where the web processes of one server count what they answer: in files of one folder, gone when the server ends.

The folder is in memory where there is one for that, as a file on a disk that is full would end the process.
"""

import os
import shutil
import tempfile
from pathlib import Path

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
MEMORY = Path("/dev/shm")  # noqa: S108  the folder is made for its owner alone, and refused if it is another's


def count_together() -> None:
    """Name the folder to the metrics' library, which looks for it when it is first imported.

    Processes of one parent share it: they were started by the same server. Those of servers that have ended are
    cleared away, so that after a restart everything counts from nothing.
    """
    root = MEMORY if os.access(MEMORY, os.W_OK) else Path(tempfile.gettempdir())
    prefix = f"scorecard-metrics-{os.getuid()}-"
    mine = root / f"{prefix}{_server(os.getppid())}"
    for other in root.glob(f"{prefix}*"):
        if other != mine and _server(int(other.name.removeprefix(prefix).partition("-")[0])) not in other.name:
            shutil.rmtree(other, ignore_errors=True)
    mine.mkdir(mode=0o700, exist_ok=True)
    found = mine.lstat()
    if mine.is_symlink() or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise PermissionError(f"{mine} belongs to somebody else.")
    os.environ[VARIABLE] = str(mine)


def _server(pid: int) -> str:
    """A process as no other one after it is named: by its number and when it started."""
    try:
        started = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        started = "ended"
    return f"{pid}-{started}"
