"""What a framework version holds, one dataclass per kind of entry; a field without a default must be in the YAML.

The field names are the keys of the YAML files, and the annotations are the types the reader holds them to.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from assessments.framework import formulas
from assessments.framework.documents import Format, KeyOf
from assessments.framework.formulas import Number

KEY_FORM = Format("[a-z0-9]+(-[a-z0-9]+)*", longest=60, like="cost-model")
VERSION_FORM = Format(r"[0-9]+(\.[0-9]+)*", longest=20, like="2026.1")
Key = Annotated[str, KEY_FORM]
FormulaKey = Annotated[str, Format("[a-z][a-z0-9]*(_[a-z0-9]+)*", longest=60, like="monthly_spend")]
VersionNumber = Annotated[str, VERSION_FORM]
CategoryKey = Annotated[str, KeyOf("Category")]
LayerKey = Annotated[str, KeyOf("Layer")]
ConceptKey = Annotated[str, KeyOf("Concept")]
TopicKey = Annotated[str, KeyOf("VendorTopic")]
PhaseKey = Annotated[str, KeyOf("Phase")]
RoleKey = Annotated[str, KeyOf("Role")]
CalculatorKey = Annotated[str, KeyOf("Calculator")]
DeciderKey = Annotated[str, KeyOf("Decider")]
ReferenceKey = Annotated[str, KeyOf("Reference")]
NistNumber = Annotated[str, Format("(GOVERN|MAP|MEASURE|MANAGE) [1-9]", longest=10, like="GOVERN 1")]
Effort = Literal["S", "M", "L"]
NUMBER_NAMES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
MONTHS = {name: number for number, name in enumerate(NUMBER_NAMES, start=1)}
PERIOD = re.compile(rf"\bwithin ({'|'.join(MONTHS)}) months?\b", re.IGNORECASE)
HostingModel = Literal["cloud", "colocation", "on-premises", "hybrid"]
NistFunctionName = Literal["Govern", "Map", "Measure", "Manage"]


# scorecard.yaml


@dataclass(frozen=True, slots=True)
class Heading:
    key: Key
    version: VersionNumber
    title: str
    summary: str


@dataclass(frozen=True, slots=True)
class ScaleLevel:
    level: int
    label: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Scale:
    levels: tuple[ScaleLevel, ...]
    max_score: int
    risk_threshold: int
    risk_label: str
    incomplete: str
    open_or_zero: str
    seen_not_said: str
    three_deciders: str = ""
    material_scope: str = ""
    silence: str = ""
    sampling: str = ""
    does_not_apply: str = ""
    current: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    key: Key
    question: str
    why: str
    answer_hint: str


@dataclass(frozen=True, slots=True)
class Level:
    level: int
    statement: str


@dataclass(frozen=True, slots=True)
class Decider:
    """One of the three things that settle a category's level, each shown, shown in part, or not shown."""

    key: Key
    name: str
    short: str
    goal: str
    shown_when: str
    asks: str

    @property
    def months(self) -> int:
        """How many months back its proof is current, as `shown_when` says: "within three months"."""
        found = PERIOD.search(self.shown_when)
        return MONTHS[found[1]] if found else 0


@dataclass(frozen=True, slots=True)
class Metric:
    key: Key
    name: str
    unit: str
    how: str


@dataclass(frozen=True, slots=True)
class NistFunction:
    function: NistFunctionName
    reason: str


@dataclass(frozen=True, slots=True)
class Action:
    key: Key
    title: str
    detail: str
    phase: PhaseKey
    effort: Effort
    owner_role: RoleKey
    done_when: str
    deciders: tuple[DeciderKey, ...] = ()


@dataclass(frozen=True, slots=True)
class Actions:
    to_1: tuple[Action, ...]
    to_2: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Category:
    key: Key
    name: str
    short_name: str
    question: str
    why: str
    levels: tuple[Level, ...]
    counts: tuple[str, ...]
    evidence: tuple[str, ...]
    probes: tuple[str, ...]
    red_flags: tuple[str, ...]
    actions: Actions
    metrics: tuple[Metric, ...] = ()
    layers: tuple[LayerKey, ...] = ()
    concepts: tuple[ConceptKey, ...] = ()
    vendor_topics: tuple[TopicKey, ...] = ()
    nist_ai_rmf: tuple[NistFunction, ...] = ()
    rented_compute_note: str = ""
    deciders: tuple[Decider, ...] = ()

    def decider(self, key: str) -> Decider:
        """The decider of this key; KeyError if the category has none."""
        for decider in self.deciders:
            if decider.key == key:
                return decider
        raise KeyError(key)

    @property
    def to_1(self) -> tuple[Action, ...]:
        return self.actions.to_1

    @property
    def to_2(self) -> tuple[Action, ...]:
        return self.actions.to_2

    def statement(self, level: int) -> str:
        """The rubric statement of a level; KeyError for a level that does not exist."""
        for entry in self.levels:
            if entry.level == level:
                return entry.statement
        raise KeyError(level)


