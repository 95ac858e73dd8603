"""Triggers that make a signed-off scorecard read-only in the database, on PostgreSQL and SQLite alike.

References to people and to other scorecards may still become NULL when those rows go, the name of an erased person
gives way to `FORMER_MEMBER`, and what belongs to a deleted organization may be deleted; nothing else may change.
On PostgreSQL the trigger locks the scorecard's row, so that an answer under way and a sign-off cannot cross.

SQLite reads all triggers again when a table is made anew, which most changes of a column do there. A migration that
does so to one of these tables or to the organizations begins with `remove_in_migration` and ends with
`install_in_migration`.
"""

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from assessments.organizations.erasure import FORMER_MEMBER

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


def install(connection: BaseDatabaseWrapper, *, is_first: bool = False) -> None:
    """Create the triggers; those that stand already are replaced. The first ones knew no erasing and no purging."""
    remove(connection)
    statements = (_postgresql if connection.vendor == "postgresql" else _sqlite)(is_first)
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


def install_first_in_migration(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    install(schema_editor.connection, is_first=True)


def remove_in_migration(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    remove(schema_editor.connection)


def _is_signed_off(scorecard: str) -> str:
    return f"EXISTS (SELECT 1 FROM assessments_scorecard WHERE id = {scorecard} AND signed_off_at IS NOT NULL)"  # noqa: S608


def _may_not_go(scorecard: str, is_first: bool) -> str:
    """Signed off, and its organization is not deleted."""
    if is_first:
        return _is_signed_off(scorecard)
    return (
        f"EXISTS (SELECT 1 FROM assessments_scorecard WHERE id = {scorecard} AND signed_off_at IS NOT NULL "  # noqa: S608
        "AND NOT EXISTS (SELECT 1 FROM assessments_organization AS owning "
        "WHERE owning.id = organization_id AND owning.deleted_at IS NOT NULL))"
    )


def _is_changed(column: str, differ: str, is_first: bool) -> str:
    """Whether a column got another value than it had; the name in a sign-off may become an erased person's."""
    changed = differ.format(f"NEW.{column}", f"OLD.{column}")
    if column != "signed_off_name" or is_first:
        return changed
    return f"({changed} AND NEW.{column} <> '{FORMER_MEMBER}')"


def _sqlite(is_first: bool) -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    statements = []
    for table, (scorecard, columns) in GUARDED.items():
        old, new = scorecard.format(row="OLD"), scorecard.format(row="NEW")
        changed = " OR ".join(_is_changed(column, "{} IS NOT {}", is_first) for column in columns.split())
        if table != "assessments_scorecard":
            statements.append(
                f"CREATE TRIGGER {table}_signed_off_insert BEFORE INSERT ON {table} WHEN {_is_signed_off(new)} {refuse}"
            )
        statements += [
            f"CREATE TRIGGER {table}_signed_off_update BEFORE UPDATE ON {table} "
            f"WHEN ({changed}) AND {_is_signed_off(old)} {refuse}",
            f"CREATE TRIGGER {table}_signed_off_delete BEFORE DELETE ON {table} "
            f"WHEN {_may_not_go(old, is_first)} {refuse}",
        ]
    return statements


def _postgresql(is_first: bool) -> list[str]:
    statements = []
    for table, (scorecard, columns) in GUARDED.items():
        old, new = scorecard.format(row="OLD"), scorecard.format(row="NEW")
        changed = " OR ".join(_is_changed(column, "{} IS DISTINCT FROM {}", is_first) for column in columns.split())
        is_scorecard = table == "assessments_scorecard"
        lock = "" if is_scorecard else "PERFORM 1 FROM assessments_scorecard WHERE id = target FOR SHARE;"
        statements += [
            f"""CREATE FUNCTION {table}_signed_off() RETURNS trigger LANGUAGE plpgsql AS $$
            DECLARE target bigint;
            BEGIN
                IF TG_OP = 'INSERT' THEN target := {new}; ELSE target := {old}; END IF;
                IF TG_OP = 'UPDATE' THEN
                    IF NOT ({changed}) THEN RETURN NEW; END IF;
                END IF;
                {lock}
                IF TG_OP = 'DELETE' THEN
                    IF NOT {_may_not_go("target", is_first)} THEN RETURN OLD; END IF;
                ELSIF NOT {_is_signed_off("target")} THEN
                    RETURN NEW;
                END IF;
                RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'check_violation';
            END $$""",
            f"CREATE TRIGGER {table}_signed_off BEFORE {'' if is_scorecard else 'INSERT OR '}UPDATE OR DELETE "
            f"ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_signed_off()",
        ]
    return statements
