"""From a frozen snapshot to what the templates of the PDF show: its sections in the order that was chosen."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.reports import rulers
from assessments.reports.branding import brand_section
from assessments.reports.categories import category_block, rubric
from assessments.reports.choices import BY_KEY, PAPERS, Section, language_tag, speaking
from assessments.reports.glance import flags, glance
from assessments.reports.plan import plan_section
from assessments.reports.raters import raters_section
from assessments.reports.sentences import direction, month_words, no_widow, number, paragraphs
from assessments.reports.snapshot import Snapshot, digest, upgraded
from assessments.reports.summary import nothing_to_raise, score, summary
from assessments.reports.vendors import section as vendors_section

RUNNING_NAME = 44  # as many letters as stand beside the mark of a draft
LONG_NAME, VERY_LONG_NAME = 36, 72


def document(snapshot: Snapshot) -> dict[str, Any]:
    """The context of `reports/pdf/report.html`, which is rendered under `speaking(snapshot["choices"])`, too."""
    snapshot = upgraded(snapshot)
    with speaking(snapshot["choices"]):
        return _document(snapshot)


def _document(snapshot: Snapshot) -> dict[str, Any]:
    result, choices = snapshot["result"], snapshot["choices"]
    name = snapshot["organization"]["name"]
    first = (snapshot.get("steps") or {"items": ()})["items"]
    context = {
        "snapshot": snapshot,
        "choices": choices,
        "language_tag": language_tag(choices["language"]),
        "result": result,
        "made_on": date.fromisoformat(snapshot["made"]["on"]),
        "signed_off_on": _day(snapshot["scorecard"]["signed_off_on"]),
        "title": choices["title"]
        or _("AI infrastructure readiness, {assessment}").format(assessment=snapshot["scorecard"]["title"]),
        "recipient": choices["recipient"] or _("The board of {organization}").format(organization=name),
        "running_name": name if len(name) <= RUNNING_NAME else name[: RUNNING_NAME - 1].rstrip() + "…",
        "name_size": "longest" if len(name) > VERY_LONG_NAME else "long" if len(name) > LONG_NAME else "short",
        "name_direction": direction(name),
        "copy": digest(snapshot)[:12],
        "score": score(result),
        "unproven": result["total"] - result["proven_total"],
        "possible": result["high"] - result["total"],
        "has_deciders": any(category["deciders"] for category in snapshot["categories"]),
        "letter": paragraphs(snapshot["words"]["letter"]) if choices["has_letter"] else [],
        "ruler": _ruler(snapshot),
        "summary": summary(snapshot),
        "glance": glance(snapshot),
        "categories": [category_block(snapshot, category) for category in snapshot["categories"]],
        "categories_title": no_widow(_categories_title(snapshot)),
        "rubric": rubric(snapshot),
        "flags": flags(snapshot),
        "vendors": vendors_section(snapshot),
        "steps": _steps(snapshot),
        "brand": brand_section(snapshot),
        "use_cases": snapshot.get("use_cases"),
        "nist": snapshot.get("nist"),
        "raters": raters_section(snapshot.get("raters")),
        "plan": plan_section(snapshot.get("plan"), [step["title"] for step in first]),
        "glossary": _thirds(snapshot["glossary"]) if "categories" in choices["sections"] else [],
    }
    sections = _sections(context)
    contents = [section for section in sections if section["key"] not in ("cover", "summary")]
    return {**context, "sections": sections, "contents": contents, "papers": PAPERS}


def _sections(context: dict[str, Any]) -> list[dict[str, Any]]:
    """What was chosen and has something to show. What follows the cover or the summary begins a page in any case."""
    needs = {"vendors": "vendors", "answers": "vendors", "use-cases": "use_cases", "nist": "nist", "raters": "raters"}
    keys = [key for key in context["choices"]["sections"] if key not in needs or context[needs[key]]]
    sections = []
    for key, before in zip(keys, ["", *keys], strict=False):
        section = BY_KEY[key]
        is_new = before in ("", "cover", "summary") or not (section.follows or _flows(context, before))
        name = _plan_name(context, section)
        template = "reports/pdf/_steps.html" if key == "plan" and not context["plan"] else section.template
        sections.append({"key": key, "name": name, "template": template, "place": "on-page" if is_new else "follows"})
    return sections


def _flows(context: dict[str, Any], before: str) -> bool:
    """Whether what comes next stands below a section that leaves much of its last page."""
    return before == "use-cases" or (before == "flags" and bool(context["flags"]["is_long"]))


def _plan_name(context: dict[str, Any], section: Section) -> str:
    if section.key != "plan":
        return str(section.name)
    return _("30-60-90 day plan") if context["plan"] else _("What to do, in which order")


def _day(iso: str | None) -> date | None:
    return date.fromisoformat(iso) if iso else None


def _thirds(entries: Sequence[Any]) -> list[Sequence[Any]]:
    """Three columns to be read one after the other: CSS columns would be laid out several times to be of one height."""
    third = -(-len(entries) // 3)
    return [entries[place : place + third] for place in range(0, len(entries), third)] if entries else []


def _ruler(snapshot: Snapshot) -> SafeString:
    result, earlier = snapshot["result"], snapshot["earlier"]
    mark = {}
    if earlier and earlier["total"] == earlier["high"]:
        label = _("{total} in {month}").format(total=earlier["total"], month=month_words(earlier["on"]))
        mark = {"was": earlier["total"], "was_label": label}
    drawn = rulers.ruler(result["total"], result["high"], proven=result["proven_total"], **mark, **_scale(result))
    return mark_safe(drawn)  # noqa: S308


def _scale(result: Mapping[str, Any]) -> dict[str, int]:
    return {"maximum": result["maximum"], "line": result["threshold"]}


def _categories_title(snapshot: Snapshot) -> str:
    """What the pages of the categories hold, without praise: how many can still be raised or proven."""
    left = sum(category["proven"] < 2 for category in snapshot["categories"])
    if not left:
        said = _("All {count} categories are proven at 2; this is their proof.")
        return said.format(count=number(len(snapshot["categories"])))
    said = ngettext(
        "{count} category still lacks points; this is what would earn them.",
        "{count} categories still lack points; this is what would earn them.",
        left,
    )
    return said.format(count=number(left, capital=True))


def _steps(snapshot: Snapshot) -> dict[str, Any]:
    """The way from here while nothing is planned: the first steps of the summary, then what follows them."""
    frozen = snapshot.get("steps")
    result = snapshot["result"]
    way = (frozen.get("all") or frozen["items"]) if frozen else []
    title = _("Nothing is left to raise.") if not result["unscored"] else _("First ask what is still open.")
    if way and "total" in way[-1]:
        title = ngettext(
            "{count} step brings the proven score from {now} to {then}.",
            "{count} steps bring the proven score from {now} to {then}.",
            len(way),
        ).format(count=number(len(way), capital=True), now=result["proven_total"], then=way[-1]["total"])
    elif way or not frozen:
        title = _("What raises the score, in this order.")
    return {"title": no_widow(title), "items": way or _old_steps(snapshot), "outlook": nothing_to_raise(result)}


def _old_steps(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Of a snapshot frozen before it had the list: the actions of every gap, the lowest category first."""
    if snapshot.get("steps"):
        return []
    categories = {category["key"]: category for category in snapshot["categories"]}
    gaps = [categories[key] for key in snapshot["result"]["gaps"]]
    return [
        {
            "title": action["title"],
            "category": gap["name"],
            "gain": _("{name} to {level}").format(name=gap["short_name"], level=gap["next"]["level"]),
        }
        for gap in gaps
        for action in gap["next"]["actions"]
    ]
