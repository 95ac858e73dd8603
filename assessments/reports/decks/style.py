"""The look of a deck: its colors, its fonts, the master and the three layouts that every slide is made from."""

import base64
import re
from dataclasses import dataclass
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.util import Emu, Inches, Pt

from assessments.reports.pictures.drawing import png_of
from assessments.reports.snapshot import Snapshot

WIDTH, HEIGHT = Inches(13.333), Inches(7.5)
LEFT, RIGHT = Inches(0.75), Inches(12.583)
TOP, BODY, FOOT = Inches(0.55), Inches(1.95), Inches(6.95)
HEADING, TEXT = "Georgia", "Arial"
COVER, WITH_TEXT, ONLY_TITLE = range(3)
KEPT = ("Title Slide", "Title and Content", "Title Only")

INK, INK_2, INK_3 = "16212B", "46525D", "606B75"
PAPER, RULE, OFF = "F8F7F4", "DEDDDB", "E3E3E0"
RISK, LEVEL_0, LEVEL_1 = "B0371B", "F0D888", "6A91B0"
ACCENT = "1B4B78"


@dataclass(frozen=True, slots=True)
class Logo:
    """A firm's logo as pixels, and whose it is."""

    png: bytes
    firm: str


@dataclass(frozen=True, slots=True)
class Look:
    """The color that a brand may change, the words of its firm, and the logos of the cover."""

    accent: str = ACCENT
    firm: str = ""
    footer: str = ""
    disclaimers: tuple[str, ...] = ()
    logos: tuple[Logo, ...] = ()

    @classmethod
    def of(cls, snapshot: Snapshot) -> "Look":
        """The firm that makes the report before the organization it is about."""
        firms = _firms(snapshot)
        accents = (str(firm.get("color") or "").removeprefix("#").upper() for firm in firms)
        return cls(
            accent=next((code for code in accents if re.fullmatch("[0-9A-F]{6}", code)), ACCENT),
            firm=str(((snapshot.get("brand") or {}).get("team") or {}).get("name") or ""),
            footer=footer_of(snapshot),
            disclaimers=tuple(dict.fromkeys(firm["disclaimer"] for firm in firms if firm.get("disclaimer"))),
            logos=tuple(_logo(firm) for firm in firms if firm.get("logo")),
        )


def _firms(snapshot: Snapshot) -> list[dict[str, Any]]:
    frozen = snapshot.get("brand") or {}
    return [frozen[whose] for whose in ("team", "organization") if frozen.get(whose)]


def footer_of(snapshot: Snapshot) -> str:
    return next((firm["footer"] for firm in _firms(snapshot) if firm.get("footer")), "")


def _logo(firm: dict[str, Any]) -> Logo:
    """As pixels that every office program shows: none takes an SVG everywhere, and a photo may be of any kind."""
    content = base64.b64decode(firm["logo"]["data"])
    if "svg" in firm["logo"]["type"]:
        return Logo(png_of(content.decode(), background=None), firm["name"])
    return Logo(content, firm["name"])


def color(code: str) -> RGBColor:
    return RGBColor.from_string(code)


def speak(deck: Any, tag: str) -> None:
    """Say of every text which language it is in."""
    for slide in deck.slides:
        parts = [slide._element, slide.notes_slide._element] if slide.has_notes_slide else [slide._element]
        for part in parts:
            for run in part.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}r"):
                run.get_or_add_rPr().set("lang", tag)
            for element in part.iter():
                if "lang" in element.attrib:
                    element.set("lang", tag)


