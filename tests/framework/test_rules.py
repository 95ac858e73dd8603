"""Every rule of the content, broken one at a time."""

import pytest

from assessments.framework import read_framework

LAYERS = "    layers: [layer-compute, layer-orchestration]"
FORMULA = "        formula: monthly_spend - money_lost"
BOUNDS = "        min: 1\n        max: 100\n        default: 60"
PERCENT = "        feed_percent: 60\n"


@pytest.mark.parametrize(
    ("name", "old", "new", "place", "reason"),
    [
        pytest.param(
            "scorecard",
            "  key: ai-infrastructure\n",
            "  key: ai-infra\n",
            "line 2, framework.key",
            'must be the name of its folder, "ai-infrastructure", not "ai-infra"',
            id="the key is not the folder's name",
        ),
        pytest.param(
            "scorecard",
            '  version: "2026.1"',
            '  version: "2026.2"',
            "line 3, framework.version",
            'must be the name of its folder, "2026.1", not "2026.2"',
            id="the version is not the folder's name",
        ),
        pytest.param(
            "scorecard",
            "    - level: 1\n      label",
            "    - level: 2\n      label",
            "line 13, scale.levels",
            "the levels must be 0, 1, 2 in this order, not 0, 2, 2",
            id="the scale's levels are not 0, 1, 2",
        ),
        pytest.param(
            "scorecard",
            "  max_score: 16",
            "  max_score: 18",
            "line 28, scale.max_score",
            "must be 16, 8 categories of 2 points each",
            id="the highest score is not the categories' sum",
        ),
        pytest.param(
            "scorecard",
            "  risk_threshold: 10",
            "  risk_threshold: 17",
            "line 29, scale.risk_threshold",
            "must be from 1 to 16, not 17",
            id="the risk line is above the highest score",
        ),
        pytest.param(
            "scorecard",
            "  risk_threshold: 10",
            "  risk_threshold: 0",
            "line 29, scale.risk_threshold",
            "must be from 1 to 16, not 0",
            id="the risk line is at 0",
        ),
        pytest.param(
            "scorecard",
            "      - level: 2\n        statement",
            "      - level: 3\n        statement",
            "line 91, categories[0].levels",
            "the levels must be 0, 1, 2 in this order, not 0, 1, 3",
            id="a category's levels are not 0, 1, 2",
        ),
        pytest.param(
            "scorecard",
            "    short_name: Workloads",
            "    short_name: Every workloads",
            "line 83, categories[0].short_name",
            "must have 14 characters at most, not 15",
            id="a short name is too long",
        ),
        pytest.param(
            "scorecard",
            "Every AI workload has a written record",
            "Each and every AI workload of any team at all must by now have a good and written record",
            "line 100, categories[0].levels[2].statement",
            "must have 30 words at most, not 34",
            id="a statement is too long",
        ),
        pytest.param(
            "scorecard",
            "        name: Compute share by workload type",
            "        name: " + "share " * 20 + "s",
            "line 128, categories[0].metrics[0].name",
            "must have 120 characters at most, not 121",
            id="a metric's name is too long",
        ),
        pytest.param(
            "scorecard",
            "        unit: percent of accelerator hours",
            "        unit: " + "hour " * 12 + "h",
            "line 129, categories[0].metrics[0].unit",
            "must have 60 characters at most, not 61",
            id="a metric's unit is too long",
        ),
        pytest.param(
            "vendor_questions",
            '  - value: "0"',
            '  - value: "1"',
            "line 2, scale",
            "the values must be 0, 1, 2, na in this order, not 1, 1, 2, na",
            id="the vendor scale is out of order",
        ),
        pytest.param(
            "vendor_questions",
            "        critical: false",
            "        critical: true",
            "line 20, topics",
            "must have 7 critical questions at most, not 8",
            id="too many critical questions",
        ),
        pytest.param(
            "roadmap",
            "    first_day: 31",
            "    first_day: 32",
            "line 88, phases[1].first_day",
            "must be 31, not 32",
            id="a gap between the phases",
        ),
        pytest.param(
            "roadmap",
            "    last_day: 60",
            "    last_day: 30",
            "line 89, phases[1].last_day",
            "must not be before the first day, 31",
            id="a phase ends before it begins",
        ),
        pytest.param(
            "scorecard",
            "  - key: unit-cost\n",
            "  - key: latency-target\n",
            "line 61, facts[1].key",
            'the key "latency-target" is used twice, first at ai-infrastructure/2026.1/scorecard.yaml, line 52',
            id="two facts share a key",
        ),
        pytest.param(
            "scorecard",
            "  - key: reliability-targets\n",
            "  - key: workload-clarity\n",
            "line 216, categories[1].key",
            'the key "workload-clarity" is used twice, first at ai-infrastructure/2026.1/scorecard.yaml, line 81',
            id="two categories share a key",
        ),
        pytest.param(
            "scorecard",
            "- key: untagged-compute",
            "- key: tail-latency-p95-p99",
            "line 268, categories[1].metrics[0].key",
            'the key "tail-latency-p95-p99" is used twice, first at ai-infrastructure/2026.1/scorecard.yaml, line 133',
            id="metrics of two categories share a key",
        ),
        pytest.param(
            "scorecard",
            "- key: draw-request-path",
            "- key: list-ai-workloads",
            "line 184, categories[0].actions.to_1[1].key",
            'the key "list-ai-workloads" is used twice, first at ai-infrastructure/2026.1/scorecard.yaml, line 173',
            id="two actions share a key",
        ),
        pytest.param(
            "roadmap",
            "- key: score-baseline",
            "- key: draw-request-path",
            "line 66, phases[0].tasks[5].key",
            'the key "draw-request-path" is used twice, first at ai-infrastructure/2026.1/scorecard.yaml, line 184',
            id="an action and a task share a key",
        ),
        pytest.param(
            "roadmap",
            "- key: diagram-request-flow",
            "- key: map-stack-layers",
            "line 22, phases[0].tasks[1].key",
            'the key "map-stack-layers" is used twice, first at ai-infrastructure/2026.1/roadmap.yaml, line 11',
            id="two tasks share a key",
        ),
        pytest.param(
            "roadmap",
            "- key: days-60",
            "- key: days-30",
            "line 86, phases[1].key",
            'the key "days-30" is used twice, first at ai-infrastructure/2026.1/roadmap.yaml, line 2',
            id="two phases share a key",
        ),
        pytest.param(
            "vendor_questions",
            "- key: topic-data-pipeline",
            "- key: topic-workload",
            "line 52, topics[1].key",
            'the key "topic-workload" is used twice, first at ai-infrastructure/2026.1/vendor_questions.yaml, line 20',
            id="two topics share a key",
        ),
        pytest.param(
            "vendor_questions",
            "- key: workload-mix",
            "- key: latency-target",
            "line 39, topics[0].questions[1].key",
            'the key "latency-target" is used twice, first at ai-infrastructure/2026.1/vendor_questions.yaml, line 27',
            id="two questions share a key",
        ),
        pytest.param(
            "handbook",
            "- key: layer-networking",
            "- key: layer-compute",
            "line 35, layers[2].key",
            'the key "layer-compute" is used twice, first at ai-infrastructure/2026.1/handbook.yaml, line 19',
            id="two layers share a key",
        ),
        pytest.param(
            "handbook",
            "  - key: bottlenecks\n",
            "  - key: power\n",
            "line 237, concepts[4].key",
            'the key "power" is used twice, first at ai-infrastructure/2026.1/handbook.yaml, line 194',
            id="two concepts share a key",
        ),
        pytest.param(
            "handbook",
            "  - key: capacity-performance\n",
            "  - key: platform-engineering\n",
            "line 490, roles[1].key",
            'the key "platform-engineering" is used twice, first at ai-infrastructure/2026.1/handbook.yaml, line 480',
            id="two roles share a key",
        ),
        pytest.param(
            "handbook",
            "  - key: batching\n",
            "  - key: caching\n",
            "line 732, glossary[4].key",
            'the key "caching" is used twice, first at ai-infrastructure/2026.1/handbook.yaml, line 729',
            id="two terms share a key",
        ),
        pytest.param(
            "calculators",
            "  - key: unit-economics\n",
            "  - key: idle-spend\n",
            "line 62, calculators[1].key",
            'the key "idle-spend" is used twice, first at ai-infrastructure/2026.1/calculators.yaml, line 5',
            id="two calculators share a key",
        ),
        pytest.param(
            "scorecard",
            LAYERS,
            "    layers: [layer-compute, layer-fog]",
            "line 160, categories[0].layers[1]",
            'there is no layer with the key "layer-fog"',
            id="no such layer",
        ),
        pytest.param(
            "scorecard",
            "    concepts: [training-vs-inference]",
            "    concepts: [training]",
            "line 161, categories[0].concepts[0]",
            'there is no concept with the key "training"',
            id="no such concept",
        ),
        pytest.param(
            "scorecard",
            "    vendor_topics: [topic-workload]",
            "    vendor_topics: [topic-work]",
            "line 162, categories[0].vendor_topics[0]",
            'there is no vendor topic with the key "topic-work"',
            id="no such vendor topic",
        ),
        pytest.param(
            "scorecard",
            "          phase: days-30",
            "          phase: days-31",
            "line 179, categories[0].actions.to_1[0].phase",
            'there is no phase with the key "days-31"',
            id="no such phase",
        ),
        pytest.param(
            "scorecard",
            "          owner_role: product-owner",
            "          owner_role: owner",
            "line 191, categories[0].actions.to_1[1].owner_role",
            'there is no role with the key "owner"',
            id="no such role of an action",
        ),
        pytest.param(
            "roadmap",
            "        owner_role: platform-engineering",
            "        owner_role: platform",
            "line 19, phases[0].tasks[0].owner_role",
            'there is no role with the key "platform"',
            id="no such role of a task",
        ),
        pytest.param(
            "vendor_questions",
            "    category: workload-clarity",
            "    category: workloads",
            "line 25, topics[0].category",
            'there is no category with the key "workloads"',
            id="no such category of a topic",
        ),
        pytest.param(
            "roadmap",
            "[workload-clarity, facilities-power]",
            "[workload-clarity, power]",
            "line 20, phases[0].tasks[0].categories[1]",
            'there is no category with the key "power"',
            id="no such category of a task",
        ),
        pytest.param(
            "handbook",
            "    category: data-pipeline",
            "    category: data",
            "line 430, pitfalls[1].category",
            'there is no category with the key "data"',
            id="no such category of a pitfall",
        ),
        pytest.param(
            "handbook",
            "    category: reliability-targets",
            "    category: reliability",
            "line 389, red_flags[0].category",
            'there is no category with the key "reliability"',
            id="no such category of a red flag",
        ),
        pytest.param(
            "handbook",
            "  calculator: idle-spend",
            "  calculator: idle",
            "line 379, mini_case.calculator",
            'there is no calculator with the key "idle"',
            id="no such calculator",
        ),
        pytest.param(
            "scorecard",
            LAYERS,
            "    layers: [layer-compute, layer-compute]",
            "line 160, categories[0].layers[1]",
            '"layer-compute" is named twice in this list',
            id="a reference twice",
        ),
        pytest.param(
            "handbook",
            "  formula: monthly_spend * (100 - feed_percent) / 100",
            "  formula: monthly_spend * feed_percent",
            "line 374, mini_case.formula",
            'is not a formula of the calculator "idle-spend"',
            id="a formula the mini case made up",
        ),
        pytest.param(
            "calculators",
            "      - key: feed_percent",
            "      - key: monthly_spend",
            "line 18, calculators[0].inputs[1].key",
            'the key "monthly_spend" is used twice in this calculator',
            id="two inputs share a key",
        ),
        pytest.param(
            "calculators",
            "      - key: useful_spend",
            "      - key: money_lost",
            "line 32, calculators[0].results[1].key",
            'the key "money_lost" is used twice in this calculator',
            id="two results share a key",
        ),
        pytest.param(
            "calculators",
            "      - key: useful_spend",
            "      - key: feed_percent",
            "line 32, calculators[0].results[1].key",
            'the key "feed_percent" is used twice in this calculator',
            id="a result with the key of an input",
        ),
        pytest.param(
            "calculators",
            FORMULA,
            "        formula: monthly_spend - yearly_loss",
            "line 35, calculators[0].results[1].formula",
            'the formula uses "yearly_loss", which is not an input or an earlier result',
            id="a formula with a later result",
        ),
        pytest.param(
            "calculators",
            FORMULA,
            "        formula: monthly_spend - money_last",
            "line 35, calculators[0].results[1].formula",
            'the formula uses "money_last", which is not an input or an earlier result',
            id="a formula with an unknown key",
        ),
        pytest.param(
            "calculators",
            FORMULA,
            "        formula: monthly_spend ** 9999",
            "line 35, calculators[0].results[1].formula",
            'the formula contains "monthly_spend ** 9999"; only + - * / and parentheses are allowed',
            id="a formula that is no arithmetic",
        ),
        pytest.param(
            "calculators",
            FORMULA,
            "        formula: monthly_spend -",
            "line 35, calculators[0].results[1].formula",
            '"monthly_spend -" is not a formula',
            id="a formula that does not end",
        ),
        pytest.param(
            "calculators",
            BOUNDS,
            "        min: 61\n        max: 100\n        default: 60",
            "line 26, calculators[0].inputs[1].default",
            "must be from 61 to 100",
            id="a default below the bounds",
        ),
        pytest.param(
            "calculators",
            "        max: 100\n        default: 60",
            "        max: 50\n        default: 60",
            "line 26, calculators[0].inputs[1].default",
            "must be from 1 to 50",
            id="a default above the bounds",
        ),
        pytest.param(
            "calculators",
            BOUNDS,
            "        min: 0\n        max: 100\n        default: 60",
            "line 18, calculators[0].inputs[1]",
            "at 0, with the defaults elsewhere, the formula divides by zero",
            id="a bound with no result",
        ),
        pytest.param(
            "calculators",
            "        formula: 100 / feed_percent",
            "        formula: 100 / (feed_percent - 60)",
            "line 9, calculators[0].inputs[0]",
            "at 0, with the defaults elsewhere, the formula divides by zero",
            id="a default with no result",
        ),
        pytest.param(
            "calculators",
            PERCENT,
            "        feed_percent: 101\n",
            "line 55, calculators[0].example.inputs.feed_percent",
            "must be from 1 to 100",
            id="an example outside the bounds",
        ),
        pytest.param(
            "calculators",
            PERCENT,
            "",
            "line 54, calculators[0].example.inputs",
            "missing feed_percent",
            id="an example without an input",
        ),
        pytest.param(
            "calculators",
            PERCENT,
            "        feed_percent: 60\n        more: 1\n",
            "line 56, calculators[0].example.inputs.more",
            "unknown; known are monthly_spend, feed_percent",
            id="an example with an unknown input",
        ),
        pytest.param(
            "calculators",
            "        price_multiple: 1.67\n",
            "",
            "line 57, calculators[0].example.results",
            "missing price_multiple",
            id="an example without a result",
        ),
        pytest.param(
            "calculators",
            "        price_multiple: 1.67\n",
            "        price_multiple: 1.67\n        more: 1\n",
            "line 61, calculators[0].example.results.more",
            "unknown; known are money_lost, useful_spend, yearly_loss, price_multiple",
            id="an example with an unknown result",
        ),
        pytest.param(
            "calculators",
            "        price_multiple: 1.67",
            "        price_multiple: 1.66",
            "line 60, calculators[0].example.results.price_multiple",
            "the formula gives 1.67, not 1.66",
            id="an example that is wrong",
        ),
    ],
)
def test_a_broken_rule_is_named_with_its_place(content, name, old, new, place, reason):
    content.replace(f"{name}.yaml", old, new)

    assert content.error() == (f"ai-infrastructure/2026.1/{name}.yaml", place, reason)


