"""`docs/frameworks.md`, followed word for word: from the export to an assessed, reported scorecard."""

import io
import re
import shlex
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from django.core.management import CommandError, call_command
from pypdf import PdfReader

from assessments import framework
from assessments.framework import files
from assessments.platform.frameworks.keeping import KEPT
from assessments.reports.pdf import render_html, render_pdf
from assessments.reports.services import request_report
from tests.factories import make_organization, make_scorecard, make_user
from tests.framework.test_peers import library

TEXT = (Path(__file__).parents[2] / "docs" / "frameworks.md").read_text("utf-8")
BLOCKS = re.findall(r"```(console|yaml)\n(.*?)```", TEXT, re.DOTALL)
COMMANDS = [line for kind, block in BLOCKS if kind == "console" for line in block.splitlines()]
YAML = [block for kind, block in BLOCKS if kind == "yaml"]


@pytest.fixture
def there(tmp_path, monkeypatch, db):
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    framework.add_folders()
    KEPT.forget()


def run(command):
    words = shlex.split(command)
    assert words[:2] == ["python", "manage.py"]
    out = io.StringIO()
    call_command(*words[2:], stdout=out)
    return out.getvalue()


def written(there):
    """After the export and the changes of the tutorial."""
    run(COMMANDS[0])
    path = there / "frameworks" / "bank-ai" / "1" / "scorecard.yaml"
    text = path.read_text()
    title, scale, category = YAML
    for lines, old in (
        (title, "  title: AI Infrastructure Scorecard\n"),
        (scale, "  max_score: 16\n  risk_threshold: 10\n"),
    ):
        assert old in text
        text = text.replace(old, lines, 1)
    path.write_text(text + category)
    return path


def test_the_tutorial_leads_to_a_reported_scorecard(there):
    written(there)
    export, check, diff, zipped, *_ = COMMANDS

    assert run(check) == (
        "Bank AI Scorecard, bank-ai 1: 9 categories, 18 points, the line at 12, 24 vendor questions. "
        "It holds every rule.\n"
    )
    assert run(diff).splitlines() == [
        "AI Infrastructure Scorecard 2026.2 → Bank AI Scorecard 1",
        "Model risk (model-risk): New: nothing is answered yet.",
        "The maximum is 18, no longer 16.",
        "The line is at 12, no longer at 10.",
    ]
    run(zipped)
    assert files.heading_of(files.unzipped((there / "bank-ai.zip").read_bytes())) == ("bank-ai", "1")
    with pytest.raises(CommandError, match="is there already, and a version never changes"):
        run(export)

    framework.add_folders(there / "frameworks")
    KEPT.forget()
    organization = make_organization(owner=make_user(name="Ada"), name="Aldgate Bank", framework_key="bank-ai")
    at = datetime(2026, 1, 5, tzinfo=UTC)
    scorecard = make_scorecard(organization, levels=[1] * 8 + [2], signed_off_at=at)
    snapshot = request_report(scorecard, actor=organization.created_by).snapshot

    pages = PdfReader(io.BytesIO(render_pdf(render_html(snapshot)).content)).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert "Model risk" in text
    assert "10 of 18" in text
    assert "12 risk line" in text
    assert "Bank AI Scorecard" in text
    assert "Nine categories" in text
    assert "of 16" not in text


def test_the_workbook_of_the_tutorial_comes_back_equal(there):
    written(there)
    export, bring, _ = COMMANDS[4:]

    run(export)
    run(bring)

    assert framework.read_framework(there / "written" / "bank-ai" / "1") == framework.read_framework(
        there / "frameworks" / "bank-ai" / "1"
    )


def test_a_library_comes_in_and_what_is_not_carried_is_listed(there):

    (there / "library.yaml").write_text(yaml.safe_dump(library()))

    out = run(COMMANDS[-1])

    assert "Acme AI, acme-ai-2-0 3: 4 categories, 8 points, the line at 5" in out
    assert "Not carried: Weights of 4 requirements or sections." in out
    assert (there / "frameworks" / "acme-ai-2-0" / "3" / "scorecard.yaml").exists()


def test_a_broken_rule_is_said_as_the_tutorial_says(there):
    path = written(there)
    path.write_text(path.read_text().replace("risk_threshold: 12", "risk_threshold: 19"))

    with pytest.raises(CommandError) as caught:
        run(COMMANDS[1])

    line = next(n for n, text in enumerate(path.read_text().splitlines(), 1) if "risk_threshold" in text)
    said = f"bank-ai/1/scorecard.yaml, line {line}, scale.risk_threshold: must be from 1 to 18, not 19"
    assert str(caught.value) == said
    assert re.sub("line [0-9]+", "line N", said) in re.sub("line [0-9]+", "line N", TEXT)
