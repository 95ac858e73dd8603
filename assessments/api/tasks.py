"""What the clock tidies up."""

from celery import shared_task

from assessments.api import idempotency


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def sweep_kept_answers() -> None:
    """Forget the answers that nobody asks for again any more."""
    idempotency.sweep()
