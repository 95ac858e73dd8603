"""What has been released stays as it is, holds what it must, and is checked whenever the application starts."""

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from assessments import checks, framework
from assessments.framework import loader
from assessments.framework.overlays import LANGUAGES

PROJECT = Path(__file__).parents[2]
FILES = ("calculators.yaml", "handbook.yaml", "roadmap.yaml", "scorecard.yaml", "vendor_questions.yaml")
SCORECARD = "ai-infrastructure/2026.1/scorecard.yaml"


def stated_sums(folder):
    """The checksums that stand beside the folder of a version, in the format of sha256sum, by file."""
    lines = folder.with_name(f"{folder.name}.sha256").read_text("utf-8").splitlines()
    return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}


def actual_sums(folder):
    return {
        f"{folder.name}/{path.relative_to(folder)}": hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if not set(LANGUAGES) & {path.name, path.parent.name}  # a translation is mended without another version
    }


def version_folder(key="ai-infrastructure", version="2026.1"):
    return loader.CONTENT / key / version


@pytest.fixture
def copied_content(tmp_path, monkeypatch):
    """A copy of all content, which the application then takes for its own."""
    folder = tmp_path / "content"
    shutil.copytree(loader.CONTENT, folder)
    monkeypatch.setattr(loader, "CONTENT", folder)
    forget()
    yield folder
    monkeypatch.undo()
    forget()


def forget():
    loader.forget()


@pytest.mark.parametrize(("key", "version"), framework.released())
def test_a_released_version_is_as_it_was_released(key, version):
    folder = version_folder(key, version)

    assert actual_sums(folder) == stated_sums(folder)


def test_two_versions_are_released_with_the_checksums_of_all_their_files():
    assert framework.released() == (("ai-infrastructure", "2026.1"), ("ai-infrastructure", "2026.2"))
    for key, version in framework.released():
        assert set(stated_sums(version_folder(key, version))) == {f"{version}/{name}" for name in FILES}


def test_no_checksums_stand_without_their_version():
    stated = {(path.parent.name, path.name.removesuffix(".sha256")) for path in loader.CONTENT.glob("*/*.sha256")}

    assert stated == {*framework.released(), *framework.editions()}


@pytest.mark.parametrize("version", framework.versions())
@pytest.mark.parametrize("name", FILES)
def test_one_changed_byte_would_be_noticed(copied_content, name, version):
    path = copied_content / "ai-infrastructure" / version / name
    written = bytearray(path.read_bytes())
    written[len(written) // 2] ^= 1
    path.write_bytes(written)

    assert differing(path.parent) == {f"{version}/{name}"}


def test_a_file_too_many_or_too_few_would_be_noticed(copied_content):
    folder = copied_content / "ai-infrastructure" / "2026.1"
    (folder / "roadmap.yaml").unlink()
    (folder / "notes.yaml").write_text("")

    assert differing(folder) == {"2026.1/roadmap.yaml", "2026.1/notes.yaml"}


def differing(folder):
    return {name for name, _ in actual_sums(folder).items() ^ stated_sums(folder).items()}


@pytest.mark.parametrize("version", framework.versions())
def test_a_version_keeps_its_categories(version):
    content = framework.load("ai-infrastructure", version)

    assert [(category.key, category.name) for category in content.categories] == [
        ("workload-clarity", "Workload clarity"),
        ("reliability-targets", "Reliability targets"),
        ("cost-model", "Cost model"),
        ("utilization-plan", "Utilization plan"),
        ("data-pipeline", "Data pipeline readiness"),
        ("serving-maturity", "Serving maturity"),
        ("security-access", "Security and access controls"),
        ("facilities-power", "Facilities and power realism"),
    ]
    assert {tuple(entry.level for entry in category.levels) for category in content.categories} == {(0, 1, 2)}


# How many months back a decider's proof is current, as each version states it.
PERIODS = {
    "workload-clarity": {"workload-register": 3, "register-check": 3, "demand-outlook": 6},
    "reliability-targets": {"written-targets": 12, "monthly-results": 2, "rehearsed-response": 12},
    "cost-model": {"feature-unit-cost": 4, "reconciled-cost": 4, "cost-in-use": 12},
    "utilization-plan": {"measured-activity": 3, "sharing-rules": 12, "losses-acted-on": 3},
    "data-pipeline": {"delivery-measured": 3, "traced-lineage": 12, "dataset-owners": 12},
    "serving-maturity": {"gated-releases": 12, "timed-rollback": 12, "measured-settings": 12},
    "security-access": {"access-reviewed": 12, "changes-controlled": 12, "secrets-and-leavers": 12},
    "facilities-power": {"capacity-envelope": 6, "peak-against-limit": 3, "confirmed-capacity-plan": 6},
}


def test_a_version_keeps_its_deciders_and_their_periods_in_months():
    content = framework.load("ai-infrastructure", "2026.2")

    assert {category.key: {d.key: d.months for d in category.deciders} for category in content.categories} == PERIODS
    assert content.has_deciders


def test_the_first_version_has_no_deciders():
    content = framework.load("ai-infrastructure", "2026.1")

    assert [category.deciders for category in content.categories] == [()] * 8
    assert not content.has_deciders


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("A plan checked within one month.", 1),
        ("Within twelve months, a plan was checked.", 12),
        ("A plan checked within\nsix months.", 0),
        ("A plan checked within 6 months.", 0),
        ("A plan checked within thirty days.", 0),
        ("A plan checked within thirteen months.", 0),
    ],
)
def test_a_period_is_read_in_whole_months_named_by_a_word(text, months):
    decider = framework.load("ai-infrastructure", "2026.2").categories[0].deciders[0]

    assert replace(decider, shown_when=text).months == months


