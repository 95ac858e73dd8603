"""What holds across the entries and files of one version, beyond the type of each value: every rule of the content."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from assessments.framework import formulas
from assessments.framework.definitions import Calculator, Category
from assessments.framework.documents import Document
from assessments.framework.errors import FrameworkError
from assessments.framework.formulas import FormulaError
from assessments.framework.overlays import LANGUAGES
from assessments.framework.sources import Sources

EDITED = ("calculators.yaml", "handbook.yaml")
FILES = ("scorecard.yaml", "vendor_questions.yaml", "roadmap.yaml", *reversed(EDITED))
LEVELS = (0, 1, 2)
VENDOR_SCALE = ("0", "1", "2", "na")
FACTS = ("latency-target", "unit-cost", "utilization-why")  # each has a form of its own
WORKLOADS = 4
NIST_CATEGORIES = {"Govern": 6, "Map": 5, "Measure": 4, "Manage": 4}  # of NIST AI 100-1, in its order
DECIDERS = 3
LONGEST_SHORT, LONGEST_GOAL = 70, 120  # characters, as a line and an action of the filling page and the report hold
LONGEST_SHORT_NAME = 14  # characters, as chart axes have room for
LONGEST_STATEMENT = 30  # words, as can be weighed at one reading
LONGEST_METRIC_NAME, LONGEST_UNIT = 120, 60  # characters, as the database columns hold

HOUSE_KEY = "ai-infrastructure"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many entries there may be."""

    categories: range = range(3, 21)
    facts: range = range(len(FACTS), len(FACTS) + 1)
    topics: range = range(1, 21)
    questions: range = range(1, 101)
    critical_questions: int = 20
    phases: range = range(3, 4)
    layers: range = range(1, 21)
    concepts: range = range(1, 41)
    actions_per_step: range = range(1, 4)


OWN = Counts()
HOUSE = Counts(
    categories=range(8, 9),
    topics=range(8, 9),
    questions=range(22, 25),
    critical_questions=7,
    layers=range(9, 10),
    concepts=range(8, 9),
    actions_per_step=range(2, 4),
)

KIND_NAMES = {
    "Category": "category",
    "Layer": "layer",
    "Concept": "concept",
    "VendorTopic": "vendor topic",
    "Phase": "phase",
    "Role": "role",
    "Calculator": "calculator",
    "Decider": "decider",
    "Reference": "reference",
}
SHARED_KEYS = {"Task": "Action"}
KINDS_WITH_LOCAL_KEYS = ("CalculatorInput", "CalculatorResult")


def check(sources: Sources, *, key: str, version: str) -> None:
    """Raise FrameworkError at the first rule that is broken; `key` and `version` are the names of the folders."""
    counts = HOUSE if key == HOUSE_KEY else OWN
    _check_heading(sources, key, version)
    _check_counts(sources, counts)
    _check_scale(sources)
    _check_categories(sources, counts)
    _check_vendor_questions(sources, counts)
    _check_phases(sources)
    _check_keys(sources.documents)
    _check_references(sources.documents)
    _check_facts(sources)
    own_calculators = sources.calculators.content.calculators if sources.calculators.document.is_own else ()
    for index, calculator in enumerate(own_calculators):
        _check_calculator(sources.calculators.document, f"calculators[{index}]", calculator)
    if sources.handbook.document.is_own:
        _check_mini_case(sources)
    _check_workloads(sources)
    _check_nist(sources)


def check_edition(version: Sources, edition: Sources, folder: Path) -> None:
    """An edition has its two files, keeps every key that rows may hold, and as many signals of each role."""
    for path in sorted(folder.iterdir()):
        if path.name not in EDITED and not (path.is_dir() and path.name in LANGUAGES):
            raise FrameworkError(f"{folder.parent.name}/{folder.name}/{path.name}", "", "an edition has no such file")
    pairs = ((version.handbook, edition.handbook), (version.calculators, edition.calculators))
    for before, after in pairs:
        kept = {(kind, key) for kind, entries in after.document.keys.items() for _, key in entries}
        for kind, entries in before.document.keys.items():
            for _, key in entries:
                if (kind, key) not in kept:
                    after.document.fail("", f'the key "{key}" of the version it edits is missing')
    signals = {role.key: len(role.signals) for role in version.handbook.content.roles}
    for index, role in enumerate(edition.handbook.content.roles):
        if len(role.signals) != signals.get(role.key, len(role.signals)):
            edition.handbook.document.fail(f"roles[{index}].signals", f"must have {signals[role.key]} signals")


