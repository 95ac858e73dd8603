"""Tokens open pages by themselves, so that no log may hold one."""

import json
import logging
import re
import shutil
import socket
import subprocess
import sys
from datetime import datetime, timedelta
from types import SimpleNamespace
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from django.conf import settings as site_settings
from gunicorn.config import Config

from assessments.platform import request_ids
from scorecard.logs import AccessLogger, JsonLines, WithoutTokens, without_tokens
from tests.factories import make_user
from tests.processes import ROOT, environment, migrated, running, wait_for

TOKEN = "Zm9yLXRoZS12ZW5kb3ItYWxvbmUtYW5kLW5vLWxvZw"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (f"/v/{TOKEN}/answers/latency-target", "/v/…/answers/latency-target"),
        (f"GET /invitations/{TOKEN}/?next=/ HTTP/1.1", "GET /invitations/…/?next=/ HTTP/1.1"),
        (f"https://score.example.com/v/{TOKEN}", "https://score.example.com/v/…"),
        (f"/accounts/password/reset/key/1-{TOKEN}/", "/accounts/password/reset/key/…/"),
        (f"/accounts/email/MQ:1tX2yz:{TOKEN}/", "/accounts/email/…/"),
        (f"/reminders/stop/{TOKEN}:1:abc/?x=1", "/reminders/stop/…/?x=1"),
        (f"/calendar/{TOKEN}.ics HTTP/1.1", "/calendar/… HTTP/1.1"),
        (f"/accounts/login/?next=%2Fv%2F{TOKEN}%2Fsubmit", "/accounts/login/?next=%2Fv%2F…%2Fsubmit"),
        (f"/oidc/sso/login/callback/?code={TOKEN}&state=abcdefghij", "/oidc/sso/login/callback/?code=…&state=…"),
        ("/accounts/password/reset/key/1-set-password/", "/accounts/password/reset/key/1-set-password/"),
        ("/accounts/email/", "/accounts/email/"),
        ("/o/kestrel/vendors/7/fill", "/o/kestrel/vendors/7/fill"),
        ("/o/v/settings", "/o/v/settings"),
        ("/o/kestrel/invitations/new", "/o/kestrel/invitations/new"),
    ],
)
def test_a_token_in_an_address_is_masked_and_nothing_else(text, masked):
    assert without_tokens(text) == masked


def test_a_record_is_masked_with_its_arguments():
    record = logging.LogRecord("x", logging.WARNING, "", 0, "%s: %s", ("Not Found", f"/v/{TOKEN}/"), None)

    assert WithoutTokens().filter(record)
    assert record.getMessage() == "Not Found: /v/…/"


