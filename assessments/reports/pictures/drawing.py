"""A chart as SVG and as PNG: the drawing of the PDF, with the colors of print on white."""

from collections.abc import Mapping
from typing import Any

from assessments.charts import figures, svg
from assessments.platform.spreadsheets import without_unwritable

WIDTH = figures.WIDTHS["full"]
ZOOM = 2
WHITE = "#ffffff"


def draw_svg(figure: Mapping[str, Any], *, title: str) -> str:
    """The picture as it stands alone in a file; its title is read by screen readers."""
    return svg.render(figure, width=WIDTH, title=without_unwritable(title), medium="print")


def draw_png(figure: Mapping[str, Any], *, title: str) -> bytes:
    """The same in pixels, twice as many as the SVG's size, for programs that take no SVG."""
    return png_of(draw_svg(figure, title=title))


def png_of(picture: str, *, background: str | None = WHITE) -> bytes:
    """Nothing outside of the picture is read: it names no address, and there is no folder to look in."""
    from resvg_py import svg_to_bytes

    return bytes(svg_to_bytes(svg_string=picture, zoom=ZOOM, background=background))
