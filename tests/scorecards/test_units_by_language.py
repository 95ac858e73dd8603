"""A unit is short in every language: the sign for a share, the currency for a cost."""

import pytest
from django.utils import translation

from assessments import framework
from assessments.scorecards.forms import unit_of
from assessments.scorecards.models import Evidence
from assessments.scorecards.wording import short_unit


def short_units():
    content = framework.load("ai-infrastructure", "2026.2")
    metrics = [metric for category in content.categories for metric in category.metrics]
    return {metric.key: short_unit(Evidence(metric_key=metric.key, unit=unit_of(metric, "EUR"))) for metric in metrics}


@pytest.mark.parametrize("language", ["de", "fr", "es"])
def test_shares_and_costs_are_short_in_every_language(language):
    shares = {key: unit for key, unit in short_units().items() if unit in ("%", "EUR")}
    assert set(shares.values()) == {"%", "EUR"}

    with translation.override(language):
        found = short_units()

    assert {key: unit for key, unit in found.items() if key in shares} == shares
    assert {key for key, unit in found.items() if unit in ("%", "EUR")} == set(shares)
