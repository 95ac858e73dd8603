"""Scenarios whole, as they go into the archive of an organization."""

from typing import Any

from assessments.organizations.models import Organization
from assessments.saving.numbers import write_number


def archived_scenarios(organization: Organization) -> list[dict[str, Any]]:
    """Every scenario with its numbers, by calculator and input as the framework's version names them."""
    scenarios = organization.scenarios.order_by("pk").select_related("created_by").prefetch_related("inputs")
    return [
        {
            "id": scenario.pk,
            "name": scenario.name,
            "counts": scenario.is_counted,
            "framework": {"key": scenario.framework_key, "version": scenario.framework_version},
            "currency": scenario.currency,
            "numbers_of": scenario.on.isoformat(),
            "saved_by": scenario.author,
            "saved_at": scenario.created_at.isoformat(),
            "note": scenario.note,
            "assessment": scenario.scorecard_id,
            "mix": {kind: share for kind, share in scenario.mix.items() if share},
            "inputs": [
                {
                    "calculator": row.calculator_key,
                    "input": row.input_key,
                    "value": None if row.value is None else write_number(row.value),
                }
                for row in scenario.inputs.all()
            ],
        }
        for scenario in scenarios
    ]
