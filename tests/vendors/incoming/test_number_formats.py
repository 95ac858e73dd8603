"""A number's cell is read as it is shown: units, rounding, dates and hours stand in its format."""

import pytest

from assessments.vendors.incoming.number_formats import builtin_format, show, show_text

DAY = 46279  # 14 September 2026
EURO = '_-* #,##0.00\\ "€"_-;\\-* #,##0.00\\ "€"_-;_-* "-"??\\ "€"_-;_-@_-'


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (38, "General", "38"),
        (0.00001, "General", "0.00001"),
        (1e21, "General", "1E+21"),
        (-5.5, "General", "-5.5"),
        (38, '0" ms"', "38 ms"),
        (38, "0\\ \\m\\s", "38 ms"),
        (45, 'General" %"', "45 %"),
        (45, "0\\%", "45%"),
        (0.45, "0%", "45%"),
        (0.995, "0.0%", "99.5%"),
        (1250, "#,##0.00 €", "1,250.00 €"),
        (1250, "[$$-409]#,##0.00", "$1,250.00"),
        (1250, "[$EUR] #,##0", "EUR 1,250"),
        (1250, EURO, "1,250.00 €"),
        (-1250, EURO, "-1,250.00 €"),
        (0, EURO, "- €"),
        (-1250, "#,##0;(#,##0)", "(1,250)"),
        (-3, "[Red]-0.0", "--3.0"),
        (-3, "0.0;[Red]-0.0", "-3.0"),
        (7, "00000", "00007"),
        (3.5, '0.0"x"', "3.5x"),
        (2, "0.0", "2.0"),
        (5, "0.##", "5"),
        (0.5, "#.00", ".50"),
        (1500000, '0.0,,"M"', "1.5M"),
        (2500, '[>=1000]0.0,"k";0', "2.5k"),
        (500, '[>=1000]0.0,"k";0', "500"),
        (4930123456, "000-000-0000", "493-012-3456"),
        (5 / 6, "# ?/?", "5/6"),
        (2.5, "# ?/?", "2 1/2"),
        (3.125, "# ?/8", "3 1/8"),
        (2, "# ?/?", "2"),
        (1.5e12, "0.0E+00", "1.5E+12"),
        (0.00015, "0.0E+00", "1.5E-04"),
        (1, '"Yes";;"No"', "Yes"),
        (0, '"Yes";;"No"', "No"),
        (2, '0" GB";"none"', "2 GB"),
        (12, "@", "12"),
        (DAY, "yyyy-mm-dd", "14 Sep 2026"),
        (DAY, "mm/dd/yy", "14 Sep 2026"),
        (DAY, 'yyyy"年"m"月"d"日"', "14 Sep 2026"),
        (DAY, 'dd.mm.yyyy" planned"', "14.09.2026 planned"),
        (DAY + 0.5, "dd.mm.yyyy hh:mm", "14 Sep 2026, 12:00"),
        (0.5, "h:mm AM/PM", "12:00 PM"),
        (13.25 / 24, "hh:mm", "13:15"),
        (47109 / 86400, "hh:mm:ss", "13:05:09"),
        (30.25 / 24, "[h]:mm:ss", "30:15:00"),
        (1.5, "[mm]:ss", "2160:00"),
        (90 / 86400, "mm:ss", "01:30"),
    ],
)
def test_a_number_is_shown_with_all_that_it_holds(value, code, text):
    shown = show(value, code)

    assert (shown.text, shown.holds, shown.is_sure) == (text, "", True)


@pytest.mark.parametrize(
    ("value", "code", "text", "holds"),
    [
        (99.95, "0", "100", "99.95"),
        (1 / 3, "0%", "33%", "33.3333333333333%"),
        (1234567, '0.0,,"M"', "1.2M", "1234567"),
        (0.34, "# ?/?", "1/3", "0.34"),
        (5, ";;;", "", "5"),
        (DAY, "mmm yyyy", "Sep 2026", "14 Sep 2026"),
        (DAY, "ddd", "Mon", "14 Sep 2026"),
        (DAY + 0.5, "yyyy-mm-dd", "14 Sep 2026", "14 Sep 2026, 12:00"),
        (47109 / 86400, "hh:mm", "13:05", "13:05:09"),
        (30.26 / 24, "[h]", "30", "30:15:36"),
    ],
)
def test_what_the_cell_holds_beyond_what_it_shows_is_said(value, code, text, holds):
    shown = show(value, code)

    assert (shown.text, shown.holds) == (text, holds)


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (38, "0 ms", "38 ms"),
        (44000, 'yyyy"Q"q', "18 Jun 2020"),
        (12, "[DBNum1]0", "12"),
        (123456, "##0.0E+0", "123456"),
        (-5, "yyyy-mm-dd", "-5"),
        (5, "[<1]0", "5"),
    ],
)
def test_a_format_that_is_not_understood_is_no_certainty(value, code, text):
    shown = show(value, code)

    assert (shown.text, shown.is_sure) == (text, False)


def test_days_are_counted_from_1904_where_the_file_says_so():
    assert show(DAY - 1462, "yyyy-mm-dd", is_1904=True).text == "14 Sep 2026"
    assert show(1, "yyyy-mm-dd").text == "1 Jan 1900"


def test_formats_that_are_known_by_number():
    assert [builtin_format(number) for number in (0, 9, 10, 999)] == ["General", "0%", "0.00%", "General"]
    assert show(DAY, builtin_format(14)).text == "14 Sep 2026"


def test_a_text_can_have_a_unit_in_its_format_too():
    assert show_text("38", '@" ms"') == "38 ms"
    assert show_text("38", "General") == "38"
    assert show_text("about 5", '0;0;0;"n: "@') == "n: about 5"
    assert show_text("hidden", ";;;") == "hidden"
