# ruff: noqa: S608  the statements are made of this file's own names
"""The triggers that write `OrganizationStanding`, on PostgreSQL and SQLite alike.

Each part of a row is one list of UPDATE statements over the table, which are run for one organization by the triggers
of the tables that the part is made of, and for all of them by `rebuild`. On PostgreSQL a trigger first locks the row:
of two changes at once the second reads what the first has left.

As those of `scorecards.immutability`, they stand aside while `migrate` works.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models.signals import post_migrate, pre_migrate

from assessments.scorecards import standings
from assessments.scorecards.models import Standing

TABLE = "assessments_organizationstanding"
OWN = f"{TABLE}.organization_id"
NEWEST = "ORDER BY (s.signed_off_at IS NULL), s.signed_off_at DESC, s.id DESC LIMIT 1"
UNFINISHED = "i.status IN ('todo', 'doing')"


@dataclass(frozen=True, slots=True)
class Watch:
    """A table, whose changes in `columns` (any, if none) concern the organizations that `where` finds."""

    table: str
    parts: tuple[str, ...]
    where: str
    columns: tuple[str, ...] = ()
    events: tuple[str, ...] = ("INSERT", "UPDATE", "DELETE")


OF_ITS_OWN = f"{OWN} = {{row}}.organization_id"
WATCHES = (
    Watch(
        "assessments_organization",
        ("organization",),
        f"{OWN} = {{row}}.id",
        (
            *("name_sort", "name_key", "industry", "industry_key", "industry_sort"),
            *("size_band", "hosting_model", "lead_id", "deleted_at"),
        ),
        ("UPDATE",),
    ),
    Watch("assessments_organizationtag", ("organization",), OF_ITS_OWN),
    Watch(
        "assessments_user", ("organization",), f"{TABLE}.lead_id = {{row}}.id", ("name_sort", "name_key"), ("UPDATE",)
    ),
    Watch(
        "assessments_scorecard",
        ("scorecards", "totals"),
        OF_ITS_OWN,
        ("organization_id", "signed_off_at", "created_at"),
    ),
    Watch(
        "assessments_standing",
        ("totals",),
        f"{OWN} = (SELECT organization_id FROM assessments_scorecard WHERE id = {{row}}.scorecard_id)",
    ),
    Watch("assessments_roadmap", ("roadmap", "plan"), OF_ITS_OWN, ("organization_id", "starts_on")),
    Watch(
        "assessments_roadmapitem",
        ("plan",),
        f"{OWN} = (SELECT organization_id FROM assessments_roadmap WHERE id = {{row}}.roadmap_id)",
        ("roadmap_id", "status", "due_on"),
    ),
    Watch(
        "assessments_vendorreview",
        ("vendors",),
        f"{OWN} = (SELECT organization_id FROM assessments_vendor WHERE id = {{row}}.vendor_id)",
        ("vendor_id", "status", "submitted_at"),
    ),
    Watch("assessments_rhythm", ("due",), OF_ITS_OWN, ("organization_id", "due_on")),
    # Most entries are of a day that is there already.
    Watch(
        "assessments_auditevent",
        ("activity",),
        f"{OF_ITS_OWN} AND (active_on IS NULL OR active_on < {{day}})",
        events=("INSERT",),
    ),
    Watch("assessments_auditevent", ("activity",), OF_ITS_OWN, ("organization_id", "day(at)"), ("UPDATE",)),
    Watch("assessments_auditevent", ("activity",), f"{OF_ITS_OWN} AND active_on = {{day}}", events=("DELETE",)),
)


def _day(at: str, vendor: str) -> str:
    """The day of a moment in UTC, which is how both databases keep it."""
    return f"({at} AT TIME ZONE 'UTC')::date" if vendor == "postgresql" else f"substr({at}, 1, 10)"


def parts(vendor: str) -> dict[str, tuple[str, ...]]:
    """What each part of a row is set to, one UPDATE after the other."""
    is_postgresql = vendor == "postgresql"
    tags = (
        "string_agg(t.name_key, chr(10) ORDER BY t.id) FROM assessments_organizationtag t"
        if is_postgresql
        else "group_concat(t.name_key, char(10)) FROM (SELECT * FROM assessments_organizationtag ORDER BY id) t"
    )
    newline = "chr(10)" if is_postgresql else "char(10)"
    days = (
        "string_agg(i.due_on::text, ' ' ORDER BY i.due_on) FROM assessments_roadmapitem i"
        if is_postgresql
        else "group_concat(i.due_on, ' ') FROM (SELECT * FROM assessments_roadmapitem ORDER BY due_on) i"
    )
    verdict = (
        "CASE WHEN k.highest < k.line THEN 1 WHEN k.proven >= k.line THEN 4 WHEN k.claimed >= k.line THEN 2 ELSE 3 END"
    )
    return {
        "organization": (
            "(is_current, name_sort, industry_key, industry_sort, size_band, hosting_model, lead_id) = "
            "(SELECT o.deleted_at IS NULL, o.name_sort, o.industry_key, "
            "CASE WHEN o.industry = '' THEN NULL ELSE o.industry_sort END, "
            f"o.size_band, o.hosting_model, o.lead_id FROM assessments_organization o WHERE o.id = {OWN})",
            "lead_sort = (SELECT u.name_sort FROM assessments_user u "
            f"JOIN assessments_organization o ON o.lead_id = u.id WHERE o.id = {OWN}), "
            f"search = (SELECT o.name_key || {newline} || o.industry_key || {newline} || coalesce(u.name_key, '') "
            f"|| {newline} || coalesce((SELECT {tags} WHERE t.organization_id = {OWN}), '') "
            "FROM assessments_organization o LEFT JOIN assessments_user u ON u.id = o.lead_id "
            f"WHERE o.id = {OWN})",
        ),
        "scorecards": (
            f"counted_id = (SELECT s.id FROM assessments_scorecard s WHERE s.organization_id = {OWN} {NEWEST}), "
            f"before_id = (SELECT s.id FROM assessments_scorecard s WHERE s.organization_id = {OWN} "
            "AND s.signed_off_at IS NOT NULL ORDER BY s.signed_off_at DESC, s.id DESC LIMIT 1 OFFSET 1), "
            f"draft_id = (SELECT s.id FROM assessments_scorecard s WHERE s.organization_id = {OWN} "
            "AND s.signed_off_at IS NULL)",
        ),
        "totals": (
            "(proven, claimed, highest, maximum, line, score_key, verdict_rank, zeros, missing_facts) = "
            "(SELECT k.proven, k.claimed, k.highest, k.categories * 2, k.line, "
            f"k.proven * 10000 + k.claimed * 100 + k.highest, {verdict}, "
            "k.zeros, k.missing_facts "
            f"FROM assessments_standing k WHERE k.scorecard_id = {TABLE}.counted_id AND k.is_touched), "
            f"levels = coalesce((SELECT k.levels FROM assessments_standing k "
            f"WHERE k.scorecard_id = {TABLE}.counted_id AND k.is_touched), ''), "
            "change = (SELECT k.proven - b.proven FROM assessments_standing k, assessments_standing b "
            f"WHERE k.scorecard_id = {TABLE}.counted_id AND b.scorecard_id = {TABLE}.before_id "
            "AND k.is_touched AND b.is_touched AND (SELECT s.framework_key FROM assessments_scorecard s "
            "WHERE s.id = k.scorecard_id) = (SELECT s.framework_key FROM assessments_scorecard s "
            "WHERE s.id = b.scorecard_id)), "
            "framework_key = coalesce((SELECT s.framework_key FROM assessments_scorecard s "
            f"WHERE s.id = {TABLE}.counted_id), ''), "
            f"signed_off_at = (SELECT s.signed_off_at FROM assessments_scorecard s WHERE s.id = {TABLE}.counted_id), "
            f"draft_since = (SELECT s.created_at FROM assessments_scorecard s WHERE s.id = {TABLE}.draft_id), "
            "(draft_settled, draft_categories) = (SELECT k.settled, k.categories FROM assessments_standing k "
            f"WHERE k.scorecard_id = {TABLE}.draft_id)",
        ),
        "roadmap": (
            f"roadmap_id = (SELECT r.id FROM assessments_roadmap r WHERE r.organization_id = {OWN} "
            "ORDER BY r.starts_on DESC, r.id DESC LIMIT 1)",
        ),
        "plan": (
            "(plan_items, plan_done, plan_due_on) = "
            "(SELECT CASE WHEN roadmap_id IS NULL THEN NULL ELSE coalesce(sum(CASE WHEN i.status <> 'dropped' THEN 1 "
            "ELSE 0 END), 0) END, CASE WHEN roadmap_id IS NULL THEN NULL ELSE coalesce(sum(CASE WHEN "
            f"i.status = 'done' THEN 1 ELSE 0 END), 0) END, min(CASE WHEN {UNFINISHED} THEN i.due_on END) "
            f"FROM assessments_roadmapitem i WHERE i.roadmap_id = {TABLE}.roadmap_id), ".replace(
                "roadmap_id IS NULL", f"{TABLE}.roadmap_id IS NULL"
            )
            + f"plan_due_days = coalesce((SELECT {days} WHERE i.roadmap_id = {TABLE}.roadmap_id "
            f"AND {UNFINISHED}), '')",
        ),
        "vendors": (
            "(vendors_waiting, vendors_since) = (SELECT count(*), min(v.submitted_at) FROM assessments_vendorreview v "
            f"JOIN assessments_vendor w ON w.id = v.vendor_id WHERE w.organization_id = {OWN} "
            "AND v.status <> 'complete' AND v.submitted_at IS NOT NULL)",
        ),
        "due": (f"due_on = (SELECT y.due_on FROM assessments_rhythm y WHERE y.organization_id = {OWN})",),
        "activity": (
            f"active_on = (SELECT {_day('e.at', vendor)} FROM assessments_auditevent e "
            f"WHERE e.organization_id = {OWN} ORDER BY e.at DESC LIMIT 1)",
        ),
    }


def rebuild(connection: BaseDatabaseWrapper) -> None:
    """Write all rows anew, in a handful of statements, whatever they say now."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(
            f"{_insert()} SELECT o.id, {_defaults(connection.vendor)} FROM assessments_organization o "
            f"WHERE NOT EXISTS (SELECT 1 FROM {TABLE} k WHERE k.organization_id = o.id)"
        )
        for statements in parts(connection.vendor).values():
            for statement in statements:
                cursor.execute(f"UPDATE {TABLE} SET {statement}")


