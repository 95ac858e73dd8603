"""The house's components as template tags: drawn as cached strings, since pages repeat them by the dozen."""

import json
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.forms import BaseForm, BoundField, CheckboxInput
from django.template import Context
from django.templatetags.static import static
from django.utils.html import escape, format_html, format_html_join, json_script, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from assessments.charts import svg
from assessments.framework.translating import kept_by_language
from assessments.scoring.words import capitalized, number_word

register = template.Library()

MAXIMUM, LINE = 16, 10  # of the product's own framework
SIZES = ("", "md", "xl")


@register.simple_tag
@lru_cache
def icon(name: str) -> SafeString:
    return format_html('<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><use href="#i-{}"/></svg>', name)


def ruler_text(lo: int, hi: int, proven: int | None = None, maximum: int = MAXIMUM, line: int = LINE) -> str:
    """What a ruler shows, as a sentence. It says "clear" only of what is proven, where that is told apart."""
    if proven is None:
        scored = (
            _("{lo} of {maximum} scored so far, up to {hi} still possible.") if hi > lo else _("{lo} of {maximum}.")
        )
    elif lo > proven:
        scored = (
            _("{proven} of {maximum} proven, {lo} claimed, up to {hi} still possible.")
            if hi > lo
            else _("{proven} of {maximum} proven, {lo} claimed.")
        )
    else:
        scored = (
            _("{proven} of {maximum} proven, up to {hi} still possible.")
            if hi > lo
            else _("{proven} of {maximum} proven.")
        )
    if (lo if proven is None else proven) >= line:
        against = _("Clear of the risk line at {line}.")
    elif hi < line:
        against = ngettext(
            "{missing} below the risk line at {line}.", "{missing} below the risk line at {line}.", line - hi
        )
    else:
        against = _("The risk line is at {line}.")
    numbers = {"lo": lo, "hi": hi, "proven": proven, "maximum": maximum, "line": line, "missing": line - hi}
    return f"{scored} {against}".format(**numbers)


@register.simple_tag
@kept_by_language(maxsize=2048)
def ruler(
    lo: int,
    hi: int | None = None,
    size: str = "",
    was: int | None = None,
    waslabel: str = "",
    goal: int | None = None,
    goallabel: str = "",
    plan: int | None = None,
    label: str = "",
    alt: bool = False,
    proven: int | None = None,
    maximum: int = MAXIMUM,
    line: int = LINE,
) -> SafeString:
    """The score on a segment for each point there is, with the line behind the one that reaches it.

    `lo` points are claimed, `proven` of them on proof (all, if it is left out), and up to `hi` still possible; `was`
    and `goal` are marks above, drawn at size "xl" only; `plan` is the score if the roadmap is done. `alt` adds the
    sentence as text, for print.
    """
    if size not in SIZES:
        raise ValueError(f"A ruler has no size {size!r}.")
    hi = lo if hi is None else hi
    label = str(label) or ruler_text(lo, hi, proven, maximum, line)
    solid = lo if proven is None else proven
    # escape() and not conditional_escape(): a safe string and a plain one are the same key of the cache.
    marks = {goal: ("goal", escape(goallabel)), was: ("was", escape(waslabel))}
    states = [_segment_state(n, solid, lo, hi, plan or 0, line) for n in range(1, maximum + 1)]
    own = (maximum, line) != (MAXIMUM, LINE)
    if own:
        states[line - 1] = f"{states[line - 1]} line".strip()
    segments = "".join(_segment(state, marks.get(n)) for n, state in enumerate(states, start=1))
    parts = [f'<div class="ruler{" ruler--own" if own else ""}{f" ruler--{size}" if size else ""}">']
    if alt:
        parts.append(f'<p class="ruler__alt">{escape(_alt_text(label, was, waslabel, goal, goallabel, plan))}</p>')
    parts.append(f'<div class="ruler__bar" role="img" aria-label="{escape(label)}">{segments}</div>')
    if size:
        parts.append(
            f'<div class="ruler__scale" aria-hidden="true">{_scale(maximum, line, own=own, said=size == "xl")}</div>'
        )
    return mark_safe("".join([*parts, "</div>"]))  # noqa: S308  every argument is escaped above