def test_an_example_that_divides_by_zero_is_refused(content):
    content.replace("calculators.yaml", "formula: 100 / feed_percent", "formula: 100 / (feed_percent - 55)")
    content.replace("calculators.yaml", PERCENT, "        feed_percent: 55\n")

    assert content.error() == (
        "ai-infrastructure/2026.1/calculators.yaml",
        "line 53, calculators[0].example",
        "the formula divides by zero",
    )


def drop_last(key):
    return lambda tree: tree[key].pop()


def repeat_last(key):
    return lambda tree: tree[key].append(tree[key][-1])


@pytest.mark.parametrize(
    ("name", "key", "count"),
    [
        ("scorecard", "facts", 3),
        ("scorecard", "categories", 8),
        ("vendor_questions", "topics", 8),
        ("roadmap", "phases", 3),
        ("handbook", "layers", 9),
        ("handbook", "concepts", 8),
    ],
)
@pytest.mark.parametrize(("change", "difference"), [(drop_last, -1), (repeat_last, 1)])
def test_one_entry_too_few_or_too_many_is_refused(content, name, key, count, change, difference):
    content.change(f"{name}.yaml", change(key))

    file, place, reason = content.error()

    assert (file, place.split(", ")[1]) == (f"ai-infrastructure/2026.1/{name}.yaml", key)
    assert reason == f"must have {count} entries, not {count + difference}"


