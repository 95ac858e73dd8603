"""Numbers of the calculators and scenarios, typed and shown as the language writes them."""

import html as html_of
import re
from decimal import Decimal

import pytest
from django.urls import reverse

from assessments.audit.models import AuditEvent
from tests.factories import make_scenario

SHOWN = {"en": "12.5", "de": "12,5", "fr": "12,5", "es": "12,5"}


def speak(client, language):
    client.cookies["language"] = language
    return client


def control(html, name):
    return html_of.unescape(re.search(rf'name="{name}" value="([^"]*)"', html)[1])


@pytest.mark.parametrize("language", SHOWN)
@pytest.mark.parametrize("typed", ["12,5", "12.5", "12,50"])
def test_twelve_and_a_half_is_that_in_every_language(editor, organization, language, typed):
    page = reverse("calculator_list", args=[organization.slug])
    numbers = {"idle-spend-monthly_spend": "100000", "idle-spend-feed_percent": typed}

    html = speak(editor, language).post(page, numbers).content.decode()

    assert control(html, "idle-spend-feed_percent") == typed  # what was typed stays
    assert "1,050,000" in html if language == "en" else re.search("1[.\u202f\xa0]050[.\u202f\xa0]000", html)


@pytest.mark.parametrize("language", SHOWN)
@pytest.mark.parametrize("typed", ["1.234", "1,234"])
def test_a_number_in_two_readings_is_asked_back_in_every_language(editor, organization, language, typed):
    page = reverse("calculator_list", args=[organization.slug])

    html = speak(editor, language).post(page, {"idle-spend-monthly_spend": typed}).content.decode()

    for reading in ("1.2340" if language == "en" else "1,2340", "1234"):
        assert f'name="idle-spend-monthly_spend" value="{reading}"' in html


@pytest.mark.parametrize(("language", "shown"), SHOWN.items())
def test_a_scenario_keeps_the_number_and_shows_it_as_the_language_writes_it(editor, organization, language, shown):
    scenario = make_scenario(organization)
    key, part = f"s{scenario.pk}", "idle-spend-feed_percent"
    speak(editor, language)

    saved = editor.post(
        reverse("scenario_save", args=[organization.slug, scenario.pk, part]),
        {f"{key}-{part}": "12,5", f"{key}-{part}_version": 0},
        headers={"HX-Request": "true"},
    )

    assert saved.status_code == 200
    assert scenario.inputs.get(input_key="feed_percent").value == Decimal("12.5")
    assert shown in html_of.unescape(saved.content.decode())
    page = editor.get(reverse("scenario_detail", args=[organization.slug, scenario.pk])).content.decode()
    assert control(page, f"{key}-{part}") == shown


@pytest.mark.parametrize("language", SHOWN)
def test_a_page_sent_back_as_it_was_shown_changes_nothing(editor, organization, language):
    scenario = make_scenario(organization)
    row = scenario.inputs.get(input_key="feed_percent")
    row.value = Decimal("12.5")
    row.save()
    scenario.mix = {"training": "37.5", "fine_tuning": "", "batch": "", "live": "62.5"}
    scenario.save()
    speak(editor, language)
    page = editor.get(reverse("scenario_detail", args=[organization.slug, scenario.pk])).content.decode()
    form = re.search(r'<form id="scenario-form".*?</form>', page, re.S)[0]
    sent = {
        name: html_of.unescape(text)
        for name, text in re.findall(r'<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"', form)
    }
    before = AuditEvent.objects.count()

    editor.post(reverse("scenario_update", args=[organization.slug, scenario.pk]), sent)

    scenario.refresh_from_db()
    row.refresh_from_db()
    assert (row.value, row.version, scenario.mix_version) == (Decimal("12.5"), 0, 0)
    assert scenario.mix["training"] == "37.5"
    assert AuditEvent.objects.count() == before


@pytest.mark.parametrize("language", SHOWN)
def test_shares_of_the_mix_are_kept_with_a_point(editor, organization, language):
    scenario = make_scenario(organization)
    key = f"s{scenario.pk}"

    speak(editor, language).post(
        reverse("scenario_save", args=[organization.slug, scenario.pk, "mix"]),
        {f"{key}-training": "37,5", f"{key}-live": "62.5", f"{key}-mix_version": 0},
        headers={"HX-Request": "true"},
    )

    scenario.refresh_from_db()
    assert (scenario.mix["training"], scenario.mix["live"]) == ("37.5", "62.5")
