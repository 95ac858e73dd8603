"""What the clock tidies up."""

from celery import shared_task

from assessments.platform import request_keys


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def sweep_request_keys() -> None:
    """Forget the forms that nobody sends a second time any more."""
    request_keys.sweep()
