from decimal import Decimal

import pytest

from assessments.readers.dates import from_epoch, from_iso
from assessments.readers.documents import parse
from assessments.readers.text import clean, decode, encoding_of, label, milliseconds, number, plural, shown, whole


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", "12"),
        (" 12.50 ", "12.50"),
        (".5", "0.5"),
        ("1.79e+09", "1.79E+9"),
        ("-3", "-3"),
        (Decimal("0.1"), "0.1"),
        (7, "7"),
    ],
)
def test_number_is_exact(text, value):
    assert number(text) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "nan",
            "NaN",
            "inf",
            "Infinity",
            "N/A",
            "[N/A]",
            "-",
            "+++++",
            "1,5",
            "=1+1",
            "0x10",
            "1_000",
            "١٢",
            "1e999",
        ),
        *(
            "9223372036854775794",
            2**63,
            Decimal("NaN"),
            Decimal("Infinity"),
            Decimal("1e-999999"),
            True,
            None,
            [1],
            "9" * 99,
        ),
    ],
)
def test_what_is_no_number_is_none(text):
    assert number(text) is None


@pytest.mark.parametrize(("text", "value"), [("78,11", "78.11"), ("1.234,5", "1234.5"), ("7", "7"), ("0.5", "0.5")])
def test_number_with_a_decimal_comma(text, value):
    assert number(text, comma=True) == Decimal(value)


@pytest.mark.parametrize(("value", "count"), [(3, 3), ("3", 3), (Decimal("3.0"), 3), ("3.5", None), (-1, None)])
def test_a_count_is_whole(value, count):
    assert whole(value) == count


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(("344.00us", "0.344"), ("1.20s", "1200"), ("642.7µs", "0.6427"), ("642.7Âµs", "0.6427"), ("1m2.5s", "62500")),
        *(("0s", "0"), ("17ns", "0.000017"), ("5 ms", "5")),
    ],
)
def test_a_duration_in_milliseconds(text, value):
    assert milliseconds(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", "5", "ms", "5ms ago", "5 parsecs"])
def test_what_is_no_duration_is_none(text):
    assert milliseconds(text) is None


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"plain", "utf-8"),
        ("µ".encode("cp1252"), "utf-8"),
        ("\ufeffx".encode(), "utf-8-sig"),
        ("text".encode("utf-16"), "utf-16"),
        ("a long enough text".encode("utf-16-le"), "utf-16-le"),
        ("a long enough text".encode("utf-16-be"), "utf-16-be"),
        (b"\x00\x01\x02\x03" * 9, None),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", None),
    ],
)
def test_the_encoding_is_told_by_the_bytes(data, encoding):
    assert encoding_of(data) == encoding


def test_windows_1252_is_read_beside_utf_8():
    assert decode("avg=642.7µs, ".encode("cp1252") + "max=3µs".encode()) == "avg=642.7µs, max=3µs"


def test_colors_and_line_ends_are_cleaned():
    assert clean("\x1b[2;35m====> avg-latency=2.556\x1b[0m\r\nb\rc") == "====> avg-latency=2.556\nb\nc"


@pytest.mark.parametrize(
    ("text", "found", "broken"),
    [
        ('{"a": 1}', [{"a": 1}], False),
        ('note: {both}\n{"a": 1}', [{"a": 1}], False),
        ('note\n[warn] x\n{"a": 1}\ntrailing', [{"a": 1}], False),
        ('{"a": 1}\n{"a": 2}\n', [{"a": 1}, {"a": 2}], False),
        ('{"a": 1}{"a": 2}', [{"a": 1}, {"a": 2}], False),
        ('{"a": [1, 2', [], True),
        ('{"outer": {"long enough key": 1,\n  "b":\n {"c": 2}', [], True),
        ('{"number": "long enough", "x": 100,00}\n{"b": 1}', [{"b": 1}], True),
        ("[" * 100_000, [], True),
        ("", [], False),
        ("no json", [], False),
    ],
)
def test_json_is_found_among_other_text(text, found, broken):
    documents = parse(text)

    assert list(documents.found) == found
    assert documents.broken is broken


def test_numbers_in_json_stay_exact():
    assert parse('{"a": 0.1000000000000000055511151231257827}').found[0]["a"] == Decimal(
        "0.1000000000000000055511151231257827"
    )


@pytest.mark.parametrize(
    ("value", "date"),
    [
        (1795987084, "2026-11-29T21:18:04Z"),
        ("1795987084.975", "2026-11-29T21:18:04Z"),
        (1795987084558, "2026-11-29T21:18:04Z"),
        (1795987084558000123, "2026-11-29T21:18:04Z"),
        (12, None),
        ("x", None),
    ],
)
def test_an_epoch_is_a_date(value, date):
    assert from_epoch(value) == date


@pytest.mark.parametrize(
    ("value", "date"),
    [
        ("2026-11-29T21:20:41.025Z", "2026-11-29T21:20:41Z"),
        ("2026-11-29 21:20", "2026-11-29T21:20:00"),
        ("2026-11-29T21:20:41+0100", "2026-11-29T21:20:41+01:00"),
        ("2026-11-29 21:27:36 UTC", "2026-11-29T21:27:36Z"),
        ("2026-11-29", "2026-11-29"),
        ("2026-13-29", None),
        ("11/29/26", None),
        (None, None),
    ],
)
def test_a_written_date(value, date):
    assert from_iso(value) == date


def test_words_of_a_file_are_short_and_on_one_line():
    assert label("a\n\tb\x00c") == "a b c"
    assert len(label("x" * 500)) == 80


def test_counts_and_durations_for_sentences():
    assert [plural(1, "request"), plural(2_000, "query")] == ["1 request", "2,000 queries"]
    assert [shown(Decimal("3.9551")), shown(Decimal("1204.56")), shown(Decimal("0.01234"))] == [
        "3.96 ms",
        "1,205 ms",
        "0.0123 ms",
    ]