def _insert() -> str:
    columns = (
        *("organization_id", "is_current", "name_sort", "industry_key", "size_band", "hosting_model", "search"),
        *("levels", "framework_key", "plan_due_days", "vendors_waiting"),
    )
    return f"INSERT INTO {TABLE} ({', '.join(columns)})"


def _defaults(vendor: str) -> str:
    yes, empty = ("true", "''::bytea") if vendor == "postgresql" else ("1", "x''")
    return f"{yes}, {empty}, '', '', '', '', '', '', '', 0"


def connect() -> None:
    """Let every `migrate` begin without the triggers and end with them."""
    pre_migrate.connect(_before_migrating, dispatch_uid="standings")
    post_migrate.connect(_after_migrating, dispatch_uid="standings")


def _before_migrating(app_config: Any, using: str, plan: list[Any] | None = None, **kwargs: Any) -> None:
    if app_config.label == "assessments" and plan:
        remove(connections[using])


def _after_migrating(app_config: Any, using: str, plan: list[Any] | None = None, **kwargs: Any) -> None:
    """After a migration, not after a flush, which says nothing of a plan. What is not kept yet is worked out."""
    if app_config.label != "assessments" or plan is None:
        return
    install(connections[using])
    applied = MigrationRecorder(connections[using]).applied_migrations()
    if plan and set(MigrationLoader(connections[using]).graph.leaf_nodes("assessments")) <= set(applied):
        if Standing.objects.using(using).filter(categories=0).exists():
            standings.refresh()
        rebuild(connections[using])


