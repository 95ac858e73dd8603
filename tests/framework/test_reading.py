"""Reading a version's files: what is no YAML, and what is not of the shape the content must have."""

import pytest
import yaml

from assessments.framework import FrameworkError, read_framework

TITLE = "  title: AI Infrastructure Scorecard\n"
LAYERS = "    layers: [layer-compute, layer-orchestration]"
PERCENT = "        feed_percent: 60\n"


@pytest.mark.parametrize(
    ("name", "old", "new", "place", "reason"),
    [
        pytest.param(
            "scorecard",
            '  version: "2026.1"',
            "  version: 2026.1",
            "line 3, framework.version",
            "must be text, not the number 2026.1",
            id="a number for a text",
        ),
        pytest.param(
            "scorecard",
            TITLE,
            "  title: yes\n",
            "line 4, framework.title",
            "must be text, not true",
            id="true for a text",
        ),
        pytest.param(
            "scorecard",
            TITLE,
            "  title: 2026-11-23\n",
            "line 4, framework.title",
            "must be text, not a date",
            id="a date for a text",
        ),
        pytest.param(
            "scorecard",
            TITLE,
            "  title:\n",
            "line 4, framework.title",
            "must be text, not nothing",
            id="nothing for a text",
        ),
        pytest.param(
            "scorecard", TITLE, '  title: " "\n', "line 4, framework.title", "must not be empty", id="a blank text"
        ),
        pytest.param(
            "scorecard",
            TITLE,
            "  title: [one]\n",
            "line 4, framework.title",
            "must be text, not a list",
            id="a list for a text",
        ),
        pytest.param(
            "scorecard",
            TITLE,
            "  title: {one: two}\n",
            "line 4, framework.title",
            "must be text, not a mapping",
            id="a mapping for a text",
        ),
        pytest.param(
            "scorecard",
            LAYERS,
            "    layers: layer-compute",
            "line 160, categories[0].layers",
            'must be a list, not "layer-compute"',
            id="a text for a list",
        ),
        pytest.param(
            "scorecard",
            LAYERS,
            "    layers: layer-layer-layer-layer-layer-layer-layer-",
            "line 160, categories[0].layers",
            "must be a list, not a longer text",
            id="a long text for a list",
        ),
        pytest.param(
            "scorecard",
            LAYERS,
            "    layers: []",
            "line 160, categories[0].layers",
            "must not be empty",
            id="an empty list",
        ),
        pytest.param(
            "scorecard",
            "    actions:\n",
            "    actions: []\n    more:\n",
            "line 171, categories[0].actions",
            "must be a mapping, not a list",
            id="a list for a mapping",
        ),
        pytest.param(
            "scorecard",
            "  max_score: 16",
            '  max_score: "16"',
            "line 28, scale.max_score",
            'must be a whole number, not "16"',
            id="a text for a whole number",
        ),
        pytest.param(
            "scorecard",
            "  max_score: 16",
            "  max_score: 16.0",
            "line 28, scale.max_score",
            "must be a whole number, not the number 16.0",
            id="a fraction for a whole number",
        ),
        pytest.param(
            "scorecard",
            "  max_score: 16",
            "  max_score: true",
            "line 28, scale.max_score",
            "must be a whole number, not true",
            id="true for a whole number",
        ),
        pytest.param(
            "calculators",
            "        max: 100\n",
            "        max: many\n",
            "line 25, calculators[0].inputs[1].max",
            'must be a number, not "many"',
            id="a text for a number",
        ),
        pytest.param(
            "calculators",
            "        max: 100\n",
            "        max: true\n",
            "line 25, calculators[0].inputs[1].max",
            "must be a number, not true",
            id="true for a number",
        ),
        pytest.param(
            "calculators",
            "        max: 100\n",
            "        max: .inf\n",
            "line 25, calculators[0].inputs[1].max",
            "must be a number, not the number inf",
            id="an endless number",
        ),
        pytest.param(
            "calculators",
            "        max: 100\n",
            "        max: .nan\n",
            "line 25, calculators[0].inputs[1].max",
            "must be a number, not the number nan",
            id="not a number",
        ),
        pytest.param(
            "vendor_questions",
            "        critical: false",
            '        critical: "no"',
            "line 38, topics[0].questions[0].critical",
            'must be true or false, not "no"',
            id="a text for true or false",
        ),
        pytest.param(
            "vendor_questions",
            '  - value: "0"',
            "  - value: 0",
            "line 2, scale[0].value",
            'must be one of "0", "1", "2", "na", not the number 0',
            id="a number for a choice",
        ),
        pytest.param(
            "scorecard",
            "          effort: S",
            "          effort: XS",
            "line 180, categories[0].actions.to_1[0].effort",
            'must be one of "S", "M", "L", not "XS"',
            id="an unknown choice",
        ),
        pytest.param(
            "scorecard",
            "          effort: S",
            "          effort: SM",
            "line 180, categories[0].actions.to_1[0].effort",
            'must be one of "S", "M", "L", not "SM"',
            id="two choices in one",
        ),
        pytest.param(
            "vendor_questions",
            "applies_when: [cloud,",
            "applies_when: [clouds,",
            "line 24, topics[0].applies_when[0]",
            'must be one of "cloud", "colocation", "on-premises", "hybrid", not "clouds"',
            id="an unknown hosting model",
        ),
        pytest.param(
            "scorecard",
            "      - function: Map\n",
            "      - function: Mapp\n",
            "line 164, categories[0].nist_ai_rmf[0].function",
            'must be one of "Govern", "Map", "Measure", "Manage", not "Mapp"',
            id="an unknown NIST function",
        ),
        pytest.param(
            "handbook",
            "    group: area\n",
            "    group: areas\n",
            "line 482, roles[0].group",
            'must be one of "area", "leadership", not "areas"',
            id="an unknown group of roles",
        ),
        pytest.param(
            "calculators",
            "        rounding: up",
            "        rounding: down",
            "line 233, calculators[2].results[3].rounding",
            'must be one of "up", not "down"',
            id="an unknown rounding",
        ),
        pytest.param(
            "scorecard",
            "  - key: workload-clarity\n",
            "  - key: Workload_Clarity\n",
            "line 81, categories[0].key",
            'must look like "cost-model", not "Workload_Clarity"',
            id="a key of the wrong form",
        ),
        pytest.param(
            "calculators",
            "      - key: monthly_spend\n",
            "      - key: monthly-spend\n",
            "line 9, calculators[0].inputs[0].key",
            'must look like "monthly_spend", not "monthly-spend"',
            id="a key with a hyphen in a formula",
        ),
        pytest.param(
            "scorecard",
            "  - key: workload-clarity\n",
            "  - key: " + "w" * 61 + "\n",
            "line 81, categories[0].key",
            "must have 60 characters at most, not 61",
            id="a key too long for its column",
        ),
        pytest.param(
            "scorecard",
            '  version: "2026.1"',
            '  version: "2026.1b"',
            "line 3, framework.version",
            'must look like "2026.1", not "2026.1b"',
            id="a version of the wrong form",
        ),
        pytest.param(
            "scorecard",
            TITLE,
            "  titel: AI Infrastructure Scorecard\n",
            "line 4, framework.titel",
            'unknown key "titel"; known are key, version, title, summary',
            id="an unknown key",
        ),
        pytest.param(
            "scorecard",
            TITLE,
            "  ? [title]\n  : AI\n",
            "line 4, framework.?",
            'unknown key "?"; known are key, version, title, summary',
            id="an unknown key that is no text",
        ),
        pytest.param(
            "scorecard",
            "\nfacts:\n",
            "\nfactors: []\nfacts:\n",
            "line 51, factors",
            'unknown key "factors"; known are framework, scale, facts, categories',
            id="an unknown key at the top",
        ),
        pytest.param("scorecard", TITLE, "", "line 2, framework", "missing title", id="a missing key"),
        pytest.param(
            "scorecard",
            "framework:\n",
            "frame:\n",
            "line 1, frame",
            'unknown key "frame"; known are framework, scale, facts, categories',
            id="a missing key at the top",
        ),
        pytest.param(
            "roadmap",
            "        effort: M\n",
            "",
            "line 11, phases[0].tasks[0]",
            "missing effort",
            id="a missing key in a list",
        ),
        pytest.param(
            "scorecard",
            TITLE,
            "  title: AI Infrastructure Scorecard\n  title: Again\n",
            "line 5, framework.title",
            'the key "title" stands here a second time',
            id="a key twice",
        ),
        pytest.param(
            "calculators",
            PERCENT,
            "        feed_percent: 60\n        feed_percent: 61\n",
            "line 56, calculators[0].example.inputs.feed_percent",
            'the key "feed_percent" stands here a second time',
            id="a key twice among pairs",
        ),
        pytest.param(
            "calculators",
            PERCENT,
            "        feed_percent: most\n",
            "line 55, calculators[0].example.inputs.feed_percent",
            'must be a number, not "most"',
            id="a text for the value of a pair",
        ),
    ],
)
def test_a_value_of_the_wrong_shape_is_refused(content, name, old, new, place, reason):
    content.replace(f"{name}.yaml", old, new)

    assert content.error() == (f"ai-infrastructure/2026.1/{name}.yaml", place, reason)


