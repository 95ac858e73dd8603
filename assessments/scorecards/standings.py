"""The totals kept of each scorecard: written with every answer, and once a day for what grew older by itself."""

from django.db import connection, transaction
from django.db.models import F

from assessments import scoring
from assessments.scorecards.models import Scorecard, Standing
from assessments.scorecards.queries import count_missing_facts, live_result, score_all

BATCH = 200


Values = dict[str, int | bool | str]


def kept(result: scoring.Result, *, facts: bool = False) -> Values:
    """What a `Standing` keeps of a result; with the facts that are missing only where it was scored with them."""
    values: Values = {
        "proven": result.proven_total,
        "claimed": result.total,
        "highest": result.high,
        "is_touched": not result.is_untouched,
        "settled": len(result.answers) - len(result.unscored),
        "categories": len(result.answers),
        "line": result.threshold,
        "zeros": len(result.zeros),
        "levels": levels_text(result),
    }
    return values | {"missing_facts": len(result.missing_facts)} if facts else values


def levels_text(result: scoring.Result) -> str:
    """The claimed and the proven level of each category, such as `cost-model:2:1`; without a level: `cost-model::0`."""
    return " ".join(f"{a.key}:{'' if a.level is None else a.level}:{a.proven}" for a in result.answers)


def read_levels(text: str) -> dict[str, tuple[int | None, int]]:
    """By category what `levels_text` wrote."""
    parts = (part.split(":") for part in text.split())
    return {key: (int(level) if level else None, int(proven)) for key, level, proven in parts}


def keep(scorecard: Scorecard, result: scoring.Result, *, facts: bool = False) -> None:
    """Keep the totals of a result; within the transaction that changed it, which holds the scorecard or began it."""
    values = kept(result, facts=facts)
    if not Standing.objects.filter(scorecard=scorecard).update(**values, version=F("version") + 1):
        Standing.objects.create(scorecard=scorecard, **values)


def keep_read(scorecard: Scorecard, result: scoring.Result, version: int | None) -> scoring.Result:
    """Keep a result whose answers were read with this version of what is kept, and return what is kept.

    Where somebody else's answer was kept since, both are read again.
    """
    if version is not None:
        unchanged = Standing.objects.filter(scorecard=scorecard, version=version)
        if unchanged.update(**kept(result), version=version + 1):
            return result
    return keep_live(scorecard)


def keep_live(scorecard: Scorecard) -> scoring.Result:
    """Keep and return what the answers score now, after a change of one of them.

    The row is held meanwhile: of two at once, the second reads what the first has changed, too.
    """
    _hold(scorecard)
    result = live_result(scorecard)
    keep(scorecard, result)
    return result


def _hold(scorecard: Scorecard) -> None:
    """Let nobody else keep anything of it until the transaction ends; on SQLite nobody can."""
    if connection.features.has_select_for_update:
        list(Standing.objects.select_for_update(no_key=True).filter(scorecard=scorecard).values_list("pk"))


def keep_facts(scorecard: Scorecard) -> None:
    """Keep how many facts have no answer; within the transaction that answered one."""
    _hold(scorecard)
    Standing.objects.filter(scorecard=scorecard).update(missing_facts=count_missing_facts(scorecard))


def wrong() -> dict[int, Values]:
    """By scorecard id, what a standing should hold and does not."""
    found = {}
    ids = list(Scorecard.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        found_now = Scorecard.objects.select_related("standing", "organization")
        rows = score_all(found_now.filter(pk__in=ids[start : start + BATCH]))
        for row in rows:
            values, standing = kept(row.result, facts=True), getattr(row.scorecard, "standing", None)
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
