"""What pages and mails show of a branding."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import FileResponse, Http404, HttpResponse
from django.utils.translation import gettext as _

from assessments.organizations.branding.colors import AREA, DARK, PAPER, TEXT, bent
from assessments.organizations.branding.models import Brand
from assessments.platform.mails import marks

# The addresses change with what they lead to. Only the one browser that asked may keep it.
KEPT = "private, max-age=86400, immutable"
LOGO_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@dataclass(frozen=True, slots=True)
class Shown:
    """What `organizations/_brand.html` and `_brand_foot.html` take as `brand`. An address is empty where nothing is."""

    name: str
    address: str
    footer: str
    disclaimer: str
    logo: str
    width: int
    height: int
    is_mark: bool
    styles: str


def shown(brand: Brand | None, *, at: Callable[[str, str], str]) -> Shown | None:
    """A branding for a page, with the addresses that `at` makes of `logo` or `styles` and the digest."""
    if brand is None or not brand.is_set:
        return None
    return Shown(
        name=brand.name,
        address=brand.address,
        footer=brand.footer,
        disclaimer=brand.disclaimer,
        logo=at("logo", brand.digest) if brand.logo else "",
        width=brand.logo_width,
        height=brand.logo_height,
        is_mark=brand.is_mark,
        styles=at("styles", brand.digest) if brand.color or brand.second_color else "",
    )


def logo_response(brand: Brand | None, digest: str) -> FileResponse:
    """The logo as a picture, and nothing else: opened by itself it runs nothing, loads nothing, and is of no origin."""
    if brand is None or not brand.logo or brand.digest != digest:
        raise Http404
    try:
        opened = brand.logo.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(opened, content_type=brand.logo_type)
    response["Cache-Control"] = KEPT
    response["Content-Security-Policy"] = LOGO_POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def styles_response(brand: Brand | None, digest: str) -> HttpResponse:
    """The two colors as custom properties, for light pages and dark ones."""
    if brand is None or brand.digest != digest:
        raise Http404
    response = HttpResponse(styles(brand), content_type="text/css")
    response["Cache-Control"] = KEPT
    return response


def styles(brand: Brand) -> str:
    words, lines = brand.color, brand.second_color or brand.color
    properties = [("--brand", words, TEXT), ("--brand-line", lines, AREA)]
    said = "".join(
        f" {name}: light-dark({bent(color, on=PAPER, least=least)}, {bent(color, on=DARK, least=least)});"
        for name, color, least in properties
        if color
    )
    return f":root {{{said} }}\n"


def remarks(brand: Brand | None) -> list[str]:
    """What had to be changed of the colors so that they can be read."""
    if brand is None:
        return []
    said = []
    if brand.color and brand.color != brand.text_color:
        remark = _("{color} is too light for text on paper: {used} is used.")
        said.append(remark.format(color=brand.color, used=brand.text_color))
    if brand.second_color and brand.second_color != brand.line_color:
        remark = _("{color} is too light for lines on paper: {used} is used.")
        said.append(remark.format(color=brand.second_color, used=brand.line_color))
    return said


def signature(brand: Brand | None) -> str:
    """The last lines of a mail in a firm's name, whose HTML part has its color; empty without a branding."""
    if brand is None:
        return ""
    dark = bent(brand.color, on=DARK, least=TEXT) if brand.color else ""
    lines = [brand.name, brand.address]
    return "\n".join([f"--{marks.brand(brand.text_color, dark)}", *(line for line in lines if line)])
