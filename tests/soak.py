"""Many people at once, against a real site: what was acknowledged is there, and what went wrong was said.

`writers` has them save the answers of one scorecard, each answer by two or more. `soak` gives each a scorecard of
their own while reports are made and, in turn, a worker, Redis, PostgreSQL, the clock and the web processes are killed
and the disk of files fills up. `make soak` runs both on servers of their own and prints what was seen; it fails if
anything that was acknowledged is not there, or if a report is neither done nor failed with a reason.
"""

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from tests.processes import (
    collected_static,
    environment,
    free_port,
    kill,
    listens,
    manage,
    run_python,
    start,
    stop,
    wait_for,
)
from tests.test_degrading import Cluster

TOKEN = "t" * 32
VERSION = re.compile(r'-note_version" value="(\d+)"')
MADE = """
import json, sys
from django.urls import reverse
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from assessments.organizations.models import Membership, Role
from assessments import framework
from tests.factories import make_organization, make_scorecard, make_user

people, shared = int(sys.argv[1]), sys.argv[2] == "shared"
made, organization = [], None
for number in range(people):
    user = make_user(email="person%d-%s@example.com" % (number, sys.argv[2]))
    if organization is None or not shared:
        organization = make_organization(owner=user, name="Kestrel %d %s" % (number, sys.argv[2]))
        scorecard = make_scorecard(organization, levels=[1] * 8)
    else:
        Membership.objects.create(organization=organization, user=user, role=Role.EDITOR)
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session.save()
    at = [organization.slug, scorecard.pk]
    category = framework.current().categories[number % 8].key
    paths = dict(note=reverse("response_update", args=[*at, category, "note"]))
    paths["report"] = reverse("report_create", args=at[:1])
    made.append(dict(paths=paths, part=[scorecard.pk, category], session=session.session_key, name=user.email))
print(json.dumps(made))
"""
STORED = """
import json
from assessments.scorecards.models import Response
print(json.dumps(list(Response.objects.values_list("scorecard_id", "category_key", "note", "note_version"))))
"""
REPORTS = """
import json
from assessments.reports.models import Report
print(json.dumps(list(Report.objects.values_list("status", "error"))))
"""


