"""Triggers that make a signed-off scorecard read-only in the database, on PostgreSQL and SQLite alike.

References to people and to other scorecards may still become NULL when those rows go; nothing else may change.
On PostgreSQL the trigger locks the scorecard's row, so that an answer under way and a sign-off cannot cross.
"""

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

MESSAGE = "This scorecard is signed off and can no longer change."

# table -> (SQL that finds the scorecard of a row named {row}, columns that must keep their value)
GUARDED = {
    "assessments_scorecard": (
        "{row}.id",
        "id organization_id title framework_key framework_version created_at signed_off_at signed_off_name",
    ),
    "assessments_response": (
        "{row}.scorecard_id",
        "id scorecard_id category_key level level_version metric_key metric_name metric_value metric_unit metric_on "
        "metric_version note note_version updated_at",
    ),
    "assessments_factanswer": ("{row}.scorecard_id", "id scorecard_id fact_key answer version updated_at"),
    "assessments_evidence": (
        "(SELECT scorecard_id FROM assessments_response WHERE id = {row}.response_id)",
        "id response_id title url file filename content_type size created_at",
    ),
}


def install(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers; those that stand already are replaced."""
    remove(connection)
    statements = _postgresql() if connection.vendor == "postgresql" else _sqlite()
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        for table in GUARDED:
            if connection.vendor == "postgresql":
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_signed_off ON {table}")
                cursor.execute(f"DROP FUNCTION IF EXISTS {table}_signed_off()")
            else:
                for event in ("insert", "update", "delete"):
                    cursor.execute(f"DROP TRIGGER IF EXISTS {table}_signed_off_{event}")


def install_in_migration(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    install(schema_editor.connection)


def remove_in_migration(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    remove(schema_editor.connection)


def _is_signed_off(scorecard: str) -> str:
    return f"EXISTS (SELECT 1 FROM assessments_scorecard WHERE id = {scorecard} AND signed_off_at IS NOT NULL)"  # noqa: S608


def _sqlite() -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    statements = []
    for table, (scorecard, columns) in GUARDED.items():
        old, new = scorecard.format(row="OLD"), scorecard.format(row="NEW")
        changed = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in columns.split())
        if table != "assessments_scorecard":
            statements.append(
                f"CREATE TRIGGER {table}_signed_off_insert BEFORE INSERT ON {table} WHEN {_is_signed_off(new)} {refuse}"
            )
        statements += [
            f"CREATE TRIGGER {table}_signed_off_update BEFORE UPDATE ON {table} "
            f"WHEN ({changed}) AND {_is_signed_off(old)} {refuse}",
            f"CREATE TRIGGER {table}_signed_off_delete BEFORE DELETE ON {table} WHEN {_is_signed_off(old)} {refuse}",
        ]
    return statements


def _postgresql() -> list[str]:
    statements = []
    for table, (scorecard, columns) in GUARDED.items():
        old, new = scorecard.format(row="OLD"), scorecard.format(row="NEW")
        unchanged = " AND ".join(f"NEW.{column} IS NOT DISTINCT FROM OLD.{column}" for column in columns.split())
        is_scorecard = table == "assessments_scorecard"
        lock = "" if is_scorecard else "PERFORM 1 FROM assessments_scorecard WHERE id = target FOR SHARE;"
        statements += [
            f"""CREATE FUNCTION {table}_signed_off() RETURNS trigger LANGUAGE plpgsql AS $$
            DECLARE target bigint;
            BEGIN
                IF TG_OP = 'INSERT' THEN target := {new}; ELSE target := {old}; END IF;
                IF TG_OP = 'UPDATE' THEN
                    IF {unchanged} THEN RETURN NEW; END IF;
                END IF;
                {lock}
                IF {_is_signed_off("target")} THEN
                    RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'check_violation';
                END IF;
                IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                RETURN NEW;
            END $$""",
            f"CREATE TRIGGER {table}_signed_off BEFORE {'' if is_scorecard else 'INSERT OR '}UPDATE OR DELETE "
            f"ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_signed_off()",
        ]
    return statements
