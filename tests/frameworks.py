"""A framework of one's own: a bank's, with a ninth category, its own line and its own words."""

import copy
from pathlib import Path
from typing import Any

import yaml

from assessments.framework.loader import CONTENT

KEY, VERSION = "bank-ai", "1"


def bank_scorecard(version: str = VERSION) -> dict[str, Any]:
    """The tree of its scorecard.yaml: the product's with one category more."""
    tree = yaml.safe_load((CONTENT / "ai-infrastructure" / "2026.2" / "scorecard.yaml").read_text("utf-8"))
    tree["framework"] |= {"key": KEY, "version": version, "title": "Bank AI Scorecard"}
    for category in tree["categories"]:
        del category["vendor_topics"]
    ninth = copy.deepcopy(tree["categories"][6])
    ninth |= {"key": "model-risk", "name": "Model risk", "short_name": "Model risk"}
    ninth["question"] = "Who validates a model before it decides about a customer?"
    for decider in ninth["deciders"]:
        decider["key"] = f"model-{decider['key']}"
    for entries in (ninth["metrics"], ninth["actions"]["to_1"], ninth["actions"]["to_2"]):
        for entry in entries:
            entry["key"] = f"model-{entry['key']}"
    for action in (*ninth["actions"]["to_1"], *ninth["actions"]["to_2"]):
        action["deciders"] = [f"model-{key}" for key in action["deciders"]]
    tree["categories"].append(ninth)
    tree["scale"] |= {"max_score": 18, "risk_threshold": 12}
    return tree


def write_bank(root: Path, version: str = VERSION, tree: dict[str, Any] | None = None) -> Path:
    """Write it below a folder for FRAMEWORK_DIRS; the folder of the version."""
    folder = root / KEY / version
    folder.mkdir(parents=True)
    text = yaml.safe_dump(tree or bank_scorecard(version), sort_keys=False, allow_unicode=True, width=100)
    (folder / "scorecard.yaml").write_text(text, encoding="utf-8")
    return folder


def sized_scorecard(key: str, number: int, *, line: int, has_deciders: bool = True) -> dict[str, Any]:
    """The tree of a framework with so many categories, none of which is one of the product's."""
    tree = yaml.safe_load((CONTENT / "ai-infrastructure" / "2026.2" / "scorecard.yaml").read_text("utf-8"))
    tree["framework"] |= {"key": key, "version": "1", "title": f"The {number} questions"}
    tree["scale"] |= {"max_score": 2 * number, "risk_threshold": line}
    made = [copy.deepcopy(tree["categories"][n % 8]) for n in range(number)]
    for n, category in enumerate(made, 1):
        category |= {"key": f"area-{n}", "name": f"Area number {n}", "short_name": f"Area {n}"}
        category.pop("vendor_topics")
        for entries in (category["metrics"], *category["actions"].values(), category["deciders"]):
            for entry in entries:
                entry["key"] = f"a{n}-{entry['key']}"
        for action in (*category["actions"]["to_1"], *category["actions"]["to_2"]):
            named = action.pop("deciders")
            if has_deciders:
                action["deciders"] = [f"a{n}-{each}" for each in named]
        if not has_deciders:
            del category["deciders"]
    tree["categories"] = made
    return tree


def write_sized(root: Path, key: str, tree: dict[str, Any]) -> Path:
    folder = root / key / "1"
    folder.mkdir(parents=True)
    text = yaml.safe_dump(tree, sort_keys=False, allow_unicode=True, width=100)
    (folder / "scorecard.yaml").write_text(text, encoding="utf-8")
    return folder
