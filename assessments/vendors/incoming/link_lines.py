"""The addresses in a line that somebody wrote into the column of links, each with the words that name it."""

import re
from dataclasses import dataclass
from itertools import pairwise

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.platform.names import clean_name
from assessments.saving.addresses import BARE, DRIVE, read_address
from assessments.vendors.wording import uncapitalized

NONE = _lazy("it is no web address that begins with https:// or http://")
TITLE_LENGTH = 200
START = re.compile(r"https?:(?=[/\\])|www\.(?=\w)", re.I)
# An address goes on behind a blank where what follows is the rest of a file's name or of a folder.
FILE = (
    r"pdf|docx?|xls[xm]?|pptx?|html?|aspx?|csv|txt|md"
    r"|zip|png|jpe?g|gif|svg|json|ya?ml|vsdx?|msg|eml|od[tsp]|rtf|mp4|one"
)
GOES_ON = re.compile(
    rf"(?:[ ]+(?![-–—(])[\w.~%&+()'/\-]+){{1,8}}?\.(?:{FILE})\b(?:[?#]\S*)?(?=[\s),;|]|$)"
    r"|[ ][\w%.~\-]{3,}/[\w%.~\-]{3,}\S*(?=\s*$)",
    re.I,
)
HAS_END = re.compile(rf"[,;|)]$|\.(?:{FILE})(?:[?#]\S*)?$|[?#]", re.I)
AROUND = " \t\u00a0.,;:!|-–—·•*\"'“”„«»‹›<>()[]"
PAIRS = {")": "(", "]": "[", "}": "{"}


@dataclass(frozen=True, slots=True)
class Link:
    """An address of a line, what to call it, and what is wrong with it. `notes` say what was made of odd ones."""

    url: str
    title: str = ""
    error: str = ""
    notes: tuple[str, ...] = ()


def links_in(line: str) -> list[Link]:
    """Every address of a line with the words beside it; one with an error alone, if there is none in it."""
    spans = _spans(line)
    if not spans:
        return [_bare(line)]
    words = [line[: spans[0][0]], *(line[end:start] for (_, end), (start, _) in pairwise(spans))]
    after = line[spans[-1][1] :]
    if not _name(words[0]) and len(spans) > 1:  # the words stand behind the addresses that they name
        words, after = [*words[1:], after], ""
    links = []
    for number, (start, end) in enumerate(spans):
        named = [_name(words[number]), _name(after) if number == len(spans) - 1 else ""]
        links.append(_link(line[start:end], ", ".join(filter(None, named)), is_after=bool(named[1])))
    return links


def _spans(line: str) -> list[tuple[int, int]]:
    """Where the addresses of a line begin and end."""
    starts: list[int] = []
    for found in START.finditer(line):
        place = found.start()
        is_open = bool(starts) and not re.search(r"\s", line[starts[-1] : place])
        if is_open and line[place - 1] not in ";,|":  # part of the address before it, such as ?from=https://…
            continue
        if (
            not is_open
            and place
            and found[0].lower() == "www."
            and (line[place - 1].isalnum() or line[place - 1] == "@")
        ):
            continue
        starts.append(place)
    spans = []
    for start, limit in zip(starts, [*starts[1:], len(line)], strict=False):
        end = start + len(re.match(r"\S*", line[start:limit])[0])  # type: ignore[index]
        if not HAS_END.search(line[start:end]) and (more := GOES_ON.match(line[end:limit])):
            end += more.end()
        spans.append((start, _without_marks(line, start, end)))
    return spans


def _without_marks(line: str, start: int, end: int) -> int:
    """Where an address ends before the marks of the sentence around it; a bracket that it opened itself stays."""
    while end > start:
        last = line[end - 1]
        opening = PAIRS.get(last)
        if (opening and line.count(last, start, end) > line.count(opening, start, end)) or last in ".,;:!|\"'“”»›>":
            end -= 1
        else:
            return end
    return end


def _name(text: str) -> str:
    return clean_name(text).strip(AROUND)


def _link(address: str, name: str, *, is_after: bool) -> Link:
    try:
        url = read_address(address)
    except ValidationError as error:
        reason = error.messages[0]
        return Link("", name, uncapitalized(reason).rstrip("."))
    notes = []
    if " " in address:
        notes.append(_("The address has blanks and was taken as {url}. Open it once.").format(url=url))
    if len(name) > TITLE_LENGTH:
        notes.append(_("The name of the link was cut; in the file it is “{name}”.").format(name=name))
    elif is_after:
        notes.append(_("“{name}” was kept as the name of the link.").format(name=name))
    return Link(url, name[:TITLE_LENGTH] or url[:TITLE_LENGTH], notes=tuple(notes))


def _bare(line: str) -> Link:
    """A line without https://, such as example.com/report, or with a name and a colon before that."""
    if line.startswith("\\\\") or DRIVE.match(line):
        return _link(line, line, is_after=False)
    name, _, address = line.rpartition(": ")
    address = address.strip().strip("<>")
    is_address = BARE.fullmatch(address) and "/" in address and re.search(r"^[^/]*\.[a-z]{2,}(?::\d+)?/", address, re.I)
    if not is_address or "@" in address or re.search(r"\s", address):
        return Link("", line, str(NONE))
    return _link(address, _name(name), is_after=False)


def is_same(one: str, other: str) -> bool:
    """Whether two addresses lead to the same page: browsers and spreadsheets put a / behind a bare name."""
    return _bare_form(one) == _bare_form(other)


def _bare_form(address: str) -> str:
    try:
        address = read_address(address)
    except ValidationError:
        return address
    scheme, _, rest = address.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host.lower()}{slash}{path}".rstrip("/")
