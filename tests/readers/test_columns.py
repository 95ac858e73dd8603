"""A few columns are picked out of a row as the csv module would have read them, however the row is quoted."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.readers.cost.columns import picked

CELLS = st.text(alphabet="ab1-., \"'{}:", max_size=6).map(str.strip)
TABLES = st.lists(st.lists(CELLS, min_size=6, max_size=6), min_size=1, max_size=8)
PLACES = (4, 0, None, 2)


def written(table: list[list[str]], quoting: int) -> str:
    text = io.StringIO()
    csv.writer(text, quoting=quoting, lineterminator="\n").writerows(table)
    return text.getvalue()


def as_picked(text: str) -> list[tuple[str, ...]]:
    return list(picked(iter(text.split("\n")), ",", PLACES))


def as_parsed(table: list[list[str]]) -> list[tuple[str, ...]]:
    return [tuple("" if place is None else row[place] for place in PLACES) for row in table]


@settings(max_examples=300, deadline=None)
@given(TABLES, st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]))
def test_columns_are_those_of_the_csv_module(table, quoting):
    assert as_picked(written(table, quoting)) == as_parsed(table)


@settings(max_examples=100, deadline=None)
@given(TABLES, TABLES)
def test_rows_with_and_without_quotes_may_follow_each_other(quoted, bare):
    text = written(quoted, csv.QUOTE_ALL) + written(bare, csv.QUOTE_MINIMAL) + written(quoted, csv.QUOTE_ALL)

    assert as_picked(text) == as_parsed([*quoted, *bare, *quoted])


@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_a_line_end_within_quotes_beyond_the_columns_belongs_to_its_row(quoting):
    table = [["1", "2", "3", "4", "5", "six\nsix"], ["7", "8", "9", "10", "11", '"twelve"']]

    assert as_picked(written(table, quoting)) == as_parsed(table)


def test_a_row_that_is_too_short_is_empty():
    assert as_picked('"1","2","3"\n1,2,3,4,5,6') == [(), ("5", "1", "", "3")]
