"""The one Django app: one package per feature, one migration history."""

from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "assessments"
    verbose_name = "AI Infrastructure Scorecard"

    def ready(self) -> None:
        from django.conf import settings

        from assessments import checks, framework  # noqa: F401  registers the framework check
        from assessments.accounts import recorded as of_accounts  # noqa: F401  connects what is recorded by itself
        from assessments.dashboards.standings import triggers
        from assessments.handbook import erasure as in_handbook  # noqa: F401  what an erased person's name becomes
        from assessments.organizations import erasure as in_organizations  # noqa: F401  likewise
        from assessments.organizations import recorded as of_organizations  # noqa: F401  connects what is recorded
        from assessments.organizations.group_claims import signing_in  # noqa: F401  gives what a provider's groups give
        from assessments.platform import languages
        from assessments.platform.frameworks.keeping import KEPT
        from assessments.platform.labels import quick_labels
        from assessments.reports import erasure as in_reports  # noqa: F401  what an erased person's name becomes
        from assessments.reports.batches import work  # noqa: F401  registers its kind of mail
        from assessments.roadmaps import erasure as in_roadmaps  # noqa: F401  likewise
        from assessments.roadmaps.reminding import settings as in_reminders  # noqa: F401  registers its kinds of mail
        from assessments.rounds import erasure as in_rounds  # noqa: F401  likewise
        from assessments.rounds import joining, reminders  # noqa: F401  who was invited to score; kinds of mail
        from assessments.rounds.rating import answering  # noqa: F401  registers its kind of mail
        from assessments.rounds.reviewing import services as reviewing  # noqa: F401  a sign-off waits for a review
        from assessments.scorecards import erasure as in_scorecards  # noqa: F401  likewise
        from assessments.scorecards.signing import immutability
        from assessments.vendors import erasure as in_reviews  # noqa: F401  likewise
        from assessments.vendors import submissions  # noqa: F401  registers its kind of mail

        quick_labels(self.get_models())
        framework.speak_with(languages.DjangoTranslator())
        framework.add_folders(*settings.FRAMEWORK_DIRS)
        framework.keep_in(KEPT)
        immutability.connect()
        triggers.connect()
