"""YAML files read into the dataclasses of `definitions`, with the line of every value kept for error messages."""

import dataclasses
import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn, TypeVar, cast, get_args, get_origin, get_type_hints

import yaml

from assessments.framework.errors import FrameworkError

SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C, where it was built, is ten times as fast

LONGEST_QUOTE = 40  # characters of a wrong value that an error message quotes
MOST_BYTES = 2 * 1024 * 1024  # of one file: twenty times what the product's own have
MAY_BE_ALIAS = re.compile(r"(?:^|[\s\[{,:-])[&*]\w")
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
PLAIN_TAGS = ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")

Content = TypeVar("Content")


@dataclass(frozen=True, slots=True)
class Format:
    """Annotates a text that has a form: a pattern, a length the database columns have room for, and a specimen."""

    pattern: str
    longest: int
    like: str


@dataclass(frozen=True, slots=True)
class KeyOf:
    """Annotates a text that must be the key of an entry of the named dataclass, in whichever file."""

    kind: str


@dataclass(frozen=True, slots=True)
class Document:
    """One file while it is read and checked.

    A path names a place in it, such as categories[2].key. `lines` has the line of each path, `keys` the path and key of
    each entry that has one, by dataclass, and `references` the path, dataclass and key of each reference to an entry.
    """

    file: str
    construct: Callable[[yaml.Node], Any]
    lines: dict[str, int] = field(default_factory=dict)
    keys: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    references: list[tuple[str, str, str]] = field(default_factory=list)
    is_own: bool = True  # not taken from another framework, where its own is left out

    def fail(self, path: str, reason: str) -> NoReturn:
        place = f"line {self.lines[path]}, {path}" if path else "line 1"
        raise FrameworkError(self.file, place, reason)


def read_document(path: Path, shape: type[Content]) -> tuple[Content, Document]:
    """Read a YAML file into `shape`. Refuses what the shape does not say: a key too many or too few, a wrong type."""
    document, root = open_document(path)
    return cast(Content, _read_entry(document, root, "", shape)), document


def open_document(path: Path) -> tuple[Document, yaml.Node]:
    """A YAML file and its outermost node. FrameworkError for what cannot be read, or holds too much."""
    file = "/".join(path.parts[-3:])
    try:
        if (size := path.stat().st_size) > MOST_BYTES:
            raise FrameworkError(file, "", f"the file has {size:,} bytes; {MOST_BYTES:,} are the most")
        text = path.read_text(encoding="utf-8")
        refuse_aliases(file, text)
        loader = SafeLoader(text)
        root = loader.get_single_node()
    except (OSError, UnicodeDecodeError) as error:
        raise FrameworkError(file, "", f"the file cannot be read: {error}") from error
    except yaml.YAMLError as error:
        raise _not_yaml(file, text, error) from error
    document = Document(file, loader.construct_object)
    if root is None:
        document.fail("", "the file is empty")
    return document, root


def refuse_aliases(file: str, text: str) -> None:
    """Every text stands where it is read. An alias would hide it, and a few of them can stand for millions."""
    if not MAY_BE_ALIAS.search(text):
        return
    for event in yaml.parse(text, Loader=SafeLoader):
        if name := getattr(event, "anchor", None):
            reason = f'write out what the name "{name}" stands for; anchors and aliases are not read'
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise FrameworkError(file, f"line {line}", reason)


def _not_yaml(file: str, text: str, error: yaml.YAMLError) -> FrameworkError:
    mark = getattr(error, "problem_mark", None)
    reason = getattr(error, "problem", None) or str(error)
    if mark and "\t" in "".join(text.splitlines()[mark.line : mark.line + 1])[: mark.column + 1]:
        reason = f"{reason}; there is a tab, where only spaces may stand"
    return FrameworkError(file, f"line {mark.line + 1}" if mark else "", f"not valid YAML: {reason}")


def _read(document: Document, node: yaml.Node, path: str, shape: Any) -> Any:
    """The value of a node, as the annotation `shape` wants it."""
    document.lines[path] = node.start_mark.line + 1
    origin = get_origin(shape)
    if dataclasses.is_dataclass(shape):
        return _read_entry(document, node, path, cast(type, shape))
    if origin is tuple:
        return _read_tuple(document, node, path, get_args(shape)[0])
    value = _scalar(document, node, path)
    if origin is Literal:
        return _choice(document, path, value, get_args(shape))
    if origin is Annotated:
        return _formed_text(document, path, value, shape.__metadata__[0])
    return _READERS[shape](document, path, value)


