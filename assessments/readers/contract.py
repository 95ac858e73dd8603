"""What a format's module offers.

A format is a module in the folder of what it serves, listed in `MODULES` of that folder's `__init__.py`. It offers

- `FORMAT`: a `Format`, what the module says of itself; its `keys`, `words` and `marks` spare asking the module about
  files that have none of them;
- `recognize(source) -> bool`: is this such a file? Quick, by what only this format has (`source.head`,
  `source.head_lines`, `source.objects`). Two formats that recognize one file are two tools pasted together, so a mark
  must be the tool's own; of two formats of one tool the one listed first reads the file: list the more specific first;
- `read(source) -> Reading`: usually a `Draft(FORMAT, ...)` that is filled and ended by `draft.reading()`. A file of
  many rows is read by `source.lines()`, anything else by `source.objects` (JSON) or `source.text`.

A module need not guard against every malformed file: the registry answers a file that breaks it with a sentence.
"""

from typing import Protocol

from assessments.readers.reading import Format, Reading
from assessments.readers.source import Source


class Module(Protocol):
    @property
    def FORMAT(self) -> Format: ...
    def recognize(self, source: Source) -> bool: ...
    def read(self, source: Source) -> Reading: ...