def install(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers, if the tables are there; those that stand already are replaced."""
    with transaction.atomic(using=connection.alias):
        remove(connection)
        with connection.cursor() as cursor:
            tables = set(connection.introspection.table_names(cursor))
            if {TABLE, *(watch.table for watch in WATCHES)} <= tables:
                for statement in _postgresql() if connection.vendor == "postgresql" else _sqlite():
                    cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        for table, name in _names():
            if connection.vendor == "postgresql":
                if table in tables:
                    cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
                cursor.execute(f"DROP FUNCTION IF EXISTS {name}()")
            else:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")


def _names() -> Iterator[tuple[str, str]]:
    yield "assessments_organization", "assessments_organization_standing_begins"
    for watch in WATCHES:
        for event in watch.events:
            yield watch.table, _name(watch, event)


def _name(watch: Watch, event: str) -> str:
    return f"{watch.table}_standing_{event.lower()}"


def _updates(watch: Watch, row: str, vendor: str) -> Iterator[str]:
    statements = parts(vendor)
    where = _where(watch, row, vendor)
    for part in watch.parts:
        for statement in statements[part]:
            yield f"UPDATE {TABLE} SET {statement} WHERE {where};"


def _where(watch: Watch, row: str, vendor: str) -> str:
    return watch.where.format(row=row, day=_day(f"{row}.at", vendor))


def _rows(watch: Watch, event: str) -> tuple[str, ...]:
    """The rows of an event: of an update that moves a row from one organization to another, both."""
    if event != "UPDATE":
        return ("OLD",) if event == "DELETE" else ("NEW",)
    moves = {"organization_id", "roadmap_id", "vendor_id"}.intersection(watch.columns)
    return ("OLD", "NEW") if moves else ("NEW",)


def _is_changed(watch: Watch, vendor: str) -> str:
    differ = "{} IS DISTINCT FROM {}" if vendor == "postgresql" else "{} IS NOT {}"
    return " OR ".join(
        differ.format(
            *(_day(f"{row}.at", vendor) if column == "day(at)" else f"{row}.{column}" for row in ("NEW", "OLD"))
        )
        for column in watch.columns
    )


def _sqlite() -> Iterable[str]:
    table = "assessments_organization"
    yield (
        f"CREATE TRIGGER {table}_standing_begins AFTER INSERT ON {table} BEGIN "
        f"{_insert()} VALUES (NEW.id, {_defaults('sqlite')}); "
        f"UPDATE {TABLE} SET {'; '.join(_of_new(parts('sqlite')['organization']))}; END"
    )
    for watch in WATCHES:
        for event in watch.events:
            changed = _is_changed(watch, "sqlite") if event == "UPDATE" and watch.columns else ""
            yield (
                f"CREATE TRIGGER {_name(watch, event)} AFTER {event} ON {watch.table} "
                f"{f'WHEN {changed} ' if changed else ''}BEGIN "
                f"{' '.join(update for row in _rows(watch, event) for update in _updates(watch, row, 'sqlite'))} END"
            )


def _of_new(statements: Iterable[str]) -> Iterator[str]:
    for place, statement in enumerate(statements):
        yield f"{f'UPDATE {TABLE} SET ' if place else ''}{statement} WHERE {OWN} = NEW.id"


def _postgresql() -> Iterable[str]:
    table = "assessments_organization"
    yield (
        f"CREATE FUNCTION {table}_standing_begins() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"{_insert()} VALUES (NEW.id, {_defaults('postgresql')}); "
        f"UPDATE {TABLE} SET {'; '.join(_of_new(parts('postgresql')['organization']))}; RETURN NULL; END $$"
    )
    yield (
        f"CREATE TRIGGER {table}_standing_begins AFTER INSERT ON {table} FOR EACH ROW "
        f"EXECUTE FUNCTION {table}_standing_begins()"
    )
    for watch in WATCHES:
        for event in watch.events:
            name = _name(watch, event)
            body = "".join(
                f"PERFORM 1 FROM {TABLE} WHERE {_where(watch, row, 'postgresql')} FOR NO KEY UPDATE; "
                f"{' '.join(_updates(watch, row, 'postgresql'))} "
                for row in _rows(watch, event)
            )
            yield (f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NULL; END $$")
            changed = _is_changed(watch, "postgresql") if event == "UPDATE" and watch.columns else ""
            yield (
                f"CREATE TRIGGER {name} AFTER {event} ON {watch.table} FOR EACH ROW "
                f"{f'WHEN ({changed}) ' if changed else ''}EXECUTE FUNCTION {name}()"
            )