def _check_heading(sources: Sources, key: str, version: str) -> None:
    heading, document = sources.scorecard.content.framework, sources.scorecard.document
    if heading.key != key:
        document.fail("framework.key", f'must be the name of its folder, "{key}", not "{heading.key}"')
    if heading.version != version:
        document.fail("framework.version", f'must be the name of its folder, "{version}", not "{heading.version}"')


def _check_scale(sources: Sources) -> None:
    scale, document = sources.scorecard.content.scale, sources.scorecard.document
    _check_levels(document, "scale.levels", [entry.level for entry in scale.levels])
    number = len(sources.scorecard.content.categories)
    highest = LEVELS[-1] * number
    if scale.max_score != highest:
        document.fail("scale.max_score", f"must be {highest}, {number} categories of {LEVELS[-1]} points each")
    if not 0 < scale.risk_threshold <= highest:
        document.fail("scale.risk_threshold", f"must be from 1 to {highest}, not {scale.risk_threshold}")


def _check_levels(document: Document, path: str, levels: Sequence[int]) -> None:
    if tuple(levels) != LEVELS:
        document.fail(path, f"the levels must be 0, 1, 2 in this order, not {', '.join(map(str, levels))}")


def _check_counts(sources: Sources, counts: Counts) -> None:
    scorecard, vendor, roadmap, handbook = sources.scorecard, sources.vendor, sources.roadmap, sources.handbook
    counted: list[tuple[Document, str, Sequence[object], range]] = [
        (scorecard.document, "facts", scorecard.content.facts, counts.facts),
        (scorecard.document, "categories", scorecard.content.categories, counts.categories),
        (vendor.document, "topics", vendor.content.topics, counts.topics),
        (roadmap.document, "phases", roadmap.content.phases, counts.phases),
        (handbook.document, "layers", handbook.content.layers, counts.layers),
        (handbook.document, "concepts", handbook.content.concepts, counts.concepts),
    ]
    for document, path, entries, allowed in counted:
        if document.is_own:
            _check_within(document, path, len(entries), allowed, "entries")


def _check_facts(sources: Sources) -> None:
    facts = tuple(fact.key for fact in sources.scorecard.content.facts)
    if facts != FACTS:
        sources.scorecard.document.fail("facts", f"must be {', '.join(FACTS)} in this order, not {', '.join(facts)}")


def _check_categories(sources: Sources, counts: Counts) -> None:
    categories = sources.scorecard.content.categories
    has_deciders = any(category.deciders for category in categories)
    for index, category in enumerate(categories):
        _check_category(sources.scorecard.document, f"categories[{index}]", category, counts.actions_per_step)
        if has_deciders:
            _check_deciders(sources.scorecard.document, f"categories[{index}]", category)
    if has_deciders and not sources.scorecard.content.scale.three_deciders:
        sources.scorecard.document.fail("scale", "missing three_deciders, the rule by which deciders settle a level")


def _check_category(document: Document, path: str, category: Category, actions_per_step: range) -> None:
    _check_levels(document, f"{path}.levels", [entry.level for entry in category.levels])
    _check_length(document, f"{path}.short_name", category.short_name, LONGEST_SHORT_NAME)
    for index, entry in enumerate(category.levels):
        words = len(entry.statement.split())
        if words > LONGEST_STATEMENT:
            reason = f"must have {LONGEST_STATEMENT} words at most, not {words}"
            document.fail(f"{path}.levels[{index}].statement", reason)
    for index, metric in enumerate(category.metrics):
        _check_length(document, f"{path}.metrics[{index}].name", metric.name, LONGEST_METRIC_NAME)
        _check_length(document, f"{path}.metrics[{index}].unit", metric.unit, LONGEST_UNIT)
    for step, actions in (("to_1", category.to_1), ("to_2", category.to_2)):
        _check_within(document, f"{path}.actions.{step}", len(actions), actions_per_step, "actions")


