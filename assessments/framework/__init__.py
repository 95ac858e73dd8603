"""The reference content: YAML files, one folder per version, loaded once into frozen dataclasses."""

from assessments.framework.definitions import (
    Action,
    Calculator,
    CalculatorInput,
    CalculatorResult,
    Category,
    Decider,
    Fact,
    Framework,
    Handbook,
    Level,
    Metric,
    Phase,
    Scale,
    Task,
    VendorChecklist,
    VendorQuestion,
    VendorTopic,
)
from assessments.framework.errors import FrameworkError
from assessments.framework.formulas import FormulaError
from assessments.framework.loader import current, editions, load, read_framework, released, versions

__all__ = [
    "Action",
    "Calculator",
    "CalculatorInput",
    "CalculatorResult",
    "Category",
    "Decider",
    "Fact",
    "FormulaError",
    "Framework",
    "FrameworkError",
    "Handbook",
    "Level",
    "Metric",
    "Phase",
    "Scale",
    "Task",
    "VendorChecklist",
    "VendorQuestion",
    "VendorTopic",
    "current",
    "editions",
    "load",
    "read_framework",
    "released",
    "versions",
]
