"""What a workbook holds, as its reader sees it: the cells' texts, and everything else that carries words.

Names of elements are known by their local part alone, so that the strict kind of Open XML is read like the usual one.
Whatever can be done without (styles, notes, drawings) may be missing or broken.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO
from xml.etree import ElementTree

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assessments.platform.spreadsheets import without_unwritable
from assessments.vendors.incoming import number_formats
from assessments.vendors.incoming.packages import DAMAGED, Package, Relation, open_package
from assessments.vendors.workbook.labels import footers

# The apostrophe that keeps a spreadsheet from taking a text for a formula. It is not part of the text.
LOOKS_TYPED = re.compile(r"'+[=+\-@]")
ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")  # a character that XML cannot carry, as spreadsheets write it
PLACE = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9]\d{0,6})")
MAX_SPREAD = 1000  # cells that one link lies on

Element = ElementTree.Element


FORMULA, ERROR = "formula", "error"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as its reader sees it. `trouble` is why its text is not taken as an answer: `FORMULA` or `ERROR`.

    `notes` are sentences about what else stands in it, `links` the addresses behind its words, `raw` the text as it
    stands in the file where that is another one.
    """

    text: str = ""
    trouble: str = ""
    notes: tuple[str, ...] = ()
    struck: str = ""
    formula: str = ""
    raw: str = ""
    links: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """Everything that can be read in it or behind it."""
        struck = _("[struck out: {words}]").format(words=self.struck) if self.struck else ""
        links = _("[leads to {where}]").format(where=", ".join(self.links)) if self.links else ""
        return " ".join(filter(None, (self.formula, self.text, struck, links)))


