"""Text of a template that gettext does not see: `python -m tests.literals templates/vendors` prints it.

Text between elements counts, and what people read of attributes. Names that no language changes do not.
"""

import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

READ_ATTRIBUTES = {"aria-label", "aria-description", "title", "placeholder", "alt"}
UNREAD = {"script", "style", "code", "kbd", "svg", "samp", "pre"}
BLOCK = re.compile(r"\{%\s*blocktrans(?:late)?\b.*?\{%\s*endblocktrans(?:late)?\s*%\}", re.S)
COMMENT = re.compile(r"\{%\s*comment\b.*?\{%\s*endcomment\s*%\}|\{#.*?#\}", re.S)
CLASSES = re.compile(r"\{%\s*block (?:pageclass|mainclass|bodyclass|coltype)\b.*?%\}.*?\{%\s*endblock\b.*?%\}", re.S)
TAGS = re.compile(r"\{%[^%]*%\}|\{\{.*?\}\}", re.S)
WORD = re.compile(r"[A-Za-z]{2,}")
NAMES = re.compile(
    r"https?://[\w.:/-]*|AI Infrastructure Scorecard|English|Deutsch|Français|Español"
    r"|\b(?:CSV|XLSX|PDF|PPTX|DOCX|JSON|YAML|ZIP|HTML|SVG"
    r"|PNG|API|URL|UTC|ISO|KB|MB|GB|kW|PUE|SCIM|OIDC|SAML|IMAP|NIST|AI|RMF|CSF|FOCUS|GitHub|OpenAPI|Slack|Teams"
    r"|Mattermost|Microsoft|Google|Prometheus|PowerPoint|Word|Excel|https?|curl|POST|GET|Bearer|fig|application|json)\b|&[a-z]+;"
    r"|[\w.+-]+@[\w.-]+|\bexample\.(?:com|org)\b"
)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[tuple[int, str]] = []
        self.unread: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in UNREAD:
            self.unread.append(tag)
        for name, value in attrs:
            is_button = tag == "input" and name == "value" and dict(attrs).get("type") in ("submit", "button")
            if value and (name in READ_ATTRIBUTES or is_button):
                self._note(value)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag in UNREAD:
            self.unread.pop()

    def handle_endtag(self, tag: str) -> None:
        if self.unread and self.unread[-1] == tag:
            self.unread.pop()

    def handle_data(self, data: str) -> None:
        if not self.unread:
            self._note(data)

    def _note(self, text: str) -> None:
        if WORD.search(NAMES.sub(" ", text)):
            self.found.append((self.getpos()[0], " ".join(text.split())[:100]))


def literals(source: str, *, is_html: bool = True) -> list[tuple[int, str]]:
    """The line and the beginning of every text of a template that is in no message."""

    def blank(found: re.Match[str]) -> str:
        return re.sub(r"[^\n]", "", found.group()) or " "

    for pattern in (COMMENT, BLOCK, CLASSES, TAGS):
        source = pattern.sub(blank, source)
    if not is_html:
        lines = enumerate(source.splitlines(), start=1)
        return [(n, line.strip()[:100]) for n, line in lines if WORD.search(NAMES.sub(" ", line))]
    reader = _Reader()
    reader.feed(source)
    reader.close()
    return reader.found


def templates(*paths: Path) -> Iterator[Path]:
    for path in paths:
        yield from sorted([*path.rglob("*.html"), *path.rglob("*.txt")]) if path.is_dir() else [path]


def main(*paths: str) -> int:
    found = 0
    for path in templates(*map(Path, paths)):
        for line, text in literals(path.read_text(encoding="utf-8"), is_html=path.suffix == ".html"):
            print(f"{path}:{line}: {text}")
            found += 1
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*(sys.argv[1:] or ["templates"])))
