"""An SVG made safe: rebuilt from what is known to be harmless, and refused in a sentence where that would change it.

What an editor left behind, such as its metadata, goes without a word. What draws, and is not known, is named.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from xml.etree.ElementTree import Element, ElementTree, ParseError, register_namespace

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.framework.translating import number

SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}href"
MOST_BYTES, MOST_ELEMENTS, MOST_LEVELS, MOST_RULES = 200 * 1024, 3000, 16, 200

SHAPES = {"path", "rect", "circle", "ellipse", "line", "polyline", "polygon"}
GRADIENTS = {"linearGradient", "radialGradient"}
DRAWN = {"svg", "g", "defs", "clipPath", "stop", *SHAPES, *GRADIENTS}
# Neither seen nor needed.
DROPPED = {"metadata", "title", "desc", "style"}
HOLDS = {
    "script": _lazy("The SVG holds a script."),
    "foreignObject": _lazy("The SVG holds a piece of a web page."),
    "image": _lazy("The SVG holds a picture from elsewhere."),
    "text": _lazy("The SVG holds text, which needs a font that others may not have. Turn it into outlines first."),
    "a": _lazy("The SVG holds a link."),
    "use": _lazy("The SVG holds a reference to another part of it. Save it as plain SVG, with clones unlinked."),
}
PRESENTATION = {
    *("fill", "fill-opacity", "fill-rule", "clip-rule", "clip-path", "opacity", "display", "visibility"),
    *("stroke", "stroke-width", "stroke-opacity", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit"),
    *("stroke-dasharray", "stroke-dashoffset", "stop-color", "stop-opacity", "color"),
}
GEOMETRY = {
    *("d", "x", "y", "width", "height", "cx", "cy", "r", "rx", "ry", "x1", "y1", "x2", "y2", "fx", "fy", "points"),
    *("transform", "viewBox", "preserveAspectRatio", "offset", "gradientUnits", "gradientTransform", "spreadMethod"),
    *("clipPathUnits", "id"),
}
# Numbers, words and calls such as translate(1, 2): nothing in it can be an address.
PLAIN = re.compile(r"[\w\s.,%()+\-#]*")
# The one reference: a gradient or a clip of the drawing's own.
OWN = re.compile(r"url\(\s*['\"]?#([\w.\-]+)['\"]?\s*\)")
RULE = re.compile(r"\s*((?:\.[\w-]+\s*,\s*)*\.[\w-]+)\s*\{([^{}]*)\}\s*")
COMMENT = re.compile(r"/\*.*?\*/", re.S)


class UnsafeDrawingError(ValueError):
    """Why a drawing is not taken, as a sentence."""


def clean_svg(content: bytes) -> tuple[bytes, float, float]:
    """The drawing without anything that is not drawn, and its width and height."""
    if len(content) > MOST_BYTES:
        refused = _("The SVG is larger than {most} KB. Simplify it, or use a PNG.")
        raise UnsafeDrawingError(refused.format(most=MOST_BYTES // 1024))
    try:
        root = fromstring(content, forbid_dtd=False, forbid_entities=True, forbid_external=True)
    except DefusedXmlException:
        raise UnsafeDrawingError(_("The SVG defines entities or loads something. Save it as plain SVG.")) from None
    except (ParseError, ValueError, LookupError):
        raise UnsafeDrawingError(_("The file is called .svg, but it is no SVG that can be read.")) from None
    if root.tag != f"{SVG}svg":
        raise UnsafeDrawingError(_("The file is called .svg, but it is no SVG that can be read."))
    if sum(1 for each in root.iter()) > MOST_ELEMENTS:
        refused = _("The SVG has more than {most} parts. Simplify it, or use a PNG.")
        raise UnsafeDrawingError(refused.format(most=number(MOST_ELEMENTS)))
    drawing = _rebuilt(root, _rules(root), level=1, is_clip=False)
    _check_references(drawing)
    width, height = _size(drawing)
    register_namespace("", SVG[1:-1])
    register_namespace("xlink", XLINK[1 : XLINK.index("}")])
    target = BytesIO()
    ElementTree(drawing).write(target, encoding="utf-8", xml_declaration=False)
    return target.getvalue(), width, height


def _rebuilt(element: Element, rules: dict[str, dict[str, str]], *, level: int, is_clip: bool) -> Element:
    if level > MOST_LEVELS:
        raise UnsafeDrawingError(_("The SVG has groups within groups within groups. Save it as plain SVG."))
    name = element.tag.removeprefix(SVG)
    rebuilt = Element(element.tag, _attributes(element, rules, is_clip=is_clip))
    for child in element:
        if not isinstance(child.tag, str) or not child.tag.startswith(SVG):
            continue  # comments, and what editors keep for themselves
        kind = child.tag.removeprefix(SVG)
        if kind in DROPPED:
            continue
        if kind not in DRAWN:
            other = _("The SVG holds <{kind}>, which is not taken.").format(kind=kind[:40])
            raise UnsafeDrawingError(str(HOLDS.get(kind, other)))
        rebuilt.append(_rebuilt(child, rules, level=level + 1, is_clip=is_clip or name == "clipPath"))
    return rebuilt


def _attributes(element: Element, rules: dict[str, dict[str, str]], *, is_clip: bool) -> dict[str, str]:
    given = {name: value for name, value in element.attrib.items() if name in PRESENTATION | GEOMETRY}
    for word in element.get("class", "").split():
        given |= rules.get(word, {})
    given |= _declarations(element.get("style", ""))
    if is_clip or element.tag == f"{SVG}clipPath":
        given.pop("clip-path", None)  # a clip that clips itself never ends
    kept = {name: _value(name, value) for name, value in given.items()}
    kind = element.tag.removeprefix(SVG)
    if kind in GRADIENTS and (href := element.get(XLINK) or element.get("href")):
        if not re.fullmatch(r"#[\w.\-]+", href):
            raise UnsafeDrawingError(_("The SVG refers to something outside itself. Save it as plain SVG."))
        kept[XLINK] = href
    for name in element.attrib:
        local = name.rpartition("}")[2]
        if local.lower().startswith("on"):
            raise UnsafeDrawingError(_("The SVG holds a script."))
        if local == "href" and kind not in GRADIENTS:
            raise UnsafeDrawingError(_("The SVG refers to something outside itself. Save it as plain SVG."))
    return kept


def _value(name: str, value: str) -> str:
    found = OWN.fullmatch(value.strip())
    if found and name in ("fill", "stroke", "clip-path"):
        return f"url(#{found[1]})"
    if "url" in value.lower() or not PLAIN.fullmatch(value):
        refused = _("The SVG has a {name} that is not taken: {value}")
        raise UnsafeDrawingError(refused.format(name=name, value=value.strip()[:40]))
    return value.strip()


def _declarations(text: str) -> dict[str, str]:
    """Of an element's style, or of a rule, what draws; the rest, a font for one, does nothing here."""
    found = {}
    for part in COMMENT.sub("", text).split(";"):
        name, colon, value = part.partition(":")
        if colon and name.strip() in PRESENTATION:
            found[name.strip()] = value.replace("!important", "").strip()
        elif "url" in part.lower() or "@" in part or "\\" in part:
            raise UnsafeDrawingError(_("The styles of the SVG refer to something. Save it as plain SVG."))
    return found


