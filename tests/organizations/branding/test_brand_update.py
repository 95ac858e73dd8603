"""The page on which an owner, or someone in a team, sets how it looks; and the logo and the colors behind it."""

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from PIL import Image

from assessments.audit.models import AuditEvent
from assessments.organizations.branding.models import Brand
from assessments.organizations.branding.queries import brand_of, consultancy_of
from assessments.organizations.models import Role
from assessments.organizations.services import GRACE, delete_organization, purge_organizations
from assessments.platform.files import named_files
from tests.factories import (
    make_brand,
    make_grant,
    make_membership,
    make_organization,
    make_picture,
    make_team,
    make_user,
)

pytestmark = pytest.mark.django_db

LINES = {
    "firm": "Kestrel Logistics AB",
    "address": "Hamnvägen 12, Göteborg",
    "footer": "Registered in Sweden",
    "disclaimer": "No audit.\nNo promise.",
    "color": "#0f5c5c",
    "second_color": "D98324",
}


@pytest.fixture(autouse=True)
def private_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def organization(client):
    owner = make_user(name="Ada Lovelace")
    client.force_login(owner)
    return make_organization(owner=owner, name="Kestrel Logistics")


def url(owner):
    return reverse("brand_update", args=[owner.slug])


def logo(content=None, name="logo.png"):
    return SimpleUploadedFile(name, make_picture() if content is None else content)


def files():
    return default_storage.listdir("logos")[1] if default_storage.exists("logos") else []


def test_everything_is_saved_and_shown(client, organization):
    response = client.post(url(organization), LINES | {"logo": logo()}, follow=True)

    html = response.content.decode()
    brand = organization.brand
    assert (brand.firm, brand.color, brand.second_color) == ("Kestrel Logistics AB", "#0f5c5c", "#d98324")
    assert (brand.logo_type, brand.logo_width, brand.logo_height) == ("image/png", 300, 100)
    assert "The branding is saved." in html
    assert f'src="{reverse("brand_logo", args=[organization.slug, brand.digest])}" alt="Kestrel Logistics AB"' in html
    assert "No audit.<br>No promise." in html
    assert "style=" not in html


def test_a_color_that_nobody_can_read_is_said_and_bent(client, organization):
    html = client.post(url(organization), {"color": "#fe0"}, follow=True).content.decode()

    assert "#ffee00 is too light for text on paper: #7c7400 is used." in html
    styles = client.get(reverse("brand_styles", args=[organization.slug, organization.brand.digest]))
    assert styles["Content-Type"] == "text/css"
    assert "--brand: light-dark(#7c7400, #ffee00); --brand-line: light-dark(" in styles.content.decode()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"color": "red"}, "Give the color by its hex digits, such as #1b4b78."),
        ({"second_color": "url(#a)"}, "Give the color by its hex digits, such as #1b4b78."),
        ({"firm": "x" * 121}, "Use at most 120 characters for the name."),
        ({"address": "x" * 161}, "Use at most 160 characters for the address line."),
        ({"footer": "x" * 121}, "Use at most 120 characters: it is one line."),
        ({"disclaimer": "x" * 601}, "Use at most 600 characters for the disclaimer."),
        ({"logo": b"GIF89a"}, "Use a PNG, a JPEG or an SVG file for the logo."),
        ({"logo": b""}, "The file is empty."),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(client, organization, sent, said):
    sent = sent | ({"logo": logo(sent["logo"])} if "logo" in sent else {})

    response = client.post(url(organization), sent)

    assert response.status_code == 422
    assert said in response.content.decode()
    assert not Brand.objects.exists()
    assert files() == []


def test_a_huge_file_is_read_past_and_said(client, organization):
    response = client.post(url(organization), {"logo": logo(b"\x89PNG" * 6_000_000)})

    assert response.status_code == 413
    assert "The logo may have 5 MB" in response.content.decode()
    assert not Brand.objects.exists()


def test_a_new_logo_takes_the_place_of_the_old_one(client, organization, django_capture_on_commit_callbacks):
    make_brand(organization)
    old = organization.brand.logo.name
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url(organization), {"logo": logo(make_picture(60, 60))})

    brand = brand_of(organization)
    assert brand.logo.name != old
    assert files() == [brand.logo.name.removeprefix("logos/")]


def test_a_logo_is_taken_away(client, organization, django_capture_on_commit_callbacks):
    make_brand(organization)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url(organization), {"remove_logo": "on", "firm": "Kestrel"})

    assert not brand_of(organization).logo
    assert files() == []


def test_emptied_it_is_as_if_there_were_none(client, organization):
    make_brand(organization, logo=b"")

    html = client.post(url(organization), {}, follow=True).content.decode()

    assert brand_of(organization) is None
    assert "As it looks now" not in html


def test_every_change_is_in_the_activity(client, organization):
    client.post(url(organization), {"color": "#0f5c5c", "logo": logo()})

    events = AuditEvent.objects.filter(organization=organization, action="branding-changed")
    assert {(event.subject, event.old, event.new.partition(",")[0]) for event in events} == {
        ("Branding: color", "", "#0f5c5c"),
        ("Branding: logo", "", "PNG"),
    }


def test_hostile_words_are_text(client, organization):
    html = client.post(url(organization), {"firm": "<script>alert(1)</script>"}, follow=True).content.decode()

    assert "<script>alert(1)" not in html


