"""Names in the database: kept clean, with what they are found and sorted by beside them, written by the row itself."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.models import Func, Value
from django.db.models.functions import Collate, Lower
from django.dispatch import receiver

from assessments.platform.names import KEY_LENGTH, clean_name, fold, sort_key

APART = "\x1f"  # behind the key of a name that was given before keys told the two apart


class CleanNameField(models.CharField):  # type: ignore[type-arg]  # only Django's stubs know arguments
    """A name without what cannot be seen in it. To a migration it is a CharField."""

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return clean_name(value) if isinstance(value, str) else value

    def pre_save(self, instance: models.Model, add: bool) -> Any:
        setattr(instance, self.attname, self.to_python(getattr(instance, self.attname)))
        return super().pre_save(instance, add)

    def formfield(self, **kwargs: Any) -> Any:
        field = super().formfield(**kwargs)
        if field is not None:
            field.to_python = _cleaning(field.to_python)  # type: ignore[method-assign]
        return field


def _cleaning(to_python: Any) -> Any:
    def clean(value: Any) -> Any:
        value = to_python(value)
        # A null character is for the field's own validator to refuse, in its own words.
        return clean_name(value) if isinstance(value, str) and "\x00" not in value else value

    return clean


def name_key(name: str) -> str:
    """The key that is stored and asked for. A few letters stand for many, so that it is cut to what an index holds."""
    return fold(name)[: KEY_LENGTH - 30]


class NameKeyField(models.CharField):  # type: ignore[type-arg]
    """What the row's name, or the text `of` it, is found and told apart by."""

    def __init__(self, of: str = "name", **kwargs: Any) -> None:
        self.of = of
        super().__init__(**{"max_length": KEY_LENGTH, "editable": False, "default": "", **kwargs})

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs

    def pre_save(self, instance: models.Model, add: bool) -> str:
        key, before = name_key(str(getattr(instance, self.of, ""))), str(getattr(instance, self.attname))
        if before.partition(APART)[0] != key:
            setattr(instance, self.attname, key)
        return str(getattr(instance, self.attname))


class SortKeyField(models.BinaryField):  # type: ignore[type-arg]
    """The place of the row's name, or of the text `of` it, among others, byte by byte: the same on every database."""

    def __init__(self, of: str = "name", **kwargs: Any) -> None:
        self.of = of
        super().__init__(**{"editable": False, "default": b"", **kwargs})

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.BinaryField", args, kwargs

    def pre_save(self, instance: models.Model, add: bool) -> bytes:
        key = sort_key(str(getattr(instance, self.of, "")))
        setattr(instance, self.attname, key)
        return key


class Named(models.Model):
    """A row with a name in natural order."""

    name_sort = SortKeyField()

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        if update_fields is not None:
            named = set(update_fields)
            update_fields = named | self._derived_from(named)
        super().save(*args, update_fields=update_fields, **kwargs)

    def _derived_from(self, names: Collection[str]) -> set[str]:
        """The fields that follow from those of these names."""
        fields = self._meta.concrete_fields
        return {f.name for f in fields if isinstance(f, (NameKeyField, SortKeyField)) and f.of in names}


class NamedOnce(Named):
    """A row whose name is told apart from others whatever its case and accents."""

    name_key = NameKeyField()

    class Meta:
        abstract = True

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """A form knows the name alone; the constraint is on its key."""
        names = set(exclude or ())
        if "name" not in names:
            self._meta.get_field("name_key").pre_save(self, add=self._state.adding)  # type: ignore[union-attr]
            names.discard("name_key")
        super().validate_constraints(names)


def derived(name: str) -> dict[str, Any]:
    """The name and what is kept beside it, for an update that passes the row by."""
    name = clean_name(name)
    return {"name": name, "name_key": name_key(name), "name_sort": sort_key(name)}


@receiver(connection_created)
def teach_sqlite(connection: BaseDatabaseWrapper, **kwargs: object) -> None:
    if connection.vendor == "sqlite":
        fold_any = lambda text: None if text is None else fold(str(text))  # noqa: E731
        connection.connection.create_function("people_fold", 1, fold_any, deterministic=True)


class Folded(Func):
    """A text as `names.fold` makes it, worked out in the database: on SQLite by `fold` itself."""

    function = "people_fold"
    arity = 1
    output_field = models.TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """Without a function of Python's: taken apart, without accents, lower case by the rules of Unicode.

        Most texts have none but ASCII letters, and lower case is all there is to them.
        """
        text = Func(
            self.source_expressions[0], template="normalize(%(expressions)s, NFKD)", output_field=self.output_field
        )
        lower: Func = Lower(Collate(text, "und-x-icu"))
        lower = Func(lower, Value("и\u0306"), Value("й"), function="replace", output_field=self.output_field)
        bare = Func(
            lower, Value(MARKS), Value(""), Value("g"), function="regexp_replace", output_field=self.output_field
        )
        like = Func(bare, Value(LETTERS[0]), Value(LETTERS[1]), function="translate", output_field=self.output_field)
        for letter, written in (("ß", "ss"), ("æ", "ae"), ("œ", "oe"), ("þ", "th")):
            like = Func(like, Value(letter), Value(written), function="replace", output_field=self.output_field)
        whole = Func(like, template="normalize(%(expressions)s, NFC)", output_field=self.output_field)
        given, given_values = compiler.compile(self.source_expressions[0])
        sql, values = whole.as_sql(compiler, connection)
        plain = f'octet_length({given}) = char_length({given}) THEN lower(({given}) COLLATE "und-x-icu")'
        return f"(CASE WHEN {plain} ELSE {sql} END)", [*given_values, *given_values, *given_values, *values]


MARKS = (
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u0610-\u061a"
    "\u064b-\u065f\u0670\u093c\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u00ad\u200b-\u200f\ufeff]"
)
LETTERS = ("øłđðħŧŋıς", "olddhtniσ")
