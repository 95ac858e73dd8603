"""A framework as a workbook, for people who write text in a spreadsheet, and back: a sheet a file, a row a value."""

import io
import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font

from assessments.framework.errors import FrameworkError
from assessments.framework.files import Texts
from assessments.framework.rules import FILES

HEADER = ("Place", "Kind", "Text")
KINDS = {str: "text", bool: "yes or no", int: "number", float: "number"}
WIDTHS = (44, 10, 100)
MOST_ROWS = 20_000
STEP = re.compile(r"([^.\[\]]+)|\[([0-9]+)\]")


def to_workbook(texts: Mapping[str, str]) -> bytes:
    """A row for each value, with its place in the file; rows may be changed, added and taken away."""
    book = Workbook()
    book.remove(book.active)
    for name, text in texts.items():
        sheet = book.create_sheet(name.removesuffix(".yaml"))
        sheet.append(HEADER)
        for place, value in _values(yaml.safe_load(text), ""):
            sheet.append((place, KINDS[type(value)], None))
            cell = sheet.cell(sheet.max_row, 3)
            cell.value = ("yes" if value else "no") if isinstance(value, bool) else value
            if isinstance(value, str):
                cell.data_type = "s"  # what begins with = is text, too
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        for column, width in zip("ABC", WIDTHS, strict=True):
            sheet.column_dimensions[column].width = width
            sheet[f"{column}1"].font = Font(bold=True)
        sheet.freeze_panes = "A2"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def from_workbook(content: bytes) -> Texts:
    """The texts of the files that a workbook holds. FrameworkError with sheet, row and reason."""
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except Exception as error:
        raise FrameworkError("the workbook", "", f"cannot be read: {error}") from error
    texts = {}
    for sheet in book.worksheets:
        name = f"{sheet.title}.yaml"
        if name not in FILES:
            raise FrameworkError(sheet.title, "", f"is no sheet of a framework; these are {', '.join(FILES)}")
        texts[name] = yaml.dump(_tree(sheet), sort_keys=False, allow_unicode=True, width=100, Dumper=WrittenOut)
    if "scorecard.yaml" not in texts:
        raise FrameworkError("the workbook", "", "has no sheet scorecard")
    return {name: texts[name] for name in FILES if name in texts}


class WrittenOut(yaml.SafeDumper):
    """Never writes an alias."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _values(node: Any, place: str) -> Iterator[tuple[str, Any]]:
    """Every value of a tree with its place, such as categories[2].levels[0].statement."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _values(value, f"{place}.{key}" if place else str(key))
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from _values(value, f"{place}[{number}]")
    else:
        yield place, node


def _tree(sheet: Any) -> Any:
    root: dict[Any, Any] = {}
    for number, row in enumerate(sheet.iter_rows(min_row=2, max_col=3, values_only=True), start=2):
        if number > MOST_ROWS:
            raise FrameworkError(sheet.title, f"row {number}", f"{MOST_ROWS:,} rows are the most")
        place, kind, value = (*row, None, None, None)[:3]
        if place is None or value is None:
            continue
        steps = [key or int(index) for key, index in STEP.findall(str(place))]
        if not steps or not isinstance(steps[0], str):
            raise FrameworkError(sheet.title, f"row {number}", f'"{place}" is no place such as categories[0].name')
        node = root
        for step in steps[:-1]:
            node = node.setdefault(step, {})
            if not isinstance(node, dict):
                raise FrameworkError(sheet.title, f"row {number}", f'"{place}" stands below a value')
        if steps[-1] in node:
            raise FrameworkError(sheet.title, f"row {number}", f'"{place}" is there a second time')
        node[steps[-1]] = _value(sheet.title, number, kind, value)
    return _lists(root)


def _value(sheet: str, row: int, kind: object, value: Any) -> Any:
    if kind == "yes or no":
        if str(value).strip().lower() not in ("yes", "no", "true", "false"):
            raise FrameworkError(sheet, f"row {row}", f'must be yes or no, not "{str(value)[:40]}"')
        return str(value).strip().lower() in ("yes", "true")
    if kind == "number":
        try:
            number = float(value)
        except (TypeError, ValueError):
            raise FrameworkError(sheet, f"row {row}", f'must be a number, not "{str(value)[:40]}"') from None
        return int(number) if number.is_integer() else number
    return str(value)


def _lists(node: Any) -> Any:
    """Mappings whose keys are numbers as lists in their order, whatever numbers are left out."""
    if not isinstance(node, dict):
        return node
    if node and all(isinstance(key, int) for key in node):
        return [_lists(node[key]) for key in sorted(node)]
    return {str(key): _lists(value) for key, value in node.items()}
