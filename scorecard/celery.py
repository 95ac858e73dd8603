"""The Celery application: workers that make reports, and the clock that sends again what was lost."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scorecard.settings")

app = Celery("scorecard")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["assessments"])


@worker_ready.connect
def sweep_at_start(**kwargs: Any) -> None:
    """What the last worker left behind is found when the next one starts, not at the next stroke of the clock."""
    from assessments.reports.tasks import sweep_reports

    sweep_reports.apply_async(retry=False)
