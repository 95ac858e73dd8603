"""The run as a process of its own: killed half-way, started twice, started by a worker with its clock."""

import asyncio
import shutil
import sqlite3
import sys
from collections import Counter
from contextlib import ExitStack, closing

import pytest

from tests.processes import PATIENCE, environment, kill, migrated, run_python, running, start, stop, wait_for
from tests.roadmaps.reminding.plans import mail_server

PEOPLE = 24
# Half of the people get the digest, the others a note; all have two items.
INSTALLED = f"""
from datetime import date, timedelta
from django.utils import timezone
from assessments.roadmaps.reminding.models import ReminderSetting
from tests.factories import make_membership, make_organization, make_user
from tests.roadmaps.reminding.plans import make_owned, make_plan
plan = make_plan(make_organization(owner=make_user(email="owner@example.com")))
for number in range({PEOPLE}):
    user = make_membership(plan.organization, make_user(email=f"person-{{number:02}}@example.com")).user
    ReminderSetting.objects.create(user=user, weekly_digest=bool(number % 2))
    for days in (1, 2):
        make_owned(plan, owner=user, due_on=date(2026, 11, 25) + timedelta(days=days))
"""
RUN = """
from datetime import UTC, datetime
from assessments.roadmaps.reminding.reminders import send_reminders
send_reminders(datetime(2026, 11, 25, 8, 1, tzinfo=UTC))
"""
EVERYONE = [f"person-{number:02}@example.com" for number in range(PEOPLE)]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder with a migrated database and people with items, to be copied."""
    folder = tmp_path_factory.mktemp("installed")
    migrated(folder)
    run_python(INSTALLED, environment(folder))
    return folder


@pytest.fixture
def site(installed, tmp_path):
    folder = tmp_path / "site"
    shutil.copytree(installed, folder)
    return folder


@pytest.fixture
def sink():
    with mail_server() as server:
        yield server


def variables(site, sink):
    return environment(site, EMAIL_URL=f"smtp://127.0.0.1:{sink.port}", SITE_URL="https://score.example.com")


def a_run(site, sink):
    command = [sys.executable, "-c", f"import django; django.setup()\n{RUN}"]
    return start(command, variables(site, sink), output=site / "run.log")


def states(site):
    with closing(sqlite3.connect(f"file:{site / 'scorecard.sqlite3'}?mode=ro", uri=True, timeout=20)) as connection:
        return Counter(state for (state,) in connection.execute("SELECT state FROM assessments_reminder"))


def slowly(seconds):
    async def answer(envelope):
        await asyncio.sleep(seconds)
        return "250 OK"

    return answer


@pytest.mark.parametrize("kills", [1, 4])
def test_killed_half_way_and_run_again_nobody_gets_two_and_the_rest_get_theirs(site, sink, kills):
    sink.answer = slowly(0.03)
    for number in range(1, kills + 1):
        process = a_run(site, sink)
        wait_for(lambda count=4 * number: len(sink.envelopes) >= count, process=process, output=site / "run.log")
        kill(process)

    done = a_run(site, sink)
    assert done.wait(PATIENCE) == 0

    cut_off = states(site)["claimed"]
    assert len(sink.recipients) == len(set(sink.recipients))
    assert PEOPLE - cut_off <= len(sink.recipients) <= PEOPLE
    assert cut_off <= kills
    assert states(site) == {"sent": PEOPLE - cut_off} | ({"claimed": cut_off} if cut_off else {})


def test_three_runs_at_the_same_moment_send_each_mail_once(site, sink):
    sink.answer = slowly(0.01)
    with ExitStack() as stack:
        runs = [a_run(site, sink) for _ in range(3)]
        for process in runs:
            stack.callback(stop, process)
        assert [process.wait(PATIENCE) for process in runs] == [0, 0, 0]

    assert sink.recipients == EVERYONE
    assert states(site) == {"sent": PEOPLE}


# Wherever it is about noon by now, everything is due tomorrow.
NOON = """
from datetime import datetime, timedelta, UTC
from assessments.models import Organization, RoadmapItem
ahead = 12 - datetime.now(UTC).hour
Organization.objects.update(time_zone=f"Etc/GMT{-ahead:+}" if ahead else "UTC")
RoadmapItem.objects.update(due_on=Organization.objects.get().today() + timedelta(days=1))
"""


def test_a_worker_does_what_its_clock_tells_it_to(site, sink):
    """The hour cannot be waited for: the clock's schedule is read, and its message sent."""
    env = variables(site, sink)
    run_python(NOON, env)
    schedule = "from scorecard.celery import app; print(*(each['task'] for each in app.conf.beat_schedule.values()))"
    [task] = [name for name in run_python(schedule, env).split() if name.endswith("send_reminders")]

    command = [sys.executable, "-m", "celery", "-q", "-A", "scorecard", "worker", "--concurrency", "2"]
    with running(command, env, output=site / "worker.log") as worker:
        run_python(f"from scorecard.celery import app\nfor _ in range(3): app.send_task({task!r})", env)
        wait_for(lambda: states(site)["sent"] == PEOPLE, process=worker, output=site / "worker.log")

    assert sink.recipients == EVERYONE
