"""A real worker with a real broker: killed, cut off or robbed of its messages, it loses no report."""

import hashlib
import os
import shutil
import signal
import sqlite3
import sys
from collections import Counter
from contextlib import closing, contextmanager
from uuid import uuid4

import psycopg
import pytest
import redis
from psycopg import sql
from pypdf import PdfReader

from tests import on_servers
from tests.processes import environment, kill, manage, migrated, run_python, running, start, wait_for

KILLS = 20
COMMAND = [sys.executable, "-m", "celery", "-q", "-A", "scorecard", "worker", "--beat", "--concurrency", "2"]
COMMAND += ["--loglevel", "WARNING", "--without-gossip", "--without-mingle"]

ORGANIZATION = """
from tests.factories import make_scorecard
scorecard = make_scorecard(levels=[2, 1, 0, 1, 2, 1, 2, 0], title="Q3 assessment")
"""
# Each report is asked for in another name, or they would be one report.
ASK = """
import sys, uuid
from assessments.reports.services import request_report
from assessments.scorecards.models import Scorecard
from tests.factories import make_user
for _ in range(int(sys.argv[1])):
    name = str(uuid.uuid4())
    request_report(Scorecard.objects.get(), actor=make_user(name=name, email=f"{name}@example.com"))
"""
# The broker's folder is away for as long as the asking takes.
ASK_CUT_OFF = f"""
from django.conf import settings
broker = settings.DATA_DIR / "broker"
broker.rename(broker.with_name("away"))
{ASK}
broker.with_name("away").rename(broker)
"""


