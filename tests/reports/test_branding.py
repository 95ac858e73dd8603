"""The firms on a report: frozen with their logos, on the cover and at the foot, and nothing else loaded."""

import base64
import io
import json
import zipfile

import pytest
from pypdf import PdfReader

from assessments.organizations.branding.services import update_brand
from assessments.reports import pdf
from assessments.reports.archives import write_archive
from assessments.reports.branding import colors, freeze_brand, pictures
from assessments.reports.services import request_report
from tests.factories import (
    make_brand,
    make_grant,
    make_organization,
    make_picture,
    make_scorecard,
    make_team,
    make_user,
)
from tests.reports.snapshots import make_snapshot
from tests.reports.structure import faults

pytestmark = pytest.mark.django_db

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><rect width="40" height="20" fill="red"/></svg>'
HOSTILE = '<img src="http://127.0.0.1:1/x.png"><script>alert(1)</script>{{ x }}'


@pytest.fixture
def organization():
    owner = make_user(name="Ada Lovelace")
    organization = make_organization(owner=owner, name="Kestrel Logistics")
    make_grant(make_team(owner, name="Halden Partners"), organization)
    return organization


def team_of(organization):
    return organization.teams.get()


def snapshot_of(organization, **values):
    frozen = freeze_brand(organization, organization.created_by)
    return json.loads(json.dumps({**make_snapshot(**values), **({"brand": frozen} if frozen else {})}))


def made_of(snapshot):
    return pdf.render_pdf(pdf.render_html(snapshot), snapshot)


def pages_of(made):
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(made.content)).pages]


def test_without_branding_the_report_is_what_it_was(organization):
    snapshot = request_report(make_scorecard(organization), actor=organization.created_by).snapshot

    assert "brand" not in snapshot
    html = pdf.render_html(snapshot)
    assert "brand" not in html
    assert "<img" not in html


def test_both_firms_are_on_the_cover_and_the_foot_on_every_other_page(organization):
    make_brand(
        team_of(organization), firm="Halden Partners AB", address="Stockholm", footer="Advisers", disclaimer="So."
    )
    make_brand(organization, logo=SVG, address="Göteborg", disclaimer="Not so.")
    made = made_of(snapshot_of(organization))

    cover, *others = pages_of(made)
    assert "Stockholm" in cover
    assert "Göteborg" in cover
    assert "Advisers" not in cover
    assert all("Advisers" in page for page in others)
    assert others[-1].count("So.") == 1
    assert "Not so." in others[-1]
    assert faults(made.content) == []


def test_a_firm_without_a_logo_stands_there_by_its_name(organization):
    make_brand(organization, logo=b"", firm="Kestrel Logistics AB")

    assert "Kestrel Logistics AB" in pages_of(made_of(snapshot_of(organization)))[0]


def test_the_snapshot_has_the_logo_and_gives_the_same_bytes_whatever_becomes_of_it(organization):
    make_brand(organization)
    snapshot = request_report(make_scorecard(organization), actor=organization.created_by).snapshot
    before = made_of(snapshot).content
    make_brand(organization, logo=make_picture(60, 60), color="#000000")
    update_brand(organization, actor=organization.created_by, remove_logo=True)

    assert made_of(snapshot).content == before
    [(kind, content)] = pictures(snapshot).values()
    assert kind == "image/png"
    assert base64.b64decode(snapshot["brand"]["organization"]["logo"]["data"]) == content


def test_a_lost_logo_stops_no_report(organization):
    brand = make_brand(organization)
    brand.logo.storage.delete(brand.logo.name)

    snapshot = snapshot_of(organization)
    assert pictures(snapshot) == {}
    assert made_of(snapshot).pages > 5


def test_the_colors_are_the_teams_else_the_organizations_and_can_be_read(organization):
    make_brand(organization, color="#ffee00", second_color="")
    assert colors(snapshot_of(organization)) == {"--brand": "#7c7400", "--brand-line": "#7c7400"}
    make_brand(team_of(organization), color="", second_color="#d98324")
    assert colors(snapshot_of(organization)) == {"--brand-line": "#ce7c22"}
    assert colors(make_snapshot()) == {}


def test_another_picture_is_refused_even_beside_the_snapshots_own(organization):
    make_brand(organization)
    snapshot = snapshot_of(organization)

    for address in ("logo-0000000000000000.png", "http://127.0.0.1:1/x.png", "data:image/png;base64,AAAA", "../logo"):
        with pytest.raises(pdf.PdfError):
            pdf.render_pdf(f"<html lang='en'><title>x</title><img alt='x' src='{address}'>", snapshot)


def test_markup_in_the_lines_is_text(organization):
    make_brand(organization, logo=b"", firm=HOSTILE, address=HOSTILE, footer=HOSTILE[:120], disclaimer=HOSTILE)

    pages = pages_of(made_of(snapshot_of(organization)))
    assert "alert(1)" in "".join(pages[0].split())


@pytest.mark.parametrize("name", ["K" * 200, "Consolidated Freight of Greater Rotterdam " * 4])
def test_the_cover_stays_one_page(organization, name):
    make_brand(team_of(organization), logo=make_picture(100, 400), firm="F" * 120, address="A" * 160)
    make_brand(organization, logo=b"", firm="شركة كيسترل " * 9, address="Göteborg " * 17)
    snapshot = snapshot_of(organization, name=name.strip()[:200])

    reader = PdfReader(io.BytesIO(made_of(snapshot).content))
    assert reader.get_destination_page_number(reader.outline[0]) == 1


def test_the_archive_has_the_branding_and_the_logo(organization):
    brand = make_brand(organization, firm="Kestrel AB")
    target = io.BytesIO()
    write_archive(organization, target)

    with zipfile.ZipFile(target) as archive, brand.logo.open("rb") as file:
        assert archive.read("branding/logo.png") == file.read()
        told = json.loads(archive.read("organization.json"))["branding"]
    assert (told["firm"], told["color"], told["logo"]["place"]) == ("Kestrel AB", "#0f5c5c", "branding/logo.png")


def test_the_archive_of_an_organization_without_branding_says_so(organization):
    target = io.BytesIO()
    write_archive(organization, target)

    with zipfile.ZipFile(target) as archive:
        assert json.loads(archive.read("organization.json"))["branding"] is None
