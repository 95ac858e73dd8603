"""The handbook's pages, made of a framework's reference content; what explains a category, a question, a red flag."""

from collections.abc import Iterable, Sequence
from functools import cache

from assessments import framework
from assessments.framework import Category, Framework
from assessments.framework.definitions import Concept, Step
from assessments.handbook.book import Block, Book, Link, Page, Section, sentences
from assessments.scoring.words import number_word

CATEGORIES, QUESTIONS, GLOSSARY, THREE, ROLES = "categories", "vendor-questions", "glossary", "three-questions", "roles"
TRAINING, REFERENCES, LAYERS, PITFALLS = "training-vs-inference", "references", "layers", "pitfalls"
RULES = (
    ("material-scope", "The material scope", "material_scope"),
    ("zero", "Open is not zero", "open_or_zero"),
    ("seen", "Seen, not said", "seen_not_said"),
    ("current", "How old proof may be", "current"),
    ("owner", "Who is an owner", "owner"),
    ("silence", "What nobody mentions", "silence"),
    ("sampling", "When one example is enough", "sampling"),
    ("not-applicable", "What cannot apply", "does_not_apply"),
    ("range", "While categories are open", "incomplete"),
)


@cache
def book() -> Book:
    """The handbook of the current framework."""
    return make_book(framework.current())


def make_book(content: Framework) -> Book:
    handbook = content.handbook
    concepts = {concept.key: _concept_page(content, concept) for concept in handbook.concepts}
    first = concepts.pop(TRAINING)
    return Book(
        (
            (
                "Start here",
                (
                    _scoring(content),
                    _categories(content),
                    _layers(content),
                    _training(content, first),
                    _mini_case(content),
                    _money(content),
                ),
            ),
            ("Concepts", tuple(concepts.values())),
            (
                "At work",
                (
                    _three_questions(content),
                    _pitfalls(content),
                    _roles(content),
                    _steps("business-alignment", "Business alignment", ALIGNMENT, handbook.alignment_steps),
                    _steps("tuning", "Tuning", TUNING, handbook.tuning_steps),
                    _steps("operating", "Operating recommendations", OPERATING, handbook.operating_recommendations),
                    _trends(content),
                ),
            ),
            (
                "Look up",
                (
                    _vendor_questions(content),
                    _nist(content),
                    _questions_and_answers(content),
                    _glossary(content),
                    _references(content),
                ),
            ),
        )
    )


ALIGNMENT = "From a use case to a technical need to the options that meet it, in this order."
TUNING = "Fit the work to the hardware, find the limit, and keep measuring once it is live."
OPERATING = "Five habits that keep spending and capacity under control."


def paragraphs(text: str) -> tuple[Block, ...]:
    """A text as paragraphs of a few sentences each."""
    found = sentences(text)
    size = 4 if len(found) > 5 else len(found)
    return tuple(Block("text", " ".join(found[n : n + size])) for n in range(0, len(found), size))


def category_links(content: Framework, keys: Iterable[str]) -> tuple[Link, ...]:
    return tuple(Link(content.category(key).name, CATEGORIES, key) for key in keys)


def main_category(content: Framework, concept: str) -> Category | None:
    """The category that a concept is about in the first place."""
    naming = [category for category in content.categories if concept in category.concepts]
    return next((c for c in naming if c.concepts[0] == concept), naming[0] if naming else None)


def _topics(content: Framework, categories: Iterable[str]) -> tuple[str, ...]:
    """The topics of vendor questions about these categories, in their order on the checklist."""
    wanted = set(categories)
    return tuple(topic.key for topic in content.vendor.topics if topic.category in wanted)


def _scoring(content: Framework) -> Page:
    scale = content.scale
    levels = tuple((f"{each.level}, {each.label}", each.meaning) for each in scale.levels)
    sections = [Section("levels", "Three levels", (Block("pairs", rows=levels),))]
    if scale.three_deciders:
        sections.append(Section("deciders", "Three deciders", paragraphs(scale.three_deciders)))
    for anchor, heading, name in RULES:
        if text := getattr(scale, name):
            sections.append(Section(anchor, heading, paragraphs(text)))
    return Page("how-scoring-works", "How scoring works", content.summary, tuple(sections))


