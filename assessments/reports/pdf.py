"""From a snapshot to the bytes of a tagged PDF. The only importer of WeasyPrint, and only where a PDF is made."""

import gc
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from threading import local
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, ParseError, fromstring

from django.conf import settings
from django.template.loader import render_to_string

from assessments.reports.branding import Pictures, colors, pictures
from assessments.reports.choices import speaking
from assessments.reports.document import document
from assessments.reports.snapshot import Snapshot
from assessments.reports.tagging import finish

if TYPE_CHECKING:
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcherResponse

log = logging.getLogger(__name__)
# A line for every page and pass is of no use to whoever reads a worker's log.
logging.getLogger("weasyprint.progress").setLevel(logging.WARNING)

PRINT_STYLES = settings.BASE_DIR / "static" / "css" / "print"
# What the addresses in the HTML are relative to.
BASE_URL = f"{PRINT_STYLES.as_uri()}/"
VARIANT = "pdf/ua-1"
OWN = "<!DOCTYPE html>\n"  # how our template begins
SVG_NAMESPACE = "http://www.w3.org/2000/svg"
SVG = re.compile(r"<svg(?! xmlns)")
Colors = dict[str, str]
_found = local()
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class PdfError(Exception):
    """The pages could not be set."""


@dataclass(frozen=True, slots=True)
class Made:
    content: bytes
    pages: int
    blanks: int = 0  # characters that no font of this machine has


def render_html(snapshot: Snapshot) -> str:
    """In the language of the report, whoever asks for it."""
    context = document(snapshot)
    with speaking(context["choices"]):
        return render_to_string("reports/pdf/report.html", context)


def render_pdf(html: str, snapshot: Snapshot | None = None) -> Made:
    """Set the pages: tagged for screen readers, the same bytes for the same HTML.

    The logos and colors of the firms on it are the snapshot's; without one there are none.
    """
    with _complaints_heard() as blanks, _no_garbage_collection():
        made = _set(html, pictures(snapshot or {}), colors(snapshot or {}))
    return replace(made, blanks=len(blanks))


def _document(html: str, fetcher: object, colors: Colors) -> tuple["HTML", list["CSS"]]:
    """Our own pages are well-formed: read as XML they take a tenth of the time that the rules of HTML take, which is a
    twentieth of all, and their sheets are read once for all reports. Anything else is read by those rules."""
    from weasyprint import HTML

    if html.startswith(OWN):
        with suppress(ParseError):
            tree = fromstring(SVG.sub(f'<svg xmlns="{SVG_NAMESPACE}"', NOT_IN_XML.sub("", html)))  # noqa: S314  our own
            sheets = [_styles(name, tuple(sorted(colors.items()))) for name in _linked(tree)]
            return _read_class()(tree, fetcher), sheets
    return HTML(string=html, base_url=BASE_URL, url_fetcher=fetcher), []


@cache
def _read_class() -> type["HTML"]:
    from cssselect2 import ElementWrapper
    from weasyprint import CSS, HTML
    from weasyprint.html import UA, UA_COUNTER_STYLE

    # Without what the library's sheet says of every element for footnotes and notes, which we have none of, and of
    # markers outside of lists: that made a style for each of six times as many elements as there are.
    styles = re.sub(r"(?m)^::marker", "li::marker", re.sub(r"(?m)^::(footnote|note)-.*$", "", UA))
    defaults = CSS(string=styles, counter_style=UA_COUNTER_STYLE.copy())

    class Read(HTML):
        def __init__(self, tree: Element, fetcher: object) -> None:
            self.base_url = BASE_URL
            self.url_fetcher = fetcher
            self.media_type = "print"
            self.wrapper_element = ElementWrapper.from_html_root(tree, content_language=None)
            self.etree_element = self.wrapper_element.etree_element

        def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:
            return [defaults]

    return Read


def _linked(tree: Element) -> list[str]:
    """The names of our sheets that a page links to, taken out of it: they are handed over as read."""
    head = tree.find("head")
    links = [] if head is None else head.findall("link[@rel='stylesheet']")
    names = [link.get("href", "") for link in links]
    if head is None or not all(name.endswith(".css") and Path(name).name == name for name in names):
        return []
    for link in links:
        head.remove(link)
    return names