@pytest.mark.parametrize("version", framework.versions())
def test_a_version_keeps_its_scale_and_its_line(version):
    scale = framework.load("ai-infrastructure", version).scale

    assert (scale.risk_threshold, scale.max_score) == (10, 16)
    assert [(entry.level, entry.label) for entry in scale.levels] == [
        (0, "unclear"),
        (1, "partially defined"),
        (2, "disciplined and measurable"),
    ]


def test_a_version_keeps_its_facts():
    facts = framework.load("ai-infrastructure", "2026.1").facts

    assert [fact.key for fact in facts] == ["latency-target", "unit-cost", "utilization-why"]


def test_a_version_keeps_its_vendor_checklist():
    vendor = framework.load("ai-infrastructure", "2026.1").vendor

    assert [entry.value for entry in vendor.scale] == ["0", "1", "2", "na"]
    assert len(vendor.topics) == 8
    assert sum(len(topic.questions) for topic in vendor.topics) == 24


def test_a_version_keeps_its_ninety_days():
    phases = framework.load("ai-infrastructure", "2026.1").phases

    assert [(phase.key, phase.first_day, phase.last_day, len(phase.tasks)) for phase in phases] == [
        ("days-30", 1, 30, 6),
        ("days-60", 31, 60, 6),
        ("days-90", 61, 90, 6),
    ]


def test_a_version_keeps_its_handbook_and_calculators():
    content = framework.load("ai-infrastructure", "2026.1")

    assert (len(content.handbook.layers), len(content.handbook.concepts), len(content.handbook.roles)) == (9, 8, 9)
    assert [calculator.key for calculator in content.calculators] == ["idle-spend", "unit-economics", "power-envelope"]


@pytest.mark.parametrize("number", range(3))
def test_a_calculator_gives_its_worked_example(number):
    calculator = framework.load("ai-infrastructure", "2026.1").calculators[number]

    results = calculator.compute(dict(calculator.example.inputs))

    assert {key: round(value, 2) for key, value in results.items()} == dict(calculator.example.results)


def test_a_version_is_loaded_once():
    assert framework.load("ai-infrastructure", "2026.1") is framework.load("ai-infrastructure", "2026.1")
    assert framework.current() is framework.load("ai-infrastructure", framework.versions()[-1])


