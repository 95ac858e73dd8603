"""The claim of groups as providers write it."""

import pytest

from assessments.organizations.group_claims.claims import ELSEWHERE, MOST, GroupsUnknownError, groups_of


@pytest.mark.parametrize(
    ("told", "claim", "groups"),
    [
        ({"id_token": {"groups": ["a", "b", "a", ""]}}, "groups", {"a", "b"}),
        ({"userinfo": {"groups": ["a"]}}, "groups", {"a"}),
        ({"id_token": {"groups": ["a"]}, "userinfo": {"groups": ["b"]}}, "groups", {"a"}),
        ({"id_token": {}, "userinfo": {"groups": ["b"]}}, "groups", {"b"}),
        ({"id_token": {"groups": "consultants"}}, "groups", {"consultants"}),
        ({"id_token": {"realm_access": {"roles": ["a"]}}}, "realm_access.roles", {"a"}),
        ({"id_token": {"https://x.example/groups": ["a"]}}, "https://x.example/groups", {"a"}),
        ({"id_token": {"groups": ["/staff/consultants", "x" * 256]}}, "groups", {"/staff/consultants"}),
        ({"id_token": {"groups": [str(n) for n in range(5_000)]}}, "groups", {str(n) for n in range(5_000)}),
        ({"id_token": {"groups": []}}, "groups", set()),
        ({"id_token": {"groups": None}}, "groups", set()),
        ({"id_token": {}}, "groups", set()),
        ({"id_token": {"realm_access": ["a"]}}, "realm_access.roles", set()),
        ({"id_token": None, "userinfo": []}, "groups", set()),
        ({}, "groups", set()),
    ],
)
def test_groups_are_read_as_providers_write_them(told, claim, groups):
    assert groups_of(told, claim) == groups


@pytest.mark.parametrize("value", [7, True, {"a": 1}, [["a"]], [{"name": "a"}], ["a", None], [1, 2]])
def test_what_is_no_list_of_names_is_not_guessed(value):
    with pytest.raises(GroupsUnknownError, match="The claim “groups” is no list of names"):
        groups_of({"id_token": {"groups": value}}, "groups")


def test_too_many_are_said_to_be_so():
    with pytest.raises(GroupsUnknownError, match="more than 10,000 groups"):
        groups_of({"id_token": {"groups": [str(n) for n in range(MOST + 1)]}}, "groups")


@pytest.mark.parametrize(
    "claims",
    [{"_claim_names": {"groups": "src1"}, "_claim_sources": {"src1": {"endpoint": "https://x"}}}, {"hasgroups": True}],
)
def test_groups_that_are_elsewhere_are_said_to_be_so(claims):
    with pytest.raises(GroupsUnknownError) as refused:
        groups_of({"id_token": claims}, "groups")
    assert str(refused.value) == ELSEWHERE