@pytest.mark.parametrize(
    ("new", "place", "reason"),
    [
        pytest.param("  title: 'open\n", "line 46", "not valid YAML: ", id="a quote left open"),
        pytest.param("  title: *nowhere\n", "line 4", 'write out what the name "nowhere"', id="an alias"),
        pytest.param("  title: &here AI\n", "line 4", 'write out what the name "here"', id="an anchor"),
        pytest.param("\ttitle: AI\n", "line 4", "not valid YAML: found", id="a tab"),
        pytest.param("---\n" + TITLE, "line 4", "not valid YAML: ", id="a second document"),
        pytest.param(
            "  title: 2026-13-45\n", "line 4, framework.title", "not a value: ", id="a day that does not exist"
        ),
        pytest.param(
            "  title: !!python/object/apply:os.getcwd []\n",
            "line 4, framework.title",
            "not a value: could not determine a constructor for the tag",
            id="an object of Python",
        ),
    ],
)
def test_what_is_not_plain_yaml_is_refused_with_its_line(content, new, place, reason):
    content.replace("scorecard.yaml", TITLE, new)

    found_file, found_place, found_reason = content.error()

    assert (found_file, found_place) == ("ai-infrastructure/2026.1/scorecard.yaml", place)
    assert found_reason.startswith(reason)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        (b"", "the file is empty"),
        (b"# nothing but a comment\n", "the file is empty"),
        (b"- phases\n", "must be a mapping, not a list"),
        (b"phases\n", 'must be a mapping, not "phases"'),
        (b"{}\n", "missing phases"),
    ],
)
def test_a_file_without_its_entries_is_refused(content, written, reason):
    (content.folder / "roadmap.yaml").write_bytes(written)

    assert content.error() == ("ai-infrastructure/2026.1/roadmap.yaml", "line 1", reason)


