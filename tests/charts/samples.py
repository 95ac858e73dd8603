"""Figures to draw: the house's own in every state that matters, and some made of all else that svg.py can draw."""

from datetime import date
from typing import Any

from assessments.charts import curves, figures, text
from assessments.charts.figures import ProfileRow, TrendPoint

NAMES = (
    *("Workloads", "Architecture", "Cost model", "Facilities"),
    *("Resilience", "Security", "Governance", "Reliability"),
)
LONG_NAME = "Interconnection, colocation and every other long word of the trade"
HOSTILE_NAMES = ("<b>x</b> & \u202ey", "a<br>b", "&lt;i&gt;", "%{y}", "]]>", "'\"", "\x00\x1b[0m\n\t", "漢字 ☃ 😀")


def profile(
    now: list[int | None],
    was: list[int | None] | None = None,
    target: list[int | None] | None = None,
    claimed: list[int | None] | None = None,
    names: tuple[str, ...] = NAMES,
    **words: str,
) -> figures.Figure:
    """A category profile; `was`, `target` and `claimed` are not known unless given."""
    unknown = [None] * len(now)
    rows = zip(names, now, was or unknown, target or unknown, claimed or unknown, strict=False)
    return figures.category_profile([ProfileRow(*row) for row in rows], **words)


def trend(
    totals: list[int], labels: list[str] | None = None, claimed: list[int | None] | None = None, **scale: int
) -> figures.Figure:
    """A score trend, one assessment a month from January 2020 unless the labels are given."""
    months = [f"{date(2020 + i // 12, i % 12 + 1, 1):%b %Y}" for i in range(len(totals))]
    given = zip(labels or months, totals, claimed or [None] * len(totals), strict=True)
    points = [TrendPoint(*each) for each in given]
    return figures.score_trend(points, **scale)


def measured(values: list[float], target: float | None = None, old: int = 0) -> figures.Figure:
    """A history of latencies, one a month, the first `old` ones too old to count."""
    points = [
        figures.MeasuredPoint(f"{date(2020 + n // 12, n % 12 + 1, 1):%b %Y}", value, f"{value:g} ms", n >= old)
        for n, value in enumerate(values)
    ]
    return figures.measured_trend(points, target=target, target_label=f"Target {target} ms")


def vendors(count: int, open_by: int = 0) -> figures.Figure:
    """So many vendors in three topics, one of which does not apply to the second."""
    shares = [[(9 * n, 9 * n + open_by), None if n == 1 else (50, 50), (100 - n, 100 - n)] for n in range(count)]
    rows = [figures.VendorShares(f"Vendor {n}", each) for n, each in enumerate(shares)]
    return figures.vendor_topics(["Workload clarity", LONG_NAME, HOSTILE_NAMES[0]], rows)


def plan_axis(today: int = 41, days: int = 89) -> figures.PlanAxis:
    return figures.PlanAxis(days, [(0, "17 Aug"), (30, "16 Sep"), (60, "16 Oct"), (days, "14 Nov")], today)


def timeline(*bars: tuple[str, int, int, str], today: int = 41) -> figures.Figure:
    """Items as name, first day, day they are due, and state."""
    return figures.plan_timeline([figures.PlanBar(*bar, f"due on day {bar[2]}") for bar in bars], plan_axis(today))


def projection(now: int, *steps: tuple[int, int], today: int = 41, **scale: int) -> figures.Figure:
    return figures.plan_projection(now, steps, plan_axis(today), **scale)


def curve(now: float, label: str = "", lowest: int = 20) -> figures.Figure:
    """What an hour of useful work costs from `lowest` percent of utilization on, with where one is now."""
    percents = sorted({*range(lowest, 101, 5), now})
    points = [(float(percent), 100 / percent) for percent in percents]
    return curves.price_curve(points, now=(now, 100 / now), label=label or f"Now: {now}%")


def plain(data: list[dict[str, Any]], **layout: Any) -> figures.Figure:
    """A figure of one's own in the house style, on axes from 0 to 10."""
    axis = {"range": [0, 10], "tickvals": [0, 5, 10], "ticktext": ["0", "five", "10"]}
    return figures.figure(data, {"height": 240, "xaxis": axis, "yaxis": axis, **layout})


def scatter(**more: Any) -> dict[str, Any]:
    color = {"color": "var(--accent)"}
    return {"type": "scatter", "mode": "markers", "x": [1, 4, 9], "y": [2, 8, 5], "marker": color, "line": color} | more