def _rules(root: Element) -> dict[str, dict[str, str]]:
    """What the style sheets of the drawing say of classes, which is all that drawing programs use them for."""
    rules: dict[str, dict[str, str]] = {}
    for sheet in root.iter(f"{SVG}style"):
        text, place = COMMENT.sub("", sheet.text or ""), 0
        while text[place:].strip():
            rule = RULE.match(text, place)
            if rule is None or len(rules) > MOST_RULES:
                raise UnsafeDrawingError(_("The SVG has a style sheet that is not taken. Save it as plain SVG."))
            for selector in rule[1].split(","):
                rules.setdefault(selector.strip()[1:], {}).update(_declarations(rule[2]))
            place = rule.end()
    return rules


def _check_references(drawing: Element) -> None:
    """A gradient may borrow from another one, and that one from none: no chain is long, and none is a ring."""
    borrowed = {element.get("id"): element.get(XLINK) for element in drawing.iter() if element.get("id")}
    for element in drawing.iter():
        if (href := element.get(XLINK)) and (element.get("id") == href[1:] or borrowed.get(href[1:])):
            raise UnsafeDrawingError(_("The SVG has colors that refer to each other. Save it as plain SVG."))


def _size(drawing: Element) -> tuple[float, float]:
    numbers = [float(each) for each in _numbers(drawing.get("viewBox", ""))]
    if len(numbers) != 4:
        sides = [_numbers(drawing.get(side, "")) for side in ("width", "height")]
        if not all(len(side) == 1 for side in sides) or "%" in drawing.get("width", "") + drawing.get("height", ""):
            raise UnsafeDrawingError(_("The SVG does not say how large it is. Save it with a viewBox."))
        numbers = [0.0, 0.0, *(float(side[0]) for side in sides)]
        drawing.set("viewBox", " ".join(f"{each:g}" for each in numbers))
    width, height = numbers[2:]
    if not (0 < width < 1e6 and 0 < height < 1e6):
        raise UnsafeDrawingError(_("The SVG does not say how large it is. Save it with a viewBox."))
    drawing.set("width", f"{width:g}")
    drawing.set("height", f"{height:g}")
    return width, height


def _numbers(text: str) -> list[str]:
    return list(_found_numbers(text))


def _found_numbers(text: str) -> Iterator[str]:
    for found in re.finditer(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d{1,3})?", text, re.I):
        yield found[0]
