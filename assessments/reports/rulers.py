"""The score ruler for print: a segment for each point, with the line, as one small SVG in tenths of a millimeter."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.charts.palette import PRINT

MAXIMUM, LINE = 16, 10  # of the product's own framework
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


LARGE = Size(1700, 100, 9, above=58, below=72, overhang=20, stroke=3.2, type_size=28.5)


def ruler(
    lo: int,
    hi: int,
    *,
    proven: int | None = None,
    size: Size = LARGE,
    was: int | None = None,
    was_label: str = "",
    label: str = "",
    maximum: int = MAXIMUM,
    line: int = LINE,
) -> str:
    """`lo` points are claimed, of them `proven` (else all), up to `hi` still possible; `was` is marked above.

    `label` says in a sentence what is shown, where the points alone do not.
    """
    places = list(_places(size, maximum))
    proven = lo if proven is None else proven
    segments = "".join(_segment(n, x, width, (proven, lo, hi), size, line) for n, (x, width) in enumerate(places, 1))
    ends = [x + width for x, width in places]
    at = ends[line - 1] + size.gap / 2
    words = label or ruler_text(lo, hi, proven, maximum, line)
    sentence = " ".join(filter(None, (words, f"{was_label}." if was_label else "")))
    return (
        f'<svg class="ruler" viewBox="0 {-size.above} {size.width} {size.above + size.height + size.below}" '
        f'role="img" aria-label="{escape(sentence)}"><title>{escape(sentence)}</title>'
        f"{segments}"
        f'<path d="M{at:g} {-size.overhang}v{size.height + 2 * size.overhang}" '
        f'stroke="{PRINT["--ink"]}" stroke-width="4"/>'
        f'<g font-family="{PRINT["--font-sans"]}" font-size="{size.type_size}" fill="{PRINT["--ink-3"]}">'
        f"{'' if was is None else _mark(ends[was - 1] if was else 0, was_label, size)}{_scale(ends, at, size, line)}"
        "</g></svg>"
    )


def share_bar(low: int, high: int) -> str:
    """A share in percent as a bar: filled up to `low`, outlined up to `high`."""
    text = percent_words(low, high)
    accent = PRINT["--accent"]
    return (
        f'<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label="{text}">'
        f'<title>{text}</title><path d="M0 0h100v8h-100z" fill="{OFF}"/>'
        f'<path d="M{low} 1h{max(0, high - low)}v6h-{max(0, high - low)}z" fill="#ffffff" stroke="{accent}"/>'
        f'<path d="M0 0h{low}v8h-{low}z" fill="{accent}"/></svg>'
    )


def percent_words(low: int, high: int) -> str:
    """A share in percent, or from where to where it may be."""
    said = _("{low}%") if low == high else _("{low} to {high}%")
    return said.format(low=low, high=high)


def ruler_text(lo: int, hi: int, proven: int | None = None, maximum: int = MAXIMUM, line: int = LINE) -> str:
    """What a ruler shows, as a sentence."""
    proven = lo if proven is None else proven
    if proven < lo:
        scored = _("{proven} of {maximum} proven, {claimed} claimed.")
        if hi > lo:
            scored = _("{proven} of {maximum} proven, {claimed} claimed, up to {possible} still possible.")
    else:
        scored = _("{claimed} of {maximum}.")
        if hi > lo:
            scored = _("{claimed} of {maximum} so far, up to {possible} still possible.")
    if proven >= line:
        where = _("Clear of the risk line at {line}.")
    elif hi < line:
        where = ngettext("{count} below the risk line at {line}.", "{count} below the risk line at {line}.", line - hi)
    else:
        where = _("The risk line is at {line}.")
    said = scored.format(proven=proven, maximum=maximum, claimed=lo, possible=hi)
    return f"{said} {where.format(count=line - hi, line=line)}"


def _places(size: Size, maximum: int) -> Iterable[tuple[float, float]]:
    """Left edge and width of each segment; after every fourth the gap is twice as wide."""
    gaps = [size.gap * (2 if n % GROUP == 0 else 1) for n in range(1, maximum)]
    width = (size.width - sum(gaps)) / maximum
    x = 0.0
    for gap in [*gaps, 0]:
        yield x, width
        x += width + gap


def _segment(n: int, x: float, width: float, ends: tuple[int, int, int], size: Size, line: int) -> str:
    """Solid up to what is proven, ruled up to what is claimed and hatched up to what is possible."""
    proven, lo, hi = ends
    fill, edge = OFF, ""
    if n <= proven:
        fill = PRINT["--accent"]
    elif n <= hi:
        fill, edge = "#ffffff", PRINT["--accent"]
    elif n <= line and hi < line:
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


def _scale(ends: list[float], at: float, size: Size, line: int) -> str:
    y = size.height + size.below - 22
    labels = [_label(0, y, "start", "0")]
    labels += [_label(ends[n - 1], y, "middle", str(n)) for n in range(4, len(ends) - 1, 4) if abs(n - line) > 1]
    if line < len(ends) - 2:
        labels.append(_label(size.width, y, "end", str(len(ends))))
    labels.append(
        f'<text x="{at:.1f}" y="{y:.1f}" text-anchor="middle" fill="{PRINT["--ink"]}" '
        f'font-weight="700">{escape(_("{line} risk line").format(line=line))}</text>'
    )
    return "".join(labels)


def _label(x: float, y: float, anchor: str, text: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{text}</text>'
