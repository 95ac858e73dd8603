"""What a document is made of: real headings, tables with heads that repeat, fields in the foot, pictures with words."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from assessments.reports.decks.style import HEADING, INK, INK_2, INK_3, RULE, TEXT, Look
from assessments.reports.sentences import direction, paragraphs

GRID = "Table Grid"
WIDTH = 17.0  # of the text on A4, in cm


def empty_document(look: Look, tag: str = "en-US") -> Any:
    """A4 with our styles: serif headings, sans text, levels that the navigation pane shows."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin, section.bottom_margin = Cm(2.2), Cm(2)
    styles = document.styles
    for language in styles.element.iter(qn("w:lang")):
        for kind in ("w:val", "w:eastAsia"):
            if language.get(qn(kind)):
                language.set(qn(kind), tag)
    _font(styles["Normal"], TEXT, 10.5, INK)
    styles["Normal"].paragraph_format.space_after = Pt(6)
    styles["Normal"].paragraph_format.line_spacing = 1.25
    _font(styles["Title"], HEADING, 30, INK)
    _font(styles["Subtitle"], TEXT, 14, look.accent)
    for level, size, space in ((1, 20, 24), (2, 14, 16), (3, 11, 10)):
        style = styles[f"Heading {level}"]
        _font(style, HEADING if level < 3 else TEXT, size, INK if level < 3 else INK_2, bold=level == 3)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(space), Pt(4)
        style.paragraph_format.keep_with_next = True
    borders = styles["Title"].element.get_or_add_pPr().find(qn("w:pBdr"))
    if borders is not None:
        borders.getparent().remove(borders)
    return document


def _font(style: Any, name: str, size: float, color: str, *, bold: bool = False) -> None:
    font = style.font
    font.name, font.size, font.bold, font.italic = name, Pt(size), bold, False
    font.color.rgb = RGBColor.from_string(color)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in list(fonts.attrib):
        if attribute.endswith("Theme"):
            del fonts.attrib[attribute]  # else the theme's font is taken, whatever is named here
    for kind in ("w:ascii", "w:hAnsi", "w:cs"):
        fonts.set(qn(kind), name)


def heading(document: Any, text: str, level: int) -> None:
    turn(document.add_heading(text, level), text)


def text(document: Any, words: str, *, style: str | None = None, quiet: bool = False) -> None:
    """The lines of a text as paragraphs, each in its own direction."""
    for each in paragraphs(words):
        added = document.add_paragraph(style=style)
        run = added.add_run(each["text"])
        if quiet:
            run.font.color.rgb, run.font.size = RGBColor.from_string(INK_3), Pt(9.5)
        turn(added, each["text"])


def turn(paragraph: Any, words: str) -> None:
    if direction(words) == "rtl":
        mark = OxmlElement("w:bidi")
        paragraph._p.get_or_add_pPr().append(mark)
        for run in paragraph.runs:
            run._r.get_or_add_rPr().append(OxmlElement("w:rtl"))


def table(
    document: Any, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float], *, words: str
) -> None:
    """A table whose head repeats on each page and is known as one; `words` say what it holds."""
    grid = document.add_table(rows=1, cols=len(heads), style=GRID)
    grid.alignment, grid.autofit = WD_TABLE_ALIGNMENT.LEFT, False
    _describe_table(grid, words)
    _hairlines(grid)
    lengths = [WIDTH * width / sum(widths) for width in widths]
    for column, head in enumerate(heads):
        _fill(grid.rows[0].cells[column], head, is_head=True)
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    grid.rows[0]._tr.get_or_add_trPr().append(mark)
    for row in rows:
        cells = grid.add_row().cells
        for column, words_of in enumerate(row):
            _fill(cells[column], words_of, is_first=column == 0)
    for column, length in zip(grid.columns, lengths, strict=True):
        column.width = Cm(length)
    for row in grid.rows:
        keep = OxmlElement("w:cantSplit")
        if sum(len(cell.text) for cell in row.cells) < 1_500:
            row._tr.get_or_add_trPr().append(keep)
        for cell, length in zip(row.cells, lengths, strict=True):
            cell.width = Cm(length)
    document.add_paragraph().paragraph_format.space_after = Pt(2)


def _fill(cell: Any, words: str, *, is_head: bool = False, is_first: bool = False) -> None:
    lines = paragraphs(words) or [{"text": "", "direction": "ltr"}]
    for number, each in enumerate(lines):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
        paragraph.paragraph_format.line_spacing = 1.1
        run = paragraph.add_run(each["text"])
        run.font.size = Pt(9 if is_head else 10)
        run.font.bold = is_first
        if is_head:
            run.font.color.rgb = RGBColor.from_string(INK_3)
        turn(paragraph, each["text"])


def _describe_table(grid: Any, words: str) -> None:
    properties = grid._tbl.tblPr
    for name in ("w:tblCaption", "w:tblDescription"):
        mark = OxmlElement(name)
        mark.set(qn("w:val"), words)
        properties.append(mark)


def _hairlines(grid: Any) -> None:
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        is_drawn = side in ("top", "bottom", "insideH")
        line.set(qn("w:val"), "single" if is_drawn else "nil")
        if is_drawn:
            line.set(qn("w:sz"), "4")
            line.set(qn("w:color"), RULE if side == "insideH" else INK)
        borders.append(line)
    properties = grid._tbl.tblPr
    place = properties.find(qn("w:tblLook"))
    (place.addprevious if place is not None else properties.append)(borders)


def picture(document: Any, png: Any, words: str) -> None:
    shape = document.add_picture(png, width=Cm(WIDTH))
    about = shape._inline.docPr
    about.set("descr", words)
    about.set("name", _("Chart"))


def logo(document: Any, png: Any, words: str) -> None:
    shape = document.add_picture(png, height=Cm(1.5))
    if shape.width > Cm(8):
        shape.height, shape.width = int(shape.height * Cm(8) / shape.width), Cm(8)
    about = shape._inline.docPr
    about.set("descr", words)
    about.set("name", _("Logo"))


def foot(document: Any, words: str) -> None:
    """The foot of each page: what it is, and the number of the page and of all."""
    paragraph = document.sections[0].footer.paragraphs[0]
    document.styles["Footer"].paragraph_format.tab_stops.clear_all()
    paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(WIDTH), WD_TAB_ALIGNMENT.RIGHT)
    paragraph.add_run(f"{words}\t")
    _field(paragraph, "PAGE")
    paragraph.add_run(f" {pgettext('between the number of a page and that of all', 'of')} ")
    _field(paragraph, "NUMPAGES")
    for run in paragraph.runs:
        run.font.size, run.font.color.rgb = Pt(8.5), RGBColor.from_string(INK_3)


def _field(paragraph: Any, name: str) -> None:
    run = paragraph.add_run()
    for kind in ("begin", None, "separate", "text", "end"):
        if kind is None:
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = name
        elif kind == "text":
            element = OxmlElement("w:t")
            element.text = "1"
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        run._r.append(element)
