"""Tags of the scorecard pages: framework wording that is the same for every scorecard is rendered once and kept."""

from typing import Any

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from assessments import framework
from assessments.accounts.models import User
from assessments.framework import Category, Decider, Framework
from assessments.framework.translating import kept_by_language, language
from assessments.platform.drawn import draw
from assessments.roadmaps.readings import RoadmapReading
from assessments.scorecards import wording
from assessments.scorecards.asking import asking
from assessments.scorecards.filling.pages import STATE_WORDS, CategoryForm, DeciderForm
from assessments.scorecards.filling.saving import measured_text
from assessments.scorecards.models import AnswerRequest, Evidence, Response, Scorecard
from assessments.scorecards.outlook.targets import TargetReading, read_targets
from assessments.scorecards.readings import CategoryReading
from assessments.scoring.words import capitalized
from assessments.templatetags import design

register = template.Library()


@register.simple_tag
def guidance(content: Framework, category_key: str, rented: bool) -> SafeString:
    """The disclosure with what counts, what to ask and what to listen for in a category."""
    return _guidance(content.key, content.version, category_key, rented)


@kept_by_language()
def _guidance(key: str, version: str, category_key: str, rented: bool) -> SafeString:
    category = framework.load(key, version).category(category_key)
    return render_to_string("scorecards/_guidance.html", {"category": category, "rented": rented})


@register.simple_tag
def counts(content: Framework, category_key: str, rented: bool) -> SafeString:
    """The disclosure with what each decider of a category asks for, and what counts."""
    return _counts(content.key, content.version, category_key, rented)


@kept_by_language()
def _counts(key: str, version: str, category_key: str, rented: bool) -> SafeString:
    category = framework.load(key, version).category(category_key)
    return render_to_string("scorecards/_counts.html", {"category": category, "rented": rented})


@register.simple_tag
@kept_by_language(maxsize=1024)
def decider_answer(decider: Decider, state: str) -> SafeString:
    """A decider's name, its condition and the four answers; `state` is the one chosen, as its control has it."""
    choices = [(value, words, f"is-{value or 'x'}") for value, words in STATE_WORDS.items()]
    context = {"decider": decider, "state": state, "choices": choices}
    return render_to_string("scorecards/_decider_answer.html", context)


@register.simple_tag(takes_context=True)
def drawn_decider(context: Context, category: Category, item: DeciderForm) -> SafeString:
    """A decider as it is stored. Drawn once, since a page has two dozen: a piece of evidence never changes."""
    slug, pk = context["request"].organization.slug, context["scorecard"].pk
    proofs = tuple((proof.evidence.pk, proof.age, proof.months_old) for proof in item.reading.proofs)
    key = (slug, pk, item.reading.decider, item.state, item.slot.version, proofs, timezone.localdate(), language())
    return draw("scorecards/_decider.html", key, _about(context, category) | {"item": item})


@register.simple_tag(takes_context=True)
def drawn_foot(context: Context, form: CategoryForm) -> SafeString:
    """The finding, the claim and the question to a colleague below a category, as they are stored."""
    slug, pk, category = context["request"].organization.slug, context["scorecard"].pk, form.reading.category
    versions = tuple(slot.version for slot in form.slots.values())
    key = (slug, pk, category.key, *form.fields.values(), versions, language())
    more = {"form": form, "claimable": context["claimable"], "reading": context["reading"]}
    return draw("scorecards/_decided_foot.html", key, _about(context, category) | more)


def _about(context: Context, category: Category) -> dict[str, Any]:
    names = ("request", "scorecard")
    return {name: context[name] for name in names} | {"category": category, "key": category.key, "editable": True}


@register.simple_tag
def proof_name(evidence: Evidence, category: Category) -> str:
    """What a piece of evidence is called: its title, a figure with its unit, or that it was seen, when and by whom."""
    return wording.proof_name(evidence, category)


@register.simple_tag
def proof_day(evidence: Evidence) -> str:
    """The day a piece of evidence bears, and until when it is in force; of a sighting its name has the day."""
    return wording.proof_day(evidence)


@register.simple_tag
def rubric(content: Framework, category_key: str, checked: str) -> SafeString:
    """The three statements of a category to choose from, and "not scored yet"; `checked` is the level as text."""
    return _rubric(content.key, content.version, category_key, checked)


@kept_by_language(maxsize=512)
def _rubric(key: str, version: str, category_key: str, checked: str) -> SafeString:
    content = framework.load(key, version)
    context = {"content": content, "category": content.category(category_key), "checked": checked}
    return render_to_string("scorecards/_rubric.html", context)


@register.simple_tag
def questions_to(user: User) -> list[tuple[AnswerRequest, str]]:
    """What a person is asked for in all organizations, each with its category's name."""
    return [(question, asking.category_name(question)) for question in asking.open_requests(user)]


@register.simple_tag
def level_label(content: Framework, level: int) -> str:
    """A level's name with a capital: Unclear, Partially defined, Disciplined and measurable."""
    label = next(entry.label for entry in content.scale.levels if entry.level == level)
    return capitalized(label)


@register.simple_tag
def statement(category: Category, level: int) -> str:
    """The rubric statement of a level."""
    return category.statement(level)


@register.simple_tag
def figure(response: Response) -> str:
    """The measured value with its unit: 38%, 14.2 GB/s."""
    return measured_text(response)


@register.simple_tag
def level_change(row: CategoryReading, warns: bool = False) -> SafeString:
    """The change of one category since the earlier assessment; `warns` as in `delta`."""
    return design.delta(None if row.level is None or row.was is None else row.level - row.was, warns)


@register.simple_tag
def targets_of_plan(reading: RoadmapReading) -> TargetReading | None:
    """What is aimed at, against what a roadmap starts from; None where nothing is."""
    return read_targets(reading.roadmap.organization, reading.content, reading.result)


@register.simple_tag
def target_of(target: TargetReading, category_key: str) -> SafeString:
    """The level a category is to have reached, and by when; told apart where it is overdue."""
    row = next(row for row in target.rows if row.category.key == category_key)
    if row.target is None or row.due_on is None:
        return format_html(
            '<span class="muted"><span aria-hidden="true">–</span><span class="vh">{}</span></span>', _("no target")
        )
    if not row.gap:
        return format_html('{}<span class="sub">{}</span>', row.target, _("reached"))
    late = row.due_on < target.today
    by = (_("was due {month}") if late else _("by {month}")).format(month=date_format(row.due_on, "SHORT_MONTH"))
    return format_html('{}<span class="sub{}">{}</span>', row.target, " risk-text" if late else "", by)


@register.simple_tag
def category_name(scorecard: Scorecard, category_key: str) -> str:
    """A category's name in the version of the framework that a scorecard follows."""
    return framework.load(scorecard.framework_key, scorecard.framework_version).category(category_key).name