@pytest.mark.parametrize("content", [make_picture(), b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1"/>'])
def test_a_logo_is_a_picture_and_nothing_else(client, organization, content):
    make_brand(organization, logo=content)

    response = client.get(reverse("brand_logo", args=[organization.slug, organization.brand.digest]))

    assert response["Content-Type"] == organization.brand.logo_type
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    assert response["Cache-Control"] == "private, max-age=86400, immutable"


@pytest.mark.parametrize("name", ["brand_logo", "brand_styles"])
def test_an_address_of_before_leads_nowhere(client, organization, name):
    make_brand(organization)

    assert client.get(reverse(name, args=[organization.slug, "0" * 16])).status_code == 404


def test_a_lost_file_leads_nowhere(client, organization):
    make_brand(organization)
    organization.brand.logo.storage.delete(organization.brand.logo.name)

    assert client.get(reverse("brand_logo", args=[organization.slug, organization.brand.digest])).status_code == 404
    assert client.get(url(organization)).status_code == 200


def test_the_page_takes_as_many_queries_whatever_is_set(client, organization, django_assert_num_queries):
    client.get(url(organization))
    with django_assert_num_queries(5):
        client.get(url(organization))
    make_brand(organization)
    team = make_team(organization.created_by)
    make_grant(team, organization)
    with django_assert_num_queries(5):
        client.get(url(organization))


def test_the_settings_lead_there(client, organization):
    assert (
        f'href="{url(organization)}"'
        in client.get(reverse("organization_update", args=[organization.slug])).content.decode()
    )


# ---- Of a team


def test_whoever_is_in_a_team_sets_its_branding(client, organization):
    team = make_team(organization.created_by, name="Halden Partners")
    make_grant(team, organization)
    here = reverse("team_brand_update", args=[team.pk])

    assert f'href="{here}"' in client.get(url(organization)).content.decode()
    html = client.post(here, LINES | {"logo": logo()}, follow=True).content.decode()

    assert f'src="{reverse("team_brand_logo", args=[team.pk, team.brand.digest])}"' in html
    for name in ("team_brand_logo", "team_brand_styles"):
        assert client.get(reverse(name, args=[team.pk, team.brand.digest])).status_code == 200
    event = AuditEvent.objects.filter(subject="Branding of Halden Partners: logo").get()
    assert event.organization == organization


@pytest.mark.parametrize("name", ["team_brand_update", "team_brand_logo", "team_brand_styles"])
def test_another_team_is_nobody_elses(client, organization, name):
    team = make_team(make_user())
    digest = make_brand(team).digest
    make_grant(team, organization)

    arguments = [team.pk] if name == "team_brand_update" else [team.pk, digest]
    assert client.get(reverse(name, args=arguments)).status_code == 404


def test_the_consultancy_is_the_team_of_whoever_acts(organization):
    first, second, without = make_team(make_user()), make_team(make_user()), make_team(make_user())
    for team in (without, first, second):
        make_grant(team, organization)
    one, other = make_brand(first, firm="First"), make_brand(second, firm="Second")

    assert consultancy_of(organization, second.members.get()) == other
    assert consultancy_of(organization, without.members.get()) == one
    assert consultancy_of(organization, None) == one
    assert consultancy_of(make_organization(), second.members.get()) is None


# ---- What becomes of it


def test_a_logo_goes_with_its_organization_for_good(organization, time_machine, django_capture_on_commit_callbacks):
    from django.utils import timezone

    make_brand(organization)
    assert len(files()) == 1
    assert any(name.startswith("assessments.brand") for name, _ in named_files())
    delete_organization(organization, actor=organization.created_by)
    time_machine.move_to(timezone.now() + GRACE * 2)
    with django_capture_on_commit_callbacks(execute=True):
        assert purge_organizations() == 1

    assert files() == []
    assert not Brand.objects.exists()


def test_a_logo_goes_with_its_team(django_capture_on_commit_callbacks):
    team = make_team(make_user())
    make_brand(team)
    with django_capture_on_commit_callbacks(execute=True):
        team.delete()

    assert files() == []


def test_a_full_disk_is_said_and_leaves_nothing(client, organization, settings):
    settings.DISK_RESERVE_BYTES = 10**18

    response = client.post(url(organization), {"logo": logo(), "color": "#0f5c5c"})

    assert response.status_code == 422
    assert "The disk of this site is full" in response.content.decode()
    assert not Brand.objects.exists()


@pytest.mark.server
@pytest.mark.django_db(transaction=True)
def test_two_at_once_leave_one_branding_and_one_file(organization):
    def save(number):
        try:
            return make_brand(organization, logo=make_picture(100 + number, 50)).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(save, range(8)))) == 1
    brand = Brand.objects.get()
    assert files() == [brand.logo.name.removeprefix("logos/")]
    with brand.logo.open() as file, Image.open(io.BytesIO(file.read())) as image:
        assert image.width == brand.logo_width


def test_a_member_sees_the_logo_and_cannot_change_it(client, organization):
    make_brand(organization)
    client.force_login(make_membership(organization, role=Role.EDITOR).user)

    assert client.get(reverse("brand_logo", args=[organization.slug, organization.brand.digest])).status_code == 200
    assert client.post(url(organization), {"firm": "Mine"}).status_code == 403