@dataclass(frozen=True, slots=True)
class ScorecardFile:
    framework: Heading
    scale: Scale
    facts: tuple[Fact, ...]
    categories: tuple[Category, ...]


# vendor_questions.yaml


@dataclass(frozen=True, slots=True)
class VendorScaleValue:
    value: Literal["0", "1", "2", "na"]
    label: str
    meaning: str


@dataclass(frozen=True, slots=True)
class VendorQuestion:
    key: Key
    ask_vendor: str
    ask_team: str
    strong_answer: str
    weak_answer: str
    evidence: str
    critical: bool


@dataclass(frozen=True, slots=True)
class VendorTopic:
    key: Key
    name: str
    purpose: str
    applies_when: tuple[HostingModel, ...]
    category: CategoryKey
    questions: tuple[VendorQuestion, ...]


@dataclass(frozen=True, slots=True)
class VendorChecklist:
    scale: tuple[VendorScaleValue, ...]
    topics: tuple[VendorTopic, ...]


# roadmap.yaml


@dataclass(frozen=True, slots=True)
class Task:
    key: Key
    title: str
    detail: str
    deliverable: str
    done_when: str
    owner_role: RoleKey
    categories: tuple[CategoryKey, ...]
    effort: Effort


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of the roadmap from `first_day` to `last_day`, both included, counted from its start as day 1."""

    key: Key
    name: str
    first_day: int
    last_day: int
    goal: str
    outcome: str
    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True)
class RoadmapFile:
    phases: tuple[Phase, ...]


# handbook.yaml


@dataclass(frozen=True, slots=True)
class Layer:
    key: Key
    name: str
    includes: tuple[str, ...]
    constraint: str
    when_weak: str
    ask: str


@dataclass(frozen=True, slots=True)
class Concept:
    key: Key
    name: str
    gist: str
    explanation: str
    measure: str
    misreading: str


@dataclass(frozen=True, slots=True)
class Contrast:
    aspect: str
    training: str
    inference: str


@dataclass(frozen=True, slots=True)
class MiniCase:
    key: Key
    name: str
    situation: str
    worked_example: tuple[str, ...]
    formula: str
    lesson: str
    calculator: CalculatorKey


@dataclass(frozen=True, slots=True)
class RedFlag:
    key: Key
    question: str
    good_answer: str
    warning: str
    category: CategoryKey


@dataclass(frozen=True, slots=True)
class Pitfall:
    key: Key
    name: str
    sign: str
    consequence: str
    remedy: str
    category: CategoryKey


@dataclass(frozen=True, slots=True)
class Role:
    key: Key
    name: str
    group: Literal["area", "leadership"]
    example_roles: tuple[str, ...]
    signals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    key: Key
    name: str
    detail: str


@dataclass(frozen=True, slots=True)
class Trend:
    key: Key
    name: str
    summary: str
    implication: str


@dataclass(frozen=True, slots=True)
class FrequentQuestion:
    key: Key
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Term:
    key: Key
    term: str
    definition: str


@dataclass(frozen=True, slots=True)
class Reference:
    publisher: str
    name: str
    key: Key = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class MoneyMove:
    """Where money for AI moves, by published figures, and what that means for a plan."""

    key: Key
    name: str
    figures: str
    meaning: str
    sources: tuple[ReferenceKey, ...]


@dataclass(frozen=True, slots=True)
class Workload:
    """A type of workload with what to read first, and which categories to look at first, where it is the largest."""

    key: Key
    name: str
    summary: str
    advice: str
    concepts: tuple[ConceptKey, ...]
    categories: tuple[CategoryKey, ...]


@dataclass(frozen=True, slots=True)
class NistCategory:
    """A category of NIST AI 100-1 as published, the scorecard's categories that touch it, and what they leave out."""

    number: NistNumber
    text: str
    left: str
    touched_by: tuple[CategoryKey, ...] = ()


