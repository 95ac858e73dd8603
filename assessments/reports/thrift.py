"""What WeasyPrint 70.0 works out again and again for one document, worked out once. Nothing of what it draws changes.

It has Pango find the glyphs of each line once to set it and once more to draw it, describes the font anew each time,
and works out margins, paddings and sizes of every box on every pass, though hardly any depends on where the box stands.
What stands here in its place gives the same values; a test compares the bytes of whole reports.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

VERSION = "70.0"
SIDES = ("top", "right", "bottom", "left")
SPACES = tuple(f"{kind}_{side}" for kind in ("margin", "padding") for side in SIDES)
SIZES = ("width", "min_width", "max_width", "height", "min_height", "max_height")
BORDERS = tuple(f"border_{side}_width" for side in SIDES)
# What Pango ends a paragraph or a line at: a text with one of these keeps the library's own way.
ENDS = frozenset("\n\v\f\r\x1c\x1d\x1e\x85\u2028\u2029")
FEATURES = (
    "font_kerning",
    "font_variant_ligatures",
    "font_variant_position",
    "font_variant_caps",
    "font_variant_numeric",
    "font_variant_alternates",
    "font_variant_east_asian",
    "font_feature_settings",
)
# What a context and a font's description are made of.
FONT = (
    "direction",
    "font_language_override",
    "lang",
    "font_style",
    "font_stretch",
    "font_weight",
    "font_size",
    "font_variant_caps",
    "font_variation_settings",
)
# Properties whose computed value is not simply the parent's or the initial one where nothing is declared.
ENTANGLED = frozenset(("page", "position", "float", "display"))

Names = list[tuple[Any, str, Any]]


@contextmanager
def thrift() -> Iterator[None]:
    """Documents set within take less work. With another version of the library nothing is changed.

    The names are the whole process's. A document that another thread sets meanwhile is the same either way.
    """
    replaced = _replaced()
    for owner, name, _, ours in replaced:
        setattr(owner, name, ours)
    try:
        yield
    finally:
        for owner, name, theirs, _ in replaced:
            setattr(owner, name, theirs)


@cache
def _replaced() -> list[tuple[Any, str, Any, Any]]:
    """Whose name stands for what in the library, and what it stands for meanwhile."""
    import weasyprint

    if weasyprint.__version__ != VERSION:
        return []
    names = [*_lines(), *_struts(), *_sizes(), *_styles()]
    return [(owner, name, getattr(owner, name), ours) for owner, name, ours in names]


# ---- Lines: set once, and drawn from what was set


def _lines() -> Names:
    from weasyprint.text import line_break
    from weasyprint.text.ffi import ffi, gobject, pango

    Layout = line_break.Layout
    set_up, set_text, deactivate, reactivate = Layout.setup, Layout.set_text, Layout.deactivate, Layout.reactivate
    shared = _shared(Layout)

    def setup(self: Any, style: Any) -> None:
        self.is_kept = self.is_whole = False
        parts = shared(style)
        if not parts:
            set_up(self, style)
            return
        context, description, self.language = parts
        self.style, self.first_line_direction = style, 0
        self.ascent = self.underline_position = self.strikethrough_position = None
        self.layout = ffi.gc(pango.pango_layout_new(context), gobject.g_object_unref)
        pango.pango_layout_set_auto_dir(self.layout, False)
        pango.pango_layout_set_font_description(self.layout, description)

    def text_set(self: Any, text: str, justify: bool = False) -> None:
        # To draw, the library asks for one paragraph, which would throw the glyphs away: it is one from the start.
        self.is_one, self.is_whole = ENDS.isdisjoint(text), False
        pango.pango_layout_set_single_paragraph_mode(self.layout, self.is_one)
        set_text(self, text, justify)

    def first_line(self: Any) -> tuple[Any, int | None]:
        first = pango.pango_layout_get_line_readonly(self.layout, 0)
        second = pango.pango_layout_get_line_readonly(self.layout, 1)
        self.first_line_direction = first.resolved_dir
        self.is_whole = second == ffi.NULL
        return first, None if self.is_whole else second.start_index

    def rest(self: Any) -> None:
        """Between setting and drawing; what was drawn lets its glyphs go."""
        if self.is_whole and self.is_one and not self.is_kept and not self.justification_spacing:
            self.is_kept = True
        else:
            deactivate(self)

    def wake(self: Any, style: Any) -> None:
        if not (self.is_kept and self.style is style and hasattr(self, "layout")):
            reactivate(self, style)

    methods = {"setup": setup, "set_text": text_set, "get_first_line": first_line, "deactivate": rest}
    return [(Layout, name, method) for name, method in {**methods, "reactivate": wake}.items()]


def _shared(layout: Any) -> Callable[[Any], tuple[Any, ...]]:
    """Context, description and language of a style's font; nothing for one that needs the library's own set-up."""
    from weasyprint.text.constants import LST_TO_ISO, PANGO_DIRECTION
    from weasyprint.text.ffi import ffi, gobject, pango, unicode_to_char_p
    from weasyprint.text.fonts import font_features, get_font_description

    def made(style: Any) -> tuple[Any, ...]:
        map_ = style.font_config.font_map
        context = ffi.gc(pango.pango_font_map_create_context(map_), gobject.g_object_unref)
        pango.pango_context_set_round_glyph_positions(context, False)
        pango.pango_context_set_base_dir(context, PANGO_DIRECTION[style["direction"]])
        override = style["font_language_override"]
        tag = style["lang"] if override == "normal" else LST_TO_ISO.get(override.lower(), override)
        if tag:
            pointer, _held = unicode_to_char_p(tag)
            language = pango.pango_language_from_string(pointer)
            pango.pango_context_set_language(context, language)
        else:
            language = pango.pango_language_get_default()
        return context, get_font_description(style), language

    def shared(style: Any) -> tuple[Any, ...]:
        kept = style.__dict__.get("thrift_font")
        if kept is None:
            kept = ()
            if style["text_decoration_line"] == "none" and not font_features(*(style[name] for name in FEATURES)):
                known = style.font_config.__dict__.setdefault("thrift_fonts", {})
                key = (*style["font_family"], *(style[name] for name in FONT))
                kept = known.get(key) or known.setdefault(key, made(style))
            style.thrift_font = kept
        return kept

    return shared


def _struts() -> Names:
    """The least height of a line is its style's: it is not looked up under the spelling of fourteen properties."""
    from weasyprint.css import computed_values, units
    from weasyprint.layout import inline
    from weasyprint.text import line_break

    theirs = line_break.strut

    def strut(style: Any) -> Any:
        kept = style.__dict__.get("thrift_strut")
        if kept is None:
            kept = style.thrift_strut = theirs(style)
        return kept

    return [(module, "strut", strut) for module in (line_break, units, computed_values, inline)]


