"""Triggers that make a signed-off scorecard read-only in the database, on PostgreSQL and SQLite alike.

Every column of every guarded table keeps its value, with few exceptions: references to people and to other scorecards
may become NULL when those rows go, the name of an erased person gives way to `FORMER_MEMBER`, what belongs to a deleted
organization may be deleted, and the sign-off itself may be taken back within `TAKE_BACK`. On PostgreSQL the trigger
locks the scorecard's row, so that an answer under way and a sign-off cannot cross.

SQLite reads all triggers again when a table is made anew, so no migration runs with them in place: `migrate` removes
them before it changes anything and installs them, as the models then are, when it is done (see `connect`).
"""

from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db import connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext as _

from assessments.accounts.erasure import FORMER_MEMBER

MESSAGE = "This scorecard is signed off and can no longer change."  # what the database says
TAKE_BACK = timedelta(hours=24)

# model -> SQL that finds the scorecard of a row named {row}
GUARDED = {
    "Scorecard": "{row}.id",
    "Response": "{row}.scorecard_id",
    "FactAnswer": "{row}.scorecard_id",
    "Evidence": "(SELECT scorecard_id FROM assessments_response WHERE id = {row}.response_id)",
    "DeciderAnswer": "(SELECT scorecard_id FROM assessments_response WHERE id = {row}.response_id)",
    "DeciderProof": (
        "(SELECT scorecard_id FROM assessments_response WHERE id = "
        "(SELECT response_id FROM assessments_decideranswer WHERE id = {row}.decider_answer_id))"
    ),
    "Round": "{row}.scorecard_id",
    "Rater": "(SELECT scorecard_id FROM assessments_round WHERE id = {row}.round_id)",
    "Rating": (
        "(SELECT scorecard_id FROM assessments_round WHERE id = "
        "(SELECT round_id FROM assessments_rater WHERE id = {row}.rater_id))"
    ),
    "RaterEvidence": (
        "(SELECT scorecard_id FROM assessments_round WHERE id = (SELECT round_id FROM assessments_rater WHERE id = "
        "(SELECT rater_id FROM assessments_rating WHERE id = {row}.rating_id)))"
    ),
    "SignOffReview": "{row}.scorecard_id",
    "Settlement": "(SELECT scorecard_id FROM assessments_round WHERE id = {row}.round_id)",
}
NAMES = ("signed_off_name", "seen_by_name", "rater_name", "rater_role", "reviewer_name")  # of people, who can be erased
SIGN_OFF = ("signed_off_at", "signed_off_name")


def refusal() -> str:
    """The same as a sentence for people."""
    return _("This scorecard is signed off and can no longer change.")


def connect() -> None:
    """Let every `migrate` begin without the triggers and end with them."""
    pre_migrate.connect(_before_migrating, dispatch_uid="immutability")
    post_migrate.connect(_after_migrating, dispatch_uid="immutability")


def _before_migrating(app_config: Any, using: str, plan: list[Any] | None = None, **kwargs: Any) -> None:
    if app_config.label == "assessments" and plan:
        remove(connections[using])


def _after_migrating(app_config: Any, using: str, plan: list[Any] | None = None, **kwargs: Any) -> None:
    """After a migration, not after a flush, which says nothing of a plan."""
    if app_config.label == "assessments" and plan is not None:
        install(connections[using])