def bar(**more: Any) -> dict[str, Any]:
    return {"type": "bar", "x": [2, 4, 6], "y": [3, 7, 1], "marker": {"color": "var(--level-1)"}} | more


def shape(**more: Any) -> dict[str, Any]:
    return {"type": "line", "x0": 1, "y0": 2, "x1": 8, "y1": 9} | more


NOW = [0, 1, 2, 1, None, 2, 0, 1]

HOUSE_FIGURES = {
    "profile, nothing scored": profile([None] * 8),
    "profile, first assessment": profile(NOW),
    "profile, before and after": profile(NOW, [1, 1, 0, None, 2, 2, 0, 0], was_label="May 2026"),
    "profile, with targets": profile([0, 1, 2, 1, 0, 2, 0, 1], [0] * 8, [2, 2, 2, 1, None, 2, 1, 0]),
    "profile, one category": profile([2]),
    "profile, some claimed": profile([0, 1, 2, 1, None, 0, 0, 1], claimed=[2, 2, None, None, None, 1, None, 2]),
    "profile, claimed and before": profile([0, 1, 2], [1, 1, 1], [2, 2, 2], [2, 2, None]),
    "profile, long names": profile([1, None], [0, 2], names=(LONG_NAME, "W" * 300), was_label=LONG_NAME),
    "profile, hostile names": profile([0, 1, 2, None, 0, 1, 2, 0], [2] * 8, names=HOSTILE_NAMES, was_label="<b>&"),
    "vendors, one": vendors(1),
    "vendors, three": vendors(3),
    "vendors, six, some open": vendors(6, open_by=20),
    "trend, one": trend([7]),
    "trend, two": trend([0, 16]),
    "trend, rising": trend([3, 5, 8, 9, 11]),
    "trend, on the line": trend([10] * 6),
    "trend, proven and claimed": trend([3, 5, 6], claimed=[9, 8, 11]),
    "trend, claimed once": trend([0, 8, 16], claimed=[16, None, None]),
    "trend, forty": trend([(i * 7) % 17 for i in range(40)]),
    "timeline, every state": timeline(
        *(("Name owners", 0, 12, "done"), ("Measure", 30, 44, "doing"), ("Site limits", 0, 20, "late")),
        ("Rescore", 60, 89, "todo"),
    ),
    "timeline, one": timeline(("Name owners", 0, 29, "todo"), today=-5),
    "timeline, beyond its phases": timeline(("Early", 30, -20, "late"), ("Late", 60, 200, "doing"), today=95),
    "timeline, hostile names": timeline(*((name, 0, place + 1, "done") for place, name in enumerate(HOSTILE_NAMES))),
    "timeline, forty": timeline(*((LONG_NAME, 0, place * 2, "todo") for place in range(40))),
    "curve, in the middle": curve(60),
    "curve, at the lowest": curve(1, lowest=5),
    "curve, at the top, a hostile name": curve(100, HOSTILE_NAMES[0] + LONG_NAME),
    "projection, passing the line": projection(9, (44, 10), (52, 11), (85, 13)),
    "projection, nothing planned": projection(4, today=200),
    "projection, from nought to the top": projection(0, (-10, 4), (0, 8), (120, 16)),
    "projection, ending on the line": projection(8, (20, 9), (30, 10), today=0),
    "measured, one": measured([712], target=800),
    "measured, falling below its target": measured([940, 860, 790, 712], target=800, old=2),
    "measured, nought": measured([0]),
    "measured, tiny and many": measured([0.0001 * (n % 7 + 1) for n in range(30)]),
    "measured, huge": measured([2.5e11, 9e11], target=1e12),
    "trend, hostile labels": trend([4, 9, 12, 8], [*HOSTILE_NAMES[:3], LONG_NAME]),
}

POSITIONS = [f"{v} {h}" for v in ("top", "middle", "bottom") for h in ("left", "center", "right")]
TICKS = {"range": [0, 10], "tickvals": [2, 6], "ticktext": ["two", "six"]}
TEXTS = {"x": [*range(1, 10)], "y": [5] * 9, "text": list("abcdefghi"), "textposition": POSITIONS}
LYING = {"orientation": "h", "x": [3, 7, 1], "y": [2, 4, 6]}
LARGE = {"size": 20, "color": "var(--risk)"}
ACCENT = {"color": "var(--accent)"}
KINDS = ("line", "rect", "circle")
PIXELS = {
    "xsizemode": "pixel",
    "ysizemode": "pixel",
    "xanchor": 3,
    "yanchor": 4,
    "x0": -12,
    "x1": 30,
    "y0": -9,
    "y1": 21,
}
PAPER = {"xref": "paper", "yref": "paper"}
BOTH_SIDES = {"range": [-10, 10], "tickvals": [-10, 0, 10], "ticktext": ["−10", "0", "10"]}

