"""Libraries of CISO Assistant as frameworks: made up here, in the shape of its own."""

import pytest
import yaml

from assessments.framework import FrameworkError, files, peers, read_texts


def library(**fields):
    nodes = [{"urn": "urn:x:s", "assessable": False, "depth": 1, "ref_id": "1", "name": "Models", "description": None}]
    nodes += [
        {
            "urn": f"urn:x:{n}",
            "assessable": True,
            "depth": 2,
            "parent_urn": "urn:x:s",
            "ref_id": f"1.{n}",
            "name": f"Requirement {n}",
            "description": f"Something is done about {n}.",
            "typical_evidence": "A record" if n == 1 else None,
            "weight": 2,
            "translations": {"fr": {"name": "Exigence"}},
        }
        for n in range(1, 5)
    ]
    framework = {
        "urn": "urn:x:framework",
        "ref_id": "ACME AI 2.0",
        "name": "Acme AI",
        "min_score": 0,
        "max_score": 2,
        "scores_definition": [
            {"score": 0, "name": "No", "description": "Nothing."},
            {"score": 1, "name": "Partly", "description": None},
            {"score": 2, "name": "Yes", "description": "word " * 40},
        ],
        "requirement_nodes": nodes,
    } | fields
    return {
        "urn": "urn:x",
        "version": 3,
        "name": "Acme AI",
        "copyright": "Acme",
        "objects": {"framework": framework, "threats": []},
    }


def read(tmp_path, tree):
    path = tmp_path / "acme.yaml"
    path.write_text(yaml.safe_dump(tree))
    texts, left = peers.read_library(path)
    return read_texts(*files.heading_of(texts), texts), left


def test_each_requirement_becomes_a_category(tmp_path):
    content, left = read(tmp_path, library())

    assert (content.key, content.version, content.maximum, content.line) == ("acme-ai-2-0", "3", 8, 5)
    assert [category.name for category in content.categories] == [f"Requirement {n}" for n in range(1, 5)]
    first = content.categories[0]
    assert (first.short_name, first.why) == ("Requirement 1", "Something is done about 1.")
    assert first.evidence == ("A record",)
    assert first.statement(1) == "Partly"
    assert first.statement(2).endswith("…")
    assert first.counts[2].startswith("Yes: word word")
    assert "Weights of 4 requirements or sections." in left
    assert "Translations of 4 requirements or sections." in left
    assert "1 sections that only group requirements." in left
    assert "What else the library has: threats." in left
    assert any("names no line: 5 of 8 points" in line for line in left)


def test_of_many_requirements_each_section_becomes_a_category(tmp_path):
    nodes = []
    for section in range(4):
        nodes.append({"urn": f"s{section}", "assessable": False, "name": f"Section {section}"})
        nodes += [
            {
                "urn": f"s{section}-{n}",
                "parent_urn": f"s{section}",
                "assessable": True,
                "ref_id": f"{n}",
                "description": "D",
            }
            for n in range(10)
        ]

    content, left = read(tmp_path, library(requirement_nodes=nodes, scores_definition={"scale": []}))

    assert [category.name for category in content.categories] == [f"Section {n}" for n in range(4)]
    assert content.categories[0].probes == tuple(f"{n}: D" for n in range(10))
    assert content.scale.levels[2].label == "Level 2"
    assert any(line.startswith("Levels of single requirements") for line in left)


@pytest.mark.parametrize(
    ("tree", "reason"),
    [
        pytest.param(library(max_score=4), "its scale is from 0 to 4", id="another scale"),
        pytest.param(library(requirement_nodes=[]), "has 0 requirements in 0 sections", id="no requirements"),
        pytest.param({"objects": {}}, "must have one framework, not 0", id="no framework"),
        pytest.param({"name": "x"}, "is no CISO Assistant library", id="no library"),
        pytest.param([1], "is no CISO Assistant library", id="a list"),
    ],
)
def test_what_does_not_come_in_is_refused_with_a_reason(tmp_path, tree, reason):
    with pytest.raises(FrameworkError) as caught:
        read(tmp_path, tree)

    assert reason in str(caught.value)


def test_aliases_and_nonsense_are_refused(tmp_path):
    path = tmp_path / "bomb.yaml"
    for text, reason in (("a: &a [1]\nb: [*a, *a]\n", "write out"), ("[" * 9000, "not valid YAML")):
        path.write_text(text)
        with pytest.raises(FrameworkError, match=reason):
            peers.read_library(path)
