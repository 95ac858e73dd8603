"""What SECURITY.md promises: settings that Django's deploy check finds nothing wrong with, an honest audit, a bill."""

import json
import os
import re
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tests import audit, sbom
from tests.processes import environment

ROOT = Path(__file__).resolve().parent.parent
SECURITY = (ROOT / "SECURITY.md").read_text(encoding="utf-8")


def test_the_deploy_check_finds_nothing_on_a_team_server(tmp_path):
    env = environment(
        tmp_path,
        SECRET_KEY=secrets.token_urlsafe(50),
        HTTPS="true",
        ALLOWED_HOSTS="score.example.com",
        CSRF_TRUSTED_ORIGINS="https://score.example.com",
        TRUSTED_PROXY_COUNT="1",
    )
    env.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)  # set for browsers by the tests themselves
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "INFO"]

    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    plain = subprocess.run(command, cwd=ROOT, env=env | {"HTTPS": "false"}, capture_output=True, text=True)

    assert (done.returncode, done.stdout) == (0, "System check identified no issues (2 silenced).\n"), done.stderr
    assert "security.W008" in plain.stderr  # without HTTPS it does find something


# ---- The audit


def package(name, **values):
    return {"name": name, "version": "1.0", "vulns": []} | values


def test_an_audit_that_could_look_nothing_up_says_so():
    skipped = [{"name": "django", "skip_reason": "Dependency not found"}] * 2

    assert audit.verdict(json.dumps({"dependencies": skipped})) == (audit.AWAY, False)
    assert audit.verdict("") == (audit.AWAY, False)


def test_an_audit_names_what_it_found_and_how_much_it_looked_at():
    found = {"id": "PYSEC-2026-1", "fix_versions": ["1.1"], "aliases": []}
    clean = [package("django"), {"name": "own", "skip_reason": "x"}]

    assert audit.verdict(json.dumps({"dependencies": clean})) == (
        "Audit: 1 of 2 packages looked up, no known vulnerabilities.",
        False,
    )
    words, is_finding = audit.verdict(json.dumps({"dependencies": [*clean, package("lib", vulns=[found])]}))
    assert is_finding
    assert words.splitlines() == [
        "Audit: 2 of 3 packages looked up, 1 known vulnerability.",
        "lib 1.0: PYSEC-2026-1, fixed in 1.1",
    ]


# ---- The bill of materials


def test_the_bill_has_every_pinned_package_with_its_sums_and_is_valid():
    text = (ROOT / "requirements" / "base.txt").read_text()
    lines = re.findall(r"^([A-Za-z0-9._-]+)(?:\[.*?\])?==", text, re.M)

    bill = sbom.bill(text)

    components = {component["name"]: component for component in json.loads(bill)["components"]}
    assert sorted(components) == sorted(lines)
    assert all(component["hashes"] for component in components.values())
    assert components["django"]["licenses"][0]["license"]["name"] == "BSD-3-Clause"
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(bill) is None


# ---- SECURITY.md


def test_every_test_that_security_md_names_is_there():
    named = re.findall(r"`(tests/[\w/]+(?:\.py)?)`", SECURITY)

    assert len(named) > 25
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_chapter_of_the_standard_has_its_rows():
    chapters = [int(number) for number in re.findall(r"^\| V(\d+) ", SECURITY, re.M)]

    assert sorted(set(chapters)) == list(range(1, 18))
    assert chapters == sorted(chapters)


@pytest.mark.parametrize("name", re.findall(r"`([A-Z_]{6,})`", SECURITY))
def test_every_setting_that_security_md_names_is_documented(name):
    assert re.search(rf"^# {name}=", (ROOT / ".env.example").read_text(), re.M) or name in os.environ
