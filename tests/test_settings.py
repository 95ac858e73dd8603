"""Nonsense in the environment is refused at start, with one sentence that names the variable."""

import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
KEY = "tests-only-" * 5
UNREADABLE = "{} cannot be read: a port is a number, and a password has its special characters as %xx."
# Whatever the machine that runs the tests has set, and whatever its .env says.
UNSET = (
    "SITE_URL",
    "CSRF_TRUSTED_ORIGINS",
    "DATABASE_URL",
    "REDIS_URL",
    "FILES_URL",
    "SECRET_KEY",
    "STATIC_ROOT",
    "PORT",
    "DEMO_PASSWORD",
)


@pytest.fixture
def manage(tmp_path):
    """Runs `manage.py` as a stranger would, with a folder of its own and nothing set but what is passed."""

    def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, **dict.fromkeys(UNSET, ""), "DATA_DIR": str(tmp_path / "data"), **variables}
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600)

    return run


def test_the_defaults_are_accepted(manage, tmp_path):
    checked = manage("check", "--fail-level", "WARNING")

    assert (checked.returncode, checked.stdout) == (0, "System check identified no issues (0 silenced).\n")
    assert (tmp_path / "data").is_dir()


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"DEBUG": "perhaps"}, "DEBUG must be true or false, not 'perhaps'."),
        (
            {"REPORT_KEEP_DAYS": "-1"},
            "REPORT_KEEP_DAYS must be a whole number of days from 0, for good, to 3650, not '-1'.",
        ),
        ({"HTTPS": "maybe"}, "HTTPS must be true or false, not 'maybe'."),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL must begin with postgresql:// or sqlite:///."),
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL must begin with postgresql:// or sqlite:///."),
        (
            {"DATABASE_URL": "sqlite://"},
            "DATABASE_URL must name a file after sqlite:///, else nothing would be kept.",
        ),
        (
            {"DATABASE_URL": "postgresql://db.example.com:port/x", "SECRET_KEY": KEY},
            UNREADABLE.format("DATABASE_URL"),
        ),
        (
            {"DATABASE_URL": "postgresql://db.example.com/x"},
            "SECRET_KEY must be set on a team server: all its processes need the same one, 50 random characters.",
        ),
        (
            {"REDIS_URL": "redis://redis.example.com"},
            "SECRET_KEY must be set on a team server: all its processes need the same one, 50 random characters.",
        ),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is too short: use 50 random characters."),
        (
            {"FILES_URL": "scorecard/files"},
            "FILES_URL must be s3://, the name of a bucket and perhaps a folder in it: s3://scorecard/files.",
        ),
        (
            {"FILES_URL": "s3://scorecard", "FILES_ENDPOINT": "minio.example.com"},
            "FILES_ENDPOINT must begin with https:// or http://.",
        ),
        ({"REDIS_URL": "foo"}, "REDIS_URL must begin with redis://, rediss:// or unix://."),
        (
            {"REDIS_URL": "redis://redis.example.com:port", "SECRET_KEY": KEY},
            UNREADABLE.format("REDIS_URL"),
        ),
        (
            {"EMAIL_URL": "nonsense"},
            "EMAIL_URL must look like submission://user:password@mail.example.com:587, or be left out.",
        ),
        (
            {"EMAIL_URL": "smtp://mail.example.com:port"},
            "EMAIL_URL must look like submission://user:password@mail.example.com:587, "
            "not 'smtp://mail.example.com:port'.",
        ),
        *(
            (
                {"MAIL_RETURNS_MAILBOX": address},
                "MAIL_RETURNS_MAILBOX must look like imaps://user:password@imap.example.com/INBOX, or be left out.",
            )
            for address in ("https://user:x@imap.example.com/", "imaps://imap.example.com/", "imaps://a:b@host:port/")
        ),
        ({"MAIL_RETURNS_TOKEN": "short"}, "MAIL_RETURNS_TOKEN is too short: use 32 random characters."),
        (
            {"MAIL_RETURNS_ADDRESS": "bounces"},
            "MAIL_RETURNS_ADDRESS must be an address, such as bounces@example.com or bounces+*@example.com.",
        ),
        (
            {"TIME_ZONE": "Mars/Base"},
            "TIME_ZONE must be the name of a time zone, such as Europe/Berlin, not 'Mars/Base'.",
        ),
        (
            {"SITE_URL": "score.example.com"},
            "SITE_URL must be the address people type, such as https://score.example.com, not 'score.example.com'.",
        ),
        (
            {"SITE_URL": "https://score.example.com/scores?x=1"},
            "SITE_URL must be the address people type, such as https://score.example.com, "
            "not 'https://score.example.com/scores?x=1'.",
        ),
        ({"TRUSTED_PROXY_COUNT": "-1"}, "TRUSTED_PROXY_COUNT must be a whole number from 0, not '-1'."),
        ({"REPORT_STALE_SECONDS": "0"}, "REPORT_STALE_SECONDS must be a number of seconds from 1, not '0'."),
        ({"REPORT_STALE_SECONDS": "nan"}, "REPORT_STALE_SECONDS must be a number of seconds from 1, not 'nan'."),
        ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR, not 'LOUD'."),
        ({"DATA_DIR": "/proc/x"}, "DATA_DIR names a folder that cannot be used: No such file or directory."),
        ({"DATA_DIR": "/proc"}, "DATA_DIR names a folder that cannot be used: No such file or directory."),
        ({"DATA_DIR": __file__}, "DATA_DIR names a folder that cannot be used: File exists."),
        (
            {"CSRF_TRUSTED_ORIGINS": "https://a.example.com,b.example.com"},
            "CSRF_TRUSTED_ORIGINS has 'b.example.com', which needs its scheme, such as https://score.example.com.",
        ),
        (
            {"ALLOWED_HOSTS": "https://a.example.com"},
            "ALLOWED_HOSTS has 'https://a.example.com', which must be a name alone, such as score.example.com.",
        ),
        (
            {"ALLOWED_HOSTS": "a.example.com:8000"},
            "ALLOWED_HOSTS has 'a.example.com:8000', which must be a name alone, such as score.example.com.",
        ),
    ],
    ids=lambda value: "=".join(next(iter(value.items()))) if isinstance(value, dict) else "",
)
def test_nonsense_is_refused_with_one_sentence(manage, variables, sentence):
    checked = manage("check", **variables)

    assert checked.returncode == 1
    assert checked.stderr == f"Not started: the environment variable {sentence} See .env.example for what it may be.\n"
    assert checked.stdout == ""


