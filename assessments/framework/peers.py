"""A CISO Assistant library as a framework: a category of each requirement, or of each section where they are many.

Read are libraries with a scale from 0 to 2. What such a library has and a framework has no place for is listed.
"""

import dataclasses
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from assessments.framework.documents import SafeLoader, refuse_aliases
from assessments.framework.errors import FrameworkError
from assessments.framework.files import Texts
from assessments.framework.loader import current
from assessments.framework.rules import LONGEST_SHORT_NAME, LONGEST_STATEMENT, OWN
from assessments.framework.workbook import WrittenOut

MOST_BYTES = 20 * 1024 * 1024
SHARE = 0.625  # of the maximum, where the product's own line stands
LONGEST_KEY = 60
Tree = dict[str, Any]

SCALE = {
    "risk_label": "AI spending risk",
    "incomplete": "A scorecard with open categories is a range: from what is earned to what can still be earned.",
    "open_or_zero": "Leave a category open while nobody has asked. Score 0 when nothing could be shown.",
    "seen_not_said": "A thing counts when the scorer saw it: a document, a screen, a meter, or a demonstration.",
}


def read_library(path: Path) -> tuple[Texts, tuple[str, ...]]:
    """The texts of the framework, and what of the library was not carried, in a line each."""
    library = _parsed(path)
    peer = _framework(path.name, library)
    nodes = [node for node in peer.get("requirement_nodes") or () if isinstance(node, dict)]
    chosen, is_sections = _categories(path.name, nodes)
    levels = _levels(path.name, peer)
    keys: set[str] = set()
    categories = [_category(node, below, levels, _free(_slug(_name(node)), keys)) for node, below in chosen]
    maximum = 2 * len(categories)
    line = max(1, round(maximum * SHARE))
    key = _slug(str(peer.get("ref_id") or library.get("ref_id") or library.get("name")))
    title = str(peer.get("name") or library.get("name"))[:120]
    tree = {
        "framework": {
            "key": key if key != "ai-infrastructure" else f"{key}-library",
            "version": str(library.get("version") or 1),
            "title": title,
            "summary": str(peer.get("description") or library.get("description") or title),
        },
        "scale": {
            "levels": [{"level": n, "label": name, "meaning": meaning} for n, (name, meaning) in enumerate(levels)],
            "max_score": maximum,
            "risk_threshold": line,
            **SCALE,
        },
        "facts": [dataclasses.asdict(fact) for fact in current().facts],
        "categories": categories,
    }
    text = yaml.dump(tree, sort_keys=False, allow_unicode=True, width=100, Dumper=WrittenOut)
    left = (f"It names no line: {line} of {maximum} points was taken, as high as the product's own. Change it.",)
    return {"scorecard.yaml": text}, (*left, *_left(library, peer, nodes, is_sections=is_sections))


def _parsed(path: Path) -> Tree:
    if path.stat().st_size > MOST_BYTES:
        raise FrameworkError(path.name, "", f"the file is too large; {MOST_BYTES:,} bytes are the most")
    try:
        text = path.read_text(encoding="utf-8-sig")
        refuse_aliases(path.name, text)
        library = yaml.load(text, Loader=SafeLoader)  # noqa: S506  a safe loader, whichever there is
    except (UnicodeDecodeError, yaml.YAMLError, RecursionError, ValueError) as error:
        raise FrameworkError(path.name, "", f"not valid YAML: {error}") from error
    if not isinstance(library, dict) or not isinstance(library.get("objects"), dict):
        raise FrameworkError(path.name, "", "is no CISO Assistant library: it has no objects")
    return library


def _framework(file: str, library: Tree) -> Tree:
    """The library's framework; older libraries have one, newer ones may have a list."""
    objects = library["objects"]
    found = [each for each in (objects.get("framework"), *(objects.get("frameworks") or ())) if isinstance(each, dict)]
    if len(found) != 1:
        raise FrameworkError(file, "", f"must have one framework, not {len(found)}")
    return found[0]


def _levels(file: str, peer: Tree) -> list[tuple[str, str]]:
    """Name and meaning of 0, 1 and 2."""
    scale = (peer.get("min_score", 0), peer.get("max_score", 100))
    if scale != (0, 2):
        raise FrameworkError(file, "", f"its scale is from {scale[0]} to {scale[1]}; only one from 0 to 2 comes in")
    defined = peer.get("scores_definition") or ()
    entries = defined.get("scale") or () if isinstance(defined, dict) else defined
    known = {entry.get("score"): entry for entry in entries if isinstance(entry, dict)}
    found = []
    for level in range(3):
        entry = known.get(level, {})
        name = str(entry.get("name") or f"Level {level}")
        found.append((name, str(entry.get("description") or name)))
    return found


