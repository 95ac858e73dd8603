"""Figures for an assessment by a framework that asks nothing of what they prove in the product's own."""

import pytest
from django.urls import reverse

from assessments import framework
from assessments.platform.frameworks.keeping import KEPT
from tests.factories import make_drop, make_measured, make_organization, make_scorecard, make_user
from tests.frameworks import sized_scorecard, write_sized


@pytest.fixture
def scorecard(tmp_path, client, db):
    write_sized(tmp_path, "large", sized_scorecard("large", 20, line=25))
    framework.add_folders(tmp_path)
    KEPT.forget()
    owner = make_user()
    client.force_login(owner)
    yield make_scorecard(make_organization(owner=owner, framework_key="large"))
    framework.add_folders()
    KEPT.forget()


def test_what_is_dropped_is_shown_and_offered_where_it_was_dropped(client, scorecard):
    decider = framework.load("large", "1").category("area-1").deciders[1].key
    drop = make_drop(scorecard, category="area-1", decider=decider)
    place = [scorecard.organization.slug, scorecard.pk, drop.batch]

    page = client.get(reverse("figure_drop_detail", args=place))

    assert page.status_code == 200
    (row, *_) = page.context["preview"].blocks[0].rows
    offered = [option.value for option in row.options]
    assert f"of:area-1:{decider}" in offered
    assert not any("reliability-targets" in value for value in offered)


def test_a_figure_of_the_history_is_offered_for_what_is_asked(client, scorecard):
    figure = make_measured(organization=scorecard.organization)
    slug = scorecard.organization.slug

    page = client.get(reverse("figure_list", args=[slug])).content.decode()
    taken = client.post(
        reverse("figure_take", args=[slug, figure.pk]), {"for": "of:reliability-targets:monthly-results"}, follow=True
    )

    assert "reliability-targets" not in page
    assert [str(message) for message in taken.context["messages"]] == ["Choose what the figure proves."]
