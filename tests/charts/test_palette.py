"""The tokens of the charts and those of the pages."""

import re
from pathlib import Path

import pytest

from assessments.charts import palette

TOKENS_CSS = Path(__file__).parents[2] / "static" / "css" / "tokens.css"


def test_every_token_of_the_charts_is_one_of_the_pages():
    defined = set(re.findall(r"^\s*(--[a-z0-9-]+):", TOKENS_CSS.read_text("utf-8"), re.MULTILINE))

    assert set(palette.PRINT) - defined == set()


def test_every_color_is_written_in_full():
    colors = {name: value for name, value in palette.PRINT.items() if not name.startswith("--font")}

    assert [name for name, value in colors.items() if not re.fullmatch("#[0-9a-f]{6}", value)] == []


@pytest.mark.parametrize("reference", ["", "--accent", "var(--nowhere)", "var(--accent", "#ff0000", "var(--ink), 3"])
def test_what_is_no_token_is_refused(reference):
    with pytest.raises(ValueError, match=r"is not a token of palette\.py"):
        palette.printed(reference)


def test_a_token_is_printed_in_its_color():
    assert palette.printed("var(--accent)") == "#1b4b78"
