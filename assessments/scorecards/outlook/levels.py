"""The levels kept of each sign-off: written with it, gone with it, and once a day for what came by another way."""

from django.db import transaction
from django.db.models import Exists, OuterRef

from assessments import scoring
from assessments.scorecards.models import Scorecard
from assessments.scorecards.outlook.models import KeptLevel
from assessments.scorecards.queries import score_all

BATCH = 200


def keep(scorecard: Scorecard, result: scoring.Result) -> None:
    """Keep the levels of a scorecard that is being signed off; within that transaction."""
    KeptLevel.objects.filter(scorecard=scorecard).delete()
    rows = [
        KeptLevel(
            organization_id=scorecard.organization_id,
            scorecard=scorecard,
            category_key=answer.key,
            claimed=answer.level,
            proven=answer.proven,
        )
        for answer in result.answers
    ]
    KeptLevel.objects.bulk_create(rows)
    mark_newest(scorecard.organization_id)


def forget(scorecard: Scorecard) -> None:
    """The sign-off was taken back: the one before it is the newest again."""
    KeptLevel.objects.filter(scorecard=scorecard).delete()
    mark_newest(scorecard.organization_id)


def mark_newest(organization_id: int) -> None:
    """Mark the levels of the newest sign-off of an organization, and only those."""
    signed_off = Scorecard.objects.filter(organization=organization_id).signed_off()
    newest = signed_off.order_by("-signed_off_at", "-pk").values_list("pk", flat=True).first()
    own = KeptLevel.objects.filter(organization=organization_id)
    own.filter(is_newest=True).exclude(scorecard=newest).update(is_newest=False)
    own.filter(is_newest=False, scorecard=newest).update(is_newest=True)


def refresh() -> int:
    """Keep the levels of sign-offs that have none, such as those of an import; says how many there were."""
    kept = KeptLevel.objects.filter(scorecard=OuterRef("pk"))
    ids = list(
        Scorecard.objects.signed_off()
        .filter(~Exists(kept))
        .order_by("signed_off_at", "pk")
        .values_list("pk", flat=True)
    )
    for start in range(0, len(ids), BATCH):
        scorecards = Scorecard.objects.select_related("organization").filter(pk__in=ids[start : start + BATCH])
        for row in score_all(scorecards.order_by("signed_off_at", "pk"), facts=False):
            with transaction.atomic():
                keep(row.scorecard, row.result)
    return len(ids)
