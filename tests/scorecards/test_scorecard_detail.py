import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments import framework
from assessments.scorecards import services
from tests.factories import make_organization, make_scorecard, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client):
    user = make_user(name="Ada")
    client.force_login(user)
    return user


def url(scorecard):
    return reverse("scorecard_detail", args=[scorecard.organization.slug, scorecard.pk])


def sign(scorecard, owner):
    return services.sign_off(scorecard, actor=owner, digest=services.answers_digest(scorecard))


def test_the_verdict_comes_first_and_says_what_to_do(client, owner):
    scorecard = make_scorecard(make_organization(owner=owner), levels=[2, 1, 0, 1, 2, 1, 2, 0])

    html = client.get(url(scorecard)).content.decode()

    assert "One point below the line: AI spending risk." in html
    assert "Cost model, and Facilities and power realism score 0." in html
    assert "What holds it below the line" in html
    cost = framework.current().category("cost-model")
    for level in (1, 2):
        assert cost.statement(level) in html
    assert html.index("Cost model</a></h3>") < html.index("Reliability targets</a></h3>")


def test_red_flags_are_missing_facts_and_unproven_twos(client, owner):
    scorecard = make_scorecard(make_organization(owner=owner), levels=[2, 1, 1, 1, 1, 1, 1, 1])
    services.record_fact(scorecard, fact="unit-cost", answer="2 USD", actor=owner, version=0)

    html = client.get(url(scorecard)).content.decode()

    assert "Workload clarity claims 2 without proof" in html
    assert html.count("Whatever the total, this is a red flag") == 2
    assert "8 of 16, 1 unproven" in html


def test_charts_stand_in_the_page_as_drawings_with_their_numbers_as_tables(client, owner):
    scorecard = sign(make_scorecard(make_organization(owner=owner), levels=[1] * 8), owner)

    html = client.get(url(scorecard)).content.decode()

    assert html.count("data-chart") >= 2
    assert html.count("<caption") >= 2
    assert "plotly.min.js" not in [line for line in html.splitlines() if line.strip().startswith("<script src")]


def test_a_viewer_sees_no_button_that_changes_something(client):
    from assessments.models import Role
    from tests.factories import make_membership

    scorecard = make_scorecard(make_organization(owner=make_user()), levels=[1] * 8)
    viewer = make_user()
    make_membership(scorecard.organization, viewer, role=Role.VIEWER)
    client.force_login(viewer)

    html = client.get(url(scorecard)).content.decode()

    assert "Make report" not in html
    assert "Continue scoring" not in html


def test_the_page_takes_the_same_queries_for_one_and_for_three_assessments(client, owner):
    organization = make_organization(owner=owner)
    sign(make_scorecard(organization, levels=[1] * 8), owner)
    second = sign(services.start_scorecard(organization, title="2", actor=owner), owner)
    with CaptureQueriesContext(connection) as two:
        client.get(url(second))
    sign(services.start_scorecard(organization, title="3", actor=owner), owner)
    fourth = sign(services.start_scorecard(organization, title="4", actor=owner), owner)
    with CaptureQueriesContext(connection) as four:
        client.get(url(fourth))

    assert len(four) == len(two) <= 15
