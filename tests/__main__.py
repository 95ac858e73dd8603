"""Every test, in two halves: on SQLite, then on PostgreSQL and Redis, as `make test` runs them.

The second half runs whatever the first one finds; the exit status is that of the first half that failed.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

from tests import on_servers

TIMES = Path(__file__).resolve().parent.parent / "var" / "test-times.json"
ON_SQLITE, ON_SERVERS = "SQLite", "PostgreSQL and Redis"
# Seconds on two cores with nothing else to do, for whoever has not run them yet.
USUAL = {ON_SQLITE: 27 * 60, ON_SERVERS: 13 * 60}
# Whoever has nothing left takes half of what the other one still has, so that both end together.
WORKERS = ["-n", "2", "--dist", "worksteal"]


def clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def times() -> dict[str, float]:
    try:
        return json.loads(TIMES.read_text())
    except (OSError, ValueError):
        return {}


def expected(half: str) -> str:
    last = times().get(half)
    return f"{clock(last)} last time here" if last else f"about {clock(USUAL.get(half, 60))} on two idle cores"


def run(half: str, command: list[str]) -> tuple[str, int]:
    """Run a half and remember for the next time how long it took."""
    print(f"\nTests on {half}: {expected(half)}.", flush=True)
    began = time.monotonic()
    status = subprocess.run(command, check=False).returncode
    took = time.monotonic() - began
    if status == 0:
        TIMES.parent.mkdir(exist_ok=True)
        TIMES.write_text(json.dumps(times() | {half: round(took)}))
    return f"Tests on {half}: {'passed' if status == 0 else f'FAILED (status {status})'} in {clock(took)}.", status


def run_all(halves: dict[str, list[str]]) -> int:
    print(f"All tests, {', then '.join(f'on {half} ({expected(half)})' for half in halves)}.", flush=True)
    results = [run(half, command) for half, command in halves.items()]
    print("", *(sentence for sentence, _ in results), sep="\n", flush=True)
    return next((status for _, status in results if status), 0)


def main() -> int:
    absent = on_servers.missing()
    once = [] if absent else ["-m", "not server"]  # what needs the servers is part of the second half
    halves = {ON_SQLITE: [sys.executable, "-m", "pytest", *WORKERS, *once]}
    if not absent:
        halves[ON_SERVERS] = on_servers.command(*WORKERS)
    status = run_all(halves)
    if absent:
        print(f"Not run on {ON_SERVERS}: {absent} is not within reach.")
    return status


if __name__ == "__main__":
    sys.exit(main())
