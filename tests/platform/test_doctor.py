"""The doctor names each problem with what mends it; the way in through a proxy is tried from outside."""

import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from assessments.platform import health, heartbeats
from assessments.platform.models import Heartbeat
from assessments.platform.watching import doctor, way_in


@pytest.fixture(autouse=True)
def well(settings, tmp_path):
    """A site that nothing is wrong with."""
    settings.DATA_DIR = settings.MEDIA_ROOT = settings.STATIC_ROOT = tmp_path
    settings.BASE_DIR = tmp_path
    settings.DEBUG = False
    settings.DATABASE_URL = "sqlite:///data"  # as on a laptop: on a team server passwords would travel in clear
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    tmp_path.chmod(0o700)
    (tmp_path / "staticfiles.json").write_text("{}")
    return tmp_path


@pytest.fixture
def alive(db, monkeypatch):
    for name in (heartbeats.WORKER, heartbeats.CLOCK):
        heartbeats.beat(name)
    monkeypatch.setattr(health, "_mail_found", (health.OK, float("inf")))


def problems():
    return [(found.name, found.problem) for found in doctor.examine() if found.problem]


def test_a_site_without_a_problem_has_none_and_says_its_version(alive, settings, capsys):
    assert problems() == []

    call_command("doctor")

    said = capsys.readouterr().out
    assert said.splitlines()[-1] == "No problem found."
    assert f"version: {settings.VERSION}, on Python " in said


def test_a_silent_worker_is_named_with_its_remedy(alive, capsys):
    Heartbeat.objects.filter(name="worker").update(at=datetime.now(UTC) - timedelta(minutes=5))

    with pytest.raises(CommandError, match=r"1 problem found\."):
        call_command("doctor")

    assert "worker: not seen for 300 seconds.\n    Start it: celery -A scorecard worker." in capsys.readouterr().out


def test_tables_older_or_newer_than_the_code_are_told_apart(alive, monkeypatch):
    recorder = MigrationRecorder(connection)
    last = max(name for app, name in recorder.applied_migrations() if app == "assessments")
    recorder.record_unapplied("assessments", last)
    assert problems() == [("tables", "1 migrations are missing")]

    recorder.record_applied("assessments", last)
    recorder.record_applied("assessments", "9999_of_later")
    assert problems() == [("tables", "9999_of_later is not of this version")]


def test_what_strangers_could_read_or_nobody_can_write_is_named(alive, well):
    well.chmod(0o755)
    (well / "secret_key").write_text("x")
    (well / "secret_key").chmod(0o644)

    found = [found for found in doctor.examine() if found.problem]

    assert [(each.name, each.remedy) for each in found] == [
        ("permissions", f"Run: chmod 700 {well}"),
        ("permissions", f"Run: chmod 600 {well / 'secret_key'}"),
    ]


def test_styles_that_were_not_collected_and_mail_that_is_not_set_up_are_named(alive, well, settings):
    (well / "staticfiles.json").unlink()
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

    assert problems() == [
        ("mail", "mail is only printed in the log"),
        ("static files", f"none are in {well}"),
    ]


def test_https_without_a_trusted_proxy_and_debug_are_named(alive, settings):
    settings.HTTPS, settings.ALLAUTH_TRUSTED_PROXY_COUNT, settings.DEBUG = True, 0, True

    found = [problem for name, problem in problems() if name == "settings"]

    assert "DEBUG shows strangers what is inside" in found
    assert "HTTPS is set and TRUSTED_PROXY_COUNT is not: pages lead to themselves behind a proxy" in found


def test_a_font_that_is_missing_is_named_by_its_script(alive, monkeypatch):
    monkeypatch.setattr(doctor, "_has_font", lambda pattern: pattern != ":lang=th")

    assert problems() == [("reports", "no font has Thai: such letters are blank in reports")]


def test_a_mail_to_oneself_is_sent_as_the_site_sends_its_own(alive, settings, capsys):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    with pytest.raises(CommandError):  # for this backend is none of a server's
        call_command("doctor", mail="me@example.com")

    assert [message.to for message in mail.outbox] == [["me@example.com"]]
    assert "given to the mail server for me@example.com" in capsys.readouterr().out


class Proxy(BaseHTTPRequestHandler):
    """A site behind a proxy that leaves out what `faults` names."""

    faults: set[str] = set()

    def _say(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path == "/health/live":
            self._say(200, b"welcome to nginx" if "path" in self.faults else b"process: ok\n")
        elif "host" in self.faults:
            self._say(400)
        elif "proto" in self.faults:
            self._say(301, Location=f"http://127.0.0.1:{self.server.server_port}{self.path}")
        else:
            self._say(200, **({"Referrer_Policy": "no-referrer"} if "referrer" in self.faults else {}))

    def do_POST(self):
        if "body" in self.faults:
            self.close_connection = True
            self._say(413, Connection="close")
            return
        rest = int(self.headers["Content-Length"])
        while rest:
            rest -= len(self.rfile.read(min(rest, 2**20)))
        self._say(405)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def proxy():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    Proxy.faults = set()
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        (None, None),
        ("path", "something else answers there, with 200"),
        ("host", "the site does not know the name it is asked by"),
        ("proto", "pages lead to themselves"),
        ("referrer", "Referrer-Policy is no-referrer: every form is refused"),
        ("body", "a body of 25 MB is answered 413 by the proxy: files vanish without a word of ours"),
    ],
)
def test_what_a_proxy_leaves_out_is_named(proxy, fault, problem):
    Proxy.faults = {fault}

    found = list(way_in.examine(proxy))

    assert [each.problem for each in found if each.problem] == ([problem] if problem else [])
    assert all(each.remedy for each in found if each.problem)


def test_an_address_that_nobody_answers_at_is_said():
    assert [found.problem.partition(": ")[0] for found in way_in.examine("http://127.0.0.1:1")] == [
        "http://127.0.0.1:1 cannot be reached"
    ]
    assert [found.problem for found in way_in.examine("score.example.com")] == ["score.example.com is no address"]
