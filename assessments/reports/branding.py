"""The firms on a report: frozen with it, their logos too, so that the same snapshot gives the same bytes."""

import base64
from typing import Any

from assessments.accounts.models import User
from assessments.organizations.branding.logos import EXTENSIONS
from assessments.organizations.branding.models import Brand
from assessments.organizations.branding.queries import brand_of, consultancy_of
from assessments.organizations.models import Organization

Snapshot = dict[str, Any]
Pictures = dict[str, tuple[str, bytes]]  # an address in the page -> content type and content


def freeze_brand(organization: Organization, actor: User | None) -> dict[str, Any]:
    """Of the team that makes the report and of the organization it is about, what each has set; empty without any."""
    found = {"team": consultancy_of(organization, actor), "organization": brand_of(organization)}
    return {whose: _frozen(brand) for whose, brand in found.items() if brand}


def _frozen(brand: Brand) -> dict[str, Any]:
    return {
        "name": brand.name,
        "address": brand.address,
        "footer": brand.footer,
        "disclaimer": brand.disclaimer,
        "color": brand.text_color,
        "line_color": brand.line_color,
        "logo": _frozen_logo(brand),
    }


def _frozen_logo(brand: Brand) -> dict[str, Any] | None:
    """None, too, where the file is lost: a report is made without it."""
    if not brand.logo:
        return None
    try:
        with brand.logo.open("rb") as file:
            content = file.read()
    except FileNotFoundError:
        return None
    return {
        "type": brand.logo_type,
        "sha256": brand.logo_sha256,
        "is_mark": brand.is_mark,
        "data": base64.b64encode(content).decode(),
    }


def brand_section(snapshot: Snapshot) -> dict[str, Any] | None:
    """What the templates show of them: the firms in order, one line for the foot, and every disclaimer once."""
    frozen = snapshot.get("brand")
    if not frozen:
        return None
    firms = [{**frozen[whose], "whose": whose, "logo": _shown(frozen[whose]["logo"])} for whose in _order(frozen)]
    return {
        "firms": firms,
        "foot": next((firm["footer"] for firm in firms if firm["footer"]), ""),
        "disclaimers": list(dict.fromkeys(firm["disclaimer"] for firm in firms if firm["disclaimer"])),
    }


def _order(frozen: dict[str, Any]) -> list[str]:
    return [whose for whose in ("team", "organization") if whose in frozen]


def _shown(logo: dict[str, Any] | None) -> dict[str, Any] | None:
    """Its address on paper, and its content for a page on the screen."""
    if logo is None:
        return None
    return {"src": _address(logo), "data": f"data:{logo['type']};base64,{logo['data']}", "is_mark": logo["is_mark"]}


def _address(logo: dict[str, Any]) -> str:
    return f"logo-{logo['sha256'][:16]}.{EXTENSIONS[logo['type']]}"


def pictures(snapshot: Snapshot) -> Pictures:
    """The snapshot's own logos: all that a page of it may load beside the print styles."""
    logos = [firm["logo"] for firm in snapshot.get("brand", {}).values() if firm["logo"]]
    return {_address(logo): (logo["type"], base64.b64decode(logo["data"])) for logo in logos}


def colors(snapshot: Snapshot) -> dict[str, str]:
    """The values of the print styles' own properties: the team's colors, else the organization's."""
    frozen = snapshot.get("brand", {})
    for firm in (frozen[whose] for whose in _order(frozen)):
        if firm["line_color"]:
            found = {"--brand": firm["color"], "--brand-line": firm["line_color"]}
            return {name: value for name, value in found.items() if value}
    return {}
