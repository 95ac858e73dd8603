"""What the clock does for organizations."""

from celery import shared_task

from assessments.organizations import request_keys, services


@shared_task(ignore_result=True)
def purge_organizations() -> None:
    """Remove for good what was deleted long enough ago. Safe to run any number of times."""
    services.purge_organizations()


@shared_task(ignore_result=True)
def sweep_request_keys() -> None:
    """Forget the forms that nobody sends a second time any more."""
    request_keys.sweep()