def _read_entry(document: Document, node: yaml.Node, path: str, shape: type) -> Any:
    """A mapping as a dataclass."""
    known, required = _fields(shape)
    values = {}
    for name, inner, value in read_pairs(document, node, path):
        if name not in known:
            document.fail(inner, f'unknown key "{name}"; known are {", ".join(known)}')
        values[name] = _read(document, value, inner, known[name])
    missing = [name for name in required if name not in values]
    if missing:
        document.fail(path, f"missing {', '.join(missing)}")
    if "key" in values:
        document.keys[shape.__name__].append((f"{path}.key", values["key"]))
    return shape(**values)


@cache
def _fields(shape: type) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The annotation of every field, and the names of those that have no default."""
    fields = dataclasses.fields(shape)
    required = tuple(f.name for f in fields if f.default is dataclasses.MISSING)
    return get_type_hints(shape, include_extras=True), required


def _read_tuple(document: Document, node: yaml.Node, path: str, shape: Any) -> tuple[Any, ...]:
    """A list; or a mapping of names to values, where the items wanted are pairs."""
    if get_origin(shape) is tuple:
        pairs = read_pairs(document, node, path)
        return tuple((name, _read(document, value, inner, get_args(shape)[1])) for name, inner, value in pairs)
    _refuse_tag(document, node, path)
    if not isinstance(node, yaml.SequenceNode):
        document.fail(path, f"must be a list, not {_shown(_scalar(document, node, path))}")
    if not node.value:
        document.fail(path, "must not be empty")
    return tuple(_read(document, item, f"{path}[{index}]", shape) for index, item in enumerate(node.value))


def read_pairs(document: Document, node: yaml.Node, path: str) -> Iterator[tuple[str, str, yaml.Node]]:
    """Name, path and value of a mapping's entries; the path stands at the name's line until the value is read."""
    _refuse_tag(document, node, path)
    if not isinstance(node, yaml.MappingNode):
        document.fail(path, f"must be a mapping, not {_shown(_scalar(document, node, path))}")
    seen = set()
    for key, value in node.value:
        name = str(key.value) if isinstance(key, yaml.ScalarNode) else "?"
        inner = f"{path}.{name}" if path else name
        document.lines[inner] = key.start_mark.line + 1
        if name in seen:
            document.fail(inner, f'the key "{name}" stands here a second time')
        seen.add(name)
        yield name, inner, value


def _refuse_tag(document: Document, node: yaml.Node, path: str) -> None:
    if isinstance(node, yaml.CollectionNode) and node.tag not in PLAIN_TAGS:
        document.fail(path, f'has the tag "{node.tag[:LONGEST_QUOTE]}"; only plain lists and mappings are read')


def _scalar(document: Document, node: yaml.Node, path: str) -> Any:
    try:
        return document.construct(node)
    except (yaml.YAMLError, ValueError) as error:
        document.fail(path, f"not a value: {getattr(error, 'problem', None) or error}")


def _shown(value: object) -> str:
    """A wrong value as an error message names it."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"the number {value}"
        case str() if len(value) <= LONGEST_QUOTE:
            return f'"{value}"'
        case str():
            return "a longer text"
        case dict():
            return "a mapping"
        case _:
            return f"a {type(value).__name__}"


def _choice(document: Document, path: str, value: object, choices: tuple[str, ...]) -> object:
    if not isinstance(value, str) or value not in choices:
        named = ", ".join(f'"{choice}"' for choice in choices if choice)
        document.fail(path, f"must be one of {named}, not {_shown(value)}")
    return value


def _formed_text(document: Document, path: str, value: object, form: Format | KeyOf) -> str:
    text = _text(document, path, value)
    if isinstance(form, KeyOf):
        document.references.append((path, form.kind, text))
    elif not re.fullmatch(form.pattern, text):
        document.fail(path, f'must look like "{form.like}", not "{text}"')
    elif len(text) > form.longest:
        document.fail(path, f"must have {form.longest} characters at most, not {len(text)}")
    return text


def _text(document: Document, path: str, value: object) -> str:
    if not isinstance(value, str):
        document.fail(path, f"must be text, not {_shown(value)}")
    if not value.strip():
        document.fail(path, "must not be empty")
    if found := UNPRINTABLE.search(value):
        document.fail(path, f"has the character U+{ord(found[0]):04X}, which cannot be shown")
    return value


def read_text(document: Document, node: yaml.Node, path: str) -> str:
    """A text that may not be empty."""
    return _text(document, path, _scalar(document, node, path))


def _whole_number(document: Document, path: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        document.fail(path, f"must be a whole number, not {_shown(value)}")
    return value


def _number(document: Document, path: str, value: object) -> int | float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        document.fail(path, f"must be a number, not {_shown(value)}")
    return value


def _true_or_false(document: Document, path: str, value: object) -> bool:
    if not isinstance(value, bool):
        document.fail(path, f"must be true or false, not {_shown(value)}")
    return value


_READERS: dict[Any, Callable[[Document, str, object], object]] = {
    str: _text,
    int: _whole_number,
    int | float: _number,
    bool: _true_or_false,
}
