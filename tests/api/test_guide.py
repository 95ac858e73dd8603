"""The guide to the API does what it says: every example of it, against a live server."""

import os
import re
import subprocess
import sys

import pytest

from assessments.api import door, pages, parsing
from assessments.api.site import api
from assessments.figures.models import MeasuredFigure
from assessments.organizations.models import Role
from assessments.reports.models import Report
from assessments.scorecards.models import DeciderAnswer
from tests.api.calls import machine, personal
from tests.factories import make_organization, make_scorecard
from tests.test_conventions import ROOT

GUIDE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")


def examples(language):
    return re.findall(rf"```{language}\n(.*?)```", GUIDE, re.S)


@pytest.fixture
def there(live_server, tmp_path, settings):
    """An environment as the guide sets it, with an organization that has an open assessment."""
    settings.MEDIA_ROOT = tmp_path
    organization = make_organization(name="Kestrel Logistics")
    make_scorecard(organization, levels=[1] * 8, proof=False)
    DeciderAnswer.objects.filter(decider_key="feature-unit-cost").update(state=None)
    token = personal(organization.created_by).token
    return os.environ | {"API": f"{live_server.url}/api/v1", "TOKEN": token, "ORGANIZATION": organization.slug}


def run(command, environment):
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.django_db(transaction=True)
def test_the_lines_for_curl_read_the_portfolio_and_keep_a_figure(there):
    outputs = [run(["bash", "-c", example], there) for example in examples("sh")[1:]]

    assert '"name": "Kestrel Logistics"' in outputs[0]
    assert '"title": "p95 latency"' in outputs[1]
    assert MeasuredFigure.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_program_in_python_lists_saves_and_asks_for_a_report(there, monkeypatch):
    program = "\n".join(examples("python")).replace("range(60)", "range(1)")  # nobody makes it here

    output = run([sys.executable, "-c", program], there).splitlines()

    assert output[0].startswith("Kestrel Logistics ")
    assert output[1] == "{'state': 2, 'version': 1}"
    assert output[2] == "queued"
    assert DeciderAnswer.objects.get(decider_key="feature-unit-cost").state == 2
    assert Report.objects.get().requested_name == "Ines Halvorsen"


def test_the_guide_names_every_address_there_is():
    named = re.findall(r"`(/[^`]*)`", GUIDE)
    paths = {
        path.removeprefix("/api/v1").removeprefix("/organizations/{slug}") for path in api.get_openapi_schema()["paths"]
    }

    assert {path for path in paths if path and not any(path.endswith(each) for each in named)} == set()


@pytest.mark.django_db
def test_the_guide_names_the_limits_there_are(organization):
    assert f"{door.RATE} requests a minute" in GUIDE
    assert f"`limit` up to {pages.MOST}, usually {pages.USUAL}" in GUIDE
    assert f"at most {parsing.MOST_BYTES // 1024**2} MB" in GUIDE
    assert machine(organization, "read", Role.VIEWER).get("/token").json()["acts_as"] == "Token Pipeline"
    assert "“Token Pipeline”" in GUIDE
