"""The handbook's pages, made of a framework's reference content; what explains a category, a question, a red flag."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext, pgettext

from assessments import framework
from assessments.framework import Category, Framework
from assessments.framework.definitions import Concept, Step
from assessments.framework.translating import kept_by_language
from assessments.handbook.book import Block, Book, Link, Page, Section, sentences
from assessments.scoring.words import number_word

CATEGORIES, QUESTIONS, GLOSSARY, THREE, ROLES = "categories", "vendor-questions", "glossary", "three-questions", "roles"
TRAINING, REFERENCES, LAYERS, PITFALLS = "training-vs-inference", "references", "layers", "pitfalls"
RULES = (
    ("material-scope", gettext_noop("The material scope"), "material_scope"),
    ("zero", gettext_noop("Open is not zero"), "open_or_zero"),
    ("seen", gettext_noop("Seen, not said"), "seen_not_said"),
    ("current", gettext_noop("How old proof may be"), "current"),
    ("owner", gettext_noop("Who is an owner"), "owner"),
    ("silence", gettext_noop("What nobody mentions"), "silence"),
    ("sampling", gettext_noop("When one example is enough"), "sampling"),
    ("not-applicable", gettext_noop("What cannot apply"), "does_not_apply"),
    ("range", gettext_noop("While categories are open"), "incomplete"),
)


@kept_by_language(maxsize=8)
def book() -> Book:
    """The handbook of the current framework, in the language that is spoken."""
    return make_book(framework.current())


def make_book(content: Framework) -> Book:
    handbook = content.handbook
    concepts = {concept.key: _concept_page(content, concept) for concept in handbook.concepts}
    first = concepts.pop(TRAINING)
    return Book(
        (
            (
                _("Start here"),
                (
                    _scoring(content),
                    _categories(content),
                    _layers(content),
                    _training(content, first),
                    _mini_case(content),
                    _money(content),
                ),
            ),
            (_("Concepts"), tuple(concepts.values())),
            (
                _("At work"),
                (
                    _three_questions(content),
                    _pitfalls(content),
                    _roles(content),
                    _steps("business-alignment", _("Business alignment"), _(ALIGNMENT), handbook.alignment_steps),
                    _steps("tuning", _("Tuning"), _(TUNING), handbook.tuning_steps),
                    _steps(
                        "operating",
                        _("Operating recommendations"),
                        _(OPERATING),
                        handbook.operating_recommendations,
                    ),
                    _trends(content),
                ),
            ),
            (
                _("Look up"),
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


ALIGNMENT = gettext_noop("From a use case to a technical need to the options that meet it, in this order.")
TUNING = gettext_noop("Fit the work to the hardware, find the limit, and keep measuring once it is live.")
OPERATING = gettext_noop("Five habits that keep spending and capacity under control.")


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
    sections = [Section("levels", _("Three levels"), (Block("pairs", rows=levels),))]
    if scale.three_deciders:
        sections.append(Section("deciders", _("Three deciders"), paragraphs(scale.three_deciders)))
    for anchor, heading, name in RULES:
        if text := getattr(scale, name):
            sections.append(Section(anchor, _(heading), paragraphs(text)))
    return Page("how-scoring-works", _("How scoring works"), content.summary, tuple(sections))


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
                Block("list", items=category.red_flags, label=_("What people say where it is missing")),
            ),
            tuple(Link(names[key], key) for key in category.concepts),
            _("Explained in"),
        )
        for category in content.categories
    )
    number = len(content.categories)
    title = ngettext("The {number} category", "The {number} categories", number).format(number=number_word(number))
    lead = _("What the scorecard asks, why, and what settles each answer.")
    return Page(CATEGORIES, title, lead, sections)


def _layers(content: Framework) -> Page:
    sections = tuple(
        Section(
            layer.key,
            layer.name,
            (
                Block("text", layer.constraint),
                Block("list", items=layer.includes, label=_("It includes")),
                Block("text", layer.when_weak, label=_("Where it is weak")),
                Block("ask", layer.ask),
            ),
            category_links(content, (c.key for c in content.categories if layer.key in c.layers)),
            _("Scored in"),
        )
        for layer in content.handbook.layers
    )
    lead = _("From the power line to the access list: each layer can be the one that everything else waits for.")
    return Page(LAYERS, _("The nine layers"), lead, sections)


def _concept_page(content: Framework, concept: Concept) -> Page:
    categories = tuple(category.key for category in content.categories if concept.key in category.concepts)
    main = main_category(content, concept.key)
    sections = [
        Section("explained", "", paragraphs(concept.explanation)),
        Section("measure", _("What to measure"), (Block("text", concept.measure),)),
        Section("misreading", _("The usual misreading"), (Block("text", concept.misreading),)),
    ]
    if main:
        sections.append(Section("ask", _("Ask your team on Monday"), (Block("ask", main.probes[0]),)))
    return Page(concept.key, concept.name, concept.gist, tuple(sections), categories, _topics(content, categories))


def _training(content: Framework, page: Page) -> Page:
    """The first concept, with both kinds side by side and the four types of workload."""
    rows = tuple((each.aspect, each.training, each.inference) for each in content.handbook.training_vs_inference)
    table = Block("table", rows=rows, head=(_("Aspect"), _("Training"), _("Inference")))
    explained, *rest = page.sections
    sections = [explained, Section("side-by-side", _("Side by side"), (table,))]
    if workloads := content.handbook.workloads:
        types = Block("pairs", rows=tuple((w.name, w.summary) for w in workloads))
        sections.append(Section("workloads", _("Four types of workload"), (types,)))
    return Page(page.key, page.title, page.lead, (*sections, *rest), page.categories, page.topics)


def _mini_case(content: Framework) -> Page:
    case = content.handbook.mini_case
    sections = (
        Section("situation", "", paragraphs(case.situation)),
        Section("worked", _("Worked out"), (Block("list", items=case.worked_example),)),
        Section("lesson", _("What follows"), paragraphs(case.lesson)),
    )
    categories = ("data-pipeline", "utilization-plan")
    lead = _("A pipeline that feeds 60 percent of what accelerators could take wastes the other 40.")
    return Page(case.key, case.name, lead, sections, categories, _topics(content, categories))


def _money(content: Framework) -> Page:
    names = {reference.key: reference for reference in content.handbook.references}
    sections = tuple(
        Section(
            move.key,
            move.name,
            (Block("text", move.figures), Block("text", move.meaning, label=_("What it means for a plan"))),
            tuple(Link(f"{names[key].publisher}: {names[key].name}", REFERENCES, key) for key in move.sources),
            _("Published by") if len(move.sources) == 1 else _("Published in"),
        )
        for move in content.handbook.money_shift
    )
    lead = _("What was software money now buys power, cooling, and machines that lose value while they wait.")
    return Page("money-shift", _("Where the money moves"), lead, sections, ("cost-model", "facilities-power"))


def _three_questions(content: Framework) -> Page:
    sections = tuple(
        Section(
            flag.key,
            flag.question,
            (
                Block("text", flag.good_answer, label=_("A good answer")),
                Block("text", flag.warning, label=_("The warning")),
            ),
            category_links(content, (flag.category,)),
            _("Scored in"),
        )
        for flag in content.handbook.red_flags
    )
    lead = _("Ask them in one meeting. Each one without an answer is a red flag.")
    return Page(THREE, _("Three questions for one meeting"), lead, sections)


def _pitfalls(content: Framework) -> Page:
    sections = tuple(
        Section(
            pitfall.key,
            pitfall.name,
            (
                Block("text", pitfall.sign, label=_("The sign")),
                Block("text", pitfall.consequence, label=_("What follows")),
                Block("text", pitfall.remedy, label=_("The remedy")),
            ),
            category_links(content, (pitfall.category,)),
            _("Scored in"),
        )
        for pitfall in content.handbook.pitfalls
    )
    lead = _("Six ways in which AI plans go wrong, each with the sign that shows it early.")
    return Page(PITFALLS, _("Six pitfalls"), lead, sections)


def _roles(content: Framework) -> Page:
    sections = tuple(
        Section(
            role.key,
            role.name,
            (
                Block("text", _("For example: {names}.").format(names=_listed(role.example_roles))),
                Block("list", items=role.signals, label=_("Signals of competence")),
            ),
        )
        for role in content.handbook.roles
    )
    lead = _("Six areas of work and three who lead. What shows that somebody does it well, whatever the title.")
    return Page(ROLES, _("Roles and signals"), lead, sections)


def _listed(names: Sequence[str]) -> str:
    if len(names) < 2:
        return names[0]
    return _("{names} or {last}").format(names=", ".join(names[:-1]), last=names[-1])


def _steps(key: str, title: str, lead: str, steps: Iterable[Step]) -> Page:
    return Page(key, title, lead, tuple(Section(step.key, step.name, paragraphs(step.detail)) for step in steps))


def _trends(content: Framework) -> Page:
    sections = tuple(
        Section(
            trend.key,
            trend.name,
            (Block("text", trend.summary), Block("text", trend.implication, label=_("What it asks of a plan"))),
        )
        for trend in content.handbook.trends
    )
    return Page("trends", _("Trends"), _("Three movements that change where and how AI can run."), sections)


def _vendor_questions(content: Framework) -> Page:
    sections: list[Section] = []
    for topic in content.vendor.topics:
        about = category_links(content, (topic.category,)) + _explaining(content, topic.category)
        sections.append(Section(topic.key, topic.name, paragraphs(topic.purpose), about, _("Scored and explained in")))
        for question in topic.questions:
            answers = (
                (pgettext("answer", "Strong"), question.strong_answer),
                (pgettext("answer", "Weak"), question.weak_answer),
                (_("Ask to see"), question.evidence),
            )
            blocks = (
                Block("text", question.ask_team, label=_("Of the own team")),
                Block("pairs", rows=answers),
            )
            sections.append(Section(question.key, question.ask_vendor, blocks, within=True))
    lead = _("What to ask a vendor and the own team, and how a strong answer differs from a confident one.")
    return Page(QUESTIONS, _("Vendor questions"), lead, tuple(sections))


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
        sections.append(Section(part.function.lower(), part.function, blocks, links, _("The scorecard contributes")))
    lead = _(
        "The four functions and nineteen categories of NIST AI 100-1, as published. Every assessment can be read by "
        "them; that is a reading aid, not a certification."
    )
    return Page("nist-ai-rmf", "NIST AI RMF", lead, tuple(sections), ("security-access",))


def _questions_and_answers(content: Framework) -> Page:
    sections = tuple(Section(each.key, each.question, paragraphs(each.answer)) for each in content.handbook.faq)
    lead = _("What is asked most, answered briefly.")
    return Page("questions-and-answers", _("Questions and answers"), lead, sections)


def _glossary(content: Framework) -> Page:
    sections = tuple(Section(e.key, e.term, (Block("text", e.definition),)) for e in content.handbook.glossary)
    return Page(GLOSSARY, _("Glossary"), _("The words of the field, in a sentence or two each."), sections)


def _references(content: Framework) -> Page:
    sections = tuple(
        Section(
            each.key,
            each.name,
            (Block("text", each.publisher),),
            (Link(each.url.removeprefix("https://").rstrip("/"), address=each.url),) if each.url else (),
            pgettext("an address", "At"),
        )
        for each in content.handbook.references
    )
    return Page(REFERENCES, _("References"), _("What the figures and the vocabulary rest on."), sections)


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
