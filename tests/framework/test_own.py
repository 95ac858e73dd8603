"""Frameworks of one's own: from other folders, with other categories, another line, and what they leave out."""

import copy

import pytest

from assessments import framework
from assessments.framework import FrameworkError, loader, read_framework
from tests.frameworks import KEY, VERSION, bank_scorecard, write_bank


@pytest.fixture
def root(tmp_path, db):
    yield tmp_path
    framework.add_folders()


def error(folder):
    with pytest.raises(FrameworkError) as caught:
        read_framework(folder)
    return str(caught.value)


def test_a_folder_adds_a_framework_with_nine_categories_and_its_own_line(root):
    write_bank(root)
    framework.add_folders(root)

    content = framework.current(KEY)

    assert (content.key, content.version, content.maximum, content.line) == (KEY, VERSION, 18, 12)
    assert content.categories[8].name == "Model risk"
    assert framework.usable_keys() == ("ai-infrastructure", KEY)
    assert framework.current().key == "ai-infrastructure"


def test_it_is_read_once(root):
    write_bank(root)
    framework.add_folders(root)

    assert framework.load(KEY, VERSION) is framework.load(KEY, VERSION)


def test_what_it_leaves_out_is_the_products_but_vendor_questions(root):
    content = read_framework(write_bank(root))

    assert content.vendor.topics == ()
    assert [phase.key for phase in content.phases] == [phase.key for phase in framework.current().phases]
    assert content.handbook.glossary == framework.current().handbook.glossary
    assert content.calculators == framework.current().calculators


def test_nothing_is_taken_over_about_categories_that_it_does_not_have(root):
    tree = bank_scorecard()
    del tree["categories"][1:7]
    tree["scale"] |= {"max_score": 6, "risk_threshold": 4}

    content = read_framework(write_bank(root, tree=tree))

    known = set(content.category_keys)
    assert known == {"workload-clarity", "facilities-power", "model-risk"}
    assert {pitfall.category for pitfall in content.handbook.pitfalls} <= known
    assert {key for phase in content.phases for task in phase.tasks for key in task.categories} <= known
    assert all(task.categories for phase in content.phases for task in phase.tasks)


@pytest.mark.parametrize(("number", "refused"), [(2, True), (3, False), (20, False), (21, True)])
def test_it_has_three_to_twenty_categories(root, number, refused):
    tree = bank_scorecard()
    tree["categories"] = [_numbered(tree["categories"][0], n) for n in range(number)]
    tree["scale"] |= {"max_score": 2 * number, "risk_threshold": 2}
    folder = write_bank(root, tree=tree)

    if refused:
        assert error(folder).endswith(f"categories: must have 3 to 20 entries, not {number}")
    else:
        assert len(read_framework(folder).categories) == number


def _numbered(category, number):
    category = copy.deepcopy(category) | {"key": f"category-{number}"}
    actions = [action for step in category["actions"].values() for action in step]
    for entry in (*category["deciders"], *category["metrics"], *actions):
        entry["key"] += f"-{number}"
    for action in actions:
        action["deciders"] = [f"{key}-{number}" for key in action["deciders"]]
    return category


def test_a_line_above_the_maximum_is_refused_with_file_line_and_reason(root):
    tree = bank_scorecard()
    tree["scale"]["risk_threshold"] = 19
    folder = write_bank(root, tree=tree)
    line = (folder / "scorecard.yaml").read_text().splitlines().index("  risk_threshold: 19") + 1

    assert error(folder) == (
        f"bank-ai/1/scorecard.yaml, line {line}, scale.risk_threshold: must be from 1 to 18, not 19"
    )


def test_a_category_key_used_twice_is_refused(root):
    tree = bank_scorecard()
    tree["categories"][8]["key"] = "cost-model"

    assert 'the key "cost-model" is used twice, first at bank-ai/1/scorecard.yaml, line ' in error(
        write_bank(root, tree=tree)
    )


def test_other_facts_are_refused(root):
    tree = bank_scorecard()
    tree["facts"][0]["key"] = "other-fact"

    assert "facts: must be latency-target, unit-cost, utilization-why in this order" in error(
        write_bank(root, tree=tree)
    )


BOMB = "framework: &a [x, x, x]\nscale: &b [*a, *a, *a]\nfacts: [*b, *b]\n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param(BOMB, 'line 1: write out what the name "a" stands for', id="a bomb"),
        pytest.param("framework:\n\tkey: x\n", "line 2: not valid YAML: ", id="a tab"),
        pytest.param("framework: {key: a, key: b}\n", 'the key "key" stands here a second time', id="a key twice"),
        pytest.param("framework: !!python/object:os.system {key: a}\n", "has the tag", id="an object"),
        pytest.param("facts: !!python/tuple [a]\n", "has the tag", id="a tuple"),
        pytest.param("#" * (50 * 1024 * 1024), "the file has 52,428,800 bytes; 2,097,152 are the most", id="50 MB"),
    ],
)
def test_what_is_no_plain_yaml_is_refused(root, text, reason):
    folder = write_bank(root)
    (folder / "scorecard.yaml").write_text(text)

    assert reason in error(folder)


def test_a_file_that_nobody_reads_is_refused(root):
    folder = write_bank(root)
    (folder / "readme.txt").write_text("x")

    assert error(folder).startswith("bank-ai/1/readme.txt: unknown file; a framework has scorecard.yaml")


def test_a_folder_does_not_replace_the_products_own(root):
    (root / "ai-infrastructure" / "2099.1").mkdir(parents=True)
    framework.add_folders(root)

    assert framework.current().version == loader.versions()[-1] == "2026.2"


def test_a_version_with_a_second_number_is_a_version(root):
    write_bank(root, "1")
    tree = bank_scorecard("1.1")
    tree["categories"][0]["why"] = "Another reason."
    write_bank(root, "1.1", tree)
    framework.add_folders(root)

    assert framework.versions(KEY) == ("1", "1.1")
    assert framework.current(KEY).categories[0].why == "Another reason."


@pytest.mark.parametrize("written", [r"\0", r"\e", r"\x7f"])
def test_a_character_that_cannot_be_shown_is_refused(root, written):
    folder = write_bank(root)
    path = folder / "scorecard.yaml"
    text = path.read_text("utf-8").replace("title: Bank AI Scorecard", f'title: "Bank{written} AI"')
    path.write_text(text, encoding="utf-8")

    assert "framework.title: has the character U+00" in error(folder)