def test_the_newest_version_is_current(copied_content):
    for version in ("2026.3", "2026.10"):
        folder = copied_content / "ai-infrastructure" / version
        shutil.copytree(folder.with_name("2026.1"), folder)
        scorecard = folder / "scorecard.yaml"
        scorecard.write_text(scorecard.read_text("utf-8").replace('version: "2026.1"', f'version: "{version}"'))
    forget()

    assert framework.versions() == ("2026.1", "2026.2", "2026.3", "2026.10")
    assert framework.current().version == "2026.10"
    assert framework.load("ai-infrastructure", "2026.1").version == "2026.1"


@pytest.mark.django_db  # one of another key is looked for among what is kept
@pytest.mark.parametrize(("key", "version"), [("ai-infrastructure", "2025.1"), ("nothing", "2026.1"), ("", "..")])
def test_a_version_that_does_not_exist_is_an_error(key, version):
    with pytest.raises(framework.FrameworkError, match="there is no such version of the framework"):
        framework.load(key, version)


def test_the_released_content_passes_the_system_check():
    assert checks.check_framework() == []


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        pytest.param(
            "  title: AI", "  titel: AI",
            "line 4, framework.titel: unknown key \"titel\"; known are key, version, title, summary",
            id="a wrong key",
        ),
        pytest.param(
            "risk_threshold: 10", "risk_threshold: ten",
            'line 29, scale.risk_threshold: must be a whole number, not "ten"',
            id="a wrong type",
        ),
        pytest.param(
            "risk_threshold: 10", "risk_threshold: 17",
            "line 29, scale.risk_threshold: must be from 1 to 16, not 17",
            id="a broken rule",
        ),
        pytest.param(
            "framework:\n", "framework: [\n",
            "line 3: not valid YAML: ",
            id="not YAML",
        ),
    ],
)  # fmt: skip
def test_a_malformed_file_is_an_error_with_file_line_and_reason(copied_content, old, new, error):
    path = copied_content / SCORECARD
    before = path.read_text("utf-8")
    assert old in before
    path.write_text(before.replace(old, new, 1), "utf-8")

    with pytest.raises(SystemCheckError) as caught:
        call_command("check")

    assert f"ERRORS:\n?: (assessments.E002) {SCORECARD}, {error}" in str(caught.value)


def test_every_broken_version_is_named(copied_content):
    broken = copied_content / "ai-infrastructure" / "2026.3"
    broken.mkdir()
    (copied_content / SCORECARD).write_text("")
    forget()

    errors = checks.check_framework()

    assert [(error.id, error.is_serious()) for error in errors] == [("assessments.E002", True)] * 2
    assert errors[0].msg == f"{SCORECARD}, line 1: the file is empty"
    assert errors[1].msg.startswith("ai-infrastructure/2026.3/scorecard.yaml: the file cannot be read: ")


@pytest.mark.parametrize(
    "written", [b"\xff\xfe", b"a: \x00", b"[" * 5000, b"&a [*a]", b"a: &b {c: *b}", b"? {a: b}\n: c"]
)
def test_a_file_of_nonsense_is_an_error_and_no_crash(copied_content, written):
    (copied_content / SCORECARD).write_bytes(written)

    (error,) = checks.check_framework()

    assert error.msg.startswith(SCORECARD)


def test_content_that_is_missing_altogether_is_an_error(copied_content):
    shutil.rmtree(copied_content)
    forget()

    assert [(error.msg, error.id) for error in checks.check_framework()] == [
        ("The framework's content is missing.", "assessments.E001")
    ]


def test_an_application_with_a_broken_file_refuses_to_start(tmp_path):
    for name in ("assessments", "scorecard", "static", "templates"):
        shutil.copytree(PROJECT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("manage.py", "pyproject.toml"):
        shutil.copy(PROJECT / name, tmp_path / name)
    scorecard = tmp_path / "assessments" / "framework" / "content" / SCORECARD
    scorecard.write_text(scorecard.read_text("utf-8").replace("  title:", "  titel:", 1), "utf-8")

    checked = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=tmp_path,
        env={**os.environ, "DATA_DIR": str(tmp_path / "var")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.returncode == 1
    assert f"(assessments.E002) {SCORECARD}, line 4, framework.titel: unknown key" in checked.stderr
