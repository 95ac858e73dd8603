"""The clock: what it starts, and that it starts it once, however many of it run and whichever of them ends."""

import json
import os
import signal
import sys
import time
from collections import Counter
from contextlib import ExitStack, closing
from datetime import timedelta
from itertools import pairwise

import psycopg
import pytest
import redis
from celery.beat import SchedulingError
from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from assessments.platform import strokes
from assessments.platform.models import ClockStroke
from scorecard.celery import Clock, app
from tests import on_servers
from tests.processes import environment, kill, manage, running, wait_for
from tests.reports.test_worker import database

COMMAND = [sys.executable, "-m", "celery", "-q", "-A", "scorecard", "beat", "--loglevel", "WARNING", "--pidfile="]
EVERY_SECOND = "assessments.reports.tasks.sweep_reports"
# What the database saw of the clocks: one row each time that a stroke was taken, or given back.
WATCH = """
CREATE TABLE moved (name text, from_at timestamptz, at timestamptz);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO moved VALUES (NEW.name, OLD.at, NEW.at); RETURN NEW; END $$;
CREATE TRIGGER note AFTER UPDATE ON assessments_clockstroke FOR EACH ROW EXECUTE FUNCTION note();
"""


def test_a_worker_knows_every_task_that_the_clock_sends():
    """Whatever the tests import beside it: a worker finds tasks by the index alone."""
    from assessments import tasks

    known = {getattr(tasks, name).name for name in tasks.__all__}

    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= known
    assert known <= set(app.tasks)


# ---- In one process


@pytest.fixture
def clock(transactional_db, monkeypatch):
    """Makes clocks of one task that is due every ten minutes; what they send is in `sent`."""
    sent, made = [], []

    class Silent(Clock):
        producer = None

        def setup_schedule(self):
            self.merge_inplace({"sweep": {"task": EVERY_SECOND, "schedule": 600}})

        def apply_async(self, entry, **kwargs):
            sent.append(made.index(self))

    def make():
        found = Silent(app=app)
        found.schedule  # noqa: B018  made when it is first asked for
        made.append(found)
        return found

    make.sent = sent
    return make


def pass_time(**elapsed):
    for stroke in ClockStroke.objects.all():
        ClockStroke.objects.filter(pk=stroke.pk).update(at=stroke.at - timedelta(**elapsed))


def again(*clocks):
    """Each of them looks at the database again, as it does every ten seconds."""
    for each in clocks:
        each.read()


def test_of_two_clocks_that_find_the_same_task_due_one_sends_it(clock):
    first, second = clock(), clock()
    again(first, second)
    pass_time(minutes=11)
    again(first, second)

    for _ in range(3):
        first.tick()
        second.tick()

    assert clock.sent == [0]


def test_a_clock_that_starts_later_takes_over_what_the_one_before_sent(clock):
    first = clock()
    again(first)
    pass_time(minutes=11)
    again(first)
    first.tick()

    second = clock()
    again(second)
    second.tick()
    assert clock.sent == [0]

    pass_time(minutes=11)
    again(second)
    second.tick()
    assert clock.sent == [0, 1]


def test_what_was_due_while_no_clock_ran_is_sent_once_when_one_does(clock):
    ClockStroke.objects.create(name="sweep", at=timezone.now() - timedelta(days=3))

    started = clock()
    again(started)
    for _ in range(3):
        started.tick()

    assert clock.sent == [0]


def test_what_the_broker_does_not_take_is_tried_again(clock, monkeypatch):
    started = clock()
    again(started)
    pass_time(minutes=11)
    again(started)
    works = started.apply_async

    def refuse(*args, **kwargs):
        raise SchedulingError

    monkeypatch.setattr(started, "apply_async", refuse)
    started.tick()
    assert clock.sent == []

    monkeypatch.setattr(started, "apply_async", works)
    started.tick()
    assert clock.sent == [0]


