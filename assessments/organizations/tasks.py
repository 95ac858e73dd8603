"""What the clock does for organizations."""

from celery import shared_task

from assessments.organizations import services


@shared_task(ignore_result=True)
def purge_organizations() -> None:
    """Remove for good what was deleted long enough ago. Safe to run any number of times."""
    services.purge_organizations()