OTHER_FIGURES = {
    **{
        f"marks, {symbol}": plain([scatter(marker={"symbol": symbol, "size": 15, "color": "var(--accent)"})])
        for symbol in ("circle", "circle-open", "square", "square-open", "diamond", "diamond-open", "line-ns-open")
    },
    "marks with an outline": plain(
        [scatter(marker={"size": 20, "color": "var(--paper)", "line": {"color": "var(--risk)", "width": 3}})]
    ),
    **{
        f"lines, {dash}": plain([scatter(mode="lines", line={"color": "var(--ink)", "width": 3, "dash": dash})])
        for dash in ("solid", "dot", "dash")
    },
    "lines with gaps": plain([scatter(mode="lines+markers", x=[0, 2, None, 4, 6, 8, 10], y=[0, 3, 5, 9, None, 1, 10])]),
    "texts beside marks": plain([scatter(mode="markers+text", **TEXTS)]),
    "texts alone": plain([scatter(mode="text", **TEXTS)]),
    "texts at one place": plain([scatter(mode="text", text=["low", "", text.label("<high> & dry")], textfont=LARGE)]),
    "bars": plain([bar()]),
    "bars, one": plain([bar(x=[5], y=[5])]),
    "bars, outlined": plain([bar(marker={"color": "var(--level-1)", "line": {"color": "var(--ink)", "width": 2}})]),
    "bars, below zero": plain([bar(y=[-3, 7, -10])], yaxis=BOTH_SIDES),
    "bars, lying": plain([bar(**LYING)]),
    "bars, side by side": plain([bar(), bar(y=[5, 2, 4], marker=ACCENT)]),
    "bars, side by side and lying": plain([bar(**LYING), bar(**LYING, marker=ACCENT)]),
    "bars, at places of their own": plain([bar(), bar(x=[3, 5, 7], marker=ACCENT)]),
    "bars, stacked": plain([bar(), bar(y=[1, 2, 3], marker=ACCENT)], barmode="stack"),
    "bars, close": plain([bar()], bargap=0),
    "axes": plain(
        [scatter()],
        xaxis=TICKS | {"showline": False, "ticks": "", "showgrid": True},
        yaxis=TICKS | {"showline": True, "ticks": "outside", "ticklen": 9, "tickwidth": 2, "linewidth": 3},
        margin={"l": 60, "r": 40, "t": 30, "b": 50},
    ),
    "axes, reversed": plain([scatter()], xaxis=TICKS | {"range": [10, 0]}, yaxis=TICKS | {"range": [10, 0]}),
    "axes, large type": plain(
        [scatter()], xaxis=TICKS | {"tickfont": {"size": 22}}, yaxis=TICKS | {"tickfont": {"size": 20}}
    ),
    "shapes": plain(
        [scatter()],
        shapes=[
            shape(),
            shape(type="rect", fillcolor="var(--accent-soft)", layer="below"),
            shape(type="circle", line={"color": "var(--risk)", "width": 2, "dash": "dot"}),
        ],
    ),
    "shapes on paper": plain(
        [scatter()], shapes=[shape(type=kind, **PAPER, x0=0.1, y0=0.2, x1=0.7, y1=0.9) for kind in KINDS]
    ),
    "shapes in pixels": plain(
        [scatter()],
        shapes=[shape(type=kind, **PIXELS) for kind in KINDS],
    ),
    "annotations": plain(
        [scatter()],
        annotations=[
            {"x": x, "y": y, "text": f"{across} {down}", "xanchor": across, "yanchor": down}
            for y, down in ((2, "top"), (5, "middle"), (8, "bottom"))
            for x, across in ((2, "left"), (5, "center"), (8, "right"))
        ],
    ),
    "annotations, shifted and large": plain(
        [scatter()],
        annotations=[
            {"x": 5, "y": 5, "text": "shifted", "xshift": 11, "yshift": -17, "font": LARGE | {"size": 24}},
            {"x": 0.5, "y": 1, **PAPER, "text": "paper", "yanchor": "top", "font": {"size": 18}},
        ],
    ),
}
