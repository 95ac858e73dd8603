"""The labels of choices, looked up by their value alone.

Django's own `get_FIELD_display` hashes all labels of a field at every call, and a lazy label is translated to be
hashed: a page of activity translated some 3,500 texts to show fifty.
"""

from collections.abc import Iterable, Mapping
from functools import partialmethod
from typing import Any

from django.db.models import Model


def quick_labels(models: Iterable[type[Model]]) -> None:
    """Give every field with choices of these models a `get_FIELD_display` that says what Django's does."""
    for model in models:
        for field in model._meta.local_fields:
            if field.choices and f"get_{field.name}_display" not in _own(model):
                labels = dict(field.flatchoices)
                display = partialmethod(_display, name=field.attname, labels=labels)
                setattr(model, f"get_{field.name}_display", display)


def _own(model: type[Model]) -> set[str]:
    """What the model says itself: of the others Django made a partial method."""
    return {name for name, value in vars(model).items() if not isinstance(value, partialmethod)}


def _display(self: Model, *, name: str, labels: Mapping[Any, Any]) -> Any:
    value = getattr(self, name)
    label = labels.get(value, value)
    return None if label is None else str(label)
