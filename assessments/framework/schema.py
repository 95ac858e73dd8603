"""The shape of the YAML files as JSON Schema, by which editors complete and check them while one writes.

Made of the same dataclasses that the reader holds files to. What holds across entries is for `rules` alone to say.
"""

import dataclasses
from functools import cache
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from assessments.framework.definitions import (
    CalculatorsFile,
    Category,
    Handbook,
    RoadmapFile,
    ScorecardFile,
    VendorChecklist,
)
from assessments.framework.documents import Format
from assessments.framework.rules import LONGEST_SHORT_NAME, OWN

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SHAPES: dict[str, type] = {
    "scorecard": ScorecardFile,
    "vendor_questions": VendorChecklist,
    "roadmap": RoadmapFile,
    "handbook": Handbook,
    "calculators": CalculatorsFile,
}
# Fields that may have so many entries.
COUNTED = {
    (ScorecardFile, "categories"): OWN.categories,
    (ScorecardFile, "facts"): OWN.facts,
    (VendorChecklist, "topics"): OWN.topics,
    (RoadmapFile, "phases"): OWN.phases,
}


@cache
def schemas() -> dict[str, dict[str, Any]]:
    """By the name of its file, without the ending."""
    return {name: {"$schema": DIALECT, "title": f"{name}.yaml", **_object(shape)} for name, shape in SHAPES.items()}


def editor_line(name: str) -> str:
    """The first line of a file, by which editors find the schema beside the framework's folder."""
    return f"# yaml-language-server: $schema=../../schemas/{name}.schema.json\n"


def _object(shape: type) -> dict[str, Any]:
    hints = get_type_hints(shape, include_extras=True)
    fields = dataclasses.fields(shape)
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [field.name for field in fields if field.default is dataclasses.MISSING],
        "properties": {field.name: _field(shape, field.name, hints[field.name]) for field in fields},
    }


def _field(shape: type, name: str, hint: Any) -> dict[str, Any]:
    made = _value(hint)
    if allowed := COUNTED.get((shape, name)):
        made |= {"minItems": allowed[0], "maxItems": allowed[-1]}
    if (shape, name) == (Category, "short_name"):
        made |= {"maxLength": LONGEST_SHORT_NAME}
    return made


def _value(hint: Any) -> dict[str, Any]:
    origin = get_origin(hint)
    if dataclasses.is_dataclass(hint):
        return _object(hint)  # type: ignore[arg-type]
    if origin is tuple:
        return _list(get_args(hint)[0])
    if origin is Literal:
        return {"enum": [choice for choice in get_args(hint) if choice]}
    if origin is Annotated:
        form = hint.__metadata__[0]
        if isinstance(form, Format):
            return {"type": "string", "pattern": f"^({form.pattern})$", "maxLength": form.longest}
        return {"type": "string", "description": f"The key of a {form.kind}."}
    if hint is str:
        return {"type": "string", "minLength": 1}
    return {"type": {int: "integer", bool: "boolean"}.get(hint, "number")}


def _list(hint: Any) -> dict[str, Any]:
    """A list, or a mapping of names to values where the items wanted are pairs."""
    if get_origin(hint) is tuple:
        return {"type": "object", "additionalProperties": _value(get_args(hint)[1])}
    return {"type": "array", "minItems": 1, "items": _value(hint)}
