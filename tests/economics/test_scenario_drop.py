"""The file of a tool on a scenario: shown before anything changes, then put into the numbers it fits."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from assessments.economics import services
from assessments.figures.models import FigureDrop, MeasuredFigure
from tests.factories import SAMPLES, make_organization, make_scenario

FOCUS = "focus-1.2-own-rows.csv"
SMI = "nvidia-smi-query.csv"


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args: date(2026, 11, 30))


@pytest.fixture
def scenario(organization):
    return make_scenario(organization)


def address(scenario, name="create", *more):
    return reverse(f"scenario_drop_{name}", args=[scenario.organization.slug, scenario.pk, *more])


def drop(client, scenario, name, data=None):
    file = SimpleUploadedFile(name, (SAMPLES / name).read_bytes() if data is None else data)
    answer = client.post(address(scenario), {"file": file})
    assert answer.status_code == 302, answer.content.decode()
    return FigureDrop.objects.get(scenario=scenario), client.get(answer.url).content.decode()


def ticked(html):
    return [part.split('"')[0] for part in html.split('name="take" value="')[1:] if '" checked' in part[:60]]


def take(client, scenario, drop, controls, **data):
    versions = {f"version-{part}": row.version for part, row in inputs(scenario).items()}
    return client.post(address(scenario, "take", drop.batch), {"take": controls, **versions, **data})


def inputs(scenario):
    return {f"{row.calculator_key}-{row.input_key}": row for row in scenario.inputs.all()}


def test_the_cost_of_a_month_is_offered_and_nothing_changes_before_it_is_taken(editor, scenario):
    _, html = drop(editor, scenario, FOCUS)

    assert "Monthly accelerator spend" in html
    assert len(ticked(html)) == 1
    assert "Unit economics" in html
    assert inputs(scenario)["idle-spend-monthly_spend"].value == 100_000


def test_taking_it_replaces_the_number_and_keeps_where_it_comes_from(editor, scenario):
    found, html = drop(editor, scenario, FOCUS)

    answer = take(editor, scenario, found, ticked(html))

    figure = MeasuredFigure.objects.get()
    assert answer.url == reverse("scenario_detail", args=[scenario.organization.slug, scenario.pk])
    assert inputs(scenario)["idle-spend-monthly_spend"].value == figure.value
    assert (figure.provenance["tool"], figure.provenance["sha256"]) == ("FOCUS", found.sha256)
    assert not FigureDrop.objects.exists()
    assert "Taken from the file: Monthly accelerator spend." in editor.get(answer.url).content.decode()


def test_a_second_press_changes_nothing(editor, scenario):
    found, html = drop(editor, scenario, FOCUS)
    take(editor, scenario, found, ticked(html))
    version = inputs(scenario)["idle-spend-monthly_spend"].version

    take(editor, scenario, found, ticked(html))

    assert inputs(scenario)["idle-spend-monthly_spend"].version == version
    assert MeasuredFigure.objects.count() == 1


def test_utilization_and_power_of_gpus_fit_where_those_of_a_disk_do_not(editor, scenario):
    found, html = drop(editor, scenario, SMI)
    take(editor, scenario, found, ticked(html))

    rows = inputs(scenario)
    assert rows["idle-spend-feed_percent"].value == 45
    assert rows["power-envelope-watts_each"].value > 0

    drop(editor, scenario, "sysstat-12.6.1-iostat-x-2-reports.json")
    assert (
        b"Nothing in here fits the calculators."
        in editor.get(address(scenario, "detail", FigureDrop.objects.get(scenario=scenario).batch)).content
    )


def test_costs_in_another_currency_or_of_another_period_are_refused(editor, scenario):
    of_dollars = (SAMPLES / FOCUS).read_bytes().replace(b",EUR,", b",USD,")
    assert "In USD; this scenario counts in EUR." in drop(editor, scenario, FOCUS, of_dollars)[1]

    FigureDrop.objects.all().delete()
    of_a_quarter = (
        (SAMPLES / FOCUS).read_bytes().replace(b"2026-11-01T00:00:00Z,2026-10-01", b"2027-01-01T00:00:00Z,2026-10-01")
    )
    assert "count by the month: export one month." in drop(editor, scenario, FOCUS, of_a_quarter)[1]


def test_a_number_that_was_changed_meanwhile_is_left_alone(editor, scenario):
    found, html = drop(editor, scenario, FOCUS)
    row = inputs(scenario)["idle-spend-monthly_spend"]
    calculator, entry = services.input_parts(services.content_of(scenario))["idle-spend-monthly_spend"]
    actor = scenario.organization.created_by
    about = {"calculator": calculator, "entry": entry, "value": Decimal(7), "actor": actor}
    stale = {f"version-{part}": each.version for part, each in inputs(scenario).items()}
    services.record_input(scenario, **about, version=row.version)

    answer = editor.post(address(scenario, "take", found.batch), {"take": ticked(html), **stale})

    assert answer.status_code == 422
    assert "was changed by somebody else meanwhile" in answer.content.decode()
    assert inputs(scenario)["idle-spend-monthly_spend"].value == 7
    assert not MeasuredFigure.objects.exists()


def test_two_figures_for_one_number_and_none_at_all_are_said(editor, scenario):
    found, html = drop(editor, scenario, FOCUS)
    every = [part.split('"')[0] for part in html.split('name="take" value="')[1:]]

    assert "Two figures are ticked for" in take(editor, scenario, found, every[:2]).content.decode()
    assert "Tick the figures to take." in take(editor, scenario, found, []).content.decode()


def test_a_file_without_a_day_asks_for_it(editor, scenario):
    rows = b"index, utilization.gpu [%]\n0, 40 %\n0, 60 %\n"
    found, html = drop(editor, scenario, "gpus.csv", rows)
    assert "The file does not say when" in html

    assert "Give a date." in take(editor, scenario, found, ticked(html)).content.decode()
    take(editor, scenario, found, ticked(html), **{f"d{found.pk}-on": "2026-11-20"})
    assert inputs(scenario)["idle-spend-feed_percent"].value == 50
    assert MeasuredFigure.objects.get().on == date(2026, 11, 20)


def test_a_number_that_could_be_written_in_two_ways_is_taken_as_it_is(editor, scenario):
    rows = b"timestamp, index, utilization.gpu [%]\n2026/11/20 10:00:00.000, 0, 45.125 %\n"
    found, html = drop(editor, scenario, "gpus.csv", rows)

    assert take(editor, scenario, found, ticked(html)).status_code == 302
    assert inputs(scenario)["idle-spend-feed_percent"].value == Decimal("45.125")


def test_a_value_out_of_range_is_refused_in_a_sentence(editor, scenario):
    rows = (SAMPLES / FOCUS).read_bytes().replace(b",480.00,", b",48000000000.00,")
    found, html = drop(editor, scenario, FOCUS, rows)

    answer = take(editor, scenario, found, ticked(html))

    assert answer.status_code == 422
    assert "cannot be" in answer.content.decode()
    assert FigureDrop.objects.exists()


def test_files_can_be_thrown_away(editor, scenario):
    found, _ = drop(editor, scenario, FOCUS)

    editor.post(address(scenario, "delete", found.batch))

    assert not FigureDrop.objects.exists()
    assert inputs(scenario)["idle-spend-monthly_spend"].value == 100_000


def test_nothing_to_read_is_said(editor, scenario):
    answer = editor.post(address(scenario), {"text": " "})

    assert (answer.status_code, FigureDrop.objects.count()) == (422, 0)
    assert "Choose a file, or paste what it holds." in answer.content.decode()


def test_the_files_of_another_scenario_or_organization_are_not_found(editor, scenario, organization):
    found, html = drop(editor, scenario, FOCUS)
    other, foreign = make_scenario(organization, name="Other"), make_scenario(make_organization())

    assert editor.get(address(other, "detail", found.batch)).status_code == 302
    assert take(editor, other, found, ticked(html)).status_code == 302
    assert editor.get(address(foreign, "detail", found.batch)).status_code == 404
    assert FigureDrop.objects.count() == 1


def test_a_viewer_has_no_way_in(viewer, scenario):
    page = viewer.get(reverse("scenario_detail", args=[scenario.organization.slug, scenario.pk]))

    assert address(scenario) not in page.content.decode()
    assert viewer.get(address(scenario)).status_code == 403
