"""Finds places for labels beside a line where they touch nothing, at every width a figure is drawn in."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Point = tuple[float, float]

# Where a label's middle may stand, in px right of and above its point, in the order of preference.
_OFFSETS: tuple[Point, ...] = (
    (0, 14), (0, -14), (-13, 10), (13, -10), (13, 10), (-13, -10), (-17, 0), (17, 0), (0, 19), (0, -19)
)  # fmt: skip
# Half the width of a mark, and the room a label wants around itself, in px.
_MARK = 5
_GAP = 2


@dataclass(frozen=True, slots=True)
class Frame:
    """A plot area in px, with the room around it that labels may use, and the ranges of its axes."""

    width: float
    height: float
    x_range: Point
    y_range: Point
    headroom: float = 0

    def at(self, x: float, y: float) -> Point:
        """A point in px from the lower left corner."""
        (x0, x1), (y0, y1) = self.x_range, self.y_range
        return (x - x0) / (x1 - x0) * self.width, (y - y0) / (y1 - y0) * self.height


@dataclass(frozen=True, slots=True)
class _Box:
    left: float
    bottom: float
    right: float
    top: float

    def meets(self, other: "_Box") -> bool:
        return (
            self.left < other.right and other.left < self.right and self.bottom < other.top and other.bottom < self.top
        )

    def meets_segment(self, start: Point, end: Point) -> bool:
        """Whether a segment, drawn from left to right, passes through the box."""
        (x0, y0), (x1, y1) = start, end
        if x1 < self.left or x0 > self.right:
            return False
        slope = (y1 - y0) / (x1 - x0)
        entry = y0 + slope * (max(x0, self.left) - x0)
        leave = y0 + slope * (min(x1, self.right) - x0)
        return min(entry, leave) < self.top and max(entry, leave) > self.bottom


def spread(count: int, gap: int) -> list[int]:
    """Places out of `count` that lie at least `gap` apart, evenly, with the first and the last among them."""
    intervals = (count - 1) // max(gap, 1)
    if not intervals:
        return [count - 1]
    return [round(i * (count - 1) / intervals) for i in range(intervals + 1)]


def place(
    points: Sequence[Point],
    sizes: Sequence[Point],
    order: Iterable[int],
    *,
    frames: Sequence[Frame],
    rule: float,
    marks: Sequence[Point] = (),
) -> dict[int, Point]:
    """Offsets for the labels of a line's points, those first in `order` first; labels that fit nowhere are left out.

    `sizes` are the labels' widths and heights in px, `rule` is the y of a horizontal line to keep clear of,
    and `marks` are other marks.
    """
    drawn = [
        _Drawn(
            frame,
            [frame.at(*point) for point in points],
            frame.at(0, rule)[1],
            tuple(_mark(frame.at(*mark)) for mark in marks),
        )
        for frame in frames
    ]
    placed: dict[int, Point] = {}
    for index in order:
        offset = next((o for o in _OFFSETS if all(d.is_free(index, o, sizes, placed) for d in drawn)), None)
        if offset:
            placed[index] = offset
    return placed


@dataclass(frozen=True, slots=True)
class _Drawn:
    """The line as one frame shows it, in px."""

    frame: Frame
    points: Sequence[Point]
    rule: float
    marks: Sequence[_Box] = ()

    def is_free(self, index: int, offset: Point, sizes: Sequence[Point], placed: dict[int, Point]) -> bool:
        box = self._box(index, offset, sizes)
        frame = self.frame
        if box.left < 0 or box.right > frame.width or box.bottom < 0 or box.top > frame.height + frame.headroom:
            return False
        if box.bottom < self.rule < box.top:
            return False
        if any(box.meets(self._box(other, placed[other], sizes)) for other in placed):
            return False
        if any(box.meets(mark) for mark in self.marks):
            return False
        near = [i for i, (x, _) in enumerate(self.points) if box.left - _MARK < x < box.right + _MARK]
        if any(box.meets(_mark(self.points[i])) for i in near if i != index):
            return False
        first, last = max(min(near, default=index) - 1, 0), max(near, default=index) + 1
        reach = self.points[first : last + 1]
        return not any(box.meets_segment(start, end) for start, end in itertools.pairwise(reach))

    def _box(self, index: int, offset: Point, sizes: Sequence[Point]) -> _Box:
        (x, y), (dx, dy), (width, height) = self.points[index], offset, sizes[index]
        across, up = width / 2 + _GAP, height / 2 + _GAP
        return _Box(x + dx - across, y + dy - up, x + dx + across, y + dy + up)


def _mark(point: Point) -> _Box:
    x, y = point
    return _Box(x - _MARK, y - _MARK, x + _MARK, y + _MARK)
