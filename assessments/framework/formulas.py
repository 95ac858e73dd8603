"""The calculators' formulas: `+ - * /` and parentheses over numbers and known keys, and nothing else.

Values are exact fractions while they are worked out, so that rounding up never rounds up an error of floating point.
"""

import ast
import math
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

Number = int | float
Exact = int | Decimal | Fraction

LONGEST_FORMULA = 200  # characters; keeps any formula readable, and its parsing far from Python's limits


class FormulaError(ValueError):
    """A formula that is not allowed, or that has no value for the given numbers."""


def check(formula: str, known: Collection[str]) -> None:
    """Raise FormulaError unless the formula is arithmetic over the known keys."""
    _check_node(_parse(formula), known)


def names(formula: str) -> frozenset[str]:
    """The inputs and earlier results that a formula uses."""
    return frozenset(node.id for node in ast.walk(_parse(formula)) if isinstance(node, ast.Name))


def compute(steps: Iterable[tuple[str, str, bool]], values: Mapping[str, Number]) -> dict[str, float]:
    """Work out (key, formula, round up) in order, each from the given values and the results before it."""
    exact = {key: Fraction(str(value)) for key, value in values.items()}
    return {key: float(value) for key, value in compute_exact(steps, exact).items()}


def compute_exact(steps: Iterable[tuple[str, str, bool]], values: Mapping[str, Exact]) -> dict[str, Fraction]:
    """As `compute`, without rounding what was worked out to a floating point number at the end."""
    known = {key: Fraction(value) for key, value in values.items()}
    results = {}
    for key, formula, round_up in steps:
        tree = _parse(formula)
        _check_node(tree, known)
        value = _evaluate(tree, known)
        results[key] = known[key] = Fraction(math.ceil(value)) if round_up else value
    return results


def _parse(formula: str) -> ast.expr:
    if len(formula) > LONGEST_FORMULA:
        raise FormulaError(f"a formula may have {LONGEST_FORMULA} characters at most, not {len(formula)}")
    try:
        return ast.parse(formula.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        raise FormulaError(f'"{formula}" is not a formula') from None


def _check_node(node: ast.expr, known: Collection[str]) -> None:
    match node:
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div(), right=right):
            _check_node(left, known)
            _check_node(right, known)
        case ast.Name(id=name):
            if name not in known:
                raise FormulaError(f'the formula uses "{name}", which is not an input or an earlier result')
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool) and math.isfinite(value):
            pass
        case _:
            raise FormulaError(f'the formula contains "{ast.unparse(node)}"; only + - * / and parentheses are allowed')


def _evaluate(node: ast.expr, values: Mapping[str, Fraction]) -> Fraction:
    """The value of a node that passed the check."""
    match node:
        case ast.Name(id=name):
            return values[name]
        case ast.Constant(value=value):
            return Fraction(str(value))
        case ast.BinOp(left=left, op=op, right=right):
            return _operate(op, _evaluate(left, values), _evaluate(right, values))
    raise AssertionError("the check lets nothing else pass")


def _operate(op: ast.operator, left: Fraction, right: Fraction) -> Fraction:
    match op:
        case ast.Add():
            return left + right
        case ast.Sub():
            return left - right
        case ast.Mult():
            return left * right
    if right == 0:
        raise FormulaError("the formula divides by zero")
    return left / right
