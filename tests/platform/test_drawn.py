import re

import pytest
from django.template import Context, Template
from django.test import override_settings
from django.urls import path, reverse
from django.utils import timezone

from assessments.organizations.models import Role
from assessments.platform import drawn
from assessments.roadmaps.models import RoadmapItem
from tests.factories import make_item, make_membership, make_organization, make_roadmap, make_scorecard, make_user

FIELDS = re.compile(rb'name="(?:csrfmiddlewaretoken|request_key)" value="([^"]+)"')


@pytest.fixture
def board(db):
    owner = make_user()
    organization = make_organization(owner=owner)
    roadmap = make_roadmap(make_scorecard(organization, levels=[1, 1, 0, 0, 1, 1, 1, 0], signed_off_at=timezone.now()))
    make_item(roadmap, title="Zebra cost", category_key="cost-model", target_level=1)
    return organization, reverse("roadmap_detail", args=[organization.slug, roadmap.pk])


def item_of(page):
    [item] = [found for found in re.findall(rb'<li class="item .*?</li>', page, re.S) if b"Zebra" in found]
    return item


def test_an_item_brings_the_fields_of_the_visit_that_shows_it(board, client):
    organization, url = board
    pages = []
    for person in (organization.created_by, make_user()):
        if person != organization.created_by:
            make_membership(organization, person, role=Role.EDITOR)
        client.force_login(person)
        pages.append(client.get(url).content)

    first, second = (FIELDS.findall(item_of(page)) for page in pages)
    assert len(first) == len(second) == 2
    assert not set(first) & set(second)
    for page in pages:
        assert set(FIELDS.findall(item_of(page))) == set(FIELDS.findall(page))


def test_whoever_may_only_look_is_not_shown_what_an_editor_was(board, client):
    organization, url = board
    client.force_login(organization.created_by)
    assert b"<form" in item_of(client.get(url).content)
    viewer = make_user()
    make_membership(organization, viewer)
    client.force_login(viewer)

    assert b"<form" not in item_of(client.get(url).content)


def test_an_item_is_drawn_anew_once_it_changed(board, client):
    organization, url = board
    client.force_login(organization.created_by)
    assert b"Zebra cost" in item_of(client.get(url).content)
    RoadmapItem.objects.filter(title="Zebra cost").update(title="Zebra <power>")

    assert b"Zebra &lt;power&gt;" in item_of(client.get(url).content)


def test_no_more_is_kept_than_the_most(monkeypatch):
    monkeypatch.setattr(drawn, "MOST", 2)
    monkeypatch.setattr(drawn, "_kept", type(drawn._kept)())

    for number in range(4):
        drawn.draw("_brand.html", (number,), {})

    assert [key[1] for key in drawn._kept] == [2, 3]


def address(source, **context):
    return Template(source).render(Context(context))


def test_an_address_is_that_of_what_stands_in_it():
    page = "{% url 'organization_detail' slug %}"

    assert address(page, slug="kestrel") == "/o/kestrel/"
    assert address(page, slug="tarn") == "/o/tarn/"
    assert address("{% url 'organization_detail' slug as it %}[{{ it }}]", slug="") == "[]"


other = [path("elsewhere/<slug:slug>", lambda request: None, name="organization_detail")]


@override_settings(ROOT_URLCONF=type("Urls", (), {"urlpatterns": other}))
def test_an_address_is_that_of_the_urls_in_use():
    assert address("{% url 'organization_detail' 'kestrel' %}") == "/elsewhere/kestrel"
