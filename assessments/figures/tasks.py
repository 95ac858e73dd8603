"""What the clock does for figures: throws away what nobody took, and reads the live sources."""

from celery import shared_task

from assessments.figures.dropped import drops
from assessments.figures.incoming import live


@shared_task(ignore_result=True)
def purge_figure_drops() -> None:
    """Safe to run any number of times."""
    drops.purge()


@shared_task(ignore_result=True)
def read_figure_sources() -> None:
    """Every source is claimed before it is read, so that running twice reads once."""
    live.read_all()