def test_while_the_database_is_away_the_clock_waits_and_goes_on(clock, monkeypatch):
    started = clock()
    again(started)
    pass_time(minutes=11)
    again(started)

    def away(*args, **kwargs):
        raise DatabaseError

    with monkeypatch.context() as patched:
        patched.setattr(strokes, "claim", away)
        started.tick()
        patched.setattr(strokes, "sent_at", away)
        started.tick()
    assert clock.sent == []

    again(started)
    started.tick()
    assert clock.sent == [0]


# ---- Real ones, on PostgreSQL and Redis


class Clocks:
    def __init__(self, folder, address, broker):
        self.folder, self.address, self.broker = folder, address, broker

    def start(self, name):
        """A clock with a folder of its own, as on another host."""
        folder = self.folder / name
        folder.mkdir()
        env = environment(
            folder,
            DATABASE_URL=self.address,
            REDIS_URL=on_servers.REDIS_URL,
            SECRET_KEY="tests-only-" * 5,
            REPORT_STALE_SECONDS="1",
        )
        return running(COMMAND, env, output=self.folder / f"{name}.log")

    def sent(self):
        tasks = [json.loads(message)["headers"]["task"] for message in self.broker.lrange("celery", 0, -1)]
        return Counter(tasks)

    def taken(self):
        """When strokes were taken and not given back."""
        rows = "SELECT from_at, at FROM moved WHERE name = 'sweep-reports' ORDER BY at"
        with closing(psycopg.connect(self.address)) as connection:
            moves = connection.execute(rows).fetchall()
        given_back = {before for before, after in moves if after < before}
        return [after for before, after in moves if after > before and after not in given_back]

    def wait_for(self, count, process):
        wait_for(lambda: self.sent()[EVERY_SECOND] >= count, process=process)


@pytest.fixture
def clocks(tmp_path):
    if absent := on_servers.missing():
        pytest.skip(f"{absent} is not within reach.")
    with database() as address, closing(redis.Redis.from_url(on_servers.REDIS_URL)) as broker:
        env = environment(tmp_path, DATABASE_URL=address, REDIS_URL=on_servers.REDIS_URL, SECRET_KEY="tests-only-" * 5)
        manage(env, "migrate", "-v0")
        with closing(psycopg.connect(address)) as connection:
            connection.execute(WATCH)
            connection.commit()
        broker.flushdb()
        yield Clocks(tmp_path, address, broker)
        broker.flushdb()


@pytest.mark.server
def test_of_two_clocks_on_two_hosts_each_task_is_sent_by_one_and_a_dead_one_is_replaced(clocks):
    with ExitStack() as stack:
        first = stack.enter_context(clocks.start("first"))
        clocks.wait_for(2, first)
        second = stack.enter_context(clocks.start("second"))
        clocks.wait_for(10, second)

        # One is stopped in the middle for a while, as a host that is moved; what it missed it does not send.
        os.killpg(first.pid, signal.SIGSTOP)
        clocks.wait_for(clocks.sent()[EVERY_SECOND] + 5, second)
        os.killpg(first.pid, signal.SIGCONT)
        clocks.wait_for(clocks.sent()[EVERY_SECOND] + 5, second)

        kill(first)
        died_at, count = time.monotonic(), clocks.sent()[EVERY_SECOND]
        clocks.wait_for(count + 3, second)
        assert time.monotonic() - died_at < 60

        third = stack.enter_context(clocks.start("third"))
        kill(second)
        clocks.wait_for(clocks.sent()[EVERY_SECOND] + 3, third)

    taken, sent = clocks.taken(), clocks.sent()[EVERY_SECOND]
    # A clock that was killed may have taken a stroke and not sent it; nothing was sent that was not taken.
    assert len(taken) - 3 <= sent <= len(taken)
    assert min(after - before for before, after in pairwise(taken)) > timedelta(seconds=0.9)