@pytest.mark.parametrize(
    ("kept", "reason"), [(1, "must have 2 to 3 actions, not 1"), (4, "must have 2 to 3 actions, not 4")]
)
@pytest.mark.parametrize("step", ["to_1", "to_2"])
def test_a_step_has_two_or_three_actions(content, step, kept, reason):
    def change(tree):
        actions = tree["categories"][0]["actions"]
        actions[step] = (actions[step] * 2)[:kept]

    content.change("scorecard.yaml", change)

    file, place, found = content.error()

    assert (file, place.split(", ")[1]) == (
        "ai-infrastructure/2026.1/scorecard.yaml",
        f"categories[0].actions.{step}",
    )
    assert found == reason


@pytest.mark.parametrize("count", [21, 25])
def test_there_are_22_to_24_vendor_questions(content, count):
    def change(tree):
        first, *others = tree["topics"]
        rest = sum(len(topic["questions"]) for topic in others)
        if count < rest + 1:
            del others[-1]["questions"][1:]
            rest = sum(len(topic["questions"]) for topic in others)
        first["questions"] = (first["questions"] * 20)[: count - rest]

    content.change("vendor_questions.yaml", change)

    file, place, reason = content.error()
    assert (file, place.split(", ")[1]) == ("ai-infrastructure/2026.1/vendor_questions.yaml", "topics")
    assert reason == f"must have 22 to 24 questions in all, not {count}"


