"""What a directory looks for, as conditions that the database understands."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Q
from scim2_models import InvalidFilterException, ScimFilter
from scim2_models.path import (
    AttrPath,
    CompareOperator,
    Comparison,
    FilterVisitor,
    LogicalExpr,
    LogicalOperator,
    Not,
    Present,
    ValuePath,
)

from assessments.platform.name_fields import name_key

LONGEST = 1_000  # characters of a filter
NOT_SO = "This filter compares {} in a way that is not done here. There are eq, ne, co, sw, ew and pr."
LOOKUPS = {
    CompareOperator.co: "icontains",
    CompareOperator.sw: "istartswith",
    CompareOperator.ew: "iendswith",
}
NOTHING, EVERYTHING = Q(pk__in=[]), ~Q(pk__in=[])  # an empty condition would be lost beside an "or"


@dataclass(frozen=True, slots=True)
class Column:
    """Where an attribute is kept, and as what: "lower" is a text in lower case, "exact" one in which case counts.

    "name" is that of a team, "constant" what all have alike.
    """

    name: str
    kind: str = "text"


# By schema name and attribute, in lower case. Beside each person stands what the list is annotated with.
PEOPLE: Mapping[str, Column] = {
    "id": Column("pk", "number"),
    "externalid": Column("in_directory__external_id", "exact"),
    "username": Column("directory_name", "lower"),
    "displayname": Column("name"),
    "name.givenname": Column("in_directory__given_name"),
    "name.familyname": Column("in_directory__family_name"),
    "active": Column("is_active", "boolean"),
    "emails": Column("email", "lower"),
    "emails.value": Column("email", "lower"),
    "emails.type": Column("work", "constant"),
    "emails.primary": Column("true", "constant"),
    "groups": Column("team_memberships__team", "number"),
    "groups.value": Column("team_memberships__team", "number"),
}
TEAMS: Mapping[str, Column] = {
    "id": Column("pk", "number"),
    "externalid": Column("in_directory__external_id", "exact"),
    "displayname": Column("name", "name"),
    "members": Column("memberships__user", "number"),
    "members.value": Column("memberships__user", "number"),
}


def condition(text: ScimFilter[Any], columns: Mapping[str, Column]) -> Q:
    """A filter as a condition; InvalidFilterException for one that asks for what is not looked for here."""
    if len(text) > LONGEST:
        raise InvalidFilterException(detail=f"A filter has at most {LONGEST:,} characters.")
    try:
        return _Conditions(columns).visit(text.ast)
    except RecursionError:
        raise InvalidFilterException(detail="This filter is nested too deep.") from None


class _Conditions(FilterVisitor[Q]):
    def __init__(self, columns: Mapping[str, Column], within: str = "") -> None:
        self.columns, self.within = columns, within

    def visit_comparison(self, node: Comparison) -> Q:
        column = self._column(node.attr_path)
        found = _compared(column, node.op, node.value, str(node.attr_path))
        return ~found if node.op == CompareOperator.ne else found  # of many, none is the value

    def visit_present(self, node: Present) -> Q:
        column = self._column(node.attr_path)
        if column.kind in ("constant", "boolean"):
            return EVERYTHING
        present = Q(**{f"{column.name}__isnull": False})
        return present if column.kind == "number" else present & ~Q(**{column.name: ""})

    def visit_not(self, node: Not) -> Q:
        return ~self.visit(node.expr)

    def visit_logical_expr(self, node: LogicalExpr) -> Q:
        return reduce(and_ if node.op == LogicalOperator.and_ else or_, [self.visit(term) for term in node.terms])

    def visit_value_path(self, node: ValuePath) -> Q:
        return _Conditions(self.columns, within=node.attr_path.attr).visit(node.val_filter)

    def _column(self, path: AttrPath) -> Column:
        name = ".".join(filter(None, (self.within, path.attr, path.sub_attr)))
        column = self.columns.get(name.lower())
        if column is None:
            raise InvalidFilterException(detail=f"Nobody is found by {name} here.")
        return column


def _compared(column: Column, op: CompareOperator, value: Any, path: str) -> Q:
    """The condition of eq for both eq and ne."""
    is_equal = op in (CompareOperator.eq, CompareOperator.ne)
    if not (is_equal or (op in LOOKUPS and column.kind in ("text", "lower", "exact", "name"))):
        raise InvalidFilterException(detail=NOT_SO.format(path))
    text = str(value)
    if column.kind == "constant":
        return EVERYTHING if text.lower() == column.name else NOTHING
    if column.kind == "boolean":
        return Q(**{column.name: text.lower() == "true"})
    if column.kind == "number":
        is_number = text.isascii() and text.isdecimal() and len(text) < 19
        return Q(**{column.name: int(text)}) if is_number else NOTHING
    if value is None:
        return Q(**{f"{column.name}__isnull": True}) | Q(**{column.name: ""})
    if not is_equal:
        return Q(**{f"{column.name}__{LOOKUPS[op]}": text})
    forms = {"exact": ("", text), "lower": ("", text.lower()), "name": ("_key", name_key(text))}
    ending, compared = forms.get(column.kind, ("__iexact", text))
    return Q(**{f"{column.name}{ending}": compared})
