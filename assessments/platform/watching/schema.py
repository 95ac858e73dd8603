"""Whether the tables of a database are those of this code: neither older nor newer."""

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

OURS = "assessments"


def missing(connection: BaseDatabaseWrapper) -> int:
    """How many migrations of this version the database lacks."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def later(connection: BaseDatabaseWrapper) -> list[str]:
    """The migrations of ours, by name, that the database has and this version does not know."""
    loader = MigrationExecutor(connection).loader
    unknown = loader.applied_migrations.keys() - loader.graph.nodes.keys()
    return sorted(name for app, name in unknown if app == OURS)


def known(connection: BaseDatabaseWrapper) -> set[str]:
    """The migrations of this version, as "app.name"."""
    return {f"{app}.{name}" for app, name in MigrationExecutor(connection).loader.graph.nodes}
