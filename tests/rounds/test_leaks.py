"""Before a round is closed nobody reads what another rater said: on no page, export, activity, report, nor by the API.

Every page is read twice, once while the other rater's scores are 0 and once while they are 2: it must be the same page.
"""

import io
import re
import zipfile

import pytest
from django.db import transaction
from django.urls import reverse

from assessments.organizations.models import Role
from assessments.reports.choices import defaults, with_section
from assessments.reports.services import request_report
from assessments.rounds import services
from assessments.rounds.models import RaterEvidence, Rating
from assessments.rounds.rating import links
from tests.api.calls import machine, personal
from tests.api.places import ARGUMENTS
from tests.factories import make_membership, make_organization, make_rater, make_user
from tests.test_access import API_URLS, EXPECTED, URLS, _make_world

# Time stands still between two readings: a page says, say, after half a minute that no worker answers.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]

SECRET = "quartz-nightjar"
PASSING = re.compile(
    r'X-CSRFToken": "\w+|csrfmiddlewaretoken" value="\w+|request_key" value="[^"]+|<time[^>]*>[^<]*</time>'
    r"|\d\d:\d\d[:.\d+]*"
)


@pytest.fixture
def world(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return _make_world(make_organization(name="Zephyrine Holdings"))


@pytest.fixture
def other(world):
    """The rater by link whose words and scores are looked for."""
    rater = world.rater
    RaterEvidence.objects.filter(rating__rater=rater).update(title=f"{SECRET} shown", filename=f"{SECRET}.txt")
    for rating in rater.ratings.all():
        Rating.objects.filter(pk=rating.pk).update(
            note=f"{SECRET} {rating.category_key}", link=f"https://{SECRET}.example.com/{rating.category_key}"
        )
    return rater


def person(world, role, *, is_rater):
    user = make_membership(world.organization, make_user(), role=role).user
    if is_rater:
        make_rater(world.rater.round, user=user, levels=[1] * 8)
    return user


def read_everything(client, world):
    """What each page below the organization says, by name; what reading leaves in the activity is undone."""
    with transaction.atomic():
        found = dict(_pages(client, world))
        transaction.set_rollback(True)
    return found


def _pages(client, world):
    for name, url in URLS.items():
        if (name, "GET", "owner") not in EXPECTED or not url.route.startswith("o/<slug:slug>/"):
            continue
        response = client.get(url.path(world.arguments(name)))
        if response.status_code == 200:
            body = b"".join(response.streaming_content) if response.streaming else response.content
            if response["Content-Type"].startswith(("text/", "application/json", "image/svg")):
                yield name, PASSING.sub("", body.decode())


def answers(program, world):
    """What each operation below the organization answers to a reader, by name; what reading leaves is undone."""
    arguments = ARGUMENTS | {
        "slug": world.organization.slug,
        "roadmap": str(world.roadmap.pk),
        "item": str(world.item.pk),
        "review": str(world.review.pk),
        "scenario": str(world.scenario.pk),
        "asked": str(world.rater.round.pk),
    }
    found = {}
    with transaction.atomic():
        for url in API_URLS:
            if "slug" not in url.parts:
                continue
            pk = world.report.pk if url.name.startswith("api:report_") else world.scorecard.pk
            response = program.get(url.path(arguments | {"pk": str(pk)}))
            if response.status_code == 200 and response["Content-Type"].startswith("application/json"):
                found[url.name] = PASSING.sub("", response.content.decode())
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize(("role", "is_rater"), [(Role.OWNER, True), (Role.EDITOR, True), (Role.VIEWER, False)])
def test_no_page_says_or_hints_what_another_rater_said(client, world, other, role, is_rater):
    client.force_login(person(world, role, is_rater=is_rater))
    pages = []
    for level in (0, 2):
        Rating.objects.filter(rater=other).update(level=level)
        pages.append(read_everything(client, world))
    low, high = pages

    assert len(low) > 30
    assert ("rating_update" in low) == is_rater
    assert {name for name, text in {**low, **high}.items() if SECRET in text} == set()
    assert {name for name in low if low[name] != high[name]} == set()


@pytest.mark.parametrize(
    ("role", "of_organization"), [(Role.OWNER, False), (Role.EDITOR, False), (Role.VIEWER, False), (Role.EDITOR, True)]
)
def test_no_answer_of_the_api_says_or_hints_what_another_rater_said(world, other, role, of_organization):
    is_rater = not of_organization
    program = machine(world.organization) if of_organization else personal(person(world, role, is_rater=is_rater))
    levels = []
    for level in (0, 2):
        Rating.objects.filter(rater=other).update(level=level)
        levels.append(answers(program, world))
    low, high = levels

    assert {"api:round_detail", "api:round_list", "api:scorecard_detail"} <= low.keys()
    assert {name for name, text in {**low, **high}.items() if SECRET in text} == set()
    assert {name for name in low if low[name] != high[name]} == set()


def test_the_search_by_the_api_finds_what_is_shown_once_the_round_is_closed(world, other):
    """An editor reads the words of all; a viewer those of where raters are two points apart, as on the page."""
    make_rater(world.rater.round, name="Yasmin Farouk", levels=[0] + [1] * 7)
    Rating.objects.filter(rater=other).update(level=2)
    services.close_round(world.rater.round, actor=world.organization.created_by)
    said = {}
    for role in (Role.EDITOR, Role.VIEWER):
        found = answers(personal(person(world, role, is_rater=False)), world)
        assert {name for name, text in found.items() if SECRET in text} == {"api:round_detail"}
        said[role] = set(re.findall(rf'"note": ?"{SECRET} ([a-z-]+)"', found["api:round_detail"]))

    assert len(said[Role.EDITOR]) == 8
    assert said[Role.VIEWER] < said[Role.EDITOR]
    assert len(said[Role.VIEWER]) == 1


def test_the_search_for_a_leak_finds_one(client, world, other, owner):
    """Once the round is closed, the same search finds the words on the round's page."""
    Rating.objects.filter(rater=other).update(level=2)
    client.force_login(person(world, Role.EDITOR, is_rater=True))
    services.close_round(world.rater.round, actor=world.organization.created_by)
    assert {name for name, text in read_everything(client, world).items() if SECRET in text} == {
        "rating_update",
        "settlement_update",
    }


def unpacked(client, world):
    response = client.post(reverse("organization_export", args=[world.organization.slug]))
    with zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(".json"))


def test_an_export_holds_nothing_of_an_open_round_and_all_of_a_closed_one(client, world, other):
    client.force_login(world.organization.created_by)
    assert "assessments" in unpacked(client, world)
    assert SECRET not in unpacked(client, world)
    services.close_round(other.round, actor=world.organization.created_by)
    closed = unpacked(client, world)
    assert closed.count(f"{SECRET} cost-model") == 2  # what people read, and what another installation imports


def test_a_report_of_an_open_round_has_no_page_on_it(world, other):
    choices = with_section(defaults(), "raters")
    actor = world.organization.created_by
    report = request_report(world.scorecard, actor=actor, choices=choices)
    assert "raters" not in report.snapshot
    assert SECRET not in str(report.snapshot)


def test_one_by_link_reads_nobody_else(client, world, other, owner):
    mine = make_rater(world.rater.round, name="Yasmin Farouk")
    token = links.make_link(mine, days=3, actor=world.organization.created_by)
    html = client.get(reverse("rater_link_rate", args=[token])).content.decode()
    assert "Yasmin Farouk" in html
    assert SECRET not in html
    assert other.rater_name not in html
