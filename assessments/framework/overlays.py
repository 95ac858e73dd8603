"""A framework in another language: files beside a version's own, in a folder named by the language.

`2026.2/de/scorecard.yaml` has the keys of `2026.2/scorecard.yaml` and of each only what people read. In a list of
entries each one begins with what tells it from the others (`key`, `level`, `value`, `number`, `function`); entries
without any stand in the order of the original. What is left out stays English, and is counted (`untranslated`).
"""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

import yaml

from assessments.framework.definitions import Calculator, CalculatorResult, Decider, MiniCase, Reference
from assessments.framework.documents import Document, open_document, read_pairs, read_text

Content = TypeVar("Content")
LANGUAGES = ("de", "fr", "es")
IDENTITIES = ("key", "level", "value", "number", "function")
UNREAD = {(CalculatorResult, "formula"), (MiniCase, "formula"), (Reference, "url")}


@dataclass(frozen=True, slots=True)
class TranslatedDecider(Decider):
    """Its period is read from the original: "within three months" is English."""

    original_months: int = 0

    @property
    def months(self) -> int:
        return self.original_months


@dataclass(frozen=True, slots=True)
class Overlay:
    document: Document
    said: set[str] = field(default_factory=set)  # the place of each text that is translated


def overlaid(content: Content, path: Path) -> Content:
    """The content of a file as that of `path` says it; as it is if there is none. FrameworkError for what is wrong."""
    return _overlaid(content, path)[0]


def untranslated(content: object, path: Path) -> list[str]:
    """The places of all texts that the file does not have, such as `categories[cost-model].question`."""
    said = _overlaid(content, path)[1]
    return [place for place in texts_in(content) if place not in said]


def _overlaid(content: Content, path: Path) -> tuple[Content, set[str]]:
    if not path.exists():
        return content, set()
    document, root = open_document(path)
    overlay = Overlay(document)
    return cast(Content, _entry(overlay, root, "", content, "")), overlay.said


def texts_in(value: Any, place: str = "") -> Iterator[str]:
    """The places of all texts of a definition that people read."""
    for name, inner, kind in _read_fields(value):
        there = f"{place}.{name}" if place else name
        if kind == "text":
            if inner:
                yield there
        elif kind == "texts":
            yield from (f"{there}[{n}]" for n in range(len(inner)))
        elif kind == "entry":
            yield from texts_in(inner, there)
        else:
            for n, each in enumerate(inner):
                yield from texts_in(each, f"{there}[{_identity(each) or n}]")


def _identity(value: Any) -> str:
    return next((str(getattr(value, name)) for name in IDENTITIES if getattr(value, name, "") != ""), "")


@cache
def _kinds(shape: Any) -> dict[str, str]:
    """What each field is that holds something to read: a text, texts, an entry, entries."""
    kinds = {}
    hints = get_type_hints(shape, include_extras=True)
    for each in dataclasses.fields(shape):
        hint = hints[each.name]
        inner = get_args(hint)[0] if get_origin(hint) is tuple else None
        if hint is str and (shape, each.name) not in UNREAD and each.name not in IDENTITIES:
            kinds[each.name] = "text"
        elif inner is str:
            kinds[each.name] = "texts"
        elif dataclasses.is_dataclass(hint):
            kinds[each.name] = "entry"
        elif inner is not None and dataclasses.is_dataclass(inner):
            kinds[each.name] = "entries"
    if shape is Calculator:
        kinds.pop("examples", None)
    return kinds


def _read_fields(value: Any) -> Iterator[tuple[str, Any, str]]:
    for name, kind in _kinds(type(value)).items():  # type: ignore[arg-type]
        yield name, getattr(value, name), kind


def _entry(overlay: Overlay, node: yaml.Node, path: str, value: Any, place: str) -> Any:
    document, changes = overlay.document, {}
    kinds = _kinds(type(value))  # type: ignore[arg-type]
    for name, inner, child in read_pairs(document, node, path):
        document.lines[inner] = child.start_mark.line + 1
        there = f"{place}.{name}" if place else name
        if name in IDENTITIES and hasattr(value, name):
            if str(document.construct(child)) != str(getattr(value, name)):
                document.fail(inner, f'must be "{getattr(value, name)}", as in the original')
        elif name not in kinds:
            document.fail(inner, f'"{name}" is not translated; what is, is {", ".join(kinds)}')
        else:
            changes[name] = _value(overlay, child, inner, getattr(value, name), kinds[name], there)
    if type(value) is Decider:
        plain = {each.name: getattr(value, each.name) for each in dataclasses.fields(value)}
        return TranslatedDecider(**{**plain, **changes}, original_months=value.months)
    return replace(value, **changes)


def _value(overlay: Overlay, node: yaml.Node, path: str, value: Any, kind: str, place: str) -> Any:
    document = overlay.document
    if kind == "text":
        overlay.said.add(place)
        return read_text(document, node, path)
    if kind == "entry":
        return _entry(overlay, node, path, value, place)
    if not isinstance(node, yaml.SequenceNode):
        document.fail(path, "must be a list")
    nodes = [(child, f"{path}[{n}]") for n, child in enumerate(node.value)]
    for child, inner in nodes:
        document.lines[inner] = child.start_mark.line + 1
    if kind == "texts":
        if len(nodes) != len(value):
            document.fail(path, f"must have {len(value)} texts as the original, not {len(nodes)}")
        overlay.said.update(f"{place}[{n}]" for n in range(len(value)))
        return tuple(read_text(document, child, inner) for child, inner in nodes)
    return _entries(overlay, nodes, path, value, place)


def _entries(overlay: Overlay, nodes: list[tuple[yaml.Node, str]], path: str, value: Any, place: str) -> Any:
    document, said = overlay.document, list(value)
    if not said or not _identity(said[0]):
        if len(nodes) != len(said):
            document.fail(path, f"must have {len(said)} entries as the original, not {len(nodes)}")
        pairs = zip(nodes, said, strict=True)
        return tuple(_entry(overlay, n, p, each, f"{place}[{i}]") for i, ((n, p), each) in enumerate(pairs))
    places = {_identity(each): n for n, each in enumerate(said)}
    for child, inner in nodes:
        named = {name: v for name, _, v in read_pairs(document, child, inner)}
        identity = next((str(document.construct(named[name])) for name in IDENTITIES if name in named), "")
        if identity not in places:
            document.fail(inner, f'the original has no entry "{identity[:60]}"')
        n = places[identity]
        said[n] = _entry(overlay, child, inner, said[n], f"{place}[{identity}]")
    return tuple(said)
