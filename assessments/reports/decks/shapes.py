"""What stands on slides: texts, the ruler, tables, charts with their numbers, notes, and words in place of pictures."""

import copy
import io
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree
from openpyxl import Workbook
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Emu, Inches, Pt

from assessments.reports.decks import style
from assessments.reports.decks.fitting import BOLD, LINE, SERIF, cut, size_for, width_of
from assessments.reports.sentences import direction
from assessments.vendors.comparing.sheets import write

MAX_NOTES = 6_000
NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # a table of nothing but its cells


def points_of(length: int) -> float:
    return length / 12_700


def describe(shape: Any, words: str, name: str = "") -> None:
    """The words that a screen reader says of a chart, a table or a drawing."""
    element = next(shape._element.iter("{*}cNvPr"))
    element.set("descr", words)
    if name:
        element.set("name", name)


def paragraph(frame: Any, text: str, size: float, *, color: str = style.INK, **look: Any) -> Any:
    """A paragraph more in a text frame; `look`: bold, serif, space (before it), align."""
    first = frame.paragraphs[0]
    line = first if not first.runs and len(frame.paragraphs) == 1 else frame.add_paragraph()
    run = line.add_run()
    run.text = text
    run.font.size, run.font.color.rgb, run.font.bold = Pt(size), style.color(color), look.get("bold", False)
    if look.get("serif"):
        run.font.name = style.HEADING
    line.space_before = Pt(look.get("space", 0))
    if "align" in look:
        line.alignment = look["align"]
    if direction(text) == "rtl":
        properties = line._p.get_or_add_pPr()
        properties.set("rtl", "1")
        properties.set("algn", "r")
    return line


def title(slide: Any, text: str) -> None:
    """The title in its placeholder, as large as it fits on two lines."""
    shape = slide.shapes.title
    width, height = points_of(style.RIGHT - style.LEFT) / SERIF, points_of(Inches(1.2))
    size = size_for(text, (30, 27, 24, 21), width, height)
    lines = int(height / size / LINE)
    paragraph(shape.text_frame, cut(text, size, width, lines), size, serif=True)


def body(slide: Any) -> Any:
    return next(shape for shape in slide.placeholders if shape.placeholder_format.idx == 1)


def text_box(slide: Any, left: int, top: int, width: int, height: int) -> Any:
    box = slide.shapes.add_textbox(Emu(left), Emu(top), Emu(width), Emu(height))
    frame = box.text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    return frame


def foot(slide: Any, words: str) -> None:
    """The foot and the number of the slide, which no slide has by itself: as its layout places them."""
    for shape in slide.slide_layout.placeholders:
        kind = str(shape.placeholder_format.type)
        if kind.startswith(("FOOTER", "SLIDE_NUMBER")):
            slide.shapes._spTree.append(copy.deepcopy(shape._element))
            if kind.startswith("FOOTER"):
                added = slide.shapes[-1]
                added.text_frame.clear()
                paragraph(added.text_frame, words, 10, color=style.INK_3)


def notes(slide: Any, *texts: str) -> None:
    words = "\n".join(text for text in texts if text) or slide.shapes.title.text_frame.text
    if len(words) > MAX_NOTES:
        words = f"{words[:MAX_NOTES].rstrip()}… {_('The rest stands in the report.')}"
    slide.notes_slide.notes_text_frame.text = words


def logos(slide: Any, found: Sequence[style.Logo]) -> None:
    """The firms' logos side by side at the top, each within its box and with the firm's name as its words."""
    left, height, most = style.LEFT, Inches(0.75), Inches(3)
    for logo in found:
        picture = slide.shapes.add_picture(io.BytesIO(logo.png), Emu(left), Inches(0.6), height=height)
        if picture.width > most:
            picture.height, picture.width = Emu(int(picture.height * most / picture.width)), most
        describe(picture, _("Logo of {firm}").format(firm=logo.firm) if logo.firm else _("Logo"), _("Logo"))
        left += picture.width + Inches(0.4)


def line(slide: Any, left: int, top: int, width: int, code: str = style.RULE, weight: float = 1) -> None:
    shape = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, Emu(left), Emu(top), Emu(width), Pt(weight))
    _paint(shape, code)
    decorative(shape)


def decorative(shape: Any) -> None:
    """Say that a shape carries nothing: screen readers pass it by."""
    element = next(shape._element.iter("{*}cNvPr"))
    extension = etree.fromstring(
        '<a:extLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
        '<a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}"><adec:decorative '
        'xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/></a:ext></a:extLst>'
    )
    element.append(extension)