@dataclass
class Person:
    """Somebody who saves a note again and again, and remembers what the site said it had saved."""

    url: str
    paths: dict[str, str]
    part: list[Any]  # the scorecard's number and the category
    session: str
    name: str
    version: int = 0
    saved: dict[int, str] = field(default_factory=dict)  # by the version that was acknowledged
    unknown: int = 0  # sent, and never answered or answered with an error: it may be there
    conflicts: int = 0
    told: Counter[int] = field(default_factory=Counter)  # the statuses that came instead; 0 for no answer
    seconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def send(self, path: str, **fields: str) -> tuple[int, str]:
        """The status of a form's answer, 0 if there was none, and the answer."""
        headers = {"Cookie": f"sessionid={self.session}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN, "HX-Request": "true"}
        request = Request(self.url + path, urlencode(fields).encode(), {**headers, "Origin": self.url})
        try:
            with urlopen(request, timeout=60) as response:
                return response.status, response.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode(errors="replace")
        except OSError:
            return 0, ""

    def save(self, text: str) -> None:
        began = time.monotonic()
        fields = {f"{self.part[1]}-note": text, f"{self.part[1]}-note_version": str(self.version)}
        status, page = self.send(self.paths["note"], **fields)
        self.seconds.append(time.monotonic() - began)
        if status == 200 and (found := VERSION.search(page)):
            self.version = int(found[1])
            self.saved[self.version] = text
        elif status == 409 and (found := re.search(r'data-version="(\d+)"', page)):
            self.conflicts += 1
            self.version = int(found[1])
        else:
            self.unknown += 1
            self.told[status] += 1
            if status == 200 or "Traceback" in page:
                self.wrong.append(f"{status}: {page[-500:]}")
            time.sleep(0.2)


Stored = dict[tuple[int, str], tuple[str, int]]  # the note and its version, by scorecard and category


def lost(people: list[Person], stored: Stored) -> list[str]:
    """What was acknowledged and is not there, in words; nothing if all is well."""
    found = []
    for place, (note, last) in stored.items():
        writers = [person for person in people if tuple(person.part) == place]
        if not writers:
            continue
        saved = [version for person in writers for version in person.saved]
        texts = {version: text for person in writers for version, text in person.saved.items()}
        if len(saved) != len(set(saved)):
            found.append(f"{place}: one version was acknowledged to two people.")
        if saved and last < max(saved):
            found.append(f"{place}: version {max(saved)} was acknowledged, {last} is the last.")
        if last in texts and texts[last] != note:
            found.append(f"{place}: {texts[last]!r} was acknowledged last, {note!r} is there.")
        if last > len(saved) + sum(person.unknown for person in writers):
            found.append(f"{place}: {last} versions, {len(saved)} acknowledged.")
    return found


class Site:
    """A site with a web process of two, a worker, and on request servers of its own; each may be stopped."""

    def __init__(self, folder: Path, **env: str) -> None:
        self.folder, self.port = folder, free_port()
        self.env = environment(folder, **env)
        self.env["STATIC_ROOT"] = collected_static(self.env)
        self.url = f"http://127.0.0.1:{self.port}"
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def web(self) -> None:
        command = [sys.executable, "-m", "gunicorn", "scorecard.wsgi:application", "--bind", f"127.0.0.1:{self.port}"]
        command += ["--workers", "2", "--threads", "4", "--logger-class", "scorecard.logs.AccessLogger"]
        self.start("web", *command, "--no-control-socket", "--access-logfile", "/dev/null")
        wait_for(lambda: listens(self.port), process=self.running["web"], output=self.folder / "web.log")

    def worker(self) -> None:
        command = [sys.executable, "-m", "celery", "-q", "-A", "scorecard", "worker", "--concurrency", "1"]
        self.start("worker", *command, "--loglevel", "WARNING", "--without-gossip", "--without-mingle")

    def clock(self) -> None:
        self.start("clock", sys.executable, "-m", "celery", "-q", "-A", "scorecard", "beat", "--loglevel", "WARNING")

    def start(self, name: str, *command: str) -> None:
        self.running[name] = start(command, self.env, output=self.folder / f"{name}.log")

    def kill(self, name: str) -> None:
        kill(self.running.pop(name))

    def end(self) -> None:
        for process in self.running.values():
            stop(process)

    def people(self, count: int, *, shared: bool) -> list[Person]:
        made = json.loads(run_python(MADE, self.env, str(count), "shared" if shared else "own"))
        people = [Person(self.url, **row) for row in made]
        stored = self.stored()
        for person in people:
            person.version = stored[person.part[0], person.part[1]][1]
        return people

    def stored(self) -> Stored:
        rows = json.loads(run_python(STORED, self.env))
        return {(scorecard, category): (note, version) for scorecard, category, note, version in rows}


def together(people: list[Person], work: Callable[[Person], None]) -> None:
    threads = [threading.Thread(target=work, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def writers(site: Site, *, count: int = 16, saves: int = 10_000) -> list[Person]:
    """So many people save answers of one scorecard, two each of the same, until that many saves are acknowledged."""
    people, left = site.people(count, shared=True), iter(range(saves))
    lock = threading.Lock()

    def work(person: Person) -> None:
        while True:
            with lock:
                number = next(left, None)
            if number is None:
                return
            while f"{number}" not in person.saved.values():
                person.save(f"{number}")

    together(people, work)
    return people


def figures(people: list[Person], seconds: float) -> str:
    """What was seen, in a line."""
    saved, times = sum(len(person.saved) for person in people), sorted(s for person in people for s in person.seconds)
    told = sum((person.told for person in people), Counter())
    instead = (
        ", ".join(f"{count} × {status or 'no answer'}" for status, count in sorted(told.items())) or "nothing else"
    )
    return (
        f"{saved} saves acknowledged in {seconds:.0f} s, {sum(person.conflicts for person in people)} conflicts, "
        f"{instead or 'nothing else'}; answers within {statistics.median(times) * 1000:.0f} ms, "
        f"{times[int(len(times) * 0.95)] * 1000:.0f} ms for 95 of 100."
    )


def soak(
    site: Site, cluster: Cluster, redis: list[str], *, count: int, seconds: float
) -> tuple[list[Person], list[str]]:
    """People save, now and then one asks for a report, and what the site stands on is killed in turn."""
    people, ends, happened = site.people(count, shared=False), time.monotonic() + seconds, []

    def work(person: Person) -> None:
        number = 0
        while time.monotonic() < ends:
            number += 1
            person.save(f"{person.name} {number}")
            if number % 40 == 1:
                person.send(person.paths["report"], scorecard=str(person.part[0]), format="pdf")
            time.sleep(0.5)

    def redis_away() -> None:
        site.kill("redis")
        time.sleep(pause / 2)
        site.start("redis", *redis)

    def database_away() -> None:
        cluster.stop()
        time.sleep(pause / 2)
        cluster.start()

    def restart(name: str) -> Callable[[], None]:
        def act() -> None:
            site.kill(name)
            time.sleep(pause / 2)
            getattr(site, name)()

        return act

    def no_room() -> None:
        reserve = site.folder / "media" / "filling"
        reserve.parent.mkdir(exist_ok=True)
        free = shutil.disk_usage(reserve.parent).free
        os.posix_fallocate(descriptor := os.open(reserve, os.O_CREAT | os.O_WRONLY), 0, max(free - 20 * 1024**2, 1))
        os.close(descriptor)
        time.sleep(pause / 2)
        reserve.unlink()

    acts = {
        "a worker was killed": restart("worker"),
        "Redis was killed": redis_away,
        "PostgreSQL was killed": database_away,
        "the clock was killed": restart("clock"),
        "the web processes were killed": restart("web"),
    }
    if os.path.ismount(site.folder / "media"):
        acts["the disk of files filled up"] = no_room
    pause = seconds / (len(acts) + 1)

    def chaos() -> None:
        for name, act in acts.items():
            time.sleep(pause / 2)
            happened.append(f"{seconds - (ends - time.monotonic()):.0f} s: {name}")
            act()

    breaking = threading.Thread(target=chaos)
    breaking.start()
    together(people, work)
    breaking.join()
    return people, happened


def unanswered(site: Site, patience: float) -> list[str]:
    """Reports that are neither done nor failed with a reason, once the queue had its time."""
    limit = time.monotonic() + patience
    while True:
        rows: list[Any] = json.loads(run_python(REPORTS, site.env))
        open_rows = [row for row in rows if row[0] not in ("done", "failed")]
        if not open_rows or time.monotonic() > limit:
            break
        time.sleep(2)
    print("Reports:", dict(Counter(status for status, _ in rows)), flush=True)
    return [f"A report is {status}: {error!r}" for status, error in rows if status != "done" and not error]


@contextmanager
def servers(folder: Path) -> Iterator[tuple[Site, Cluster, list[str]]]:
    """A site on PostgreSQL and Redis of its own, its files on a small disk of their own where that may be made."""
    cluster, port = Cluster(folder, free_port()), free_port()
    data, media = folder / "site", folder / "site" / "media"
    media.mkdir(parents=True)
    is_mounted = (
        os.getuid() == 0
        and subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=200m", "tmpfs", str(media)], check=False, capture_output=True
        ).returncode
        == 0
    )
    with ExitStack() as stack:
        if is_mounted:
            stack.callback(subprocess.run, ["umount", "-l", str(media)], check=False)
        cluster.start()
        stack.callback(cluster.stop)
        redis = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
        site = Site(
            data,
            DATABASE_URL=f"postgresql://postgres@127.0.0.1:{cluster.port}/postgres",
            REDIS_URL=f"redis://127.0.0.1:{port}/0",
            SECRET_KEY="tests-only-" * 5,
            REPORT_STALE_SECONDS="20",
        )
        stack.callback(site.end)
        manage(site.env, "migrate", "-v0")
        site.start("redis", *redis)
        for process in (site.web, site.worker, site.clock):
            process()
        yield site, cluster, redis


@contextmanager
def on_sqlite(folder: Path) -> Iterator[Site]:
    folder.mkdir(exist_ok=True)
    site = Site(folder)
    manage(site.env, "migrate", "-v0")
    try:
        site.web()
        yield site
    finally:
        site.end()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--saves", type=int, default=10_000)
    options = parser.parse_args()
    faults: list[str] = []

    def told(name: str, people: list[Person], began: float, stored: Stored) -> None:
        print(f"{name}: {figures(people, time.monotonic() - began)}", flush=True)
        faults.extend(lost(people, stored))
        faults.extend(text for person in people for text in person.wrong)

    folder = Path(tempfile.mkdtemp(prefix="soak-"))
    try:
        with on_sqlite(folder / "sqlite") as site:
            began = time.monotonic()
            told("16 writers on SQLite", writers(site, saves=options.saves), began, site.stored())
        with servers(folder) as (site, cluster, redis):
            began = time.monotonic()
            told("16 writers on PostgreSQL", writers(site, saves=options.saves), began, site.stored())
            began = time.monotonic()
            people, happened = soak(site, cluster, redis, count=options.people, seconds=options.seconds)
            print("\n".join(happened))
            told(f"{options.people} people", people, began, site.stored())
            faults += unanswered(site, patience=options.seconds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print("\n".join(faults) or "Nothing that was acknowledged is missing.")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