def test_empty_variables_are_as_good_as_left_out(manage):
    names = (
        *("DEBUG", "HTTPS", "EMAIL_URL", "DEFAULT_FROM_EMAIL", "TIME_ZONE", "TRUSTED_PROXY_COUNT", "ALLOWED_HOSTS"),
        *("MAIL_LOG_DAYS", "MAIL_RETURNS_MAILBOX", "MAIL_RETURNS_TOKEN", "MAIL_RETURNS_ADDRESS"),
        *("REPORT_STALE_SECONDS", "LOG_LEVEL", "CSRF_TRUSTED_ORIGINS", "SITE_URL"),
    )
    show = "from django.conf import settings as s; print(s.ALLOWED_HOSTS, s.TIME_ZONE, s.REPORT_STALE_SECONDS, s.DEBUG)"

    shown = manage("shell", "-v0", "-c", show, **dict.fromkeys(names, ""))

    assert shown.stdout == "['localhost', '127.0.0.1', '[::1]'] UTC 30 False\n"
    assert shown.returncode == 0


@pytest.mark.parametrize(
    ("variables", "address"),
    [
        ({}, "http://localhost:8000"),
        ({"PORT": "8001"}, "http://localhost:8001"),
        ({"PORT": "nonsense"}, "http://localhost:8000"),  # who uses the port refuses it
        ({"CSRF_TRUSTED_ORIGINS": "https://*.example.com,https://score.example.com"}, "https://score.example.com"),
        ({"SITE_URL": "https://score.example.com:8443/"}, "https://score.example.com:8443"),
        ({"SITE_URL": "http://[::1]:8000"}, "http://[::1]:8000"),
    ],
    ids=str,
)
def test_the_address_of_links_in_mail_is_set_or_found(manage, variables, address):
    assert manage(
        "shell", "-v0", "-c", "from django.conf import settings; print(settings.SITE_URL)", **variables
    ).stdout == (f"{address}\n")


def test_the_embedded_key_is_made_once_and_readable_by_its_owner_only(manage, tmp_path):
    path = tmp_path / "data" / "secret_key"

    manage("check")
    made = path.read_text()
    manage("check")

    assert path.read_text() == made
    assert len(made) >= 50
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.glob("secret_key*")] == ["secret_key"]


