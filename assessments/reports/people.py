"""A snapshot without the names of people: before anything is worded from it, they give way to roles or to nothing."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import pgettext


def without_names(snapshot: dict[str, Any], people: str) -> dict[str, Any]:
    """`people` says what stands in place of owners: their role where it is known, or that there is one,
    in the language that is spoken.

    Whoever made the report stays on it. What people wrote in notes of their own is theirs to word.
    """
    if people == "names":
        return snapshot
    plan = snapshot.get("plan")
    return {
        **snapshot,
        "scorecard": {**snapshot["scorecard"], "signed_off_by": ""},
        "categories": [_category(category) for category in snapshot["categories"]],
        "steps": {
            **snapshot["steps"],
            "items": _owned(snapshot["steps"]["items"], people),
            "all": _owned(snapshot["steps"]["all"], people),
        },
        "facts": [{**fact, "who_will": ""} for fact in snapshot["facts"]],
        **(
            {"plan": {**plan, "phases": [{**each, "items": _owned(each["items"], people)} for each in plan["phases"]]}}
            if plan
            else {}
        ),
    }


def _owned(items: Iterable[dict[str, Any]], people: str) -> list[dict[str, Any]]:
    """A role is a suggestion of the framework's: it stands only where somebody is named already."""
    hidden = []
    for item in items:
        owner = (
            ((people == "roles" and item.get("role")) or pgettext("to somebody", "Assigned")) if item["owner"] else ""
        )
        hidden.append({**item, "owner": owner, **({"owner_id": None} if "owner_id" in item else {})})
    return hidden


def _category(category: dict[str, Any]) -> dict[str, Any]:
    claim = category["claim"]
    return {
        **category,
        "claim": claim and {**claim, "by": "", "by_id": None},
        "deciders": [{**d, "proofs": [_proof(proof) for proof in d["proofs"]]} for d in category["deciders"]],
        "evidence": [_proof(proof) for proof in category["evidence"]],
    }


def _proof(proof: dict[str, Any]) -> dict[str, Any]:
    """A sighting tells who saw it, and whose it was in the place of where it lies."""
    if proof["kind"] != "sighting":
        return proof
    return {**proof, "seen_by": "", "seen_by_id": None, "where": ""}