@dataclass(frozen=True, slots=True)
class NistPart:
    function: NistFunctionName
    purpose: str
    categories: tuple[NistCategory, ...]


@dataclass(frozen=True, slots=True)
class Handbook:
    layers: tuple[Layer, ...]
    concepts: tuple[Concept, ...]
    training_vs_inference: tuple[Contrast, ...]
    mini_case: MiniCase
    red_flags: tuple[RedFlag, ...]
    pitfalls: tuple[Pitfall, ...]
    roles: tuple[Role, ...]
    alignment_steps: tuple[Step, ...]
    tuning_steps: tuple[Step, ...]
    operating_recommendations: tuple[Step, ...]
    trends: tuple[Trend, ...]
    faq: tuple[FrequentQuestion, ...]
    glossary: tuple[Term, ...]
    references: tuple[Reference, ...]
    money_shift: tuple[MoneyMove, ...] = ()
    workloads: tuple[Workload, ...] = ()
    nist: tuple[NistPart, ...] = ()

    def role(self, key: str) -> Role:
        """The role of this key; KeyError if there is none."""
        return {role.key: role for role in self.roles}[key]

    def pitfall(self, key: str) -> Pitfall:
        """The pitfall of this key; KeyError if there is none."""
        return {pitfall.key: pitfall for pitfall in self.pitfalls}[key]

    def concept(self, key: str) -> Concept:
        """The concept of this key; KeyError if there is none."""
        return {concept.key: concept for concept in self.concepts}[key]


# calculators.yaml


@dataclass(frozen=True, slots=True)
class CalculatorInput:
    key: FormulaKey
    label: str
    unit: str
    help: str
    min: Number
    max: Number
    default: Number


@dataclass(frozen=True, slots=True)
class CalculatorResult:
    """`rounding` "up" means up to a whole number, before the value is shown or used by a later result."""

    key: FormulaKey
    label: str
    unit: str
    formula: str
    rounding: Literal["", "up"] = ""


@dataclass(frozen=True, slots=True)
class Example:
    """Values by key, as pairs; results are stated to at most two decimals."""

    inputs: tuple[tuple[str, Number], ...]
    results: tuple[tuple[str, Number], ...]


@dataclass(frozen=True, slots=True)
class Calculator:
    key: Key
    name: str
    question: str
    inputs: tuple[CalculatorInput, ...]
    results: tuple[CalculatorResult, ...]
    interpretation: str
    source: str
    example: Example

    def compute(self, values: Mapping[str, Number]) -> dict[str, float]:
        """Every result by key from every input by key; exact arithmetic until the end. Raises FormulaError."""
        steps = ((result.key, result.formula, result.rounding == "up") for result in self.results)
        return formulas.compute(steps, values)


@dataclass(frozen=True, slots=True)
class CalculatorsFile:
    calculators: tuple[Calculator, ...]


# all five together


@dataclass(frozen=True, slots=True)
class Framework:
    """One version of the reference content. It never changes once released, so it may be kept and shared."""

    key: str
    version: str
    title: str
    summary: str
    scale: Scale
    facts: tuple[Fact, ...]
    categories: tuple[Category, ...]
    vendor: VendorChecklist
    phases: tuple[Phase, ...]
    handbook: Handbook
    calculators: tuple[Calculator, ...]

    @property
    def line(self) -> int:
        """The points from which on it is clear."""
        return self.scale.risk_threshold

    @property
    def maximum(self) -> int:
        return self.scale.max_score

    @property
    def has_deciders(self) -> bool:
        """Whether a level follows from deciders, as it does since 2026.2."""
        return any(category.deciders for category in self.categories)

    @property
    def category_keys(self) -> tuple[str, ...]:
        return tuple(category.key for category in self.categories)

    def category(self, key: str) -> Category:
        """The category of this key; KeyError if there is none."""
        for category in self.categories:
            if category.key == key:
                return category
        raise KeyError(key)

    def fact(self, key: str) -> Fact:
        """The fact of this key; KeyError if there is none."""
        for fact in self.facts:
            if fact.key == key:
                return fact
        raise KeyError(key)
