"""The health check says what does not work, and a report that waits for a worker that is not there says so."""

import re
import socket
from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.urls import reverse
from django.utils import timezone

from assessments.platform import health, heartbeats
from assessments.platform.models import Heartbeat
from assessments.reports.models import Report
from assessments.reports.services import request_report
from tests.factories import make_organization, make_scorecard
from tests.processes import environment, run_python


@pytest.fixture(autouse=True)
def separate(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def all_alive(db):
    for name in (heartbeats.WORKER, heartbeats.CLOCK):
        heartbeats.beat(name)


def states(response):
    return dict(line.split(": ", 1) for line in response.content.decode().splitlines())


def silent_for(seconds, *names):
    Heartbeat.objects.filter(name__in=names).update(at=timezone.now() - timedelta(seconds=seconds))


def test_all_is_well_in_plain_text(client, all_alive):
    response = client.get("/health/")

    names = ("database", "migrations", "worker", "clock", "broker", "cache", "disk")
    assert (response.status_code, states(response)) == (200, dict.fromkeys(names, "ok"))
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", ["worker", "clock"])
def test_a_process_that_is_silent_for_half_a_minute_is_said(client, all_alive, name):
    silent_for(29, name)
    assert client.get("/health/").status_code == 200

    silent_for(40, name)
    response = client.get("/health/")

    assert response.status_code == 503
    assert re.fullmatch(r"not seen for 4\d seconds", states(response)[name])
    assert client.get("/health/web/").status_code == 200


def test_a_process_that_never_was_is_said(client, db):
    assert states(client.get("/health/"))["worker"] == "never seen"


def test_a_migration_that_is_missing_is_said(client, all_alive, monkeypatch):
    monkeypatch.setattr(health, "_is_migrated", False)
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(name) FROM django_migrations WHERE app = 'assessments'")
        cursor.execute("DELETE FROM django_migrations WHERE app = 'assessments' AND name = %s", cursor.fetchone())

    response = client.get("/health/web/")

    assert (response.status_code, states(response)["migrations"]) == (503, "1 not applied: run manage.py migrate")


def test_tables_of_a_later_version_are_said(client, all_alive, monkeypatch):
    monkeypatch.setattr(health, "_is_migrated", False)
    MigrationRecorder(connection).record_applied("assessments", "9999_of_later")

    assert states(client.get("/health/web/"))["migrations"] == "of a later version than this code"


def test_a_disk_without_room_is_said(client, all_alive, settings):
    settings.DISK_RESERVE_BYTES = 10**18

    response = client.get("/health/")

    assert response.status_code == 503
    assert states(response)["disk"].endswith("MB free: no file is taken any more")


def test_a_folder_for_messages_that_is_gone_is_said(client, all_alive, settings, tmp_path):
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"data_folder_in": str(tmp_path / "gone")}

    response = client.get("/health/")

    assert (response.status_code, states(response)["broker"]) == (503, "its folder cannot be written")


ASK = """
from django.test import Client
client = Client(raise_request_exception=False)
client.cookies["sessionid"] = "x" * 32
response = client.get("/health/")
print(response.status_code)
print(response.content.decode())
"""


def test_what_is_away_is_said_to_a_browser_with_a_session_too(tmp_path):
    """A database and a Redis that nobody answers at, in a process of its own."""
    away = {"DATABASE_URL": "sqlite:////nowhere/at/all.sqlite3", "REDIS_URL": "redis://127.0.0.1:1/0"}

    printed = run_python(ASK, environment(tmp_path, SECRET_KEY="tests-only-" * 5, **away)).splitlines()

    assert printed[0] == "503"
    assert dict(line.split(": ", 1) for line in printed[1:] if line) == {
        "database": "does not answer",
        **dict.fromkeys(("migrations", "worker", "clock"), "unknown, as the database does not answer"),
        "broker": "does not answer",
        "cache": "does not answer: each process counts rate limits for itself",
        "disk": "ok",
    }


def test_the_check_answers_whatever_name_it_is_asked_by(client, all_alive):
    assert client.get("/health/", headers={"Host": "10.0.0.7:8000"}).status_code == 200


@pytest.fixture
def report(client):
    scorecard = make_scorecard(make_organization())
    client.force_login(scorecard.organization.created_by)
    return request_report(scorecard, actor=scorecard.organization.created_by)


def shown(client, report):
    page = client.get(reverse("report_list", args=[report.organization.slug])).content.decode()
    status = client.get(
        reverse("report_status", args=[report.organization.slug, report.pk]), headers={"HX-Request": "true"}
    ).content.decode()
    said = "No worker has answered"
    return said in page, said in status