def _categories(content: Framework) -> Page:
    names = {concept.key: concept.name for concept in content.handbook.concepts}
    sections = tuple(
        Section(
            category.key,
            category.name,
            (
                Block("ask", category.question),
                *paragraphs(category.why),
                Block("pairs", rows=tuple((d.name, d.shown_when) for d in category.deciders)),
                Block("list", items=category.red_flags, label="What people say where it is missing"),
            ),
            tuple(Link(names[key], key) for key in category.concepts),
            "Explained in",
        )
        for category in content.categories
    )
    lead = "What the scorecard asks, why, and what settles each answer."
    return Page(CATEGORIES, f"The {number_word(len(content.categories))} categories", lead, sections)


def _layers(content: Framework) -> Page:
    sections = tuple(
        Section(
            layer.key,
            layer.name,
            (
                Block("text", layer.constraint),
                Block("list", items=layer.includes, label="It includes"),
                Block("text", layer.when_weak, label="Where it is weak"),
                Block("ask", layer.ask),
            ),
            category_links(content, (c.key for c in content.categories if layer.key in c.layers)),
            "Scored in",
        )
        for layer in content.handbook.layers
    )
    lead = "From the power line to the access list: each layer can be the one that everything else waits for."
    return Page(LAYERS, "The nine layers", lead, sections)


def _concept_page(content: Framework, concept: Concept) -> Page:
    categories = tuple(category.key for category in content.categories if concept.key in category.concepts)
    main = main_category(content, concept.key)
    sections = [
        Section("explained", "", paragraphs(concept.explanation)),
        Section("measure", "What to measure", (Block("text", concept.measure),)),
        Section("misreading", "The usual misreading", (Block("text", concept.misreading),)),
    ]
    if main:
        sections.append(Section("ask", "Ask your team on Monday", (Block("ask", main.probes[0]),)))
    return Page(concept.key, concept.name, concept.gist, tuple(sections), categories, _topics(content, categories))


def _training(content: Framework, page: Page) -> Page:
    """The first concept, with both kinds side by side and the four types of workload."""
    rows = tuple((each.aspect, each.training, each.inference) for each in content.handbook.training_vs_inference)
    table = Block("table", rows=rows, head=("Aspect", "Training", "Inference"))
    explained, *rest = page.sections
    sections = [explained, Section("side-by-side", "Side by side", (table,))]
    if workloads := content.handbook.workloads:
        types = Block("pairs", rows=tuple((w.name, w.summary) for w in workloads))
        sections.append(Section("workloads", "Four types of workload", (types,)))
    return Page(page.key, page.title, page.lead, (*sections, *rest), page.categories, page.topics)


def _mini_case(content: Framework) -> Page:
    case = content.handbook.mini_case
    sections = (
        Section("situation", "", paragraphs(case.situation)),
        Section("worked", "Worked out", (Block("list", items=case.worked_example),)),
        Section("lesson", "What follows", paragraphs(case.lesson)),
    )
    categories = ("data-pipeline", "utilization-plan")
    lead = "A pipeline that feeds 60 percent of what accelerators could take wastes the other 40."
    return Page(case.key, case.name, lead, sections, categories, _topics(content, categories))


def _money(content: Framework) -> Page:
    names = {reference.key: reference for reference in content.handbook.references}
    sections = tuple(
        Section(
            move.key,
            move.name,
            (Block("text", move.figures), Block("text", move.meaning, label="What it means for a plan")),
            tuple(Link(f"{names[key].publisher}: {names[key].name}", REFERENCES, key) for key in move.sources),
            "Published by" if len(move.sources) == 1 else "Published in",
        )
        for move in content.handbook.money_shift
    )
    lead = "What was software money now buys power, cooling, and machines that lose value while they wait."
    return Page("money-shift", "Where the money moves", lead, sections, ("cost-model", "facilities-power"))


def _three_questions(content: Framework) -> Page:
    sections = tuple(
        Section(
            flag.key,
            flag.question,
            (
                Block("text", flag.good_answer, label="A good answer"),
                Block("text", flag.warning, label="The warning"),
            ),
            category_links(content, (flag.category,)),
            "Scored in",
        )
        for flag in content.handbook.red_flags
    )
    lead = "Ask them in one meeting. Each one without an answer is a red flag."
    return Page(THREE, "Three questions for one meeting", lead, sections)


def _pitfalls(content: Framework) -> Page:
    sections = tuple(
        Section(
            pitfall.key,
            pitfall.name,
            (
                Block("text", pitfall.sign, label="The sign"),
                Block("text", pitfall.consequence, label="What follows"),
                Block("text", pitfall.remedy, label="The remedy"),
            ),
            category_links(content, (pitfall.category,)),
            "Scored in",
        )
        for pitfall in content.handbook.pitfalls
    )
    lead = "Six ways in which AI plans go wrong, each with the sign that shows it early."
    return Page(PITFALLS, "Six pitfalls", lead, sections)