def install(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers of the tables there are; those that stand already are replaced."""
    with transaction.atomic(using=connection.alias):
        remove(connection)
        with connection.cursor() as cursor:
            tables = set(connection.introspection.table_names(cursor))
            for name, scorecard in GUARDED.items():
                model = apps.get_model("assessments", name)
                if model._meta.db_table in tables:
                    found = connection.introspection.get_table_description(cursor, model._meta.db_table)
                    existing = {column.name for column in found}
                    columns = [column for column in guarded_columns(model) if column in existing]
                    make = _postgresql if connection.vendor == "postgresql" else _sqlite
                    for statement in make(model._meta.db_table, scorecard, columns):
                        cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        for name in GUARDED:
            table = apps.get_model("assessments", name)._meta.db_table
            if connection.vendor == "postgresql":
                if table in tables:
                    cursor.execute(f"DROP TRIGGER IF EXISTS {table}_signed_off ON {table}")
                cursor.execute(f"DROP FUNCTION IF EXISTS {table}_signed_off()")
            else:
                for event in ("insert", "update", "delete"):
                    cursor.execute(f"DROP TRIGGER IF EXISTS {table}_signed_off_{event}")


def guarded_columns(model: type[models.Model]) -> list[str]:
    """Every column of a table but the references that become NULL when what they point to goes."""
    return [
        field.column
        for field in model._meta.concrete_fields
        if getattr(field.remote_field, "on_delete", None) is not models.SET_NULL
    ]


def _is_signed_off(scorecard: str) -> str:
    return f"EXISTS (SELECT 1 FROM assessments_scorecard WHERE id = {scorecard} AND signed_off_at IS NOT NULL)"  # noqa: S608


def _may_not_go(scorecard: str) -> str:
    """Signed off, and its organization is not deleted."""
    return (
        f"EXISTS (SELECT 1 FROM assessments_scorecard WHERE id = {scorecard} AND signed_off_at IS NOT NULL "  # noqa: S608
        "AND NOT EXISTS (SELECT 1 FROM assessments_organization AS owning "
        "WHERE owning.id = organization_id AND owning.deleted_at IS NOT NULL))"
    )


def _is_changed(table: str, columns: list[str], differ: str, day_ago: str) -> str:
    """Whether a row got other values than it had, in what may not change."""
    changes = []
    for column in columns:
        changed = differ.format(f'NEW."{column}"', f'OLD."{column}"')
        if column in NAMES:
            changed = f"({changed} AND NEW.{column} <> '{FORMER_MEMBER}')"
        if table == "assessments_scorecard" and column in SIGN_OFF:
            changed = f"({changed} AND NOT (NEW.signed_off_at IS NULL AND OLD.signed_off_at > {day_ago}))"
        changes.append(changed)
    return " OR ".join(changes)


def _sqlite(table: str, scorecard: str, columns: list[str]) -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    old, new = scorecard.format(row="OLD"), scorecard.format(row="NEW")
    day_ago = f"strftime('%Y-%m-%d %H:%M:%f', 'now', '-{int(TAKE_BACK.total_seconds())} seconds')"
    changed = _is_changed(table, columns, "{} IS NOT {}", day_ago)
    statements = [
        f"CREATE TRIGGER {table}_signed_off_update BEFORE UPDATE ON {table} "
        f"WHEN ({changed}) AND {_is_signed_off(old)} {refuse}",
        f"CREATE TRIGGER {table}_signed_off_delete BEFORE DELETE ON {table} WHEN {_may_not_go(old)} {refuse}",
    ]
    if table != "assessments_scorecard":
        statements.append(
            f"CREATE TRIGGER {table}_signed_off_insert BEFORE INSERT ON {table} WHEN {_is_signed_off(new)} {refuse}"
        )
    return statements


def _postgresql(table: str, scorecard: str, columns: list[str]) -> list[str]:
    old, new = scorecard.format(row="OLD"), scorecard.format(row="NEW")
    day_ago = f"now() - interval '{int(TAKE_BACK.total_seconds())} seconds'"
    changed = _is_changed(table, columns, "{} IS DISTINCT FROM {}", day_ago)
    is_scorecard = table == "assessments_scorecard"
    lock = "" if is_scorecard else "PERFORM 1 FROM assessments_scorecard WHERE id = target FOR SHARE;"
    return [
        f"""CREATE FUNCTION {table}_signed_off() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE target bigint;
        BEGIN
            IF TG_OP = 'INSERT' THEN target := {new}; ELSE target := {old}; END IF;
            IF TG_OP = 'UPDATE' THEN
                IF NOT ({changed}) THEN RETURN NEW; END IF;
            END IF;
            {lock}
            IF TG_OP = 'DELETE' THEN
                IF NOT {_may_not_go("target")} THEN RETURN OLD; END IF;
            ELSIF NOT {_is_signed_off("target")} THEN
                RETURN NEW;
            END IF;
            RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'check_violation';
        END $$""",
        f"CREATE TRIGGER {table}_signed_off BEFORE {'' if is_scorecard else 'INSERT OR '}UPDATE OR DELETE "
        f"ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_signed_off()",
    ]