def _check_deciders(document: Document, path: str, category: Category) -> None:
    """All categories have three, or none has; each states its period; an action earns its own category's, and a
    category's actions together earn all of them.
    """
    if len(category.deciders) != DECIDERS:
        where = f"{path}.deciders" if category.deciders else path
        document.fail(where, f"must have {DECIDERS} deciders, not {len(category.deciders)}")
    for index, decider in enumerate(category.deciders):
        inner = f"{path}.deciders[{index}]"
        _check_length(document, f"{inner}.short", decider.short, LONGEST_SHORT)
        _check_length(document, f"{inner}.goal", decider.goal, LONGEST_GOAL)
        if not decider.months:
            document.fail(f"{inner}.shown_when", 'must state a period, such as "within three months"')
    own, earned = {decider.key for decider in category.deciders}, set()
    for step, actions in (("to_1", category.to_1), ("to_2", category.to_2)):
        for index, action in enumerate(actions):
            inner = f"{path}.actions.{step}[{index}]"
            if not action.deciders:
                document.fail(inner, "must name the deciders it earns")
            for place, key in enumerate(action.deciders):
                if key not in own:
                    document.fail(f"{inner}.deciders[{place}]", f'"{key}" is not a decider of this category')
            earned |= set(action.deciders) if step == "to_2" else set()
    if missing := own - earned:
        document.fail(f"{path}.actions.to_2", f"no action earns {', '.join(sorted(missing))}")


def _check_length(document: Document, path: str, text: str, longest: int) -> None:
    if len(text) > longest:
        document.fail(path, f"must have {longest} characters at most, not {len(text)}")


def _check_within(document: Document, path: str, count: int, allowed: range, what: str) -> None:
    if count not in allowed:
        number = f"{allowed[0]} to {allowed[-1]}" if len(allowed) > 1 else allowed[0]
        document.fail(path, f"must have {number} {what}, not {count}")


def _check_vendor_questions(sources: Sources, counts: Counts) -> None:
    vendor, document = sources.vendor.content, sources.vendor.document
    if not document.is_own:
        return
    values = tuple(entry.value for entry in vendor.scale)
    if values != VENDOR_SCALE:
        document.fail("scale", f"the values must be {', '.join(VENDOR_SCALE)} in this order, not {', '.join(values)}")
    questions = [question for topic in vendor.topics for question in topic.questions]
    _check_within(document, "topics", len(questions), counts.questions, "questions in all")
    critical = sum(question.critical for question in questions)
    if critical > counts.critical_questions:
        document.fail("topics", f"must have {counts.critical_questions} critical questions at most, not {critical}")


def _check_phases(sources: Sources) -> None:
    """The phases cover the days from the first without a gap and without an overlap."""
    document, next_day = sources.roadmap.document, 1
    for index, phase in enumerate(sources.roadmap.content.phases):
        if phase.first_day != next_day:
            document.fail(f"phases[{index}].first_day", f"must be {next_day}, not {phase.first_day}")
        if phase.last_day < phase.first_day:
            document.fail(f"phases[{index}].last_day", f"must not be before the first day, {phase.first_day}")
        next_day = phase.last_day + 1


def _check_keys(documents: Sequence[Document]) -> None:
    """No two entries of a kind share a key, wherever they stand; nor do an action and a task: they meet in roadmaps."""
    first: dict[tuple[str, str], str] = {}
    for document in documents:
        for kind, entries in document.keys.items():
            if kind not in KINDS_WITH_LOCAL_KEYS:
                for path, key in entries:
                    _claim_key(first, document, SHARED_KEYS.get(kind, kind), path, key)


def _claim_key(first: dict[tuple[str, str], str], document: Document, kind: str, path: str, key: str) -> None:
    if (kind, key) in first:
        document.fail(path, f'the key "{key}" is used twice, first at {first[kind, key]}')
    first[kind, key] = f"{document.file}, line {document.lines[path]}"


def _check_references(documents: Sequence[Document]) -> None:
    known = {(kind, key) for d in documents for kind, entries in d.keys.items() for _, key in entries}
    for document in documents:
        named: set[tuple[str, str]] = set()
        for path, kind, key in document.references:
            if (kind, key) not in known:
                document.fail(path, f'there is no {KIND_NAMES[kind]} with the key "{key}"')
            listing = path.rpartition("[")[0] if path.endswith("]") else path
            if (listing, key) in named:
                document.fail(path, f'"{key}" is named twice in this list')
            named.add((listing, key))


def _check_calculator(document: Document, path: str, calculator: Calculator) -> None:
    _check_formulas(document, path, calculator)
    _check_inputs(document, path, calculator)
    _check_example(document, f"{path}.example", calculator)


