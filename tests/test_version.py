"""The version stands in one place, and wherever it is shown it is that one."""

import re
import subprocess
import sys
import tomllib

import pytest
from django.conf import settings
from django.urls import reverse

from tests.processes import ROOT, environment


def test_the_version_is_that_of_the_project_and_a_semantic_one():
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == settings.VERSION
    assert re.fullmatch(r"\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?", settings.VERSION)


@pytest.mark.django_db
def test_the_command_line_and_every_page_show_it(client, tmp_path):
    command = [sys.executable, "manage.py", "--version"]
    said = subprocess.run(command, cwd=ROOT, env=environment(tmp_path), capture_output=True, text=True, check=True)

    assert said.stdout == f"{settings.VERSION}\n"
    assert f"Version {settings.VERSION}<" in client.get(reverse("account_login")).content.decode()


def test_the_changelog_begins_with_it_and_says_of_each_version_what_the_operator_must_do():
    versions = (ROOT / "CHANGELOG.md").read_text().split("\n## ")[1:]

    assert versions[0].split(",")[0] == settings.VERSION
    assert all("What the operator must do: " in version for version in versions)