def change_deciders(change):
    """A change of the first category's deciders: workload-register, register-check and demand-outlook."""
    return lambda tree: tree["categories"][0].update(deciders=change(tree["categories"][0]["deciders"]))


def change_decider(**changes):
    return change_deciders(lambda deciders: [{**deciders[0], **changes}, *deciders[1:]])


def change_action(step, number, **changes):
    return lambda tree: tree["categories"][0]["actions"][step][number].update(changes)


@pytest.mark.parametrize(
    ("change", "place", "reason"),
    [
        pytest.param(
            change_deciders(lambda deciders: deciders[:2]),
            "categories[0].deciders",
            "must have 3 deciders, not 2",
            id="a decider too few",
        ),
        pytest.param(
            change_deciders(lambda deciders: [*deciders, {**deciders[0], "key": "one-more"}]),
            "categories[0].deciders",
            "must have 3 deciders, not 4",
            id="a decider too many",
        ),
        pytest.param(
            lambda tree: tree["categories"][7].pop("deciders"),
            "categories[7]",
            "must have 3 deciders, not 0",
            id="one category without deciders among others that have them",
        ),
        pytest.param(
            lambda tree: tree["scale"].pop("three_deciders"),
            "scale",
            "missing three_deciders, the rule by which deciders settle a level",
            id="deciders without the rule",
        ),
        pytest.param(
            change_deciders(lambda deciders: [deciders[0], {**deciders[1], "key": deciders[0]["key"]}, deciders[2]]),
            "categories[0].actions.to_1[1].deciders[0]",
            '"register-check" is not a decider of this category',
            id="two deciders share a key",
        ),
        pytest.param(
            change_decider(short="s" * 71),
            "categories[0].deciders[0].short",
            "must have 70 characters at most, not 71",
            id="a line that is too long",
        ),
        pytest.param(
            change_decider(goal="g" * 121),
            "categories[0].deciders[0].goal",
            "must have 120 characters at most, not 121",
            id="a goal that is too long",
        ),
        pytest.param(
            change_decider(shown_when="A register lists every workload, metered this quarter."),
            "categories[0].deciders[0].shown_when",
            'must state a period, such as "within three months"',
            id="no period",
        ),
        pytest.param(
            change_decider(shown_when="A register lists every workload, metered within 3 months."),
            "categories[0].deciders[0].shown_when",
            'must state a period, such as "within three months"',
            id="a period in figures",
        ),
        pytest.param(
            lambda tree: tree["categories"][0]["actions"]["to_1"][0].pop("deciders"),
            "categories[0].actions.to_1[0]",
            "must name the deciders it earns",
            id="an action that earns nothing",
        ),
        pytest.param(
            change_action("to_2", 0, deciders=["workload-register", "written-targets"]),
            "categories[0].actions.to_2[0].deciders[1]",
            '"written-targets" is not a decider of this category',
            id="an action that earns another category's",
        ),
        pytest.param(
            change_action("to_1", 0, deciders=["workload-registry"]),
            "categories[0].actions.to_1[0].deciders[0]",
            '"workload-registry" is not a decider of this category',
            id="an action that earns what does not exist",
        ),
        pytest.param(
            change_action("to_2", 0, deciders=["workload-register", "workload-register"]),
            "categories[0].actions.to_2[0].deciders[1]",
            '"workload-register" is named twice in this list',
            id="a decider earned twice by one action",
        ),
        pytest.param(
            change_action("to_2", 0, deciders=["register-check"]),
            "categories[0].actions.to_2",
            "no action earns workload-register",
            id="a decider that only a first step earns",
        ),
    ],
)
def test_a_broken_rule_of_the_deciders_is_named_with_its_place(content_with_deciders, change, place, reason):
    content_with_deciders.change("scorecard.yaml", change)

    file, found, why = content_with_deciders.error()

    assert (file, found.split(", ")[1], why) == ("ai-infrastructure/2026.2/scorecard.yaml", place, reason)


def test_two_categories_do_not_share_a_deciders_key(content_with_deciders):
    def change(tree):
        first, second = tree["categories"][:2]
        taken, given = first["deciders"][0]["key"], second["deciders"][0]["key"]
        second["deciders"][0]["key"] = taken
        for action in (*second["actions"]["to_1"], *second["actions"]["to_2"]):
            action["deciders"] = [taken if key == given else key for key in action["deciders"]]

    content_with_deciders.change("scorecard.yaml", change)

    _, place, reason = content_with_deciders.error()

    assert place.split(", ")[1] == "categories[1].deciders[0].key"
    assert reason.startswith('the key "workload-register" is used twice, first at ')


@pytest.mark.parametrize("change", [change_decider(short="s" * 70), change_decider(goal="g" * 120)])
def test_a_decider_may_be_as_long_as_its_line(content_with_deciders, change):
    content_with_deciders.change("scorecard.yaml", change)

    assert read_framework(content_with_deciders.folder).has_deciders
