"""Metrics for Prometheus: who may read them, what they say, and that all processes of a server count together."""

import json
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
import yaml
from django.urls import reverse
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from assessments.platform import heartbeats, mailing
from assessments.platform.watching import counting
from assessments.reports.models import Report
from assessments.reports.services import request_report
from tests.factories import make_organization, make_scorecard, make_user
from tests.processes import environment, free_port, listens, migrated, running, wait_for

DOCS = Path(__file__).resolve().parents[2] / "docs"
URL = "/health/metrics"
TOKEN = "a-token-of-the-tests"


@pytest.fixture(autouse=True)
def token(settings):
    settings.METRICS_TOKEN = TOKEN


@pytest.fixture(autouse=True)
def counts_alone():
    """This process counts for itself, whichever test has named a folder to it before."""
    os.environ.pop(counting.VARIABLE, None)
    yield
    os.environ.pop(counting.VARIABLE, None)


def samples(text: str) -> dict[tuple[str, ...], float]:
    """Each value by its name and the values of its labels, which stand in the order of their names."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def read(client, **headers):
    response = client.get(URL, headers={"Authorization": f"Bearer {TOKEN}", **headers})
    assert response.status_code == 200
    return samples(response.content.decode())


# ---- Who may read them


@pytest.mark.django_db
def test_whoever_has_the_token_reads_them_and_nobody_else(client, settings):
    assert client.get(URL, headers={"Authorization": f"Bearer {TOKEN}", "Host": "10.0.0.7:8000"}).status_code == 200
    for wrong in ("", f"Bearer {TOKEN}x", "Bearer ", "Bearer ü", f"Basic {TOKEN}"):
        assert client.get(URL, headers={"Authorization": wrong}).status_code == 404, wrong
    settings.METRICS_TOKEN = ""
    for nothing in ("", "Bearer ", f"Bearer {TOKEN}"):
        assert client.get(URL, headers={"Authorization": nothing}).status_code == 404, nothing


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("proxies", "address", "forwarded", "status"),
    [
        (0, "10.20.3.4", "", 200),
        (0, "10.21.3.4", "", 404),
        # A proxy that nobody counts on: whoever it asks for is unknown, and its own address says nothing.
        (0, "10.20.3.4", "10.20.9.9", 404),
        (1, "10.20.3.4", "10.20.9.9", 200),
        (1, "10.20.3.4", "203.0.113.9", 404),
        (1, "10.20.3.4", "10.20.9.9, 203.0.113.9", 404),
        (1, "10.20.3.4", "", 200),
        (2, "10.20.3.4", "10.20.9.9", 404),
        (1, "10.20.3.4", "unknown", 404),
    ],
)
def test_an_address_that_is_allowed_reads_them_without_a_token(client, settings, proxies, address, forwarded, status):
    settings.METRICS_ALLOWED = [ip_network("10.20.0.0/16"), ip_network("fd00::/8")]
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}

    assert client.get(URL, headers=headers, REMOTE_ADDR=address).status_code == status


@pytest.mark.django_db
def test_a_post_is_no_way_to_ask(client):
    response = client.post(URL, headers={"Authorization": f"Bearer {TOKEN}"})

    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")


# ---- What they say


@pytest.fixture
def scorecard(client):
    owner = make_user(name="Ines Halvorsen", email="ines@example.com")
    client.force_login(owner)
    return make_scorecard(make_organization(owner=owner, name="Kestrel Logistics"), levels=[1] * 8)


@pytest.mark.django_db
def test_requests_are_counted_by_view_method_and_status(client, scorecard):
    before = read(client)

    client.get(reverse("report_list", args=[scorecard.organization.slug]))
    client.post(reverse("report_create", args=[scorecard.organization.slug]), {})
    client.get("/nowhere/at/all/")
    client.generic("BREW", "/")

    after = read(client)
    grown = {
        key[1:]: after[key] - before.get(key, 0)
        for key in after
        if key[0] == "scorecard_requests_total" and after[key] > before.get(key, 0)
    }
    assert grown == {
        ("GET", "200", "report_list"): 1,
        ("POST", "422", "report_create"): 1,
        ("GET", "404", "none"): 1,
        ("other", "405", "organization_list"): 1,
    }
    key = ("scorecard_request_seconds_count", "report_list")
    assert after[key] - before.get(key, 0) == 1


@pytest.mark.django_db
def test_saves_are_counted_by_what_became_of_them(client, scorecard):
    response = scorecard.responses.order_by("pk").first()
    page = client.get(reverse("scorecard_update", args=[scorecard.organization.slug, scorecard.pk])).content.decode()
    name = re.search(rf'name="({response.category_key}-[\w-]*note_version|{response.category_key}-note_version)"', page)
    assert name, "the page has a note"
    version = re.search(rf'name="{name[1]}" value="(\d+)"', page)[1]
    url = reverse("response_update", args=[scorecard.organization.slug, scorecard.pk, response.category_key, "note"])
    fields = {name[1]: version, f"{response.category_key}-note": "Seen"}

    def count(outcome):
        return read(client).get(("scorecard_saves_total", outcome), 0)

    saved, conflict = count("saved"), count("conflict")
    client.post(url, fields)
    client.post(url, fields | {f"{response.category_key}-note": "Other"})

    assert (count("saved") - saved, count("conflict") - conflict) == (1, 1)


@pytest.mark.django_db
def test_the_queues_say_how_many_wait_and_for_how_long(client, scorecard, settings):
    owner = scorecard.organization.created_by
    for kind in ("pdf", "docx", "xlsx"):
        request_report(scorecard, actor=owner, kind=kind)
    now = timezone.now()
    first, second, third = Report.objects.order_by("pk")
    Report.objects.filter(pk=first.pk).update(requested_at=now - timedelta(seconds=90))
    Report.objects.filter(pk=second.pk).update(
        status="done", requested_at=now - timedelta(seconds=50), finished_at=now - timedelta(seconds=10)
    )
    Report.objects.filter(pk=third.pk).update(status="failed", finished_at=now)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    mailing.post("ada@example.com", "Hello", "A text")
    heartbeats.beat(heartbeats.WORKER)

    said = read(client)

    rows = {key[1:]: value for key, value in said.items() if key[0] == "scorecard_queue_rows" and value}
    assert rows == {("reports", "waiting"): 1, ("reports", "failed"): 1, ("mails", "waiting"): 1}
    assert 90 <= said["scorecard_queue_oldest_seconds", "reports"] < 120
    assert said["scorecard_reports_ended", "done"] == said["scorecard_reports_ended", "failed"] == 1
    assert said["scorecard_report_seconds", "0.95"] == pytest.approx(40)
    assert said["scorecard_process_silent_seconds", "worker"] < 30
    assert said[("scorecard_database_up",)] == 1


@pytest.mark.django_db
def test_no_person_organization_or_address_is_in_them(client, scorecard):
    request_report(scorecard, actor=scorecard.organization.created_by)
    client.get(reverse("report_list", args=[scorecard.organization.slug]))

    text = client.get(URL, headers={"Authorization": f"Bearer {TOKEN}"}).content.decode()

    for private in ("Ines", "ines@", "Kestrel", scorecard.organization.slug, "127.0.0.1", TOKEN):
        assert private.lower() not in text.lower()


# ---- The samples of the docs


def names_in(text: str) -> set[str]:
    return set(re.findall(r"\bscorecard_[a-z_]+", text))


def expressions() -> Iterator[tuple[str, str]]:
    for panel in json.loads((DOCS / "grafana" / "scorecard.json").read_text())["panels"]:
        for target in panel["targets"]:
            yield panel["title"], target["expr"]
    rules = yaml.safe_load((DOCS / "prometheus" / "scorecard.rules.yml").read_text())
    for rule in rules["groups"][0]["rules"]:
        assert rule["annotations"]["summary"]
        yield rule["alert"], rule["expr"]


@pytest.mark.django_db
def test_the_dashboard_and_the_alert_rules_name_what_there_is(client, scorecard):
    report = request_report(scorecard, actor=scorecard.organization.created_by)
    Report.objects.filter(pk=report.pk).update(status="done", finished_at=timezone.now())
    heartbeats.beat(heartbeats.WORKER)
    test_saves_are_counted_by_what_became_of_them(client, scorecard)
    client.get(reverse("report_list", args=[scorecard.organization.slug]))
    response = client.get(URL, headers={"Authorization": f"Bearer {TOKEN}"})
    labels: dict[str, dict[str, set[str]]] = {}
    for family in text_string_to_metric_families(response.content.decode()):
        for sample in family.samples:
            for label, value in sample.labels.items():
                labels.setdefault(sample.name, {}).setdefault(label, set()).add(value)
            labels.setdefault(sample.name, {})

    found = list(expressions())

    assert len(found) > 20
    for title, expression in found:
        assert expression.count("(") == expression.count(")"), title
        assert names_in(expression) <= set(labels), title
        for name, chosen in re.findall(r"(scorecard_[a-z_]+)\{([^}]*)\}", expression):
            for label, operator, value in re.findall(r'(\w+)(=~|=)"([^"]*)"', chosen):
                assert label in labels[name], title
                if operator == "=":
                    assert value in labels[name][label], title
    assert yaml.safe_load((DOCS / "prometheus" / "scrape.yml").read_text())["scrape_configs"][0]["metrics_path"] == URL


# ---- Several processes


@pytest.mark.once
def test_all_processes_of_a_server_count_together_and_a_new_server_counts_from_nothing(tmp_path):
    migrated(tmp_path)
    env = environment(tmp_path, METRICS_TOKEN=TOKEN)
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "scorecard.wsgi:application", "--bind", f"127.0.0.1:{port}"]
    command += ["--workers", "3", "--no-control-socket"]

    def ask(path):
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}{path}", headers={"Authorization": f"Bearer {TOKEN}", "Connection": "close"}
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read().decode()

    def count():
        return samples(ask(URL)).get(("scorecard_requests_total", "GET", "200", "robots_detail"), 0)

    for _ in range(2):
        with running(command, env, output=tmp_path / "web.log") as process:
            wait_for(lambda: listens(port), process=process, output=tmp_path / "web.log")
            for _ in range(30):
                ask("/robots.txt")
            assert {count() for _ in range(10)} == {30}


def test_a_folder_of_somebody_else_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(counting, "MEMORY", tmp_path)
    monkeypatch.delenv(counting.VARIABLE, raising=False)
    counting.count_together()
    folder = Path(os.environ[counting.VARIABLE])
    assert (folder.parent, folder.stat().st_mode & 0o777) == (tmp_path, 0o700)

    folder.chmod(0o777)
    with pytest.raises(PermissionError):
        counting.count_together()


def test_the_folder_of_a_server_that_has_ended_is_cleared_away(tmp_path, monkeypatch):
    monkeypatch.setattr(counting, "MEMORY", tmp_path)
    monkeypatch.delenv(counting.VARIABLE, raising=False)
    ended = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True)
    old = tmp_path / f"scorecard-metrics-{os.getuid()}-{int(ended.stdout)}-12345"
    other = tmp_path / f"scorecard-metrics-{os.getuid()}-{counting._server(os.getpid())}"
    for folder in (old, other):
        folder.mkdir()

    counting.count_together()

    assert not old.exists()
    assert other.exists()


@pytest.mark.django_db
def test_the_table_of_the_docs_has_every_metric_and_no_other(client, scorecard):
    table = re.findall(r"^\| `(scorecard_\w+)` \|(.*?)\|", (DOCS / "operations.md").read_text(), re.M)
    documented = {name: set(re.findall(r"`(\w+)`", labels)) for name, labels in table}
    report = request_report(scorecard, actor=scorecard.organization.created_by)
    Report.objects.filter(pk=report.pk).update(status="done", finished_at=timezone.now())
    heartbeats.beat(heartbeats.WORKER)
    test_saves_are_counted_by_what_became_of_them(client, scorecard)

    text = client.get(URL, headers={"Authorization": f"Bearer {TOKEN}"}).content.decode()

    found: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if not sample.name.endswith("_created"):
                name = re.sub("_(bucket|count|sum)$", "", sample.name)
                found.setdefault(name, set()).update(set(sample.labels) - {"le"})
    assert found == documented