def _categories(file: str, nodes: list[Tree]) -> tuple[list[tuple[Tree, list[Tree]]], bool]:
    """What becomes a category, each with the requirements that it is made of, and whether these are sections."""
    assessed = [node for node in nodes if node.get("assessable")]
    if len(assessed) in OWN.categories:
        return [(node, []) for node in assessed], False
    parents = {node.get("urn"): node.get("parent_urn") for node in nodes}
    below: dict[Any, list[Tree]] = {}
    for node in assessed:
        below.setdefault(_top(node.get("urn"), parents), []).append(node)
    sections = [(node, below[node.get("urn")]) for node in nodes if node.get("urn") in below]
    if len(sections) not in OWN.categories:
        least, most = OWN.categories[0], OWN.categories[-1]
        reason = f"has {len(assessed)} requirements in {len(sections)} sections; {least} to {most} of either come in"
        raise FrameworkError(file, "", reason)
    return sections, True


def _top(urn: Any, parents: Mapping[Any, Any]) -> Any:
    seen = set()
    while parents.get(urn) in parents and urn not in seen:
        seen.add(urn)
        urn = parents[urn]
    return urn


def _category(node: Tree, below: list[Tree], levels: list[tuple[str, str]], key: str) -> Tree:
    name, said = _name(node), str(node.get("description") or _name(node))
    evidence = [str(each["typical_evidence"]) for each in (node, *below) if each.get("typical_evidence")]
    asked = list(dict.fromkeys(_asked(each) for each in (below or [node])))
    statements = [_statement(meaning, name) for _, meaning in levels]
    return {
        "key": key,
        "name": name[:120],
        "short_name": _short(node, name),
        "question": f"{name}: what can be shown?",
        "why": said,
        "levels": [{"level": n, "statement": statement} for n, statement in enumerate(statements)],
        "counts": [f"{label}: {meaning}" for label, meaning in levels],
        "evidence": evidence or ["What shows it: a document, a screen, a meter, or a demonstration."],
        "probes": asked,
        "red_flags": ["Nothing written, measured, or demonstrated can be shown."],
        "actions": {
            "to_1": [_action(key, name, 1, statements[1], "days-30")],
            "to_2": [_action(key, name, 2, statements[2], "days-60")],
        },
    }


def _action(key: str, name: str, level: int, statement: str, phase: str) -> Tree:
    return {
        "key": f"{key[: LONGEST_KEY - 5]}-to-{level}",
        "title": f"Bring {name[:80]} to {level}",
        "detail": statement,
        "phase": phase,
        "effort": "M",
        "owner_role": "platform-engineering",
        "done_when": statement,
    }


def _name(node: Tree) -> str:
    words = (node.get("name"), str(node.get("description") or "").strip().partition("\n")[0], node.get("ref_id"))
    return " ".join(str(next((word for word in words if word), "Requirement")).split())[:160]


def _asked(node: Tree) -> str:
    number = f"{node['ref_id']}: " if node.get("ref_id") else ""
    return f"{number}{node.get('description') or _name(node)}".strip()


def _short(node: Tree, name: str) -> str:
    number = str(node.get("ref_id") or "")
    if len(name) > LONGEST_SHORT_NAME and 0 < len(number) <= LONGEST_SHORT_NAME:
        return number
    words = name.split()
    beginnings = (" ".join(words[:n]) for n in range(len(words), 0, -1))
    return next((part for part in beginnings if len(part) <= LONGEST_SHORT_NAME), name[:LONGEST_SHORT_NAME])


def _statement(meaning: str, name: str) -> str:
    """What a level means, as far as it can be weighed at one reading; `counts` has all of it."""
    words = meaning.split()
    return " ".join(words) if len(words) <= LONGEST_STATEMENT else " ".join([*words[: LONGEST_STATEMENT - 1], "…"])


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub("[^a-z0-9]+", "-", plain)[:48].strip("-") or "requirement"


def _free(key: str, taken: set[str]) -> str:
    found = next(each for each in (key, *(f"{key}-{n}" for n in range(2, 100))) if each not in taken)
    taken.add(found)
    return found


def _left(library: Tree, peer: Tree, nodes: Iterable[Tree], *, is_sections: bool) -> Iterator[str]:
    if is_sections:
        yield "Levels of single requirements: each section is a category, and its requirements are the probes."
    else:
        sections = sum(not node.get("assessable") for node in nodes)
        if sections:
            yield f"{sections} sections that only group requirements."
    for name, what in (
        ("translations", "Translations"),
        ("implementation_groups", "Implementation groups"),
        ("weight", "Weights"),
        ("questions", "Questions with fixed answers"),
        ("reference_controls", "Reference controls"),
        ("threats", "Threats"),
        ("annotation", "Annotations"),
    ):
        number = sum(bool(node.get(name)) for node in nodes)
        if number:
            yield f"{what} of {number} requirements or sections."
    if library.get("translations") or peer.get("translations"):
        yield "Translations of the library's name and description."
    objects = sorted(set(library["objects"]) - {"framework", "frameworks"})
    if objects:
        yield f"What else the library has: {', '.join(objects)}."
    if library.get("copyright"):
        yield f"Its copyright, which holds for you as well: {' '.join(str(library['copyright']).split())[:200]}"
