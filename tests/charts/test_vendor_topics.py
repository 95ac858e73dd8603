import pytest

from assessments.charts import figures, svg
from assessments.charts.figures import VendorShares


def test_each_vendor_has_a_mark_of_its_own_beside_those_of_the_others():
    figure = figures.vendor_topics(
        ["Workload clarity", "Facilities reality"],
        [VendorShares("Northlane", [(50, 50), None]), VendorShares("Corvid", [(50, 100), (0, 0)])],
    )

    northlane, corvid = figure["data"][1], figure["data"][3]
    assert (northlane["x"], corvid["x"]) == ([50], [50, 0])
    assert northlane["y"][0] < corvid["y"][0]
    assert northlane["marker"]["symbol"] != corvid["marker"]["symbol"]
    assert corvid["customdata"] == ["Corvid, Workload clarity: 50% to 100%", "Corvid, Facilities reality: 0%"]
    assert figure["data"][2]["x"] == [50, 100, None]


def test_six_vendors_are_drawn_and_a_seventh_is_refused():
    six = [VendorShares(f"Vendor {n}", [(n * 10, n * 10)]) for n in range(6)]

    assert svg.render_page(figures.vendor_topics(["Serving"], six), title="Shares").count("<path") >= 2
    with pytest.raises(ValueError, match="one to 6 vendors"):
        figures.vendor_topics(["Serving"], [*six, six[0]])


def test_a_name_with_markup_is_plain_text():
    figure = figures.vendor_topics(["<b>Serving</b>"], [VendorShares("<i>x</i>", [(50, 50)])])

    assert "<i>" not in figure["data"][1]["customdata"][0]