def _roles(content: Framework) -> Page:
    sections = tuple(
        Section(
            role.key,
            role.name,
            (
                Block("text", f"For example: {_listed(role.example_roles)}."),
                Block("list", items=role.signals, label="Signals of competence"),
            ),
        )
        for role in content.handbook.roles
    )
    lead = "Six areas of work and three who lead. What shows that somebody does it well, whatever the title."
    return Page(ROLES, "Roles and signals", lead, sections)


def _listed(names: Sequence[str]) -> str:
    return " or ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def _steps(key: str, title: str, lead: str, steps: Iterable[Step]) -> Page:
    return Page(key, title, lead, tuple(Section(step.key, step.name, paragraphs(step.detail)) for step in steps))


def _trends(content: Framework) -> Page:
    sections = tuple(
        Section(
            trend.key,
            trend.name,
            (Block("text", trend.summary), Block("text", trend.implication, label="What it asks of a plan")),
        )
        for trend in content.handbook.trends
    )
    return Page("trends", "Trends", "Three movements that change where and how AI can run.", sections)


def _vendor_questions(content: Framework) -> Page:
    sections: list[Section] = []
    for topic in content.vendor.topics:
        about = category_links(content, (topic.category,)) + _explaining(content, topic.category)
        sections.append(Section(topic.key, topic.name, paragraphs(topic.purpose), about, "Scored and explained in"))
        for question in topic.questions:
            answers = (
                ("Strong", question.strong_answer),
                ("Weak", question.weak_answer),
                ("Ask to see", question.evidence),
            )
            blocks = (
                Block("text", question.ask_team, label="Of the own team"),
                Block("pairs", rows=answers),
            )
            sections.append(Section(question.key, question.ask_vendor, blocks, within=True))
    lead = "What to ask a vendor and the own team, and how a strong answer differs from a confident one."
    return Page(QUESTIONS, "Vendor questions", lead, tuple(sections))


def _explaining(content: Framework, category: str) -> tuple[Link, ...]:
    names = {concept.key: concept.name for concept in content.handbook.concepts}
    return tuple(Link(names[key], key) for key in content.category(category).concepts)


def _nist(content: Framework) -> Page:
    sections = []
    for part in content.handbook.nist:
        keys = [c.key for c in content.categories if part.function in {each.function for each in c.nist_ai_rmf}]
        rows = tuple((category.number, category.text) for category in part.categories)
        blocks = (Block("text", part.purpose), Block("pairs", rows=rows))
        links = category_links(content, keys)
        sections.append(Section(part.function.lower(), part.function, blocks, links, "The scorecard contributes"))
    lead = (
        "The four functions and nineteen categories of NIST AI 100-1, as published. Every assessment can be read by "
        "them; that is a reading aid, not a certification."
    )
    return Page("nist-ai-rmf", "NIST AI RMF", lead, tuple(sections), ("security-access",))


def _questions_and_answers(content: Framework) -> Page:
    sections = tuple(Section(each.key, each.question, paragraphs(each.answer)) for each in content.handbook.faq)
    return Page("questions-and-answers", "Questions and answers", "What is asked most, answered briefly.", sections)


def _glossary(content: Framework) -> Page:
    sections = tuple(Section(e.key, e.term, (Block("text", e.definition),)) for e in content.handbook.glossary)
    return Page(GLOSSARY, "Glossary", "The words of the field, in a sentence or two each.", sections)


def _references(content: Framework) -> Page:
    sections = tuple(
        Section(
            each.key,
            each.name,
            (Block("text", each.publisher),),
            (Link(each.url.removeprefix("https://").rstrip("/"), address=each.url),) if each.url else (),
            "At",
        )
        for each in content.handbook.references
    )
    return Page(REFERENCES, "References", "What the figures and the vocabulary rest on.", sections)


# What explains what is scored and asked


def page_of_category(key: str) -> Page | None:
    """The page that explains a category; None for one that the current framework does not know."""
    content = framework.current()
    if key not in content.category_keys:
        return None
    return book().by_key[content.category(key).concepts[0]]


def flag_of_fact(question: str) -> str:
    """The anchor among the three questions of a fact, by its question in whichever version of the framework."""
    for key, version in framework.released():
        content = framework.load(key, version)
        for fact, flag in zip(content.facts, framework.current().handbook.red_flags, strict=True):
            if fact.question == question:
                return flag.key
    return ""
