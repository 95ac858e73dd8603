"""The JSON Schema in docs/ is what the rules say, and what the product's own files hold."""

import json
from pathlib import Path

import pytest
import yaml

from assessments.framework import loader, schema

DOCS = Path(__file__).parents[2] / "docs" / "frameworks"


def test_the_schemas_in_docs_are_made_of_the_rules():
    written = {path.name.removesuffix(".schema.json"): json.loads(path.read_text()) for path in DOCS.glob("*.json")}

    assert written == schema.schemas()


def broken(value, shape, place="") -> list[str]:
    """Where a value is not of a shape, by the few words of JSON Schema that are used."""
    kinds = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "boolean": bool}
    if "enum" in shape:
        return [] if value in shape["enum"] else [place]
    if not isinstance(value, kinds[shape["type"]]):
        return [place]
    if shape["type"] == "array":
        too = not shape.get("minItems", 0) <= len(value) <= shape.get("maxItems", len(value))
        return [place] * too + [
            b for n, each in enumerate(value) for b in broken(each, shape["items"], f"{place}[{n}]")
        ]
    if shape["type"] != "object":
        return [] if len(str(value)) <= shape.get("maxLength", len(str(value))) else [place]
    known = shape.get("properties", {})
    missing = [f"{place}.{name}" for name in shape.get("required", ()) if name not in value]
    found = [(f"{place}.{name}", each, known.get(name, shape["additionalProperties"])) for name, each in value.items()]
    return missing + [b for at, each, inner in found for b in (broken(each, inner, at) if inner else [at])]


@pytest.mark.parametrize("name", schema.SHAPES)
def test_the_products_own_files_hold_it(name):
    path = loader.CONTENT / "ai-infrastructure" / "2026.2" / f"{name}.yaml"

    assert broken(yaml.safe_load(path.read_text("utf-8")), schema.schemas()[name]) == []


def test_what_it_does_not_know_breaks_it():
    tree = yaml.safe_load((loader.CONTENT / "ai-infrastructure" / "2026.2" / "scorecard.yaml").read_text("utf-8"))
    tree["categories"][0]["short_name"] = "Longer than fourteen"
    tree["scale"]["line"] = 3
    del tree["facts"][2]

    assert broken(tree, schema.schemas()["scorecard"]) == [".scale.line", ".facts", ".categories[0].short_name"]
