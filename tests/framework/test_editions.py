"""An edition of handbook and calculators: read in place of the version's own two files, held to the same rules."""

import hashlib
import re

import pytest

from assessments import framework
from assessments.framework import FrameworkError, loader, read_framework
from assessments.framework.overlays import LANGUAGES
from assessments.framework.rules import EDITED
from tests.framework.conftest import BreakableContent, copied

BASE = loader.CONTENT / "ai-infrastructure" / "2026.2"
EDITION = loader.CONTENT / "ai-infrastructure" / "2026.2.1"


@pytest.fixture
def edition(tmp_path):
    """A copy of the edition that a test may break, beside a copy of its version."""
    version = copied(tmp_path, "2026.2").folder
    copy = copied(tmp_path, "2026.2.1")
    copy.version = version
    return copy


def error(edition: BreakableContent) -> tuple[str, str, str]:
    with pytest.raises(FrameworkError) as caught:
        read_framework(edition.version, edition.folder)
    return caught.value.file, caught.value.place, caught.value.reason


def test_the_current_version_is_read_with_its_newest_edition():
    content = framework.current()

    assert framework.editions() == (("ai-infrastructure", "2026.2.1"),)
    assert content.version == "2026.2"
    assert content.handbook == read_framework(BASE, EDITION).handbook
    assert content.handbook != read_framework(BASE).handbook
    assert content.calculators != read_framework(BASE).calculators


def test_an_edition_changes_nothing_but_handbook_and_calculators():
    own, edited = read_framework(BASE), read_framework(BASE, EDITION)

    names = ("key", "version", "title", "summary", "scale", "facts", "categories", "vendor", "phases")
    assert {name: getattr(own, name) for name in names} == {name: getattr(edited, name) for name in names}


def test_the_first_version_has_no_edition():
    content = framework.load(version="2026.1")

    assert (content.handbook.money_shift, content.handbook.workloads, content.handbook.nist) == ((), (), ())


def test_a_released_edition_is_as_it_was_released():
    stated = EDITION.with_name("2026.2.1.sha256").read_text("utf-8").split()

    found = {f"2026.2.1/{path.name}": hashlib.sha256(path.read_bytes()).hexdigest() for path in EDITION.glob("*.yaml")}
    assert dict(zip(stated[1::2], stated[::2], strict=True)) == found
    assert {path.name for path in EDITION.iterdir()} == {*EDITED, *LANGUAGES}


@pytest.mark.parametrize(
    "wording",
    [r"\btwo[- ]weeks?\b", r"\b(14|fourteen) days\b", r"p95 and p99 (latency )?targets?", r"targets at p95 and"],
)
def test_nothing_in_the_edition_speaks_of_what_the_deciders_no_longer_ask(wording):
    text = " ".join(path.read_text("utf-8") for path in EDITION.glob("*.yaml"))

    assert re.findall(wording, " ".join(text.split()), re.I) == []


def test_the_terms_of_the_deciders_are_explained():
    terms = {entry.key: entry.definition for entry in framework.current().handbook.glossary}

    assert {"decider", "material-scope", "proven", "claimed"} <= set(terms)
    assert "90 percent" in terms["material-scope"]


def test_the_glossary_stands_in_the_order_of_its_terms():
    terms = [entry.term.casefold() for entry in framework.current().handbook.glossary]

    assert terms == sorted(terms)


@pytest.mark.parametrize(
    ("file", "old", "new", "reason"),
    [
        ("handbook.yaml", "key: late-power", "key: later-power",
         'the key "late-power" of the version it edits is missing'),
        ("calculators.yaml", "key: watts_each", "key: watts", None),
        ("handbook.yaml", "      - Can withdraw a change within minutes.\n", "", "must have 3 signals"),
        ("handbook.yaml", "concepts: [bottlenecks, utilization, power]", "concepts: [nothing]",
         'there is no concept with the key "nothing"'),
        ("handbook.yaml", "sources: [pew]", "sources: [nobody]", 'there is no reference with the key "nobody"'),
        ("handbook.yaml", "number: MAP 5", "number: MAP 6", "must be MAP 1 to MAP 5 in this order"),
        ("handbook.yaml", "touched_by: [cost-model]", "touched_by: [serving-maturity]",
         '"serving-maturity" is not read by Map on the scorecard'),
        ("handbook.yaml", "  - function: Govern", "  - function: Manage",
         "the functions must be Govern, Map, Measure, Manage in this order"),
    ],
)  # fmt: skip
def test_a_broken_edition_is_refused_with_file_and_reason(edition, file, old, new, reason):
    edition.replace(file, old, new)

    where, _, why = error(edition)

    assert where == f"ai-infrastructure/2026.2.1/{file}"
    assert reason is None or why == reason


def test_an_edition_has_all_types_of_workload(edition):
    edition.change("handbook.yaml", lambda tree: tree["workloads"].pop())

    assert error(edition)[2] == "must have 4 entries, not 3"


def test_an_edition_has_no_file_of_what_scores(edition):
    (edition.folder / "scorecard.yaml").write_text("")

    assert error(edition) == ("ai-infrastructure/2026.2.1/scorecard.yaml", "", "an edition has no such file")


def test_the_version_of_an_edition_keeps_its_own_rules(edition):
    (edition.version / "handbook.yaml").write_text("")

    assert error(edition)[0] == "ai-infrastructure/2026.2/handbook.yaml"


def test_the_published_numbers_of_nist_ai_100_1_are_all_there():
    numbers = [category.number for part in framework.current().handbook.nist for category in part.categories]

    assert numbers == [
        *(f"GOVERN {n}" for n in range(1, 7)),
        *(f"MAP {n}" for n in range(1, 6)),
        *(f"MEASURE {n}" for n in range(1, 5)),
        *(f"MANAGE {n}" for n in range(1, 5)),
    ]