def _paint(shape: Any, code: str, edge: str = "") -> None:
    for effect in shape._element.iter(qn("a:effectRef")):
        effect.set("idx", "0")  # no shadow
    shape.fill.solid()
    shape.fill.fore_color.rgb = style.color(code)
    if edge:
        shape.line.color.rgb, shape.line.width = style.color(edge), Pt(1.5)
    else:
        shape.line.fill.background()


def ruler(slide: Any, result: Any, top: int, look: style.Look, words: str) -> None:
    """A segment for each point, with the line: proven solid, claimed pale, missing to the line outlined."""
    count, gap = result["maximum"], Inches(0.06)
    width = (style.RIGHT - style.LEFT - gap * (count - 1)) // count
    height, shapes = Inches(0.5), []
    for place in range(count):
        segment = slide.shapes.add_shape(
            MSO_SHAPE.RECTANGLE, Emu(style.LEFT + place * (width + gap)), Emu(top), Emu(width), Emu(height)
        )
        if place < result["proven_total"]:
            _paint(segment, look.accent)
        elif place < result["total"]:
            _paint(segment, style.LEVEL_1)
        elif place < result["high"]:
            _paint(segment, style.OFF, style.LEVEL_1)
        elif place < result["threshold"]:
            _paint(segment, style.PAPER, style.RISK)
        else:
            _paint(segment, style.OFF)
        shapes.append(segment)
    at = style.LEFT + result["threshold"] * (width + gap) - gap // 2
    mark = slide.shapes.add_shape(
        MSO_SHAPE.RECTANGLE, Emu(at - Pt(1)), Emu(top - Inches(0.18)), Pt(2), Emu(height + Inches(0.36))
    )
    _paint(mark, style.INK)
    group = slide.shapes.add_group_shape([*shapes, mark])
    describe(group, words, _("Ruler"))
    frame = text_box(slide, at - Inches(1), top - Inches(0.48), Inches(2), Inches(0.28))
    paragraph(frame, _("Line at {line}").format(line=result["threshold"]), 11, color=style.INK_2, align=PP_ALIGN.CENTER)


def keys(slide: Any, top: int, entries: Sequence[tuple[str, str, str]]) -> None:
    """What the colors of a drawing mean: fill, edge, words."""
    left = style.LEFT
    for fill, edge, words in entries:
        box = slide.shapes.add_shape(
            MSO_SHAPE.RECTANGLE, Emu(left), Emu(top + Inches(0.05)), Inches(0.16), Inches(0.16)
        )
        _paint(box, fill, edge)
        decorative(box)
        width = Inches(0.55) + Pt(width_of(words, 11))
        paragraph(text_box(slide, left + Inches(0.26), top, width, Inches(0.26)), words, 11, color=style.INK_2)
        left += width


def table(
    slide: Any,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[float],
    *,
    top: int = style.BODY,
    bottom: int = style.FOOT - Inches(0.2),
    words: str,
    size: float = 14,
    bold_first: bool = True,
) -> None:
    """A table with hairlines that ends above the foot: as many lines a row as there is room for."""
    whole = sum(widths)
    lengths = [int((style.RIGHT - style.LEFT) * width / whole) for width in widths]
    head_height = Inches(0.38)
    room = (bottom - top - head_height) // max(1, len(rows))
    room = min(room, Inches(1.4))
    most = min(4, max(1, int((points_of(room) - 10) / (size * LINE))))
    shape = slide.shapes.add_table(
        len(rows) + 1, len(heads), Emu(style.LEFT), Emu(top), Emu(style.RIGHT - style.LEFT), Emu(head_height)
    )
    describe(shape, words, _("Table"))
    grid = shape.table
    _no_style(grid)
    for column, length in enumerate(lengths):
        grid.columns[column].width = Emu(length)
    for number, row in enumerate((heads, *rows)):
        grid.rows[number].height = Emu(head_height if number == 0 else min(room, Inches(0.5)))
        for column, text in enumerate(row):
            cell = grid.cell(number, column)
            cell.margin_left, cell.margin_right = 0, Inches(0.12)
            cell.margin_top = cell.margin_bottom = Pt(5)
            cell.vertical_anchor = MSO_ANCHOR.BOTTOM if number == 0 else MSO_ANCHOR.TOP
            is_head = number == 0
            is_bold = bold_first and column == 0 and not is_head
            wide = points_of(lengths[column] - Inches(0.14)) / (BOLD if is_bold else 1)
            fitting = cut(text, size, wide, most)
            paragraph(
                cell.text_frame,
                fitting,
                11 if is_head else size,
                color=style.INK_3 if is_head else style.INK if column == 0 else style.INK_2,
                bold=is_bold,
            )
            _underline(cell, style.INK if is_head else style.RULE)