@pytest.mark.parametrize("name", ["scorecard", "vendor_questions", "roadmap", "handbook", "calculators"])
def test_a_missing_file_is_named(content, name):
    (content.folder / f"{name}.yaml").unlink()

    file, place, reason = content.error()

    assert (file, place) == (f"ai-infrastructure/2026.1/{name}.yaml", "")
    assert reason.startswith("the file cannot be read: ")
    assert "No such file" in reason


def test_a_file_that_is_not_utf_8_is_named(content):
    (content.folder / "roadmap.yaml").write_bytes("phases: Strom für Köln".encode("latin-1"))

    file, place, reason = content.error()

    assert (file, place) == ("ai-infrastructure/2026.1/roadmap.yaml", "")
    assert reason.startswith("the file cannot be read: ")


def test_an_error_reads_as_file_place_and_reason(content):
    content.replace("scorecard.yaml", TITLE, "")

    with pytest.raises(FrameworkError) as caught:
        read_framework(content.folder)

    assert str(caught.value) == "ai-infrastructure/2026.1/scorecard.yaml, line 2, framework: missing title"


def test_an_error_without_a_place_reads_as_file_and_reason():
    assert str(FrameworkError("a/1/roadmap.yaml", "", "not there")) == "a/1/roadmap.yaml: not there"


def test_the_loader_without_the_c_library_reads_the_same(content, monkeypatch):
    expected = read_framework(content.folder)

    monkeypatch.setattr("assessments.framework.documents.SafeLoader", yaml.SafeLoader)

    assert read_framework(content.folder) == expected