def empty_deck(look: Look, tag: str = "en-US") -> Any:
    """A presentation without slides, with our master and its layouts."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = WIDTH, HEIGHT
    _set_theme(deck, look)
    for layout in list(deck.slide_layouts):
        if layout.name not in KEPT:
            deck.slide_layouts.remove(layout)
    for styles in (*deck.part._element.iter("{*}defRPr"), *deck.slide_master._element.iter("{*}defRPr")):
        if "lang" in styles.attrib:
            styles.set("lang", tag)
    master = deck.slide_master
    master.background.fill.solid()
    master.background.fill.fore_color.rgb = color(PAPER)
    _set_text_styles(master)
    for shape in [*master.placeholders, *(each for layout in deck.slide_layouts for each in layout.placeholders)]:
        _place(shape)
    cover = deck.slide_layouts[COVER]
    for shape in cover.placeholders:
        if shape.placeholder_format.idx == 0:
            _box(shape, LEFT, Inches(1.6), RIGHT - LEFT, Inches(2.2), MSO_ANCHOR.BOTTOM)
        elif shape.placeholder_format.idx == 1:
            _box(shape, LEFT, Inches(4.0), RIGHT - LEFT, Inches(1.3), MSO_ANCHOR.TOP)
            for level in shape._element.iter("{*}lvl1pPr"):
                level.set("algn", "l")
    return deck


def _set_theme(deck: Any, look: Look) -> None:
    part = deck.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    theme = part.blob.decode()
    colors = {
        "dk1": INK,
        "lt1": "FFFFFF",
        "dk2": INK_2,
        "lt2": PAPER,
        "accent1": look.accent,
        "accent2": LEVEL_1,
        "accent3": LEVEL_0,
        "accent4": RISK,
        "accent5": INK_3,
        "accent6": OFF,
        "hlink": look.accent,
        "folHlink": INK_2,
    }
    for name, code in colors.items():
        theme = re.sub(
            rf"<a:{name}>.*?</a:{name}>", f'<a:{name}><a:srgbClr val="{code}"/></a:{name}>', theme, flags=re.S
        )
    for kind, font in (("majorFont", HEADING), ("minorFont", TEXT)):
        theme = re.sub(rf'(<a:{kind}>\s*<a:latin typeface=")[^"]*', rf"\g<1>{font}", theme)
    part._blob = theme.encode()


def _set_text_styles(master: Any) -> None:
    """Titles are serif, dark and to the left; texts have no bullets and some air."""
    styles = master._element.find("{*}txStyles")
    title = styles.find("{*}titleStyle").find("{*}lvl1pPr")
    title.set("algn", "l")
    title.find("{*}defRPr").set("sz", "3000")
    for number, level in enumerate(styles.find("{*}bodyStyle")):
        if level.tag.endswith("pPr"):
            level.set("marL", "0")
            level.set("indent", "0")
            for bullet in (*level.findall("{*}buFont"), *level.findall("{*}buChar")):
                level.remove(bullet)
            level.find("{*}defRPr").set("sz", "1800" if number == 0 else "1400")


def _place(shape: Any) -> None:
    """A placeholder of the master or of a layout where ours stands."""
    kind = shape.placeholder_format.type
    name = str(kind).partition(" ")[0].rpartition(".")[2]
    if name in ("TITLE", "CENTER_TITLE"):
        _box(shape, LEFT, TOP, RIGHT - LEFT, Inches(1.2), MSO_ANCHOR.TOP)
    elif name in ("BODY", "OBJECT", "SUBTITLE"):
        _box(shape, LEFT, BODY, RIGHT - LEFT, FOOT - BODY - Inches(0.2), MSO_ANCHOR.TOP)
    elif name == "FOOTER":
        _box(shape, LEFT, FOOT, Inches(9), Inches(0.3), MSO_ANCHOR.MIDDLE)
        _foot(shape, PP_ALIGN.LEFT)
    elif name == "SLIDE_NUMBER":
        _box(shape, Emu(RIGHT - Inches(1.5)), FOOT, Inches(1.5), Inches(0.3), MSO_ANCHOR.MIDDLE)
        _foot(shape, PP_ALIGN.RIGHT)
    elif name == "DATE":
        shape._element.getparent().remove(shape._element)


def _box(shape: Any, left: int, top: int, width: int, height: int, anchor: MSO_ANCHOR) -> None:
    shape.left, shape.top, shape.width, shape.height = Emu(left), Emu(top), Emu(width), Emu(height)
    frame = shape.text_frame
    frame.vertical_anchor, frame.word_wrap = anchor, True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0


def _foot(shape: Any, alignment: PP_ALIGN) -> None:
    for paragraph in shape.text_frame.paragraphs:
        paragraph.alignment = alignment
    for level in shape._element.iter("{*}lvl1pPr"):
        level.set("algn", "l" if alignment == PP_ALIGN.LEFT else "r")
        for run in level.iter("{*}defRPr"):
            run.set("sz", "1000")


def points(size: float) -> int:
    return Pt(size)