def waiting_for(report, seconds, **values):
    Report.objects.filter(pk=report.pk).update(requested_at=timezone.now() - timedelta(seconds=seconds), **values)


@pytest.mark.django_db
def test_a_report_that_nobody_makes_says_so_after_half_a_minute(client, report):
    waiting_for(report, 20)
    assert shown(client, report) == (False, False)

    waiting_for(report, 40)
    assert shown(client, report) == (True, True)


@pytest.mark.django_db
def test_a_report_whose_worker_went_away_says_so(client, report):
    waiting_for(report, 90, status="running", step=3, heartbeat_at=timezone.now() - timedelta(seconds=40))

    assert shown(client, report) == (True, True)


@pytest.mark.django_db
def test_a_report_says_since_when_no_worker_answers(client, report):
    waiting_for(report, 90)
    Heartbeat.objects.create(name="worker", at="2026-01-05T12:04:30Z")

    page = client.get(reverse("report_list", args=[report.organization.slug])).content.decode()

    assert "No worker has answered since 5 Jan, 12:04." in page


@pytest.mark.django_db
def test_a_report_that_waits_behind_others_says_nothing_of_a_missing_worker(client, report):
    waiting_for(report, 90)
    heartbeats.beat(heartbeats.WORKER)

    assert shown(client, report) == (False, False)


NAMES = ("database", "migrations", "broker", "storage", "worker", "clock", "mail", "disk")


def test_readiness_says_each_part_in_a_word_in_three_formats(client, all_alive):
    wanted = {**dict.fromkeys(NAMES, "ok"), "mail": "off"}

    text = client.get("/health/ready", headers={"Host": "10.0.0.7:8000"})
    as_json = client.get("/health/ready", headers={"Accept": "application/json"})
    metrics = client.get("/health/ready?format=openmetrics")

    assert (text.status_code, states(text), text["Cache-Control"]) == (200, wanted, "no-store")
    assert (as_json.status_code, as_json.json()) == (200, {"status": "ok", "checks": wanted})
    lines = metrics.content.decode().splitlines()
    assert metrics["Content-Type"].startswith("application/openmetrics-text")
    assert lines[0] == "# TYPE scorecard_check_ok gauge"
    assert [line for line in lines if line[0] != "#"] == [
        f'scorecard_check_ok{{check="{name}"}} 1' for name in NAMES if name != "mail"
    ]
    assert lines[-1] == "# EOF"


def test_readiness_tells_a_stranger_nothing_but_that_it_is_not_ok(client, all_alive, settings):
    silent_for(40, "worker")
    settings.DISK_RESERVE_BYTES = 10**18

    text = client.get("/health/ready")
    as_json = client.get("/health/ready?format=json")
    metrics = client.get("/health/ready", headers={"Accept": "application/openmetrics-text; version=1.0.0"})

    assert (text.status_code, as_json.status_code, metrics.status_code) == (503, 503, 200)
    assert {name for name, state in states(text).items() if state == "not ok"} == {"worker", "disk"}
    assert set(states(text).values()) == {"ok", "not ok", "off"}
    assert as_json.json()["status"] == "not ok"
    assert 'scorecard_check_ok{check="worker"} 0\n' in metrics.content.decode()


def test_a_folder_that_no_file_can_be_stored_in_is_not_ready(client, all_alive, settings, tmp_path):
    (tmp_path / "taken").write_text("")
    settings.MEDIA_ROOT = tmp_path / "taken" / "media"

    assert states(client.get("/health/ready"))["storage"] == "not ok"
    settings.MEDIA_ROOT = tmp_path / "media"
    assert states(client.get("/health/ready"))["storage"] == "ok"
    assert list(settings.MEDIA_ROOT.iterdir()) == []


def test_a_mail_server_is_asked_once_a_minute(client, all_alive, settings, monkeypatch):
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1"
    monkeypatch.setattr(health, "_mail_found", ("", float("-inf")))
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.EMAIL_PORT = server.getsockname()[1]
        assert states(client.get("/health/ready"))["mail"] == "ok"
    assert states(client.get("/health/ready"))["mail"] == "ok"

    monkeypatch.setattr(health, "_mail_found", ("", float("-inf")))
    assert states(client.get("/health/ready"))["mail"] == "not ok"


ALIVE = """
from django.test import Client
response = Client().get("/health/live", headers={"Host": "10.0.0.7"})
print(response.status_code, response.content.decode().strip())
"""


def test_a_process_lives_whatever_else_is_away(tmp_path):
    env = environment(tmp_path, SECRET_KEY="tests-only-" * 5, DATABASE_URL="sqlite:////nowhere/at/all.sqlite3")

    assert run_python(ALIVE, env) == "200 process: ok\n"