@dataclass(frozen=True, slots=True)
class Found:
    """Something with words beside the cells: a note, a picture, a text box, the foot of a page."""

    sheet: str
    place: str
    what: str
    words: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of a sheet that hold something, by row and column."""

    name: str
    rows: dict[int, dict[int, Cell]]
    merged: tuple[str, ...] = ()
    found: tuple[Found, ...] = ()


@dataclass(frozen=True, slots=True)
class Workbook:
    sheets: tuple[Sheet, ...]
    properties: dict[str, str]
    found: tuple[Found, ...]
    unread: tuple[str, ...]
    has_links: bool


def read_workbook(upload: IO[bytes], *, filename: str, size: int) -> Workbook:
    """What a workbook holds; ValidationError, in a sentence, for whatever is none or goes beyond the limits."""
    try:
        package = open_package(upload, filename=filename, size=size)
        return _Reader(package).workbook()
    except ValidationError:
        raise
    except Exception:  # a package can be wrong in many ways, each with its own exception
        raise ValidationError(DAMAGED) from None


def coordinate(row: int, column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _children(element: Element | None, name: str) -> Iterator[Element]:
    return (each for each in (element if element is not None else ()) if _local(each) == name)


def _child(element: Element | None, name: str) -> Element | None:
    return next(_children(element, name), None)


def _below(element: Element | None, name: str) -> Iterator[Element]:
    return (each for each in (element.iter() if element is not None else ()) if _local(each) == name)


def _attribute(element: Element, name: str) -> str:
    """An attribute by its local name, such as r:id."""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def _is_on(element: Element | None) -> bool:
    return element is not None and element.get("val", "1") not in ("0", "false")


def place_of(text: str) -> tuple[int, int] | None:
    found = PLACE.fullmatch(text.strip())
    if not found:
        return None
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column


def _spread(reference: str) -> Iterator[tuple[int, int]]:
    """The cells of a reference such as D2 or D2:D5."""
    first, _, last = reference.partition(":")
    start, end = place_of(first), place_of(last or first)
    if start and end:
        cells = ((row, column) for row in range(start[0], end[0] + 1) for column in range(start[1], end[1] + 1))
        for number, cell in enumerate(cells):
            if number >= MAX_SPREAD:
                return
            yield cell


def decoded(text: str) -> str:
    """A text with its escapes resolved, line breaks as \\n, without what no file can hold."""
    text = ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
    return without_unwritable(re.sub(r"\r\n|[\r\v\f]", "\n", text))


def _plain(text: str) -> str:
    text = text.strip()
    return text[1:] if LOOKS_TYPED.match(text) else text


def _pieces(element: Element | None) -> list[tuple[str, bool | None]]:
    """The runs of a text and whether they are struck out; None is as the cell is."""
    found: list[tuple[str, bool | None]] = []
    for each in element if element is not None else ():
        if _local(each) == "t":
            found.append((each.text or "", None))
        elif _local(each) == "r":
            look = _child(each, "rPr")
            is_struck = None if look is None else _is_on(_child(look, "strike"))
            found += [(text.text or "", is_struck) for text in _children(each, "t")]
    return found


@dataclass(frozen=True, slots=True)
class _Style:
    code: str = "General"
    is_struck: bool = False


class _Reader:
    def __init__(self, package: Package) -> None:
        self.package = package
        self.unread: list[str] = []

    def workbook(self) -> Workbook:
        main = next((r.target for r in self.package.relations("").values() if r.kind == "officedocument"), "")
        if not self.package.has(main):
            main = "xl/workbook.xml"
        root = self.package.tree(main)
        if _local(root) != "workbook":
            raise ValueError("no workbook")
        relations = self.package.relations(main)
        look = next(_children(root, "workbookPr"), None)
        self.is_1904 = look is not None and look.get("date1904", "0") in ("1", "true")
        self.strings = self._strings(self._part(relations, "sharedstrings", main, "sharedStrings.xml"))
        self.styles = self._styles(self._part(relations, "styles", main, "styles.xml"))
        sheets = []
        for each in _below(root, "sheet"):
            relation = relations.get(_attribute(each, "id"))
            if relation is not None and relation.kind in ("worksheet", ""):
                sheets.append(self._sheet(each.get("name", ""), relation.target))
            elif relation is not None:
                sheets.append(self._chart_sheet(each.get("name", ""), relation.target))
        names = list(self.package.names)
        return Workbook(
            sheets=tuple(sheets),
            properties=self._properties(),
            found=tuple(self._files(names)),
            unread=tuple(dict.fromkeys(self.unread)),
            has_links=any("/externallinks/" in f"/{name}" for name in names),
        )

    def _part(self, relations: dict[str, Relation], kind: str, main: str, usual: str) -> str:
        target = next((each.target for each in relations.values() if each.kind == kind), "")
        return target or f"{main.rpartition('/')[0]}/{usual}"

    def _optional(self, name: str) -> Element | None:
        """A part that can be done without; one that is there and cannot be read is named."""
        root = self.package.tree_or_none(name)
        if root is None and self.package.has(name) and self.package.is_filled(name):
            self.unread.append(name.rpartition("/")[2])
        return root

    def _strings(self, name: str) -> list[list[tuple[str, bool | None]]]:
        if not self.package.has(name) or not self.package.is_filled(name):
            return []
        return [_pieces(each) for each in _children(self.package.tree(name), "si")]

    def _styles(self, name: str) -> list[_Style]:
        root = self.package.tree_or_none(name)
        if root is None:
            return []
        codes = {each.get("numFmtId", ""): each.get("formatCode", "") for each in _below(root, "numFmt")}
        fonts = [_is_on(_child(font, "strike")) for font in _children(_child(root, "fonts"), "font")]
        styles = []
        for each in _children(_child(root, "cellXfs"), "xf"):
            number, font = each.get("numFmtId", "0"), each.get("fontId", "0")
            code = codes.get(number) or number_formats.builtin_format(int(number) if number.isdecimal() else 0)
            is_struck = font.isdecimal() and int(font) < len(fonts) and fonts[int(font)]
            styles.append(_Style(code, is_struck))
        return styles

    def _properties(self) -> dict[str, str]:
        root = self._optional("docProps/custom.xml")
        properties = {}
        for each in root if root is not None else ():
            properties[each.get("name", "")] = "".join(each.itertext()).strip()
        return properties

    # ---- Sheets

    def _sheet(self, name: str, part: str) -> Sheet:
        rows: dict[int, dict[int, Cell]] = {}
        merged: list[str] = []
        found: list[Found] = []
        relations = self.package.relations(part)
        links: list[tuple[str, str]] = []
        drawings = [each.target for each in relations.values() if each.kind == "drawing"]
        number = 0
        data: Element | None = None
        with self.package.open(part) as source:
            for event, element in ElementTree.iterparse(source, ("start", "end")):  # noqa: S314
                tag = _local(element)
                if event == "start":
                    data = element if tag == "sheetData" else data
                elif tag == "row" and data is not None:
                    number = _whole(element.get("r", ""), number + 1)
                    if cells := self._cells(element):
                        rows.setdefault(number, {}).update(cells)
                    data.clear()
                elif tag == "sheetData":
                    data = None
                elif tag == "mergeCell":
                    merged.append(element.get("ref", ""))
                elif tag == "hyperlink":
                    links.append((element.get("ref", ""), _address(element, relations)))
                elif tag in ("oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter"):
                    words = re.sub(r"&(\"[^\"]*\"|[KS][0-9A-F]{6}|[A-Z]|\d+)", " ", element.text or "")
                    if words.strip() and " ".join(words.casefold().split()) not in footers():
                        place = "head of the page" if tag.endswith("Header") else "foot of the page"
                        found.append(Found(name, "", place, decoded(words).strip()))
                elif tag == "dataValidation":
                    words = [element.get(key, "") for key in ("promptTitle", "prompt", "errorTitle", "error")]
                    found.append(Found(name, element.get("sqref", ""), "hint", decoded(" ".join(words)).strip()))
        self._add_links(rows, links)
        found += self._notes(name, relations)
        for drawing in drawings:
            found += self._drawing(name, drawing)
        found += [Found(name, "", "picture", _("Behind the cells")) for r in relations.values() if r.kind == "image"]
        return Sheet(name, dict(sorted(rows.items())), tuple(merged), tuple(each for each in found if each.words))

    def _chart_sheet(self, name: str, part: str) -> Sheet:
        found = [
            each
            for relation in self.package.relations(part).values()
            if relation.kind == "drawing"
            for each in self._drawing(name, relation.target)
        ]
        return Sheet(name, {}, (), tuple(found) or (Found(name, "", "sheet", _("A sheet without cells")),))

    def _cells(self, row: Element) -> dict[int, Cell]:
        cells, column = {}, 0
        for each in _children(row, "c"):
            place = place_of(each.get("r", ""))
            column = place[1] if place else column + 1
            if len(each):
                cell = self._cell(each)
                if cell.text or cell.trouble or cell.struck or cell.notes:
                    cells[column] = cell
        return cells

    def _cell(self, element: Element) -> Cell:
        style = element.get("s", "")
        look = self.styles[int(style)] if style.isdecimal() and int(style) < len(self.styles) else _Style()
        kind, formula = element.get("t", "n"), _child(element, "f")
        value = _child(element, "v")
        written = (value.text or "") if value is not None else ""
        if kind == "inlineStr" or (value is None and _child(element, "is") is not None):
            cell = self._text(_pieces(_child(element, "is")), look)
        elif kind == "s":
            cell = self._text(self.strings[int(written)] if written.strip() else [], look)
        elif kind == "b":
            cell = _struck_or("Yes" if written.strip() in ("1", "true") else "No" if written.strip() else "", look)
        elif kind == "e":
            cell = Cell(written, trouble=ERROR)
        elif kind in ("n", "d"):
            cell = self._number(written.strip(), look)
        else:
            cell = self._text([(written, None)], look)
        if formula is not None:
            text = f"={formula.text}" if formula.text else ""
            words = cell.text or cell.struck
            return Cell(words, trouble=FORMULA, formula=decoded(text))
        return cell

    def _text(self, pieces: list[tuple[str, bool | None]], look: _Style) -> Cell:
        kept = "".join(text for text, is_struck in pieces if not (look.is_struck if is_struck is None else is_struck))
        out = "".join(text for text, is_struck in pieces if (look.is_struck if is_struck is None else is_struck))
        text, struck = _plain(decoded(kept)), decoded(out).strip()
        shown = number_formats.show_text(text, look.code).strip() if text else ""
        notes = (_struck_out(struck),) if struck else ()
        raw = _plain(kept.replace("\r\n", "\n")) if "_x" in kept else ""
        return Cell(shown, notes=notes, struck=struck, raw=raw)

    def _number(self, written: str, look: _Style) -> Cell:
        if not written:
            return Cell()
        try:
            value = float(written)
        except ValueError:
            day = _day(written, self.is_1904)
            if day is None:
                return _struck_or(_plain(decoded(written)), look)
            value = day
            look = look if look.code != "General" else _Style("yyyy-mm-dd hh:mm:ss", look.is_struck)
        if value - value:  # endless, or no number
            return _struck_or(written, look)
        shown = number_formats.show(value, look.code, is_1904=self.is_1904)
        notes = []
        if shown.holds:
            said = (
                _("The cell shows “{shown}” and holds {holds}.")
                if shown.text
                else _("The cell shows nothing and holds {holds}.")
            )
            notes.append(said.format(shown=shown.text, holds=shown.holds))
        if not shown.is_sure:
            code = look.code.replace('"', "'")
            said = _("The cell may show more than “{shown}”, which was taken: its number format is {code}.")
            notes.append(said.format(shown=shown.text, code=code))
        return _struck_or(shown.text, look, *notes)

    def _add_links(self, rows: dict[int, dict[int, Cell]], links: list[tuple[str, str]]) -> None:
        for reference, address in links:
            for row, column in _spread(reference) if address else ():
                cell = rows.get(row, {}).get(column, Cell())
                if address not in cell.links:
                    with_link = Cell(
                        *(cell.text, cell.trouble, cell.notes, cell.struck, cell.formula, cell.raw),
                        links=(*cell.links, address),
                    )
                    if cell.words:
                        rows[row][column] = with_link

    # ---- What lies over the cells

    def _notes(self, sheet: str, relations: dict[str, Relation]) -> list[Found]:
        threads: dict[str, list[str]] = {}
        for relation in relations.values():
            if relation.kind == "threadedcomment":
                for each in _below(self._optional(relation.target), "threadedComment"):
                    words = "".join(text.text or "" for text in _children(each, "text"))
                    threads.setdefault(each.get("ref", ""), []).append(words)
        notes = {place: "\n".join(words) for place, words in threads.items()}
        for relation in relations.values():
            if relation.kind == "comments":
                for each in _below(self._optional(relation.target), "comment"):
                    words = "".join(text for text, _ in _pieces(_child(each, "text")))
                    notes.setdefault(each.get("ref", ""), words)
        return [Found(sheet, place, "note", decoded(words).strip()) for place, words in notes.items()]

    def _drawing(self, sheet: str, part: str) -> list[Found]:
        root = self._optional(part)
        found = []
        for anchor in root if root is not None else ():
            start = _child(anchor, "from")
            column, row = (_number_in(start, name) for name in ("col", "row"))
            place = coordinate(row + 1, column + 1) if start is not None else ""
            texts = list(dict.fromkeys(_paragraphs(anchor)))
            if texts:
                found.append(Found(sheet, place, "text box", decoded("\n".join(texts))))
            for picture in _below(anchor, "pic"):
                about = next(_below(picture, "cNvPr"), None)
                words = [about.get(key, "") for key in ("title", "descr", "name")] if about is not None else []
                named = ", ".join(dict.fromkeys(filter(None, words)))
                found.append(Found(sheet, place, "picture", decoded(named) or _("Without a name")))
            if next(_below(anchor, "graphicFrame"), None) is not None:
                about = next(_below(anchor, "cNvPr"), None)
                named = about.get("name") if about is not None else ""
                found.append(Found(sheet, place, "chart", named or pgettext("picture of figures", "Chart")))
        for relation in self.package.relations(part).values():
            if relation.kind in ("chart", "chartex", "diagramdata"):
                texts = list(dict.fromkeys(_paragraphs(self._optional(relation.target))))
                if texts:
                    found.append(Found(sheet, "", "chart", decoded("\n".join(texts))))
        return found

    def _files(self, names: list[str]) -> Iterator[Found]:
        for name in names:
            if "/embeddings/" in f"/{name}":
                yield Found("", "", "file in the file", name.rpartition("/")[2])
        core = self.package.tree_or_none("docProps/core.xml")
        for each in core if core is not None else ():
            if _local(each) in ("subject", "description", "keywords", "category") and (each.text or "").strip():
                yield Found("", "", f"{_local(each)} of the file", decoded(each.text or "").strip())


def _whole(text: str, otherwise: int) -> int:
    return int(float(text)) if re.fullmatch(r"\d{1,9}(\.0*)?", text) else otherwise


def _number_in(element: Element | None, name: str) -> int:
    found = _child(element, name)
    return _whole((found.text or "").strip(), 0) if found is not None else 0


def _struck_out(words: str) -> str:
    return _("Struck-out words were left out: “{words}”.").format(words=words)


def _struck_or(text: str, look: _Style, *notes: str) -> Cell:
    if look.is_struck and text:
        return Cell(notes=(_struck_out(text),), struck=text)
    return Cell(text, notes=notes)


def _day(text: str, is_1904: bool) -> float | None:
    """The number of a day that is written out, as the strict kind of workbook does."""
    try:
        at = datetime.fromisoformat(text.removesuffix("Z"))
    except ValueError:
        return None
    start = datetime(1904, 1, 1) if is_1904 else datetime(1899, 12, 30)
    return (at.replace(tzinfo=None) - start) / timedelta(days=1)


def _address(element: Element, relations: dict[str, Relation]) -> str:
    """Where a link leads: an address outside, or a place in the file with # before it."""
    relation, inside = relations.get(_attribute(element, "id")), element.get("location", "")
    outside = relation.target if relation is not None else ""
    return f"{outside}#{inside}" if inside else outside


def _paragraphs(element: Element | None) -> Iterator[str]:
    """The lines of the texts in a drawing."""
    for each in _below(element, "p"):
        words = "".join(text.text or "" for text in _below(each, "t")).strip()
        if words:
            yield words
