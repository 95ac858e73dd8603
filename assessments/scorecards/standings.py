"""The totals kept of each scorecard: written with every answer, and once a day for what grew older by itself."""

from django.db import transaction

from assessments import scoring
from assessments.scorecards.models import Scorecard, Standing
from assessments.scorecards.queries import score_all

BATCH = 200


def kept(result: scoring.Result) -> dict[str, int | bool]:
    """What a `Standing` keeps of a result."""
    return {
        "proven": result.proven_total,
        "claimed": result.total,
        "highest": result.high,
        "is_touched": not result.is_untouched,
    }


def keep(scorecard: Scorecard, result: scoring.Result) -> None:
    """Keep the totals of a result; within the transaction that changed it."""
    values = kept(result)
    if not Standing.objects.filter(scorecard=scorecard).update(**values):
        Standing.objects.create(scorecard=scorecard, **values)


def wrong() -> dict[int, dict[str, int | bool]]:
    """By scorecard id, what a standing should hold and does not."""
    found = {}
    ids = list(Scorecard.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        found_now = Scorecard.objects.select_related("standing", "organization")
        rows = score_all(found_now.filter(pk__in=ids[start : start + BATCH]))
        for row in rows:
            values, standing = kept(row.result), getattr(row.scorecard, "standing", None)
            if standing is None or any(getattr(standing, name) != value for name, value in values.items()):
                found[row.scorecard.pk] = values
    return found


def refresh() -> int:
    """Bring every standing up to date, and say how many were not: open scorecards whose proof grew too old."""
    found = wrong()
    for pk, values in found.items():
        with transaction.atomic():
            Standing.objects.update_or_create(scorecard_id=pk, defaults=values)
    return len(found)