def _no_style(grid: Any) -> None:
    properties = grid._tbl.tblPr
    properties.find(qn("a:tableStyleId")).text = NO_STYLE
    properties.set("firstRow", "1")  # a head that screen readers know
    properties.set("bandRow", "0")


def _underline(cell: Any, code: str) -> None:
    properties = cell._tc.get_or_add_tcPr()
    namespace = "http://schemas.openxmlformats.org/drawingml/2006/main"
    drawn = etree.fromstring(
        f'<a:lnB xmlns:a="{namespace}" w="9525"><a:solidFill><a:srgbClr val="{code}"/></a:solidFill></a:lnB>'
    )
    properties.insert(0, drawn)


def chart(
    slide: Any,
    kind: XL_CHART_TYPE,
    names: Sequence[str],
    series: Sequence[tuple[str, Sequence[float | None], str]],
    place: tuple[int, int, int, int],
    *,
    most: int,
    words: str,
    unit: int = 1,
) -> Any:
    """A native chart with its numbers in a workbook of ours: series with name, values and color."""
    data = CategoryChartData()
    data.categories = list(names)
    for name, values, _color in series:
        data.add_series(name, list(values))
    frame = slide.shapes.add_chart(kind, *(Emu(each) for each in place), data)
    describe(frame, words, _("Chart"))
    drawn = frame.chart
    drawn.part.chart_workbook.update_from_xlsx_blob(_numbers(names, series))
    drawn.font.size, drawn.font.name = Pt(13), style.TEXT
    drawn.font.color.rgb = style.color(style.INK_2)
    drawn.has_title = False
    drawn.has_legend = len(series) > 1
    if drawn.has_legend:
        drawn.legend.position, drawn.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
    axis = drawn.value_axis
    axis.minimum_scale, axis.maximum_scale, axis.major_unit = 0, most, unit
    axis.major_gridlines.format.line.color.rgb = style.color(style.RULE)
    axis.format.line.fill.background()
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = "0", False
    drawn.category_axis.format.line.color.rgb = style.color(style.INK_3)
    drawn.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    drawn.category_axis.has_major_gridlines = False
    for plotted, (_name, _values, code) in zip(drawn.plots[0].series, series, strict=True):
        _color_series(plotted, code, is_line=kind in (XL_CHART_TYPE.LINE, XL_CHART_TYPE.LINE_MARKERS))
    return drawn


def bars(drawn: Any, *, gap: int = 60, overlap: int = -10, labels: bool = True, top_down: bool = True) -> None:
    plot = drawn.plots[0]
    plot.gap_width, plot.overlap = gap, overlap
    if top_down:
        drawn.category_axis.reverse_order = True
        drawn.value_axis.visible = False
        drawn.value_axis.has_major_gridlines = False
    if labels:
        plot.has_data_labels = True
        plot.data_labels.position = XL_LABEL_POSITION.OUTSIDE_END
        plot.data_labels.number_format, plot.data_labels.number_format_is_linked = "0", False
        plot.data_labels.font.size = Pt(12)


def _color_series(plotted: Any, code: str, *, is_line: bool) -> None:
    rgb: RGBColor = style.color(code)
    if is_line:
        plotted.smooth = False
        plotted.format.line.color.rgb, plotted.format.line.width = rgb, Pt(2.5)
        plotted.marker.format.fill.solid()
        plotted.marker.format.fill.fore_color.rgb = rgb
        plotted.marker.format.line.color.rgb = rgb
    else:
        plotted.invert_if_negative = False
        plotted.format.fill.solid()
        plotted.format.fill.fore_color.rgb = rgb


def _numbers(names: Sequence[str], series: Sequence[tuple[str, Sequence[float | None], str]]) -> bytes:
    """The workbook behind a chart, where its numbers are edited: names are texts in it, whatever they begin with."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Sheet1"
    for row, name in enumerate(names, 2):
        write(sheet.cell(row, 1), name)
    for column, (name, values, _color) in enumerate(series, 2):
        write(sheet.cell(1, column), name)
        for row, value in enumerate(values, 2):
            sheet.cell(row, column).value = value
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
