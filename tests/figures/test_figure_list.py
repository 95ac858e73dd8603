"""The history: the same figure over time with target, age and source; what contradicts what."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.figures.history import histories
from assessments.figures.models import MeasuredFigure
from assessments.scorecards import services
from tests.factories import make_drop, make_measured

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args: date(2026, 11, 30))


@pytest.fixture
def organization(scorecard):
    return scorecard.organization


def page(client, organization):
    return client.get(reverse("figure_list", args=[organization.slug])).content.decode()


def four(organization):
    for value, month in ((940, 2), (860, 5), (790, 8), (712, 11)):
        make_measured(organization, value=str(value), on=date(2026, month, 18))


def test_the_same_figure_is_one_history_against_its_target(client, organization, scorecard, owner):
    four(organization)
    values = {"p95": "800", "where": "At the gateway"}
    services.record_fact(scorecard, fact="latency-target", answer="", values=values, actor=owner, version=0)

    html = page(client, organization)

    assert "p95 latency has been inside its target since August 2026" in html
    assert "Target 800 ms" in html
    assert "Young enough for “Results against targets”, which asks for two months." in html
    assert "nine months, too old" in html
    assert "k6 1.1.0, 17,662 requests, failures included, synthetic" in html
    assert html.count("<svg") > 1


def test_without_a_target_it_says_where_it_went(organization):
    four(organization)

    assert histories(organization)[0].headline == "p95 latency fell from 940 ms to 712 ms"


def test_a_figure_over_its_target_says_so(organization, scorecard, owner):
    make_measured(organization, value="900")
    values = {"p95": "800", "where": "At the gateway"}
    services.record_fact(scorecard, fact="latency-target", answer="", values=values, actor=owner, version=0)

    assert histories(organization)[0].headline == "p95 latency is over its target of 800 ms"


def test_a_figure_older_than_its_decider_allows_says_so(client, organization):
    make_measured(organization, on=date(2026, 8, 1))

    assert "Measured three months ago: “Results against targets” asks for two months." in page(client, organization)


def test_services_statistics_and_kinds_are_histories_of_their_own(organization):
    make_measured(organization, service="Route planner")
    make_measured(organization, service="Copilot")
    make_measured(organization, statistic="p99")
    make_measured(organization, kind="storage reads")

    assert len(histories(organization)) == 4


def test_allocated_and_active_stand_side_by_side_with_what_each_means(client, organization):
    about = {"name": "utilization", "statistic": "mean", "unit": "%"}
    make_measured(organization, kind="allocated", value="78", **about)
    make_measured(organization, kind="active", value="52", **about)

    html = page(client, organization)

    assert "78% allocated, 52% active: both can be true" in html
    assert "A job that holds an accelerator and does nothing is in it." in html


def test_one_share_alone_contradicts_nothing(client, organization):
    make_measured(organization, name="utilization", statistic="mean", unit="%", kind="active", value="52")

    assert "both can be true" not in page(client, organization)


def test_the_figures_of_others_are_not_shown(client, organization):
    make_measured(value="4711")

    assert "4,711" not in page(client, organization)
    assert "Nothing is here yet." in page(client, organization)


def test_the_page_takes_the_same_queries_for_one_figure_and_for_many(client, organization, django_assert_num_queries):
    make_measured(organization)
    address = reverse("figure_list", args=[organization.slug])
    with django_assert_num_queries(6):
        client.get(address)
    four(organization)
    make_measured(organization, statistic="p99")
    with django_assert_num_queries(6):
        client.get(address)


def test_a_figure_can_be_taken_out(client, organization):
    figure, theirs = make_measured(organization), make_measured()

    client.post(reverse("figure_delete", args=[organization.slug, figure.pk]))
    client.post(reverse("figure_delete", args=[organization.slug, theirs.pk]))

    assert list(MeasuredFigure.objects.all()) == [theirs]


def test_the_preview_shows_what_is_on_record(client, scorecard):
    four(scorecard.organization)
    drop = make_drop(scorecard, "k6-1.1.0-summary-export-threshold-crossed.json")

    html = client.get(
        reverse("figure_drop_detail", args=[scorecard.organization.slug, scorecard.pk, drop.batch])
    ).content.decode()

    assert "p95 latency fell from 940 ms to 712 ms" in html


def test_the_export_has_every_figure_with_where_it_comes_from(organization):
    import io
    import json
    import zipfile

    from assessments.reports.archives import write_archive

    make_measured(organization, service="Route planner")
    archive = io.BytesIO()

    write_archive(organization, archive)

    exported = json.loads(zipfile.ZipFile(archive).read("organization.json"))["measured_figures"]
    assert [(each["figure"], each["value"], each["unit"], each["service"]) for each in exported] == [
        ("p95 latency", "712", "ms", "Route planner")
    ]
    assert exported[0]["provenance"]["tool"] == "k6"
