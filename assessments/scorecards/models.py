"""A scorecard and everything that is answered on it.

Rows hold keys and the framework's version, never the framework's wording. What can be edited separately carries its own
version number, so that a stale tab is noticed answer by answer. Once `signed_off_at` is set, the database itself
refuses every change (see `signing/immutability.py`).
"""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy

from assessments.saving.models import Proof, delete_file

MAX_LEVEL = 2
NOTE_MAX_LENGTH = 10_000
FACT_MAX_LENGTH = 2_000
CLAIM_MAX_LENGTH = 300


class ScorecardQuerySet(models.QuerySet["Scorecard"]):
    def open(self) -> Self:
        return self.filter(signed_off_at__isnull=True)

    def signed_off(self) -> Self:
        return self.filter(signed_off_at__isnull=False)

    def newest_first(self) -> Self:
        """The open one before the signed-off ones, these by date of sign-off."""
        return self.order_by(models.F("signed_off_at").desc(nulls_first=True), "-pk")


class Scorecard(models.Model):
    organization = models.ForeignKey("assessments.Organization", on_delete=models.CASCADE, related_name="scorecards")
    title = models.CharField(max_length=120)
    framework_key = models.CharField(max_length=60)
    framework_version = models.CharField(max_length=20)
    predecessor = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="successors")
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    signed_off_at = models.DateTimeField(null=True)
    signed_off_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    signed_off_name = models.CharField(max_length=150, blank=True)

    objects = ScorecardQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization"],
                condition=models.Q(signed_off_at__isnull=True),
                name="scorecard_one_open_per_organization",
            )
        ]
        indexes = [models.Index(fields=["organization", "signed_off_at"], name="scorecard_by_sign_off")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_signed_off(self) -> bool:
        return self.signed_off_at is not None


class Standing(models.Model):
    """The totals of a scorecard, kept so that lists can be ordered by them: what `scoring` makes of its rows.

    Written with every answer and at sign-off. While a scorecard is open its proof grows older without anybody saving:
    `standings.refresh` brings the open ones up to date once a day.
    """

    scorecard = models.OneToOneField(Scorecard, on_delete=models.CASCADE, related_name="standing", primary_key=True)
    proven = models.PositiveSmallIntegerField(default=0)
    claimed = models.PositiveSmallIntegerField(default=0)
    highest = models.PositiveSmallIntegerField(default=0)
    is_touched = models.BooleanField(default=False)
    settled = models.PositiveSmallIntegerField(default=0)  # categories, of so many:
    categories = models.PositiveSmallIntegerField(default=0)
    line = models.PositiveSmallIntegerField(default=10)  # of its framework: 10 in all that there was before it was kept
    zeros = models.PositiveSmallIntegerField(default=0)
    missing_facts = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=0)
    levels = models.TextField(blank=True)  # by category, as `standings.levels_text` writes them

    def __str__(self) -> str:
        return f"{self.proven} proven, {self.claimed} claimed"


class ResponseQuerySet(models.QuerySet["Response"]):
    def with_support(self) -> Self:
        """Each with `has_evidence`, in the framework's order."""
        return self.annotate(has_evidence=models.Exists(Evidence.objects.filter(response=models.OuterRef("pk"))))


class Response(models.Model):
    """The answer to one category, whose parts are saved on their own.

    Since framework 2026.2 the level follows from the deciders; `level` then holds only a level that somebody claimed
    outright, with `claim_reason`, and figures are pieces of evidence. Before, `level` and one figure are given here.
    """

    scorecard = models.ForeignKey(Scorecard, on_delete=models.CASCADE, related_name="responses")
    category_key = models.CharField(max_length=60)

    level = models.PositiveSmallIntegerField(null=True)
    level_version = models.PositiveIntegerField(default=0)
    claim_reason = models.CharField(max_length=CLAIM_MAX_LENGTH, blank=True)
    claimed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    claimed_at = models.DateTimeField(null=True)

    metric_key = models.CharField(max_length=80, blank=True)
    metric_name = models.CharField(max_length=120, blank=True)
    metric_value = models.DecimalField(max_digits=20, decimal_places=8, null=True)
    metric_unit = models.CharField(max_length=60, blank=True)
    metric_on = models.DateField(null=True)
    metric_version = models.PositiveIntegerField(default=0)

    note = models.TextField(max_length=NOTE_MAX_LENGTH, blank=True)
    note_version = models.PositiveIntegerField(default=0)

    updated_at = models.DateTimeField(null=True)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = ResponseQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["scorecard", "category_key"], name="response_one_per_category"),
            models.CheckConstraint(
                condition=models.Q(level__isnull=True) | models.Q(level__lte=MAX_LEVEL), name="response_level_0_to_2"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category_key}: {self.level}"

    @property
    def has_metric(self) -> bool:
        """A figure counts once it has a name and a value."""
        return self.metric_value is not None and bool(self.metric_key or self.metric_name)


