"""The file as the readers see it: its beginning, its text, its lines, its JSON. Bounded in time and memory."""

import io
from codecs import BOM_UTF16_BE
from collections.abc import Iterator
from functools import cached_property
from typing import BinaryIO

from assessments.readers import documents, text

HEAD = 256 * 1024
MAX_TEXT = 64 * 1024 * 1024
SMALL = 8 * 1024 * 1024
TAIL = 32 * 1024
CHUNK = 256 * 1024
MAX_LINE = 1024 * 1024


class TooLargeError(Exception):
    """The text has to be read at once and is larger than that allows."""


class Source:
    """One file. `head` is the beginning, `text` all of it; a format of many rows reads `lines()` instead."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self.file = file
        self.size = size

    @cached_property
    def beginning(self) -> bytes:
        self.file.seek(0)
        return self.file.read(HEAD)

    @cached_property
    def encoding(self) -> str | None:
        """None for what is no text."""
        return text.encoding_of(self.beginning)

    @cached_property
    def head(self) -> str:
        """The beginning as text; of a long file its end, too, for a tool may say much before its result."""
        if not self.encoding:
            return ""
        head = text.decode(self.beginning, self.encoding)
        if self.size <= len(self.beginning):
            return head
        self.file.seek(max(self.size - TAIL, len(self.beginning)) & ~1)  # on a whole character of UTF-16
        encoding = "utf-16-be" if self.beginning.startswith(BOM_UTF16_BE) else self.encoding.removesuffix("-sig")
        return f"{head}\n{text.decode(self.file.read(TAIL), encoding)}"

    @cached_property
    def plain(self) -> bytes:
        """The beginning as the bytes of UTF-8, without colors: what is quick to be searched for words."""
        clean = self.encoding == "utf-8" and b"\x1b" not in self.beginning and b"\r" not in self.beginning
        return self.beginning if clean else self.head.encode("utf-8", "replace")

    @cached_property
    def head_lines(self) -> list[str]:
        """The first lines, without the blanks at their ends and without empty ones."""
        return [bare for line in self.head.split("\n") if (bare := line.rstrip())]

    @cached_property
    def first_line(self) -> str:
        return self.head_lines[0] if self.head_lines else ""

    @cached_property
    def text(self) -> str:
        if self.size <= len(self.beginning):
            return self.head
        if self.size > MAX_TEXT:
            raise TooLargeError
        self.file.seek(0)
        return text.decode(self.file.read(MAX_TEXT), self.encoding or "utf-8")

    def lines(self) -> Iterator[str]:
        """Every line from the first, without its end, read as it is needed."""
        if self.encoding is None:
            return
        self.file.seek(0)
        errors = "as-windows-1252" if self.encoding.startswith("utf-8") else "replace"
        reader = io.TextIOWrapper(self.file, encoding=self.encoding, errors=errors, newline=None)
        rest = ""
        try:
            while chunk := reader.read(CHUNK):
                rest += text.clean(chunk)
                *whole, rest = rest.split("\n")
                yield from whole
                if len(rest) > MAX_LINE:
                    yield rest
                    rest = ""
            if rest:
                yield rest
        finally:
            reader.detach()

    @cached_property
    def _documents(self) -> documents.Documents:
        if "{" not in self.head and "[" not in self.head:
            return documents.Documents()
        if self.size <= SMALL:
            return documents.parse(self.text)
        found = documents.parse(text.decode(self.beginning, self.encoding or "utf-8"))
        if len(found.found) >= 3:  # one a line: the beginning shows what they are
            return documents.Documents(found.found)
        return documents.parse(self.text) if found.found or found.broken else documents.Documents()

    @cached_property
    def objects(self) -> list[documents.Object]:
        """The JSON objects in the file; of very many lines of JSON the first ones."""
        return [document for document in self._documents.found if isinstance(document, dict)]

    @cached_property
    def arrays(self) -> list[list[object]]:
        return [document for document in self._documents.found if isinstance(document, list)]

    @cached_property
    def keys(self) -> set[str]:
        """The keys at the top of every JSON object, those in an array included."""
        found: set[str] = set()
        found.update(*self.objects, *(entry for array in self.arrays for entry in array if isinstance(entry, dict)))
        return found

    @property
    def is_json(self) -> bool:
        """The whole file is JSON, and nothing stands before, between or behind."""
        return self._documents.alone and self.size <= SMALL

    @property
    def broken_json(self) -> bool:
        """A JSON document begins and cannot be read to its end."""
        return self._documents.broken
