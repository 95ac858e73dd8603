"""The charts of the result and the roadmap as pictures: the same drawing, in a file of its own."""

import io
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from assessments.reports.pictures.drawing import WIDTH
from tests.factories import make_organization, make_roadmap, make_scorecard, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization(client):
    owner = make_user()
    client.force_login(owner)
    return make_organization(owner=owner, name="Kestrel & <Sons>")


def address(scorecard, chart, ending):
    return reverse("chart_download", args=[scorecard.organization.slug, scorecard.pk, chart, ending])


@pytest.fixture
def signed(organization):
    return make_scorecard(organization, levels=[1] * 8, signed_off_at="2026-01-05T09:00:00+00:00")


def test_each_chart_is_an_svg_with_its_name_in_it(client, organization):
    scorecard = make_roadmap(items=2).scorecard
    client.force_login(scorecard.organization.created_by)

    for chart in ("levels", "scores", "plan", "due-dates"):
        response = client.get(address(scorecard, chart, "svg"))
        assert response["Content-Type"] == "image/svg+xml"
        assert f"-{chart}-" in response["Content-Disposition"]
        root = ElementTree.fromstring(response.content)
        assert root.find("{*}title").text.startswith(f"{scorecard.organization}: ")
        assert b"var(" not in response.content
        assert b"<script" not in response.content


def test_each_chart_is_a_png_that_is_not_empty(client, organization):
    scorecard = make_scorecard(organization, levels=[1] * 8)

    response = client.get(address(scorecard, "levels", "png"))

    image = Image.open(io.BytesIO(response.content))
    assert (response["Content-Type"], image.format) == ("image/png", "PNG")
    assert image.width == 2 * WIDTH
    assert len(set(image.convert("RGB").getdata())) > 20


def test_a_name_is_text_in_the_picture(client, organization):
    response = client.get(address(make_scorecard(organization), "levels", "svg"))

    assert b"Kestrel &amp; &lt;Sons&gt;" in response.content


@pytest.mark.parametrize(("chart", "ending"), [("levels", "gif"), ("no", "svg"), ("scores", "svg"), ("plan", "png")])
def test_what_there_is_not_is_not_found(client, organization, chart, ending):
    assert client.get(address(make_scorecard(organization), chart, ending)).status_code == 404


def test_the_pages_lead_to_the_pictures(client, organization):
    scorecard = make_scorecard(organization, levels=[1] * 8)

    page = client.get(reverse("scorecard_detail", args=[organization.slug, scorecard.pk])).content.decode()

    assert address(scorecard, "levels", "png") in page
    assert address(scorecard, "levels", "svg") in page


def test_a_picture_takes_few_queries(client, organization):
    scorecard = make_scorecard(organization, levels=[1] * 8)
    client.get(address(scorecard, "levels", "svg"))

    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(address(scorecard, "levels", "svg"))

    assert len(queries) <= 15