class DeciderAnswer(models.Model):
    """What was shown for one decider of a category: `state` is None while nobody asked.

    `proofs` are the category's pieces of evidence that prove it.
    """

    class State(models.IntegerChoices):
        NOT_SHOWN = 0, _lazy("Not shown")
        IN_PART = 1, _lazy("In part")
        SHOWN = 2, pgettext_lazy("the answer of a decider", "Shown")

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="decider_answers")
    decider_key = models.CharField(max_length=60)
    state = models.PositiveSmallIntegerField(null=True, choices=State)
    version = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(null=True)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["response", "decider_key"], name="decider_answer_one_per_decider"),
            models.CheckConstraint(
                condition=models.Q(state__isnull=True) | models.Q(state__lte=2), name="decider_answer_state_0_to_2"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decider_key}: {self.state}"


class FactAnswer(models.Model):
    """The answer to one of the three facts asked of every scorecard.

    Since framework 2026.2 it is structured: `values` by field, or `cannot_answer` with who will; `answer` is free text
    beside it. Before, `answer` alone, and an empty one is missing.
    """

    scorecard = models.ForeignKey(Scorecard, on_delete=models.CASCADE, related_name="fact_answers")
    fact_key = models.CharField(max_length=60)
    answer = models.TextField(max_length=FACT_MAX_LENGTH, blank=True)
    values = models.JSONField(default=dict, blank=True)
    cannot_answer = models.BooleanField(default=False)
    who_will = models.CharField(max_length=150, blank=True)
    version = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(null=True)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["scorecard", "fact_key"], name="fact_answer_one_per_fact")]

    def __str__(self) -> str:
        return self.fact_key


class Evidence(Proof):
    """What proves something of a category: a link, a file, a measured figure, or a sighting.

    `provenance` says where a figure comes from that was read out of a file (see `sources.py`).
    `on` is the last day it covers: a figure's, a record's date, the day a document or screen was seen. One with
    `in_force_until`, such as a contract, is current until then. Members of the organization can download a file.
    """

    class Kind(models.TextChoices):
        LINK = "link", pgettext_lazy("proof", "Link")
        FILE = "file", pgettext_lazy("proof", "File")
        FIGURE = "figure", _lazy("Measured figure")
        SIGHTING = "sighting", pgettext_lazy("proof", "Seen")

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="evidence")
    kind = models.CharField(max_length=10, choices=Kind)
    on = models.DateField()
    in_force_until = models.DateField(null=True)
    metric_key = models.CharField(max_length=80, blank=True)
    value = models.DecimalField(max_digits=20, decimal_places=8, null=True)
    unit = models.CharField(max_length=60, blank=True)
    provenance = models.JSONField(default=dict, blank=True)
    seen_by_name = models.CharField(max_length=150, blank=True)
    whose = models.CharField(max_length=200, blank=True)
    deciders = models.ManyToManyField(DeciderAnswer, through="DeciderProof", related_name="proofs")

    class Meta(Proof.Meta):
        constraints = [
            models.CheckConstraint(
                condition=(
                    models.Q(kind="link", url__gt="", file="")
                    | models.Q(kind="file", url="", file__gt="")
                    | models.Q(kind="figure", url="", file="", value__isnull=False)
                    | models.Q(kind="sighting", url="", file="", seen_by_name__gt="")
                ),
                name="evidence_is_of_its_kind",
            )
        ]

    @property
    def organization_id(self) -> int:
        return self.response.scorecard.organization_id


class DeciderProof(models.Model):
    """A piece of evidence proves a decider, of the same category."""

    decider_answer = models.ForeignKey(DeciderAnswer, on_delete=models.CASCADE, related_name="decider_proofs")
    evidence = models.ForeignKey(Evidence, on_delete=models.CASCADE, related_name="decider_proofs")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["decider_answer", "evidence"], name="decider_proof_once")]

    def __str__(self) -> str:
        return f"{self.evidence_id} proves {self.decider_answer_id}"


class AnswerRequest(models.Model):
    """A category handed to a colleague: whom it was asked of, with a word and a day; open until ended."""

    class Ending(models.TextChoices):
        OPEN = "", pgettext_lazy("a question to a colleague", "Open")
        ANSWERED = "answered", pgettext_lazy("a question to a colleague", "Answered")
        WITHDRAWN = "withdrawn", pgettext_lazy("a question to a colleague", "Withdrawn")

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="requests")
    asked = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="answer_requests")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    word = models.CharField(max_length=500, blank=True)
    due_on = models.DateField(null=True)
    ending = models.CharField(max_length=10, choices=Ending, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["response", "asked"], condition=models.Q(ending=""), name="answer_request_open_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.response_id} asked of {self.asked_id}"


models.signals.post_delete.connect(delete_file, sender=Evidence)
