"""Run the tests once more on PostgreSQL and Redis, where both can be reached; otherwise say so.

TEST_DATABASE_URL and TEST_REDIS_URL name them; without, the usual ports of this machine are tried. What never opens the
tests' database says nothing new there and runs on SQLite only (`--on-servers` in `tests/conftest.py`).
"""

import os
import subprocess
import sys

import psycopg
import redis

DATABASE_URL = os.environ.get("TEST_DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
REDIS_URL = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/15")


def missing() -> str:
    """Why the tests cannot run on servers; empty if they can."""
    try:
        psycopg.connect(DATABASE_URL, connect_timeout=3).close()
    except psycopg.Error:
        return f"PostgreSQL ({DATABASE_URL.rpartition('@')[2]})"
    try:
        redis.Redis.from_url(REDIS_URL, socket_connect_timeout=3).ping()
    except redis.RedisError:
        return f"Redis ({REDIS_URL.rpartition('@')[2]})"
    return ""


def command(*arguments: str) -> list[str]:
    """What runs them, in the environment of the servers."""
    servers = {"DATABASE_URL": DATABASE_URL, "REDIS_URL": REDIS_URL, "SECRET_KEY": "tests-only-" * 5}
    env = [f"{name}={value}" for name, value in servers.items()]
    return ["env", *env, sys.executable, "-m", "pytest", "--on-servers", *arguments]


def main() -> int:
    if absent := missing():
        print(f"Not run on PostgreSQL and Redis: {absent} is not within reach.")
        return 0
    return subprocess.run(command("-n", "2", "--dist", "worksteal", *sys.argv[1:]), check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
