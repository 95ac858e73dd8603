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