# ---- Boxes: what their style alone decides


def _sizes() -> Names:
    from weasyprint.layout import absolute, block, column, float, grid, inline, page, percent, table

    theirs = percent.resolve_percentages

    def settled(style: Any) -> dict[str, Any] | None:
        """Used values that no containing block changes; None where one does."""
        values = {}
        for name in (*SPACES, *SIZES):
            value = style[name]
            if value is not None and value != "auto":
                if getattr(value, "unit", None) != "px":
                    return None
                value = value.value
            values[name] = 0 if value == "auto" and name in ("min_width", "min_height") else value
        return values

    def resolve_percentages(box: Any, containing_block: Any) -> None:
        style = box.style
        kept = style.__dict__.get("thrift_sizes")
        if kept is None:
            values = settled(style)
            borders = {name: style[name] for name in BORDERS}
            is_collapsed = style["border_collapse"] == "collapse"
            kept = style.thrift_sizes = (
                values and (values if is_collapsed else values | borders),
                borders if is_collapsed else None,
                style["box_sizing"] != "content-box",
            )
        values, borders, is_measured_outside = kept
        if not values:
            theirs(box, containing_block)
            return
        box.__dict__.update(values)
        if borders:
            for name, width in borders.items():
                if not hasattr(box, name):
                    setattr(box, name, width)
        if is_measured_outside:
            percent.adjust_box_sizing(box, "width")
            percent.adjust_box_sizing(box, "height")

    modules = (percent, absolute, block, column, float, grid, inline, page, table)
    return [(module, "resolve_percentages", resolve_percentages) for module in modules]


# ---- Styles: most properties are nowhere declared


def _styles() -> Names:
    from weasyprint.css import ComputedStyle
    from weasyprint.css.functions import check_math
    from weasyprint.css.properties import INHERITED, INITIAL_NOT_COMPUTED, INITIAL_VALUES

    theirs = ComputedStyle.__missing__
    inherited = INHERITED - ENTANGLED
    initial = {
        name: value
        for name, value in INITIAL_VALUES.items()
        if name not in INHERITED | INITIAL_NOT_COMPUTED | ENTANGLED and not name.startswith("text_decoration_")
    }

    def missing(self: Any, key: str) -> Any:
        if key in self.cascaded or self.__dict__.get("thrift_logical", True):
            if "thrift_logical" in self.__dict__:
                return theirs(self, key)
            self.thrift_logical = any("block" in name or "inline" in name for name in self.cascaded)
            return missing(self, key)
        if key in initial:
            value = self[key] = initial[key]
            return value
        if key in inherited and self.parent_style is not None:
            value = self.parent_style[key]
            if not check_math(value):
                self[key] = value
                return value
        return theirs(self, key)

    return [(ComputedStyle, "__missing__", missing)]