def test_the_server_s_log_of_requests_holds_no_token_in_the_address_and_none_in_the_referrer():
    environ = {
        "REQUEST_METHOD": "GET",
        "RAW_URI": f"/v/{TOKEN}/",
        "PATH_INFO": f"/v/{TOKEN}/",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_REFERER": f"http://localhost/v/{TOKEN}/",
    }
    response = SimpleNamespace(status="200 OK", headers=[], sent=10)
    request = SimpleNamespace(headers=[("REFERER", f"http://localhost/v/{TOKEN}/")])

    atoms = AccessLogger(Config()).atoms(response, request, environ, timedelta(seconds=1))

    assert TOKEN not in str(atoms)
    assert atoms["r"] == "GET /v/…/ HTTP/1.1"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "shown"),
    [
        (0, "203.0.113.9", "127.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "forged, 203.0.113.9", "203.0.113.9"),
        (2, "203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (2, "10.0.0.2", "127.0.0.1"),
        (1, "", "127.0.0.1"),
    ],
)
def test_the_server_s_log_names_who_asked_and_not_the_proxy(settings, proxies, forwarded, shown):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    environ = {
        "REQUEST_METHOD": "GET",
        "RAW_URI": "/",
        "PATH_INFO": "/",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        **({"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}),
    }
    response = SimpleNamespace(status="200 OK", headers=[], sent=10)

    atoms = AccessLogger(Config()).atoms(response, SimpleNamespace(headers=[]), environ, timedelta(seconds=1))

    assert atoms["h"] == shown


def test_the_server_s_own_lines_are_in_the_site_s_time_zone(tmp_path):
    show = (
        "import time; from gunicorn.config import Config; from scorecard.logs import AccessLogger; "
        "AccessLogger(Config()); print(time.strftime('%z'))"
    )
    env = environment(tmp_path, TIME_ZONE="Asia/Tokyo", DATABASE_URL="", SECRET_KEY="", REDIS_URL="")

    done = subprocess.run([sys.executable, "-c", show], env=env, cwd=ROOT, capture_output=True, text=True, check=False)

    assert (done.stdout, done.returncode) == ("+0900\n", 0)


def as_json(record):
    return json.loads(JsonLines().format(record))


def test_a_line_as_json_says_when_where_and_of_which_request_without_a_token():
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, "Not Found: %s", (f"/v/{TOKEN}/",), None)
    named = request_ids.request_id.set("0123456789abcdef")
    try:
        line = as_json(record)
    finally:
        request_ids.request_id.reset(named)

    assert datetime.fromisoformat(line.pop("time")).tzinfo is not None
    assert line == {
        "level": "WARNING",
        "logger": "django.request",
        "request": "0123456789abcdef",
        "message": "Not Found: /v/…/",
    }


def test_what_failed_stands_in_the_same_line_without_a_token():
    try:
        raise ValueError(f"https://score.example.com/s/{TOKEN}")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "Failed", (), sys.exc_info())

    line = as_json(record)

    assert line["exception"].endswith("ValueError: https://score.example.com/s/…")
    assert TOKEN not in JsonLines().format(record)


@pytest.mark.parametrize(
    ("given", "kept"),
    [("proxy-7f3a9c01", True), ("", False), ("short", False), ("a b c d e f g h", False), ("x" * 65, False)],
)
def test_a_request_keeps_the_name_its_proxy_gave_it_or_gets_one(client, given, kept):
    response = client.get("/robots.txt", headers={"X-Request-ID": given})

    named = response["X-Request-ID"]
    assert named == given if kept else re.fullmatch("[0-9a-f]{32}", named)
    assert request_ids.request_id.get() == ""


SERVE = "exec {python} -m gunicorn scorecard.wsgi:application --bind {bind} --workers 1 --logger-class scorecard.logs.AccessLogger --access-logfile - --no-control-socket"  # noqa: E501


def test_the_server_logs_requests_as_json_by_the_same_name_and_without_what_was_asked(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    migrated(tmp_path)
    env = environment(tmp_path, LOG_FORMAT="json", TRUSTED_PROXY_COUNT="1", DEBUG="true")  # without collected styles
    command = ["sh", "-c", SERVE.format(python=sys.executable, bind=f"127.0.0.1:{port}")]
    output, url = tmp_path / "log", f"http://127.0.0.1:{port}"

    def answers(path="/health/live", **headers):
        try:
            return urlopen(Request(url + path, headers=headers), timeout=10).status
        except HTTPError as error:
            return error.code
        except OSError:
            return None

    with running(command, env, output=output) as process:
        wait_for(answers, process=process, output=output)
        asked = {"X-Request-ID": "proxy-7f3a9c01", "X-Forwarded-For": "203.0.113.9"}
        answers(f"/s/{TOKEN}/?email=ada@example.com", **asked)
        wait_for(lambda: "proxy-7f3a9c01" in output.read_text(), process=process, output=output)

    lines = [json.loads(line) for line in output.read_text().splitlines() if line.startswith("{")]
    (line,) = [found for found in lines if found.get("request") == "proxy-7f3a9c01" and "path" in found]
    assert (line["address"], line["method"], line["path"]) == ("203.0.113.9", "GET", "/s/…/")
    assert line["logger"] == "gunicorn.access"
    assert "ada@example.com" not in "".join(found.get("path", "") for found in lines)
    assert TOKEN not in output.read_text()
    assert [
        found["message"] for found in lines if found.get("request") == "proxy-7f3a9c01" and "path" not in found
    ] == ["Not Found: /s/…/"]


JAIL = ROOT / "docs" / "fail2ban"


def failed_sign_ins(lines):
    """The addresses that the sample filter finds, as fail2ban reads it: <HOST> is an address."""
    text = (JAIL / "filter.d" / "scorecard.conf").read_text()
    pattern = re.search(r"^failregex = (.+)$", text, re.M)[1]
    regex = re.compile(pattern.replace("<HOST>", r"(?P<host>[\d.:a-fA-F]+)"))
    return [found["host"] for line in lines if (found := regex.search(line))]


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["text", "json"])
def test_the_sample_filter_for_fail2ban_finds_failed_sign_ins_and_nothing_else(client, settings, caplog, kind):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    user = make_user()
    for email in (user.email, "nobody@example.com"):
        form = {"login": email, "password": "wrong from 198.51.100.1."}
        client.post("/accounts/login/", form, headers={"X-Forwarded-For": "203.0.113.9"})
    client.force_login(user)
    text = logging.Formatter(site_settings.LOGGING["formatters"]["text"]["format"], style="{")
    formatter = JsonLines() if kind == "json" else text

    lines = [formatter.format(record) for record in caplog.records]

    assert len(lines) > 2
    assert failed_sign_ins(lines) == ["203.0.113.9", "203.0.113.9"]


@pytest.mark.skipif(not shutil.which("fail2ban-regex"), reason="fail2ban is not installed")
def test_fail2ban_itself_reads_the_sample_filter(tmp_path):
    log = tmp_path / "web.log"
    log.write_text(
        "2026-11-30 12:04:01,000 WARNING assessments.accounts.recorded: "
        "Failed to sign in: account 7, from 203.0.113.9.\n"
        "2026-11-30 12:04:02,000 INFO assessments.accounts.recorded: Signed in: account 7, from 203.0.113.10.\n"
        '{"time": "2026-11-30T12:04:03.000+00:00", "level": "WARNING", "logger": "assessments.accounts.recorded", '
        '"message": "Failed to sign in: account 7, wrong code, from 2001:db8::1."}\n'
    )

    command = ["fail2ban-regex", str(log), str(JAIL / "filter.d" / "scorecard.conf"), "--print-all-matched"]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout

    assert "Lines: 3 lines, 0 ignored, 2 matched, 1 missed" in said
