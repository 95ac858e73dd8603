"""Where a branding shows: on the pages of links, under mails, in the administration."""

import pytest
from django.urls import reverse

from assessments.organizations.branding.queries import brand_of, sender_of
from assessments.organizations.branding.shown import signature
from assessments.organizations.invitations import invite
from assessments.organizations.models import Role
from assessments.reports.sharing import links as report_links
from assessments.vendors.linking import links as vendor_links
from tests.factories import (
    make_brand,
    make_grant,
    make_organization,
    make_scorecard,
    make_team,
    make_user,
    make_vendor_review,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def private_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def organization():
    return make_organization(owner=make_user(name="Ada Lovelace"), name="Kestrel Logistics")


def vendor_page(organization, **values):
    review = make_vendor_review(organization, name="Corvid Compute")
    token = vendor_links.make_link(review, days=14, actor=organization.created_by, **values)
    return token, reverse("vendor_link_answer", args=[token])


def shared_page(organization):
    make_scorecard(organization, levels=[2, 1, 0, 1, 2, 1, 2, 0])
    token = report_links.make_link(organization, report=None, days=14, actor=organization.created_by)
    return token, reverse("report_share_detail", args=[token])


@pytest.mark.parametrize(("door", "page"), [("vendor_link", vendor_page), ("report_share", shared_page)])
def test_whoever_opens_a_link_sees_the_firm_and_can_load_its_looks(client, organization, door, page):
    brand = make_brand(organization, firm="Kestrel AB", address="Göteborg", disclaimer="No promise.")
    token, address = page(organization)

    html = client.get(address).content.decode()

    looks = {what: reverse(f"{door}_{what}", args=[token, brand.digest]) for what in ("logo", "styles")}
    assert f'src="{looks["logo"]}" alt="Kestrel AB"' in html
    assert f'<link rel="stylesheet" href="{looks["styles"]}">' in html
    assert "Göteborg" in html
    assert "No promise." in html
    assert client.get(looks["logo"])["Content-Type"] == "image/png"
    assert "--brand:" in client.get(looks["styles"]).content.decode()
    assert client.get(reverse(f"{door}_logo", args=[token, "0" * 16])).status_code == 404
    assert client.get(reverse(f"{door}_logo", args=["another", brand.digest])).status_code == 404


@pytest.mark.parametrize("page", [vendor_page, shared_page])
def test_without_branding_the_pages_are_what_they_were(client, organization, page):
    html = client.get(page(organization)[1]).content.decode()

    assert 'class="firm' not in html
    assert "Kestrel Logistics" in html


def test_a_passcode_keeps_the_logo_too(client, organization):
    brand = make_brand(organization)
    token, address = vendor_page(organization, passcode="amber-harbor")

    assert "firm__logo" not in client.get(address).content.decode()
    logo = client.get(reverse("vendor_link_logo", args=[token, brand.digest]))
    assert logo["Content-Type"].startswith("text/html")


def test_a_shared_page_of_a_client_without_branding_shows_the_consultancy(client, organization):
    team = make_team(make_user())
    make_grant(team, organization)
    make_brand(team, firm="Halden Partners AB", address="Stockholm")

    assert "Halden Partners AB" in client.get(shared_page(organization)[1]).content.decode()


def test_a_mark_has_the_name_beside_it(client, organization):
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'
    make_brand(organization, logo=svg, firm="Kestrel AB")

    html = client.get(vendor_page(organization)[1]).content.decode()

    assert 'alt="" width="500" height="500"><span class="firm__name">Kestrel AB</span>' in html


def test_mails_end_with_the_firm(organization, mailoutbox, django_capture_on_commit_callbacks):
    make_brand(organization, logo=b"", firm="Kestrel AB", address="Hamnvägen 12")
    with django_capture_on_commit_callbacks(execute=True):
        invite(organization, email="tom@example.com", role=Role.VIEWER, actor=organization.created_by, base_url="")

    assert mailoutbox[0].body.rstrip().endswith("--\nKestrel AB\nHamnvägen 12")


def test_without_branding_there_is_no_signature(organization):
    assert signature(brand_of(organization)) == ""
    assert sender_of(organization, organization.created_by) is None


def test_an_administrator_sets_the_branding_of_a_team(client):
    client.force_login(make_user(is_staff=True, is_superuser=True))
    team = make_team(make_user(), name="Halden Partners")
    address = f"/admin/assessments/team/{team.pk}/change/"
    assert 'name="brand-0-color"' in client.get(address).content.decode()
    forms = {
        f"{prefix}-{name}": "0"
        for prefix in ("memberships", "grants", "brand")
        for name in ("INITIAL_FORMS", "MIN_NUM_FORMS", "TOTAL_FORMS")
    }
    sent = forms | {"name": "Halden Partners", "brand-TOTAL_FORMS": "1", "brand-0-firm": "Halden AB"}

    refused = client.post(address, sent | {"brand-0-color": "red"})
    saved = client.post(address, sent | {"brand-0-color": "0f5c5c"})

    assert "Give the color by its hex digits" in refused.content.decode()
    assert saved.status_code == 302
    assert (brand_of(team).firm, brand_of(team).color) == ("Halden AB", "#0f5c5c")
