"""What two frameworks ask otherwise, by their keys."""

import copy

from assessments import framework
from assessments.framework import read_framework
from assessments.framework.differing import difference
from tests.frameworks import bank_scorecard, write_bank


def changed(tmp_path, change):
    """The bank's framework, and its version 2 after a change of its tree."""
    tree = bank_scorecard("2")
    change(tree)
    return read_framework(write_bank(tmp_path)), read_framework(write_bank(tmp_path, "2", tree))


def test_the_same_has_no_difference(tmp_path):
    found = difference(*changed(tmp_path, lambda tree: None))

    assert found.is_none
    assert list(found.lines())[1:] == ["No difference."]


def test_wording_and_anchors_and_deciders_are_told_apart(tmp_path):
    def change(tree):
        tree["categories"][0]["why"] = "Another reason."
        tree["categories"][1]["levels"][2]["statement"] = "Another anchor."
        tree["categories"][2]["deciders"][0]["asks"] = "Another question?"

    found = difference(*changed(tmp_path, change))

    assert [(c.category.key, c.words) for c in found.categories if not c.is_same] == [
        ("workload-clarity", ("Its wording changed.",)),
        ("reliability-targets", ("What earns its levels is said otherwise.",)),
        ("cost-model", ("Deciders said otherwise: Unit cost by feature.",)),
    ]


def test_new_gone_and_split_categories_are_named(tmp_path):
    def change(tree):
        split = copy.deepcopy(tree["categories"][8]) | {"key": "model-approval", "name": "Model approval"}
        tree["categories"][8] = split
        tree["scale"]["risk_threshold"] = 13

    found = difference(*changed(tmp_path, change))

    assert [(c.category.key, c.words) for c in found.categories if not c.is_same] == [
        ("model-approval", ("New, split from Model risk.",)),
        ("model-risk", ("Gone: its answers stay with the assessments that have them.",)),
    ]
    assert found.rest == ("The line is at 13, no longer at 12.",)


def test_another_framework_differs_in_its_maximum_and_questions(tmp_path):
    found = difference(framework.current(), read_framework(write_bank(tmp_path)))

    assert "The maximum is 18, no longer 16." in found.rest
    assert "Vendor questions: 24 gone." in found.rest
