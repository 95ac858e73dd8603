"""The nightly look at what is kept of organizations."""

import logging

from celery import shared_task
from django.db import connection

from assessments.dashboards.standings import fresh, triggers

log = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def check_standings() -> None:
    """Compare every kept row with a fresh computation; what differs is named in the log and written anew."""
    found = dict(fresh.wrong())
    for pk, columns in found.items():
        log.error("The row kept of organization %s was wrong: %s.", pk, ", ".join(columns) or "it was missing")
    if found:
        triggers.rebuild(connection)