def _scale(maximum: int, line: int, *, own: bool, said: bool) -> str:
    """The style sheet writes the numbers of the product's own scale; every fourth of another, the line and the end."""
    words = f' data-line="{escape(_("Risk line {threshold}").format(threshold=line))}"' if said else ""
    if not own:
        return "<i></i>" * (line - 1) + f"<i{words}></i>" + "<i></i>" * (maximum - line)
    numbered = {n for n in range(4, maximum - 1, 4) if abs(n - line) > 1} | {line, maximum}
    return "".join(
        f"<i{f' class=line{words}' if n == line else ''}{f' data-n={n}' if n in numbered else ''}></i>"
        for n in range(1, maximum + 1)
    )


def _segment_state(n: int, proven: int, lo: int, hi: int, plan: int, line: int) -> str:
    if n <= proven:
        return "on"
    if n <= lo:
        return "claim"
    if n <= hi:
        return "may"
    if n <= plan:
        return "plan"
    return "gap" if n <= line and hi < line else ""


def _segment(state: str, mark: tuple[str, str] | None) -> str:
    if mark is None:
        return f'<i class="{state}"></i>' if state else "<i></i>"
    name, label = mark
    return f'<i class="{f"{state} {name}".strip()}" data-label="{label}"></i>'


def _alt_text(label: str, was: int | None, waslabel: str, goal: int | None, goallabel: str, plan: int | None) -> str:
    sentences = [label]
    if was is not None:
        sentences.append(f"{waslabel}.")
    if goal is not None:
        sentences.append(f"{goallabel}.")
    if plan is not None:
        sentences.append(_("{points} if the plan is done.").format(points=plan))
    return " ".join(sentences)


@register.filter
def in_words(number: int) -> str:
    return number_word(number)


@register.simple_tag
@lru_cache
def pip(level: int | None, wide: bool = False) -> SafeString:
    """The mark of one category, 0 to 2 or None for not scored; the digit always stands beside it."""
    if level not in (None, 0, 1, 2):
        raise ValueError(f"A category has no level {level!r}.")
    name = "x" if level is None else level
    return format_html(
        '<span class="pip pip--{}{}" aria-hidden="true"><i></i><i></i></span>', name, " pip--wide" if wide else ""
    )


@register.simple_tag
@lru_cache
def pips(proven: int, claimed: int, high: int | None = None) -> SafeString:
    """The mark of one category by what stands behind it: proven solid, claimed ruled, still possible hatched."""
    high = claimed if high is None else high
    if not 0 <= proven <= claimed <= high <= 2:
        raise ValueError(f"A category cannot have {proven} proven, {claimed} claimed and {high} possible.")
    boxes = ("on" if n <= proven else "claim" if n <= claimed else "may" if n <= high else "" for n in (1, 2))
    return format_html(
        '<span class="pip{}" aria-hidden="true">{}</span>',
        "" if high else " pip--0",
        format_html_join("", "<i{}></i>", ((format_html(' class="{}"', box) if box else "",) for box in boxes)),
    )


MARKS = {None: "x", 0: "n", 1: "p", 2: "s"}


@register.simple_tag
@lru_cache
def mark(state: int | None, claim: bool = False) -> SafeString:
    """The mark of one decider: full is shown, half in part, empty not shown, hatched not asked; ruled where claimed."""
    return format_html(
        '<span class="mark mark--{}{}" aria-hidden="true"></span>', MARKS[state], " is-claim" if claim and state else ""
    )


