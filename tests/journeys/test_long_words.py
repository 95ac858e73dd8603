"""A name that is one long word, on a phone of 320 pixels and on a desk: no page scrolls sideways."""

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.organizations.models import Role
from tests.factories import (
    make_grant,
    make_item,
    make_membership,
    make_organization,
    make_roadmap,
    make_scenario,
    make_scorecard,
    make_team,
    make_user,
    make_vendor_review,
)
from tests.vendors.workbooks import filled, take

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORD = "W" * 90
TOO_WIDE = """() => {
    const width = document.documentElement.clientWidth
    if (document.documentElement.scrollWidth <= width) return []
    const all = [...document.querySelectorAll("main *, header *")]
    const wide = all.filter(e => e.getBoundingClientRect().right > width + 1)
    return wide.slice(0, 6).map(e => e.outerHTML.slice(0, 90))
}"""


@pytest.fixture
def pages():
    """Every main page of an organization in which whatever people name is one long word, and who may see them."""
    owner = make_user(name=WORD, email=f"{'w' * 60}@example.com")
    organization = make_organization(owner=owner, name=WORD)
    signed = make_scorecard(organization, levels=[1] * 8, signed_off_at=timezone.now(), title=WORD)
    scorecard = make_scorecard(organization, levels=[1, 0, None, 2, 1, 1, 0, 2], title=WORD)
    roadmap = make_roadmap(signed, items=1)
    item = make_item(roadmap, title=WORD, owner_id=owner.pk)
    first, second = (make_vendor_review(organization, name=WORD + end, offer=WORD, contact=WORD) for end in "ab")
    report = take(
        first, filled(first, {"preemption": WORD}, {"preemption": f"https://{'w' * 60}.example/{WORD}"})
    ).report
    scenario = make_scenario(organization, name=WORD, mix={"training": "40", "live": "60"})
    other = make_scenario(organization, name=WORD[:-1], spend="99999999.99", feed="1")
    make_grant(make_team(make_membership(organization, role=Role.VIEWER).user, name=WORD), organization)
    slug = [organization.slug]
    return owner, [
        *(reverse(name) for name in ("organization_list", "organization_create", "roadmap_item_mine")),
        *(reverse(name, args=slug) for name in ("organization_detail", "organization_update", "scorecard_list")),
        *(reverse(name, args=slug) for name in ("vendor_review_list", "report_list", "membership_list")),
        *(reverse(name, args=slug) for name in ("audit_event_list", "vendor_review_compare", "organization_delete")),
        *(reverse("scorecard_detail", args=[*slug, each.pk]) for each in (signed, scorecard)),
        *(reverse(f"scorecard_{name}", args=[*slug, scorecard.pk]) for name in ("update", "sign_off", "delete")),
        *(reverse(f"vendor_review_{name}", args=[*slug, second.pk]) for name in ("detail", "update", "edit")),
        *(reverse(f"vendor_review_{name}", args=[*slug, first.pk]) for name in ("update", "import", "complete")),
        reverse("vendor_import_detail", args=[*slug, report.pk]),
        *(reverse(f"roadmap_{name}", args=[*slug, roadmap.pk]) for name in ("detail", "timeline", "item_list")),
        reverse("roadmap_item_detail", args=[*slug, roadmap.pk, item.pk]),
        *(reverse(name, args=slug) for name in ("calculator_list", "scenario_compare")),
        *(reverse("scenario_detail", args=[*slug, each.pk]) for each in (scenario, other)),
        reverse("scenario_delete", args=[*slug, scenario.pk]),
    ]


@pytest.mark.parametrize("width", [320, 1280])
def test_no_page_scrolls_sideways_for_a_long_word(live_server, client, page, pages, width):
    owner, addresses = pages
    client.force_login(owner)
    cookie = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    page.set_viewport_size({"width": width, "height": 800})

    wide = {}
    for address in addresses:
        assert page.goto(live_server.url + address).status == 200, address
        if found := page.evaluate(TOO_WIDE):
            wide[address] = found

    assert wide == {}
