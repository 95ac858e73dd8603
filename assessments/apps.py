"""The one Django app: one package per feature, one migration history."""

from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "assessments"
    verbose_name = "AI Infrastructure Scorecard"

    def ready(self) -> None:
        from assessments import checks  # noqa: F401  registers the framework check
