"""Which reader reads a file: told by its content, never by its name. `contract` says what a format's module offers."""

import csv
import io
from decimal import Context, localcontext
from pathlib import Path
from typing import BinaryIO

from assessments.readers import cost, llm, load, metrics, network, power, scheduler, storage
from assessments.readers.contract import Module
from assessments.readers.reading import Format, Reading
from assessments.readers.source import HEAD, Source, TooLargeError
from assessments.readers.text import label, listed

MALFORMED = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError, csv.Error)
UNKNOWN = "unknown"
EXACT = Context(prec=60)


FOLDERS = (load, llm, metrics, storage, network, power, scheduler, cost)
MODULES: tuple[Module, ...] = tuple(module for folder in FOLDERS for module in folder.MODULES)
FORMATS: tuple[Format, ...] = tuple(module.FORMAT for module in MODULES)
TEXTS = tuple(module for module in MODULES if module.FORMAT.words or module.FORMAT.marks or not module.FORMAT.keys)
ALWAYS = frozenset(module for module in TEXTS if not module.FORMAT.words and not module.FORMAT.marks)
BY_MARK = tuple((mark, module) for module in TEXTS for mark in map(str.encode, module.FORMAT.marks))
BY_WORD: dict[str, list[Module]] = {}
BY_KEY: dict[str, list[Module]] = {}
for _module in MODULES:
    for _word in _module.FORMAT.words:
        BY_WORD.setdefault(_word, []).append(_module)
    for _key in _module.FORMAT.keys:
        BY_KEY.setdefault(_key, []).append(_module)
PACKED = (
    (b"\x1f\x8b", "gzip"),
    (b"PK\x03\x04", "zip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
)


def read(data: bytes, *, name: str = "") -> Reading:
    """The reading of a file's bytes. It never raises; `name` decides nothing, it only stands in a sentence."""
    return _read(Source(io.BytesIO(data), len(data)), name)


def read_file(file: BinaryIO, size: int, *, name: str = "") -> Reading:
    """The reading of an open file of `size` bytes, as `read` has it: tables are read row by row."""
    return _read(Source(file, size), name)


def read_path(path: Path) -> Reading:
    """The reading of a file of any size: tables are read row by row. Raises OSError where the file cannot be opened."""
    with path.open("rb") as file:
        return _read(Source(file, path.stat().st_size), path.name)


def _read(source: Source, name: str) -> Reading:
    called = label(name) or "This file"
    if not source.beginning.strip():
        return _unknown(f"{called} is empty.")
    for magic, packing in PACKED:
        if source.beginning.startswith(magic):
            return _unknown(f"{called} is packed ({packing}): unpack it first.")
    if source.encoding is None:
        return _unknown(f"{called} is not text, so no figure can be read from it.")
    with localcontext(EXACT):
        try:
            return _recognized(source, called)
        except TooLargeError:
            return _unknown(f"{called} is too large to be read at once: give the summary that the tool writes.")


def _recognized(source: Source, called: str) -> Reading:
    matching = [module for module in _candidates(source) if _matches(module, source)]
    tools = list(dict.fromkeys(module.FORMAT.tool for module in matching))
    if len(tools) > 1:
        return _unknown(f"{called} holds the output of {listed(tools)}: give each one its own file.")
    if not matching:
        if source.broken_json:
            return _unknown(f"{called} begins as JSON that is broken or cut off, so no figure is read from it.")
        return _unknown(f"{called} is of no format that is read here. It begins: “{label(source.first_line)}”")
    module = matching[0]
    try:
        return module.read(source)
    except MALFORMED:
        form = module.FORMAT
        sentence = f"{called} looks like {form.title}, but is not written as {form.tool} writes it: no figure is read."
        return Reading(format=form.slug, tool=form.tool, refusals=(sentence,))


def _candidates(source: Source) -> list[Module]:
    """The modules that the file has a key, a word or a mark of, and those that name none, in their order."""
    asked = {module for key in BY_KEY.keys() & source.keys for module in BY_KEY[key]}
    if source.size > HEAD:  # a word may stand further down
        asked.update(TEXTS)
    elif not source.is_json:  # what stands in the strings of a JSON document is no text of a tool
        asked |= ALWAYS
        asked.update(module for word in BY_WORD.keys() & source.head.split() for module in BY_WORD[word])
        asked.update(module for mark, module in BY_MARK if mark in source.plain)
    return [module for module in MODULES if module in asked]


def _matches(module: Module, source: Source) -> bool:
    try:
        return module.recognize(source)
    except MALFORMED:
        return False


def _unknown(sentence: str) -> Reading:
    return Reading(format=UNKNOWN, refusals=(sentence,))
