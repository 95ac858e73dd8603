"""One row per organization with all that a portfolio orders, filters and shows by.

Nobody writes it in Python: the triggers of `triggers.py` do, from the rows it is made of, whoever changes those. What
only the clock changes is not kept but the day it hangs on: overdue is what was due before today.
"""

from typing import Self

from django.db import models

from assessments.scoring import Verdict

RANKS = (Verdict.AT_RISK, Verdict.ON_ITS_WORD, Verdict.UNDETERMINED, Verdict.CLEAR)  # the worst first, from 1
UNASSESSED = "none"


def rank_of(verdict: str) -> int | None:
    """The place of a verdict in the order of `RANKS`; None for what is not assessed."""
    return RANKS.index(Verdict(verdict)) + 1 if verdict in set(RANKS) else None


class OrganizationStandingQuerySet(models.QuerySet["OrganizationStanding"]):
    def current(self) -> Self:
        """Of the organizations that nobody has deleted."""
        return self.filter(is_current=True)


def _order(name: str, column: str) -> models.Index:
    """The index of an order: whatever is equal stands by name, and what has the same name by its number."""
    return models.Index(fields=[column, "name_sort", "organization"], name=name)


class OrganizationStanding(models.Model):
    """What is None is not known or not there; in every order it stands last."""

    organization = models.OneToOneField(
        "assessments.Organization", on_delete=models.CASCADE, related_name="standing", primary_key=True
    )

    # Of the organization itself
    is_current = models.BooleanField(default=True)
    name_sort = models.BinaryField(default=b"")
    industry_key = models.CharField(max_length=400, default="", blank=True)
    industry_sort = models.BinaryField(null=True)
    size_band = models.CharField(max_length=12, blank=True, default="")
    hosting_model = models.CharField(max_length=20, blank=True, default="")
    lead = models.ForeignKey(
        "assessments.User", on_delete=models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )
    lead_sort = models.BinaryField(null=True)
    search = models.TextField(default="", blank=True)  # name, industry, lead and tags as `names.fold` makes them

    # Of the scorecard that counts: the last signed-off one, before there is one the open one
    counted = models.ForeignKey(
        "assessments.Scorecard", on_delete=models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )
    before = models.ForeignKey(
        "assessments.Scorecard", on_delete=models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )
    draft = models.ForeignKey(
        "assessments.Scorecard", on_delete=models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )
    proven = models.PositiveSmallIntegerField(null=True)
    claimed = models.PositiveSmallIntegerField(null=True)
    highest = models.PositiveSmallIntegerField(null=True)
    maximum = models.PositiveSmallIntegerField(null=True)
    line = models.PositiveSmallIntegerField(null=True)
    framework_key = models.CharField(max_length=60, default="", blank=True)
    score_key = models.PositiveIntegerField(null=True)  # the three in one number, in this order
    verdict_rank = models.PositiveSmallIntegerField(null=True)
    zeros = models.PositiveSmallIntegerField(null=True)
    missing_facts = models.PositiveSmallIntegerField(null=True)
    levels = models.TextField(default="", blank=True)  # as the scorecards' `standings.levels_text` writes them
    change = models.SmallIntegerField(null=True)  # of the proven total, since the sign-off before
    signed_off_at = models.DateTimeField(null=True)
    draft_since = models.DateTimeField(null=True)
    draft_settled = models.PositiveSmallIntegerField(null=True)
    draft_categories = models.PositiveSmallIntegerField(null=True)

    # Of the newest roadmap
    roadmap = models.ForeignKey(
        "assessments.Roadmap", on_delete=models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )
    plan_items = models.PositiveSmallIntegerField(null=True)
    plan_done = models.PositiveSmallIntegerField(null=True)
    plan_due_on = models.DateField(null=True)  # of the unfinished item that is due first
    plan_due_days = models.TextField(default="", blank=True)  # of all unfinished ones, in their order

    # Vendors that have answered and wait to be read, and since when
    vendors_waiting = models.PositiveSmallIntegerField(default=0)
    vendors_since = models.DateTimeField(null=True)

    active_on = models.DateField(null=True)  # the day, in UTC, of the last entry of its activity
    due_on = models.DateField(null=True)  # of the next assessment

    objects = OrganizationStandingQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["name_sort", "organization"], name="standing_by_name"),
            _order("standing_by_score", "score_key"),
            _order("standing_by_verdict", "verdict_rank"),
            _order("standing_by_change", "change"),
            _order("standing_by_sign_off", "signed_off_at"),
            _order("standing_by_draft", "draft_since"),
            _order("standing_by_vendors", "vendors_since"),
            _order("standing_by_plan", "plan_due_on"),
            _order("standing_by_activity", "active_on"),
            _order("standing_by_due", "due_on"),
            _order("standing_by_industry", "industry_sort"),
            _order("standing_by_lead", "lead_sort"),
            models.Index(fields=["lead"], name="standing_of_lead"),
            models.Index(fields=["verdict_rank", "score_key", "name_sort", "organization"], name="standing_of_verdict"),
        ]

    def __str__(self) -> str:
        return f"{self.flag}, {self.proven} proven"

    @property
    def flag(self) -> str:
        """Its verdict; nothing answered is none, and never safe."""
        return RANKS[self.verdict_rank - 1].value if self.verdict_rank else UNASSESSED
