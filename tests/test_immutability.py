"""What is signed off stays as it is in the database itself, whatever is asked of it and however its tables change."""

from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from assessments.models import Organization, Response, Scorecard, SignOffReview
from assessments.rounds.rating import attaching
from assessments.rounds.settling.services import settle
from assessments.scorecards.services import answers_digest, sign_off
from assessments.scorecards.signing import immutability
from tests.factories import make_round, make_scorecard

SPRING = datetime(2026, 4, 14, tzinfo=UTC)
# References to what may go while a signed-off scorecard stays.
MAY_BECOME_NULL = {
    "Scorecard": {"predecessor_id", "created_by_id", "signed_off_by_id"},
    "Response": {"claimed_by_id", "updated_by_id"},
    "DeciderAnswer": {"updated_by_id"},
    "DeciderProof": set(),
    "FactAnswer": {"updated_by_id"},
    "Evidence": {"created_by_id"},
    "Round": {"created_by_id", "closed_by_id"},
    "Rater": {"user_id", "invitation_id"},
    "Rating": set(),
    "RaterEvidence": {"created_by_id"},
    "Settlement": {"settled_by_id"},
    "SignOffReview": {"reviewer_id", "asked_by_id"},
}
OTHER = {
    "CharField": "other",
    "TextField": "other",
    "URLField": "https://other.example",
    "FileField": "other",
    "JSONField": {"other": 1},
    "DateField": SPRING.date() - timedelta(days=1),
    "DateTimeField": SPRING - timedelta(days=1),
    "DecimalField": 7,
}
COLUMNS = [
    pytest.param(name, field.attname, id=f"{name}.{field.attname}")
    for name in MAY_BECOME_NULL
    for field in apps.get_model("assessments", name)._meta.concrete_fields
    if field.attname not in MAY_BECOME_NULL[name]
]
# What refers to a guarded row without being a part of what was signed off: it changes and goes as it always did.
BESIDE = {
    "AnswerRequest": "who was asked, and whether the answer came",
    "FigureDrop": "a file of figures on its way into an answer",
    "OrganizationStanding": "what the portfolio shows, worked out again from the rows",
    "RaterLink": "the address of a rater's page, opened and ended as it always was",
    "Report": "made of a scorecard, and deleted without it",
    "ReportDraft": "the words of a report that is being written",
    "Roadmap": "what is done about it afterwards",
    "RoundReminder": "a mail to a rater, and whether it went out",
    "Scenario": "a calculation that took a figure from it",
    "Standing": "the totals, worked out again from the answers",
}
# All at once: after each of them by itself, Django would make all models anew, which takes longer than the tables.
ADDS = """
from django.db import migrations, models

class AddFields(migrations.operations.base.Operation):
    fields = [migrations.AddField(name, "later", models.IntegerField(default=0)) for name in {names}]

    def state_forwards(self, app_label, state):
        state.__dict__.pop("apps", None)
        for field in self.fields:
            field.state_forwards(app_label, state)

    def database_forwards(self, *where):
        for field in self.fields:
            field.database_forwards(*where)

    def database_backwards(self, *where):
        for field in self.fields:
            field.database_backwards(*where)

class Migration(migrations.Migration):
    dependencies = [("assessments", "{latest}")]
    operations = [AddFields()]
"""


def row_of(scorecard, model):
    paths = {
        "Scorecard": "pk",
        "Response": "scorecard",
        "FactAnswer": "scorecard",
        "DeciderAnswer": "response__scorecard",
        "Evidence": "response__scorecard",
        "DeciderProof": "evidence__response__scorecard",
        "Round": "scorecard",
        "Rater": "round__scorecard",
        "Rating": "rater__round__scorecard",
        "RaterEvidence": "rating__rater__round__scorecard",
        "Settlement": "round__scorecard",
        "SignOffReview": "scorecard",
    }
    return model.objects.filter(pk=model.objects.filter(**{paths[model.__name__]: scorecard.pk}).first().pk)


def other_value(field, value):
    kind = field.get_internal_type()
    if kind == "BooleanField":
        return not value
    if kind == "CharField":
        return OTHER[kind][: field.max_length]  # longer ones PostgreSQL refuses by itself
    if kind in OTHER:
        return OTHER[kind]
    return (value or 0) + 1000  # numbers, keys


def is_refused(change):
    try:
        with transaction.atomic():
            change()
    except DatabaseError as error:
        return immutability.MESSAGE in str(error)
    return False


def is_guarded(scorecard):
    """A column of each table keeps its value."""
    changes = {
        "Scorecard": "title",
        "DeciderProof": "evidence_id",
        "Evidence": "title",
        "RaterEvidence": "title",
        "Settlement": "reason",
        "SignOffReview": "word",
    }
    guarded = []
    for name in immutability.GUARDED:
        rows = row_of(scorecard, apps.get_model("assessments", name))
        field = rows.model._meta.get_field(changes.get(name, "id"))
        value = other_value(field, getattr(rows.get(), field.attname))
        guarded.append(is_refused(lambda rows=rows, field=field, value=value: rows.update(**{field.attname: value})))
    return all(guarded)


