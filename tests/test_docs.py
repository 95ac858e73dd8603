"""The documentation is built without a warning, and what it names is there."""

import re
import subprocess
import sys
from functools import cache

import pytest
import yaml
from django.core.management import get_commands

from tests.processes import ROOT

PAGES = sorted((ROOT / "docs").glob("*.md"))
GUIDES = [page for page in PAGES if page.stem in ("leaders", "consultants", "admins")]


@pytest.mark.once
def test_the_site_is_built_without_a_warning_and_loads_nothing_from_elsewhere(tmp_path):
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path / "site")]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert built.returncode == 0, built.stderr
    pages = list((tmp_path / "site").glob("*.html"))
    assert len(pages) > 15
    for page in pages:
        text = page.read_text()
        assert not re.search(r'<(?:script|img|iframe)[^>]+src="(?:https?:)?//', text), page.name
        assert not re.search(r'<link[^>]+rel="(?:stylesheet|preconnect)"[^>]+href="(?:https?:)?//', text), page.name
    settings = (tmp_path / "site" / "settings.html").read_text()
    for name in re.findall(r"^# ([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.M):
        assert f"<code>{name}</code>" in settings


def test_every_page_has_its_place():
    nav = yaml.safe_load((ROOT / "mkdocs.yml").read_text())["nav"]
    places = re.findall(r"'?(\w+\.md)'?", str(nav))

    assert {page.name for page in PAGES} <= set(places)
    assert len(places) == len(set(places))


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.stem)
def test_the_commands_of_a_page_are_there(file):
    for word in re.findall(r"manage\.py ([a-z]\w+)", file.read_text()):
        assert word in get_commands(), word


@cache
def product():
    files = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "assessments").rglob("*.py")]
    return " ".join(re.sub(r"\s+", " ", file.read_text()) for file in files)


@pytest.mark.parametrize("file", GUIDES, ids=lambda file: file.stem)
def test_what_a_guide_says_to_press_is_there(file):
    words = re.findall(r"(?<!\*)\*([A-Z][^*?]{3,60})\*(?!\*)", file.read_text())

    assert words
    for name in words:
        assert name in product(), name
