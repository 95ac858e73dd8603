"""What people see while a server that the site needs is stopped: each one really is, and comes back."""

import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from django.urls import reverse

from tests.processes import (
    collected_static,
    environment,
    free_port,
    listens,
    manage,
    run_python,
    running,
    start,
    stop,
    wait_for,
)
from tests.visits import Visitor, token_in

POSTGRESQL = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)
PASSWORD = "violet-anchor-42"
MADE = """
from tests.factories import make_organization, make_scorecard, make_user
make_user(email="other@example.com")
owner = make_user(email="owner@example.com")
owner.set_password("violet-anchor-42")
owner.save()
organization = make_organization(owner=owner, name="Kestrel")
print(organization.slug, make_scorecard(organization, levels=[1] * 8).pk)
"""

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(
        not POSTGRESQL or not shutil.which("redis-server"), reason="PostgreSQL or Redis is not installed"
    ),
]


class Mailbox:
    def __init__(self):
        self.letters = []

    async def handle_DATA(self, server, session, envelope):
        self.letters.append(envelope.content.decode())
        return "250 OK"


class Cluster:
    """A PostgreSQL of the test's own, run by whoever may run one."""

    def __init__(self, folder, port):
        self.folder, self.port = folder, port
        self.prefix = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        if self.prefix:
            os.chown(folder, pwd.getpwnam("postgres").pw_uid, -1)
        self._run("initdb", "-D", f"{folder}/data", "-U", "postgres", "-A", "trust", "--no-sync")

    def _run(self, program, *arguments):
        command = [*self.prefix, str(POSTGRESQL / program), *arguments]
        subprocess.run(command, check=True, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def start(self):
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        self._run(
            "pg_ctl", "-D", f"{self.folder}/data", "-w", "-t", "120", "-o", options, "-l", f"{self.folder}/log", "start"
        )

    def stop(self):
        self._run("pg_ctl", "-D", f"{self.folder}/data", "-w", "-m", "immediate", "stop")


class Site:
    """The web process with servers of its own, each of which a test may stop."""

    def __init__(self, folder, cluster):
        self.cluster, self.redis_port, self.mail_port = cluster, free_port(), free_port()
        self.port, self.output, self.folder = free_port(), folder / "web.log", folder
        self.mailbox = Mailbox()
        self.env = environment(
            folder,
            DATABASE_URL=f"postgresql://postgres@127.0.0.1:{cluster.port}/postgres",
            REDIS_URL=f"redis://127.0.0.1:{self.redis_port}/0",
            SECRET_KEY="tests-only-" * 5,
            EMAIL_URL=f"smtp://127.0.0.1:{self.mail_port}",
        )

    @contextmanager
    def redis(self):
        command = ["redis-server", "--port", str(self.redis_port), "--bind", "127.0.0.1", "--save", ""]
        process = start(command, self.env, output=self.folder / "redis.log")
        try:
            wait_for(lambda: listens(self.redis_port), process=process, timeout=60)
            yield
        finally:
            stop(process)

    @contextmanager
    def mail(self):
        server = Controller(self.mailbox, hostname="127.0.0.1", port=self.mail_port)
        server.start()
        try:
            yield
        finally:
            server.stop()

    @contextmanager
    def database_away(self):
        self.cluster.stop()
        try:
            yield
        finally:
            self.cluster.start()

    def visitor(self):
        return Visitor(f"http://127.0.0.1:{self.port}")

    def sign_in(self):
        visitor = self.visitor()
        token = token_in(visitor.page("/accounts/login/"))
        fields = {"login": "owner@example.com", "password": PASSWORD, "csrfmiddlewaretoken": token}
        status, _, body = visitor.send("/accounts/login/", **fields)
        assert status == 200, body[:500]
        assert "Kestrel" in body.decode()
        return visitor


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = Path(tempfile.mkdtemp(prefix="degrading-"))
    cluster = Cluster(folder, free_port())
    cluster.start()
    try:
        made = Site(tmp_path_factory.mktemp("site"), cluster)
        made.env["STATIC_ROOT"] = collected_static(made.env)
        manage(made.env, "migrate", "-v0")
        made.slug, made.scorecard = run_python(MADE, made.env).split()
        command = [sys.executable, "-m", "gunicorn", "scorecard.wsgi:application", "--bind", f"127.0.0.1:{made.port}"]
        command += ["--threads", "4", "--logger-class", "scorecard.logs.AccessLogger", "--no-control-socket"]
        with running(command, made.env, output=made.output) as process:
            wait_for(lambda: listens(made.port), process=process, output=made.output)
            yield made
    finally:
        cluster.stop()
        shutil.rmtree(folder)


def test_with_redis_away_people_sign_in_work_and_ask_for_reports_that_wait(site):
    with site.redis():
        site.sign_in()

    visitor = site.sign_in()

    token = token_in(visitor.page(reverse("report_list", args=[site.slug])))
    fields = {"scorecard": site.scorecard, "format": "pdf", "csrfmiddlewaretoken": token}
    status, _, body = visitor.send(reverse("report_create", args=[site.slug]), **fields)
    assert status == 200, body[:500]
    assert "Waiting for a worker." in body.decode()
    assert re.search(r"^cache: does not answer", visitor.ask("/health/")[2].decode(), re.M)
    # Wrong passwords are counted all the same, by the process itself.
    stranger = site.visitor()
    for _ in range(7):
        token = token_in(stranger.page("/accounts/login/"))
        fields = {"login": "other@example.com", "password": "wrong", "csrfmiddlewaretoken": token}
        _, _, body = stranger.send("/accounts/login/", **fields)
    assert "Too many attempts. Wait five minutes" in body.decode()


def test_with_mail_away_a_forgotten_password_is_answered_in_a_sentence_and_mailed_once_it_is_back(site):
    def ask():
        visitor = site.visitor()
        token = token_in(visitor.page("/accounts/password/reset/"))
        return visitor.send("/accounts/password/reset/", email="owner@example.com", csrfmiddlewaretoken=token)

    status, _, body = ask()

    assert status == 503
    assert "could not be sent" in body.decode()
    with site.mail():
        assert ask()[0] == 200
    assert "/accounts/password/reset/key/" in "".join(site.mailbox.letters)


def test_with_the_database_away_everybody_gets_one_plain_page_and_when_to_ask_again(site):
    visitor, stranger = site.sign_in(), site.visitor()
    saved = visitor.page(f"/o/{site.slug}/")

    with site.database_away():
        for path in ("/", f"/o/{site.slug}/", reverse("report_list", args=[site.slug])):
            status, headers, body = visitor.ask(path)
            assert (status, headers["Retry-After"]) == (503, "30"), path
            assert "The database does not answer." in body.decode()
            assert "Traceback" not in body.decode()
        assert stranger.ask("/accounts/login/")[0] in (200, 503)
        assert visitor.ask("/health/live")[0] == 200
        assert visitor.ask("/health/ready")[2].decode().splitlines()[0] == "database: not ok"

    assert "Kestrel" in visitor.page(f"/o/{site.slug}/")
    assert "Kestrel" in saved
    assert visitor.ask("/health/web/")[0] == 200