def _check_formulas(document: Document, path: str, calculator: Calculator) -> None:
    """A formula uses the inputs and the results before it; no two of them share a key."""
    known: set[str] = set()
    for index, entry in enumerate(calculator.inputs):
        _check_new(document, f"{path}.inputs[{index}].key", entry.key, known)
    for index, result in enumerate(calculator.results):
        try:
            formulas.check(result.formula, known)
        except FormulaError as error:
            document.fail(f"{path}.results[{index}].formula", str(error))
        _check_new(document, f"{path}.results[{index}].key", result.key, known)


def _check_new(document: Document, path: str, key: str, known: set[str]) -> None:
    if key in known:
        document.fail(path, f'the key "{key}" is used twice in this calculator')
    known.add(key)


def _check_inputs(document: Document, path: str, calculator: Calculator) -> None:
    """Defaults lie within their bounds, and the results exist with every input at its default or at either bound."""
    for index, entry in enumerate(calculator.inputs):
        if not entry.min <= entry.default <= entry.max:
            document.fail(f"{path}.inputs[{index}].default", f"must be from {entry.min} to {entry.max}")
    defaults = {entry.key: entry.default for entry in calculator.inputs}
    for index, entry in enumerate(calculator.inputs):
        for bound in (entry.min, entry.max):
            try:
                calculator.compute({**defaults, entry.key: bound})
            except FormulaError as error:
                document.fail(f"{path}.inputs[{index}]", f"at {bound}, with the defaults elsewhere, {error}")


def _check_example(document: Document, path: str, calculator: Calculator) -> None:
    """An example has every input within its bounds, and every result as the formulas give it, to two decimals."""
    inputs, expected = dict(calculator.example.inputs), dict(calculator.example.results)
    _check_names(document, f"{path}.inputs", inputs, [entry.key for entry in calculator.inputs])
    _check_names(document, f"{path}.results", expected, [entry.key for entry in calculator.results])
    for entry in calculator.inputs:
        if not entry.min <= inputs[entry.key] <= entry.max:
            document.fail(f"{path}.inputs.{entry.key}", f"must be from {entry.min} to {entry.max}")
    try:
        results = calculator.compute(inputs)
    except FormulaError as error:
        document.fail(path, str(error))
    for key, value in expected.items():
        if round(results[key], 2) != value:
            document.fail(f"{path}.results.{key}", f"the formula gives {round(results[key], 2):g}, not {value}")


def _check_names(document: Document, path: str, given: Collection[str], wanted: Collection[str]) -> None:
    for key in given:
        if key not in wanted:
            document.fail(f"{path}.{key}", f"unknown; known are {', '.join(wanted)}")
    missing = [key for key in wanted if key not in given]
    if missing:
        document.fail(path, f"missing {', '.join(missing)}")


def _check_mini_case(sources: Sources) -> None:
    case, document = sources.handbook.content.mini_case, sources.handbook.document
    calculator = next(c for c in sources.calculators.content.calculators if c.key == case.calculator)
    if case.formula not in [result.formula for result in calculator.results]:
        document.fail("mini_case.formula", f'is not a formula of the calculator "{calculator.key}"')


def _check_workloads(sources: Sources) -> None:
    """All four types, or none, as before there was guidance by type."""
    workloads, document = sources.handbook.content.workloads, sources.handbook.document
    if document.is_own and workloads and len(workloads) != WORKLOADS:
        document.fail("workloads", f"must have {WORKLOADS} entries, not {len(workloads)}")


def _check_nist(sources: Sources) -> None:
    """The four functions with the categories that NIST numbers; what touches one belongs to its function there, too."""
    parts, document = sources.handbook.content.nist, sources.handbook.document
    if not parts or not document.is_own:
        return
    if [part.function for part in parts] != [*NIST_CATEGORIES]:
        document.fail("nist", f"the functions must be {', '.join(NIST_CATEGORIES)} in this order")
    mapped = {c.key: {entry.function for entry in c.nist_ai_rmf} for c in sources.scorecard.content.categories}
    for index, part in enumerate(parts):
        wanted = [f"{part.function.upper()} {n}" for n in range(1, NIST_CATEGORIES[part.function] + 1)]
        if [category.number for category in part.categories] != wanted:
            document.fail(f"nist[{index}].categories", f"must be {wanted[0]} to {wanted[-1]} in this order")
        for place, category in enumerate(part.categories):
            for at, key in enumerate(category.touched_by):
                if part.function not in mapped[key]:
                    path = f"nist[{index}].categories[{place}].touched_by[{at}]"
                    document.fail(path, f'"{key}" is not read by {part.function} on the scorecard')
