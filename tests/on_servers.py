"""Run the tests once more on PostgreSQL and Redis, where both can be reached; otherwise say so.

TEST_DATABASE_URL and TEST_REDIS_URL name them; without, the usual ports of this machine are tried.
"""

import os
import sys

import psycopg
import redis

DATABASE_URL = os.environ.get("TEST_DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
REDIS_URL = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/15")


# What touches no database and no queue says nothing new there.
ELSEWHERE = ("scoring", "charts", "framework", "test_conventions.py", "test_settings.py")


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


def main() -> None:
    if absent := missing():
        print(f"Not run on PostgreSQL and Redis: {absent} is not within reach.")
        return
    os.environ |= {"DATABASE_URL": DATABASE_URL, "REDIS_URL": REDIS_URL, "SECRET_KEY": "tests-only-" * 5}
    arguments = ["-m", "pytest", "-n", "2", "--dist", "loadscope", "-m", "server or not browser"]
    arguments += [f"--ignore=tests/{name}" for name in ELSEWHERE] + sys.argv[1:]
    os.execv(sys.executable, [sys.executable, *arguments])


if __name__ == "__main__":
    main()