@pytest.fixture
def signed_off(db):
    return with_round()


@pytest.fixture
def lasting(db):
    """A signed-off scorecard of a test that commits."""
    return with_round()


def with_round():
    """Signed off with a round in which a category was settled."""
    scorecard = make_scorecard(levels=[2] * 8)
    asked, actor = make_round(scorecard, levels=[[1] * 8], close=True), scorecard.created_by
    SignOffReview.objects.create(scorecard=scorecard, reviewer_name="Mark Ellison")
    attaching.add_link(asked.raters.get(), category="cost-model", title="Wiki", url="https://wiki.example.com")
    settle(asked, category="cost-model", level=1, reason="", actor=actor, version=0)
    return sign_off(scorecard, actor=actor, digest=answers_digest(scorecard), at=SPRING)


def test_every_guarded_table_is_tried():
    assert set(MAY_BECOME_NULL) == set(immutability.GUARDED)


def test_what_belongs_to_a_scorecard_is_guarded_or_says_why_not():
    guarded = {apps.get_model("assessments", name) for name in immutability.GUARDED}
    below = {
        model.__name__
        for model in apps.get_app_config("assessments").get_models(include_auto_created=True)
        if any(field.related_model in guarded for field in model._meta.concrete_fields)
    }

    assert below - set(immutability.GUARDED) == set(BESIDE)


@pytest.mark.parametrize(("name", "column"), COLUMNS)
def test_no_column_of_a_signed_off_row_changes(signed_off, name, column):
    rows = row_of(signed_off, apps.get_model("assessments", name))
    value = other_value(rows.model._meta.get_field(column), rows.values_list(column, flat=True).get())

    assert rows.values_list(column, flat=True).get() != value
    assert is_refused(lambda: rows.update(**{column: value}))


@pytest.mark.parametrize("name", MAY_BECOME_NULL)
def test_only_what_may_go_becomes_null(signed_off, name):
    model = apps.get_model("assessments", name)
    is_kept = {field.attname for field in model._meta.concrete_fields} - MAY_BECOME_NULL[name]

    assert set(immutability.guarded_columns(model)) == is_kept
    for column in MAY_BECOME_NULL[name]:
        assert row_of(signed_off, model).update(**{column: None}) == 1


@pytest.mark.django_db(transaction=True)
def test_every_table_takes_a_new_column_while_there_are_signed_off_rows(lasting, settings, tmp_path, monkeypatch):
    latest = max(name for app, name in MigrationLoader(connection).disk_migrations if app == "assessments")
    names = [model.__name__ for model in apps.get_app_config("assessments").get_models()]
    assert {"Organization", *immutability.GUARDED} <= set(names)
    folder = tmp_path / "later_migrations"
    folder.mkdir()
    ours = apps.get_app_config("assessments").path + "/migrations"
    (folder / "__init__.py").write_text(f"__path__.append({ours!r})\n")
    (folder / "later.py").write_text(ADDS.format(latest=latest, names=names))
    monkeypatch.syspath_prepend(tmp_path)
    settings.MIGRATION_MODULES = {"assessments": "later_migrations"}

    call_command("migrate", "assessments", verbosity=0)
    try:
        for name in names:
            table = apps.get_model("assessments", name)._meta.db_table
            with connection.cursor() as cursor:
                cursor.execute(f'SELECT "later" FROM "{table}" WHERE 1 = 0')  # it is there
        assert is_guarded(lasting)
    finally:
        call_command("migrate", "assessments", latest, verbosity=0)
    assert is_guarded(lasting)
    assert Scorecard.objects.get().signed_off_at == SPRING


@pytest.mark.django_db(transaction=True)
def test_the_triggers_stand_after_migrate(lasting):
    immutability.remove(connection)
    assert not is_refused(lambda: Response.objects.filter(scorecard=lasting).update(note="changed"))

    call_command("migrate", verbosity=0)

    assert is_guarded(lasting)


@pytest.mark.django_db(transaction=True)
def test_the_triggers_stand_after_a_flush(lasting):
    Organization.objects.update(deleted_at=timezone.now())
    Organization.objects.all().delete()
    call_command("flush", interactive=False, verbosity=0)

    assert is_guarded(with_round())


@pytest.mark.django_db
@pytest.mark.parametrize(("hours", "refused"), [(23, False), (25, True)])
def test_a_sign_off_is_cleared_within_a_day_and_not_after(hours, refused):
    scorecard = make_scorecard(levels=[2] * 8, signed_off_at=timezone.now() - timedelta(hours=hours))

    def clear():
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE assessments_scorecard SET signed_off_at = NULL, signed_off_by_id = NULL, signed_off_name = '' "
                "WHERE id = %s",
                [scorecard.pk],
            )

    assert is_refused(clear) is refused
    scorecard.refresh_from_db()
    assert scorecard.is_signed_off is refused


def test_the_name_of_who_signed_off_changes_to_a_former_member_only(signed_off):
    rows = Scorecard.objects.filter(pk=signed_off.pk)

    assert is_refused(lambda: rows.update(signed_off_name="Somebody else"))
    assert rows.update(signed_off_name=immutability.FORMER_MEMBER) == 1