def test_two_first_starts_at_once_agree_on_the_key(tmp_path):
    environment = {**os.environ, **dict.fromkeys(UNSET, ""), "DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-c", "from scorecard.settings import SECRET_KEY; print(SECRET_KEY)"]

    starts = [subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(3)]

    assert {start.communicate(timeout=600)[0].strip() for start in starts} == {(tmp_path / "secret_key").read_text()}


def test_a_team_server_makes_no_key_of_its_own(manage, tmp_path):
    checked = manage("check", SECRET_KEY=KEY)

    assert checked.returncode == 0
    assert not (tmp_path / "data" / "secret_key").exists()


@pytest.mark.parametrize("port", ["abc", "99999", "0", "-1", "8000.5", "８０００"])
def test_the_demo_refuses_a_port_that_is_none(manage, tmp_path, port):
    started = manage("demo", PORT=port)

    assert started.returncode == 1
    assert started.stderr == f"CommandError: PORT must be a whole number from 1 to 65535, not {port!r}.\n"
    assert not (tmp_path / "data" / "scorecard.sqlite3").exists()


def test_the_demo_refuses_a_port_that_is_taken(manage):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        started = manage("demo", PORT=str(port))

    assert started.returncode == 1
    assert started.stderr == f"CommandError: Port {port} is taken. Choose another: PORT={port + 1} make demo\n"


def test_a_web_server_with_nonsense_in_its_environment_stops_and_says_why(tmp_path):
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "scorecard.wsgi:application",
        "--bind",
        "127.0.0.1:0",
        "--workers",
        "2",
    ]
    environment = {**os.environ, **dict.fromkeys(UNSET, ""), "DATA_DIR": str(tmp_path), "HTTPS": "maybe"}

    done = subprocess.run(
        [*command, "--no-control-socket"], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
    )

    assert done.returncode != 0
    assert 1 <= done.stderr.count("Not started: the environment variable HTTPS must be true or false") <= 2


@pytest.mark.parametrize(("pooled", "off"), [("true", "True"), ("", "False")])
def test_behind_a_pooler_no_cursor_is_kept_from_one_transaction_to_the_next(manage, pooled, off):
    show = "from django.conf import settings; print(settings.DATABASES['default']['DISABLE_SERVER_SIDE_CURSORS'])"
    url = "postgresql://db.example.com/x"

    shown = manage("shell", "-v0", "-c", show, DATABASE_URL=url, DATABASE_POOLED=pooled, SECRET_KEY=KEY)

    assert shown.stdout.strip() == off


@pytest.mark.parametrize(
    ("variables", "url"),
    [
        ({"ALLOWED_HOSTS": "localhost,score.example.com"}, "http://score.example.com:8000"),
        ({"ALLOWED_HOSTS": ".example.com,score.example.com", "HTTPS": "true"}, "https://score.example.com"),
        ({"ALLOWED_HOSTS": "*", "PORT": "8001"}, "http://localhost:8001"),
    ],
)
def test_links_begin_with_the_name_that_people_type(manage, variables, url):
    show = "from django.conf import settings; print(settings.SITE_URL)"

    assert manage("shell", "-v0", "-c", show, **variables).stdout.strip() == url


def test_the_slash_at_the_end_of_a_provider_s_address_is_dropped(manage):
    show = (
        "from django.conf import settings;"
        "print(settings.SOCIALACCOUNT_PROVIDERS['openid_connect']['APPS'][0]['settings']['server_url'])"
    )
    names = {"OIDC_NAME": "Northwind", "OIDC_CLIENT_ID": "scorecard", "OIDC_CLIENT_SECRET": "secret"}

    shown = manage("shell", "-v0", "-c", show, OIDC_SERVER_URL="https://id.example.com/realms/x/", **names)

    assert shown.stdout.strip() == "https://id.example.com/realms/x"


def test_below_a_path_everything_a_process_without_requests_writes_has_it_in_front(manage):
    show = "from django.conf import settings as s; from django.urls import reverse; "
    show += "print(s.SITE_URL + reverse('account_login'), s.STATIC_URL, s.SESSION_COOKIE_PATH, s.CSRF_COOKIE_PATH)"

    told = manage("shell", "-v0", "-c", show, SITE_URL="https://intranet.example.com/tools/scorecard/")

    prefix = "/tools/scorecard"
    assert told.stdout.split() == [
        f"https://intranet.example.com{prefix}/accounts/login/",
        *(f"{prefix}/static/", f"{prefix}/", f"{prefix}/"),
    ]
