"""The score ruler for print: sixteen segments with the line at 10, as one small SVG drawn in tenths of a millimeter."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from assessments.charts.palette import PRINT

SEGMENTS = 16
LINE = 10
GROUP = 4

RISK_SOFT, RISK_LINE = "#fbece7", PRINT["--risk"]
OFF = "#e6e7e6"


@dataclass(frozen=True, slots=True)
class Size:
    """Lengths in tenths of a millimeter, type sizes too."""

    width: float
    height: float
    gap: float
    above: float
    below: float
    overhang: float
    stroke: float
    type_size: float
    line_label: str


LARGE = Size(1700, 100, 9, above=58, below=72, overhang=20, stroke=3.2, type_size=28.5, line_label="10 risk line")


def ruler(
    lo: int,
    hi: int,
    *,
    proven: int | None = None,
    size: Size = LARGE,
    was: int | None = None,
    was_label: str = "",
    label: str = "",
) -> str:
    """`lo` points are claimed, of them `proven` (else all), up to `hi` still possible; `was` is marked above.

    `label` says in a sentence what is shown, where the points alone do not.
    """
    places = list(_places(size))
    proven = lo if proven is None else proven
    segments = "".join(_segment(n, x, width, (proven, lo, hi), size) for n, (x, width) in enumerate(places, 1))
    ends = [x + width for x, width in places]
    line = ends[LINE - 1] + size.gap / 2
    sentence = " ".join(filter(None, (label or ruler_text(lo, hi, proven), f"{was_label}." if was_label else "")))
    return (
        f'<svg class="ruler" viewBox="0 {-size.above} {size.width} {size.above + size.height + size.below}" '
        f'role="img" aria-label="{escape(sentence)}"><title>{escape(sentence)}</title>'
        f"{segments}"
        f'<path d="M{line:g} {-size.overhang}v{size.height + 2 * size.overhang}" '
        f'stroke="{PRINT["--ink"]}" stroke-width="4"/>'
        f'<g font-family="{PRINT["--font-sans"]}" font-size="{size.type_size}" fill="{PRINT["--ink-3"]}">'
        f"{'' if was is None else _mark(ends[was - 1] if was else 0, was_label, size)}{_scale(ends, line, size)}"
        "</g></svg>"
    )


def share_bar(low: int, high: int) -> str:
    """A share in percent as a bar: filled up to `low`, outlined up to `high`."""
    text = f"{low}%" if low == high else f"{low} to {high}%"
    accent = PRINT["--accent"]
    return (
        f'<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label="{text}">'
        f'<title>{text}</title><path d="M0 0h100v8h-100z" fill="{OFF}"/>'
        f'<path d="M{low} 1h{max(0, high - low)}v6h-{max(0, high - low)}z" fill="#ffffff" stroke="{accent}"/>'
        f'<path d="M0 0h{low}v8h-{low}z" fill="{accent}"/></svg>'
    )


def ruler_text(lo: int, hi: int, proven: int | None = None) -> str:
    """What a ruler shows, as a sentence."""
    proven = lo if proven is None else proven
    scored = f"{lo} of {SEGMENTS}"
    if proven < lo:
        scored = f"{proven} of {SEGMENTS} proven, {lo} claimed"
    if hi > lo:
        scored += f" so far, up to {hi} still possible" if proven == lo else f", up to {hi} still possible"
    if proven >= LINE:
        return f"{scored}. Clear of the risk line at {LINE}."
    if hi < LINE:
        return f"{scored}. {LINE - hi} below the risk line at {LINE}."
    return f"{scored}. The risk line is at {LINE}."


def _places(size: Size) -> Iterable[tuple[float, float]]:
    """Left edge and width of each segment; after every fourth the gap is twice as wide."""
    gaps = [size.gap * (2 if n % GROUP == 0 else 1) for n in range(1, SEGMENTS)]
    width = (size.width - sum(gaps)) / SEGMENTS
    x = 0.0
    for gap in [*gaps, 0]:
        yield x, width
        x += width + gap


def _segment(n: int, x: float, width: float, ends: tuple[int, int, int], size: Size) -> str:
    """Solid up to what is proven, ruled up to what is claimed and hatched up to what is possible."""
    proven, lo, hi = ends
    fill, edge = OFF, ""
    if n <= proven:
        fill = PRINT["--accent"]
    elif n <= hi:
        fill, edge = "#ffffff", PRINT["--accent"]
    elif n <= LINE and hi < LINE:
        fill, edge = RISK_SOFT, RISK_LINE
    if not edge:
        return f'<rect x="{x:.1f}" y="0" width="{width:.1f}" height="{size.height}" fill="{fill}"/>'
    inset = size.stroke / 2
    frame = (
        f'<rect x="{x + inset:.1f}" y="{inset:.1f}" width="{width - size.stroke:.1f}" '
        f'height="{size.height - size.stroke:.1f}" fill="{fill}" stroke="{edge}" stroke-width="{size.stroke}"/>'
    )
    if n <= lo:
        return frame + _ruling(x, width, size)
    return frame + (_hatching(x, width, size) if n <= hi else "")


def _ruling(x: float, width: float, size: Size) -> str:
    """Level lines: claimed, without proof."""
    lines = max(3, round(size.height / 16))
    step = size.height / (lines + 1)
    path = "".join(f"M{x:.1f} {step * n:.1f}h{width:.1f}" for n in range(1, lines + 1))
    return f'<path d="{path}" stroke="{PRINT["--accent"]}" stroke-width="{size.height / 18:.1f}"/>'


def _hatching(x: float, width: float, size: Size) -> str:
    """Strokes rising to the right, each cut where it meets the edge of its segment."""
    strokes, step = [], 11
    for start in range(step, int(width + size.height), step):
        x0, y0 = min(start, width), max(0.0, start - width)
        x1, y1 = max(0.0, start - size.height), min(start, size.height)
        strokes.append(f"M{x + x1:.1f} {y1:.1f}L{x + x0:.1f} {y0:.1f}")
    return f'<path d="{"".join(strokes)}" stroke="{PRINT["--accent"]}" stroke-width="2"/>'


def _mark(x: float, label: str, size: Size) -> str:
    """A tick above the segment that was reached last time, with its label on the side that has room."""
    anchor, shift = ("end", -12) if x > size.width * 0.3 else ("start", 12)
    return (
        f'<path d="M{x:.1f} -50v44" stroke="{PRINT["--ink-3"]}" stroke-width="2.5"/>'
        f'<text x="{x + shift:.1f}" y="-26" text-anchor="{anchor}">{escape(label)}</text>'
    )


def _scale(ends: list[float], line: float, size: Size) -> str:
    y = size.height + size.below - 22
    labels = [_label(0, y, "start", "0")]
    labels += [_label(ends[n - 1], y, "middle", str(n)) for n in (4, 8, 12)]
    labels.append(_label(size.width, y, "end", str(SEGMENTS)))
    labels.append(
        f'<text x="{line:.1f}" y="{y:.1f}" text-anchor="middle" fill="{PRINT["--ink"]}" '
        f'font-weight="700">{size.line_label}</text>'
    )
    return "".join(labels)


def _label(x: float, y: float, anchor: str, text: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{text}</text>'
