"""What an organization's export says about its scheduled reports, and how long reports are kept."""

from typing import Any

from assessments.organizations.models import Organization


def archived_schedules(organization: Organization) -> list[dict[str, Any]]:
    return [
        {
            "every": schedule.every,
            "day": schedule.day,
            "to": [{"name": each.name, "email": each.email} for each in schedule.recipients.all()],
            "message": schedule.message,
            "as": "attachment" if schedule.as_attachment else "link",
            "set_up_by": schedule.created_name,
            "set_up_at": schedule.created_at.isoformat(),
            "periods": [
                {"from": run.period_on.isoformat(), "made_at": run.at.isoformat(), "note": run.note}
                for run in schedule.runs.all()
            ],
        }
        for schedule in organization.report_schedules.order_by("pk").prefetch_related("recipients", "runs")
    ]