@register.simple_tag
@kept_by_language(maxsize=512)
def keys(
    proven: int,
    claimed: int | None = None,
    high: int | None = None,
    plan: int | None = None,
    small: bool = False,
    line: int = LINE,
) -> SafeString:
    """The legend of a ruler: only what is drawn on it, with how many points of each."""
    claimed = proven if claimed is None else claimed
    high = claimed if high is None else high
    drawn = (
        ("on", _("Proven"), proven),
        ("claim", _("Claimed, no proof"), claimed - proven),
        ("may", _("Still possible"), high - claimed),
        ("plan", _("With the plan"), max(0, (plan or 0) - high)),
        ("gap", _("Missing to the line"), max(0, line - max(high, plan or 0)) if high < line else 0),
    )
    entries = ((name, words, number) for name, words, number in drawn if number or name == "on")
    return format_html(
        '<p class="keys{}" aria-hidden="true">{}<span><i class="key line"></i>{}</span></p>',
        " keys--sm" if small else "",
        format_html_join("", '<span><i class="key {}"></i>{} <b>{}</b></span>', entries),
        _("Risk line at {line}").format(line=line),
    )


@register.simple_tag
@kept_by_language()
def flag(verdict: str) -> SafeString:
    """The verdict by its value, or "none" where nothing was assessed."""
    name, mark, words = {
        "risk": ("risk", "alert", _("Spending risk")),
        "clear": ("clear", "check", pgettext("verdict", "Clear")),
        "open": ("open", "half", pgettext("verdict", "Undecided")),
        "word": ("word", "quote", _("On its word")),
        "none": ("open", "blank", _("Not assessed")),
    }[verdict]
    return format_html('<span class="flag flag--{}">{}{}</span>', name, icon(mark), words)


@register.simple_tag
@kept_by_language()
def delta(points: int | None, warns: bool = False) -> SafeString:
    """The change since the last time; None stands for a first time. Where the verdict `warns`, no arrow points up."""
    if points is None:
        return format_html('<span class="delta is-flat">{}</span>', pgettext("no change, for the first time", "first"))
    if points == 0:
        return format_html('<span class="delta is-flat">{}</span>', _("no change"))
    if points > 0 and warns:
        return format_html('<span class="delta is-flat">+{}</span>', points)
    direction = "up" if points > 0 else "down"
    said = pgettext("more points than before", "up") if points > 0 else pgettext("fewer points than before", "down")
    return format_html(
        '<span class="delta is-{}">{} <span class="vh">{} </span>{}</span>',
        direction,
        icon(direction),
        said,
        abs(points),
    )


@register.simple_tag
@lru_cache
def initials(name: str) -> SafeString:
    """The first letters of the first and the last word of a name."""
    words = str(name).split()
    letters = "".join(word[0] for word in dict.fromkeys((*words[:1], *words[-1:])))
    return format_html('<span class="initials" aria-hidden="true">{}</span>', str(letters).upper())


@register.simple_tag
def person(name: str) -> SafeString:
    return format_html('<span class="person">{}{}</span>', initials(str(name)), str(name))


@register.simple_tag
def field(bound: BoundField) -> SafeString:
    """One labeled control with its hint before it and its error after it."""
    if isinstance(bound.field.widget, CheckboxInput):
        return format_html('<label class="check">{} <span>{}</span></label>', bound, bound.label)
    control = bound.as_widget(attrs={"class": "input"})
    optional = "" if bound.field.required else format_html(' <span class="opt">{}</span>', _("optional"))
    hint = format_html('<p class="hint" id="{}_helptext">{}</p>', bound.auto_id, bound.help_text)
    error = format_html(
        '<p class="field__error" id="{}_error">{}<span>{}</span></p>',
        bound.auto_id,
        icon("alert"),
        format_html_join(" ", "{}", ((message,) for message in bound.errors)),
    )
    return format_html(
        '<div class="field"><label for="{}">{}{}</label>{}{}{}</div>',
        bound.id_for_label,
        bound.label,
        optional,
        hint if bound.help_text else "",
        control,
        error if bound.errors else "",
    )