@lru_cache(maxsize=64)
def _styles(name: str, colors: tuple[tuple[str, str], ...]) -> "CSS":
    """One of our sheets in the colors of a firm."""
    from weasyprint import CSS

    return CSS(string=_resolved((PRINT_STYLES / name).read_text(), dict(colors)), base_url=BASE_URL)


def _fonts() -> "FontConfiguration":
    """The fonts of this machine, found once; Pango's list of them serves one thread alone."""
    from weasyprint.text.fonts import FontConfiguration

    if not hasattr(_found, "fonts"):
        _found.fonts = FontConfiguration()
    return _found.fonts


def _set(html: str, pictures: Pictures, colors: Colors) -> Made:
    from weasyprint.urls import FatalURLFetchingError

    try:
        document, sheets = _document(html, _fetcher(pictures, colors), colors)
        pages = document.render(font_config=_fonts(), pdf_variant=VARIANT, stylesheets=sheets)
        return Made(pages.write_pdf(pdf_variant=VARIANT, finisher=finish), len(pages.pages))
    except FatalURLFetchingError as error:  # a BaseException, which no handler further out would catch
        raise PdfError(str(error)) from error


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Setting pages makes a million objects that live to its end. To look through them again and again took an eighth
    of the time and freed nothing; they are collected once, when the pages are set, without what was there before."""
    was_enabled = gc.isenabled()
    gc.disable()
    gc.freeze()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
        gc.collect()
        gc.unfreeze()


@contextmanager
def _complaints_heard() -> Iterator[list[str]]:
    """What WeasyPrint only logs and draws without, a chart for one, stops the report.

    Characters that no font has do not; they are handed on, one entry each, and counted in one line of the log, as
    WeasyPrint's own would spell a client's text.
    """
    errors: list[str] = []
    missing: list[str] = []

    def is_to_be_logged(record: logging.LogRecord) -> bool:
        if record.levelno >= logging.ERROR:
            errors.append(record.getMessage())
        elif ".notdef" in str(record.msg):
            missing.append(record.getMessage())
            return False
        return True

    logger = logging.getLogger("weasyprint")
    logger.addFilter(is_to_be_logged)
    try:
        yield missing
    finally:
        logger.removeFilter(is_to_be_logged)
    if errors:
        raise PdfError(errors[0])
    if missing:
        log.warning(
            "%s characters are in no font of this machine and stay blank in the report. Install fonts for their "
            "script, such as fonts-noto-core or fonts-noto-cjk.",
            len(missing),
        )


def _resolved(styles: str, colors: Colors) -> str:
    """The sheet with the values of its custom properties in place: WeasyPrint looks them up anew for every element."""
    values = {**dict(re.findall(r"(--[\w-]+):\s*([^;]+);", styles)), **colors}
    return re.sub(r"var\((--[\w-]+)\)", lambda used: values[used[1]], re.sub(r":root \{[^}]*\}", "", styles))


def _fetcher(pictures: Pictures, colors: Colors):  # type: ignore[no-untyped-def]  # its class is WeasyPrint's
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OwnOnly(URLFetcher):
        """Serves the print styles and the snapshot's own logos. Anything else stops the report: nothing leaks."""

        def fetch(self, url: str, headers: object = None) -> "URLFetcherResponse":
            path = Path(url.removeprefix(BASE_URL))
            if url.startswith(BASE_URL) and str(path) in pictures:
                kind, content = pictures[str(path)]
                return URLFetcherResponse(url, content, {"Content-Type": kind})
            if not url.startswith(BASE_URL) or len(path.parts) != 1 or path.suffix != ".css":
                raise ValueError(f"A report may not load {url[:200]}")
            styles = _resolved((PRINT_STYLES / path).read_text(), colors)
            return URLFetcherResponse(url, styles.encode(), {"Content-Type": "text/css"})

    return OwnOnly(fail_on_errors=True)
