"""The administration's lists in a real browser: none is wider than a screen of 1280, no row taller than two lines."""

import pytest
from django.contrib.admin import site

from assessments.models import AuditEvent, KeptFramework, Membership, Role, Team, TeamGrant, TeamMembership
from assessments.organizations import invitations
from assessments.organizations.group_claims.models import GroupMapping
from assessments.organizations.tokens import services as tokens
from assessments.webhooks.models import Webhook
from tests.administration.test_admin_pages import LISTS, url
from tests.factories import make_organization, make_scorecard, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG = "Versicherungsgesellschaft für Landwirtschaft und Rechenzentrumsbetrieb"
ADDRESS = "bartholomaeus.von-und-zu-hohenstein.{}@subsidiary.longcompany.example"
TWO_LINES = 50  # pixels, with what is around them

MEASURED = """() => {
    const results = document.querySelector("#changelist-form .results");
    const rows = [...results.querySelectorAll("tbody tr")].map((row) => row.offsetHeight);
    const page = document.documentElement.scrollWidth;
    return {page, table: results.scrollWidth - results.clientWidth, rows: Math.max(...rows)};
}"""


@pytest.fixture
def boss():
    """A superuser, and one of everything, under names as long as they get."""
    boss = make_user(name="Sam Okafor", email="sam@example.com", is_staff=True, is_superuser=True)
    member = make_user(name="Bartholomäus von und zu Hohenstein-Sigmaringen", email=ADDRESS.format(1))
    for number in range(3):
        organization = make_organization(owner=boss, name=f"{LONG} {number}", industry="Insurance and asset management")
        make_scorecard(organization, levels=[2] * 8)
        team = Team.objects.create(name=f"{LONG} {number}")
        Membership.objects.create(organization=organization, user=member, role=Role.EDITOR)
        TeamMembership.objects.create(team=team, user=member)
        TeamGrant.objects.create(team=team, organization=organization, role=Role.OWNER)
    invitations.invite(
        organization, email=ADDRESS.format(2), role=Role.VIEWER, actor=member, base_url="http://testserver"
    )
    tokens.make_personal(member, name=LONG, scope="read", expires_in=None)
    Webhook.objects.create(organization=organization, name=LONG[:60], address="https://x.example/", host="x" * 60)
    AuditEvent.objects.create(
        organization=organization, actor_name=str(member), action="answer-changed", subject=LONG, old=LONG, new=LONG
    )
    KeptFramework.objects.create(key="bank", version="1", title=LONG, files={}, added_by=boss, is_uploaded=True)
    GroupMapping.objects.create(group=LONG, organization=organization, role=Role.EDITOR)
    return boss


def test_no_list_scrolls_sideways_and_no_row_has_three_lines(page, live_server, client, boss):
    client.force_login(boss)
    cookie = client.cookies["sessionid"]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    lists = {*LISTS, "webhook", "keptframework", "groupmapping", "sentmail"}
    assert lists == {model._meta.model_name for model in site._registry} - {"group"}

    found = {}
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 800})
        for model in sorted(lists):
            page.goto(live_server.url + url(model, "changelist"))
            found[width, model] = page.evaluate(MEASURED)

    assert {at: wide for at, wide in found.items() if wide["page"] > at[0] or wide["table"] > 0} == {}
    assert {at: tall for at, tall in found.items() if at[0] == 1280 and tall["rows"] > TWO_LINES} == {}