class Site:
    """An installation with one scorecard, and what its reports' rows and files hold."""

    def __init__(self, folder, env, connect):
        self.folder, self.env, self.connect = folder, env, connect
        self.output = folder / "worker.log"

    def ask(self, count, code=ASK):
        run_python(code, self.env, str(count))

    def rows(self):
        columns = ("id", "status", "step", "attempts", "error", "file", "file_sha256", "pages", "sent_at")
        with closing(self.connect()) as connection:
            found = connection.execute(f"SELECT {', '.join(columns)} FROM assessments_report ORDER BY id").fetchall()
        return [dict(zip(columns, row, strict=True)) for row in found]

    def statuses(self):
        return dict(Counter(row["status"] for row in self.rows()))

    def worker(self):
        return running(COMMAND, self.env, output=self.output)

    def wait_for(self, condition, process):
        wait_for(condition, process=process, output=self.output)

    def wait_until_done(self, count, process):
        self.wait_for(lambda: self.statuses() == {"done": count}, process)

    def assert_every_report_is_whole(self):
        """Every row has its file, readable and unchanged, and there is no other file."""
        for row in self.rows():
            path = self.folder / "media" / row["file"]
            assert (row["status"], row["error"]) == ("done", "")
            assert hashlib.sha256(path.read_bytes()).hexdigest() == row["file_sha256"]
            assert len(PdfReader(path).pages) == row["pages"]
        files = [path for path in (self.folder / "media" / "reports").rglob("*") if path.is_file()]
        assert len(files) == len(self.rows())


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder with a migrated database and one scorecard, to be copied."""
    folder = tmp_path_factory.mktemp("installed")
    migrated(folder)
    run_python(ORGANIZATION, environment(folder))
    return folder


@pytest.fixture
def site(installed, tmp_path):
    folder = tmp_path / "site"
    shutil.copytree(installed, folder)
    return Site(
        folder,
        environment(folder, REPORT_STALE_SECONDS="1"),
        lambda: sqlite3.connect(f"file:{folder / 'scorecard.sqlite3'}?mode=ro", uri=True, timeout=20),
    )


def messages(site):
    return list((site.folder / "broker" / "messages").glob("*.msg"))


def test_a_report_asked_for_is_made(site):
    with site.worker() as worker:
        site.ask(1)
        site.wait_until_done(1, worker)

    site.assert_every_report_is_whole()


@pytest.mark.long
def test_a_worker_killed_in_the_middle_of_twenty_reports_loses_none(site):
    site.ask(KILLS)
    killed = set()
    while len(killed) < KILLS:
        killed |= kill_over_others(site, killed)

    assert all(row["attempts"] for row in site.rows())
    with site.worker() as worker:
        site.wait_until_done(KILLS, worker)
    site.assert_every_report_is_whole()


def kill_over_others(site, killed):
    """Start a worker and kill it in the middle of a report that no worker was killed over. Returns all it had begun."""
    before = {row["id"]: row["attempts"] for row in site.rows()}

    def begun():
        return {row["id"] for row in making(site) if row["attempts"] > before[row["id"]]}

    worker = start(COMMAND, site.env, output=site.output)
    try:
        site.wait_for(lambda: begun() - killed, worker)
    finally:
        kill(worker)
    return begun()


def making(site):
    return [row for row in site.rows() if row["status"] == "running" and row["step"]]


def test_a_report_asked_for_while_the_broker_is_away_is_made_after_it_is_back(site):
    site.ask(1, ASK_CUT_OFF)

    [row] = site.rows()
    assert (row["status"], row["sent_at"]) == ("queued", None)
    with site.worker() as worker:
        site.wait_until_done(1, worker)
    site.assert_every_report_is_whole()


def test_lost_messages_are_sent_again(site):
    site.ask(2)
    for message in messages(site):
        message.unlink()

    with site.worker() as worker:
        site.wait_until_done(2, worker)

    site.assert_every_report_is_whole()


def test_files_of_the_broker_that_a_crash_left_half_written_stop_nobody(site):
    site.ask(1)
    for file in [*messages(site), *(site.folder / "broker" / "control").glob("*.exchange")]:
        file.write_text(file.read_text()[:20])

    with site.worker() as worker:
        site.wait_until_done(1, worker)

    site.assert_every_report_is_whole()


# ---- With PostgreSQL and Redis


@contextmanager
def database():
    """A database of the test's own; yields its address."""
    name = f"test_worker_{uuid4().hex[:12]}"
    with psycopg.connect(on_servers.DATABASE_URL, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield f"{on_servers.DATABASE_URL.rpartition('/')[0]}/{name}"
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def server_site(tmp_path):
    if absent := on_servers.missing():
        pytest.skip(f"{absent} is not within reach.")
    with database() as address, closing(redis.Redis.from_url(on_servers.REDIS_URL)) as broker:
        env = environment(
            tmp_path,
            DATABASE_URL=address,
            REDIS_URL=on_servers.REDIS_URL,
            SECRET_KEY="tests-only-" * 5,
            REPORT_STALE_SECONDS="1",
        )
        manage(env, "migrate", "-v0")
        run_python(ORGANIZATION, env)
        broker.flushdb()
        yield Site(tmp_path, env, lambda: psycopg.connect(address)), broker
        broker.flushdb()


@pytest.mark.server
def test_on_postgresql_and_redis_a_report_is_made_and_a_killed_worker_loses_none(server_site):
    site, _ = server_site
    with site.worker() as worker:
        site.ask(2)
        site.wait_for(lambda: making(site), worker)
        kill(worker)

    with site.worker() as worker:
        site.wait_until_done(2, worker)

    site.assert_every_report_is_whole()


@pytest.mark.server
def test_on_redis_messages_lost_in_a_restart_are_sent_again(server_site):
    site, broker = server_site
    site.ask(2)
    assert broker.llen("celery") == 2
    broker.flushdb()

    with site.worker() as worker:
        site.wait_until_done(2, worker)

    site.assert_every_report_is_whole()


@pytest.mark.server
def test_a_report_asked_for_while_redis_is_away_is_made_after_it_is_back(server_site):
    site, _ = server_site
    run_python(ASK, {**site.env, "REDIS_URL": "redis://127.0.0.1:1/0"}, "1")

    [row] = site.rows()
    assert (row["status"], row["sent_at"]) == ("queued", None)
    with site.worker() as worker:
        site.wait_until_done(1, worker)
    site.assert_every_report_is_whole()


def test_worker_and_clock_say_that_they_live_and_end_when_their_whole_group_is_told_to(site):
    site.ask(1)
    process = start(COMMAND, site.env, output=site.output)
    try:
        site.wait_until_done(1, process)
        with closing(site.connect()) as connection:
            alive = {name for (name,) in connection.execute("SELECT name FROM assessments_heartbeat")}
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)
    finally:
        kill(process)

    assert alive == {"worker", "clock"}
    assert process.returncode == 0
