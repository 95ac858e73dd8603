"""The groups that a provider says somebody is in: a claim as providers really write it, or why it cannot be read."""

from collections.abc import Iterator, Mapping
from typing import Any

MOST = 10_000
LONGEST = 255
ELSEWHERE = (
    "There are too many groups for the provider's answer, which names another place that has them. Let it send only "
    "the groups that are assigned to this application."
)
NO_LIST = "The claim “{}” is no list of names."
TOO_MANY = f"The claim “{{}}” has more than {MOST:,} groups. Let the provider send only those that matter here."


class GroupsUnknownError(Exception):
    """Why it is not known which groups somebody is in, as a sentence."""


def groups_of(told: Mapping[str, Any], claim: str) -> frozenset[str]:
    """The groups by the claim of that name, which may lie within others, as in `realm_access.roles`.

    The ID token is asked first, then the page about the person. Without the claim somebody is in no group;
    GroupsUnknownError where it cannot be read.
    """
    parts = [part for name in ("id_token", "userinfo") if isinstance(part := told.get(name), dict)]
    for part in parts:
        for value in _found(part, claim):
            return _names(value, claim)
    for part in parts:
        elsewhere = part.get("_claim_names")
        if part.get("hasgroups") or (isinstance(elsewhere, dict) and claim in elsewhere):
            raise GroupsUnknownError(ELSEWHERE)
    return frozenset()


def _found(part: Mapping[str, Any], claim: str) -> Iterator[Any]:
    """The value of the claim, under its whole name or step by step."""
    if part.get(claim) is not None:
        yield part[claim]
        return
    value: Any = part
    for step in claim.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    if value is not None:
        yield value


def _names(value: Any, claim: str) -> frozenset[str]:
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise GroupsUnknownError(NO_LIST.format(claim))
    if len(names) > MOST:
        raise GroupsUnknownError(TOO_MANY.format(claim))
    return frozenset(name for name in names if name and len(name) <= LONGEST)