IN_WORDS = 9  # the most that a heading counts in words


@register.simple_tag
def error_summary(form: BaseForm) -> SafeString:
    """What to correct in a form, each line a link to its control; the focus goes there when the page opens."""
    first = next(iter(form), None)
    problems = [(first.id_for_label if first else "", message) for message in form.non_field_errors()]
    problems += [(bound.id_for_label, message) for bound in form for message in bound.errors]
    if not problems:
        return SafeString("")
    count = len(problems)
    number = capitalized(number_word(count)) if count <= IN_WORDS else str(count)
    heading = ngettext("{number} thing to correct", "{number} things to correct", count).format(number=number)
    items = ((target, strip_tags(message)) for target, message in problems)
    return format_html(
        '<div class="errors" role="alert" tabindex="-1" autofocus aria-labelledby="errors-title">'
        '<h2 id="errors-title">{}</h2><ul>{}</ul></div>',
        heading,
        format_html_join("", '<li><a href="#{}">{}</a></li>', items),
    )


@register.simple_tag
def chart(figure: dict[str, Any], title: str, size: str = "half") -> SafeString:
    """A Plotly figure as static SVG, with its data beside it for the script that makes it interactive on demand.

    `title` is the finding in a sentence; the numbers belong in a table next to the chart.
    """
    return _chart(json.dumps(figure), str(title), size)


@kept_by_language()
def _chart(figure_json: str, title: str, size: str) -> SafeString:
    figure = json.loads(figure_json)
    return format_html(
        '<figure class="chart chart--{}" data-chart>'
        '<div class="chart__plot">{}<div class="chart__live" hidden></div></div>{}</figure>',
        size,
        mark_safe(svg.render_page(figure, title=title, size=size)),  # noqa: S308  svg.py escapes its text
        json_script(figure),
    )


@register.simple_tag
def chart_head() -> SafeString:
    """What a page with charts needs in its head: plotly's styles, so that it inserts none, and the script."""
    return format_html(
        '<link rel="stylesheet" href="{}" id="plotly.js-style-global" class="no-inline-styles">'
        '<script src="{}" data-plotly="{}" defer></script>',
        static("css/plotly.css"),
        static("js/charts.js"),
        static("plotly/plotly.min.js"),
    )


# By the folder of a page's template, the style sheets of its feature; those that many features share come first.
SHEETS = {
    **dict.fromkeys(("account", "accounts", "mfa", "socialaccount", "usersessions"), ("account",)),
    "api": ("working", "api"),
    "dashboards": ("working", "portfolio", "dashboards"),
    "economics": ("working", "economics"),
    "figures": ("working",),
    "handbook": ("working", "handbook"),
    "organizations": ("working", "organizations"),
    "reports": ("working", "reports"),
    "roadmaps": ("working", "roadmaps"),
    "rounds": ("working", "rounds"),
    "scorecards": ("working", "scorecards"),
    "vendors": ("working", "vendors"),
    "webhooks": ("working", "webhooks"),
}
# The pages that are opened first do without what they do not show.
SHEETS_OF_PAGE = {
    name: ("portfolio", "dashboards")
    for name in ("dashboards/organization_list.html", "dashboards/organization_list_empty.html")
}


@register.simple_tag(takes_context=True)
def feature_sheets(context: Context) -> SafeString:
    """The style sheets of the page's feature: what nobody opened is not sent."""
    return _sheets(context.template.name or "")


@lru_cache(maxsize=512)
def _sheets(template_name: str) -> SafeString:
    names = SHEETS_OF_PAGE.get(template_name) or SHEETS.get(template_name.partition("/")[0], ())
    return format_html_join(
        "\n  ", '<link rel="stylesheet" href="{}">', ((static(f"css/{name}.css"),) for name in names)
    )


@register.simple_tag
def version() -> str:
    """The version of the product, as `pyproject.toml` has it."""
    return str(settings.VERSION)
