"""The hourly run that throws away dropped files of which nobody took anything."""

from celery import shared_task

from assessments.figures import drops


@shared_task(ignore_result=True)
def purge_figure_drops() -> None:
    """Safe to run any number of times."""
    drops.purge()
