from decimal import Decimal
from pathlib import Path

from assessments.readers import read

SAMPLES = Path(__file__).parent / "samples"


def test_until_0_3_the_time_per_output_token_has_no_first_token_in_it():
    def about(name):
        reading = read((SAMPLES / name).read_bytes())
        return {figure.about for figure in reading.figures if figure.name == "time_per_output_token"}

    assert about("guidellm-0.3.1-benchmarks-trimmed.json") == {
        "one average per successful request, time to the first token not included"
    }
    assert about("guidellm-0.5.3-benchmarks-trimmed.json") == {
        "one average per successful request, first token included"
    }


def shown(text):
    return {f.statistic: f.value for f in read(text.encode()).figures if f.name == "time_to_first_token"}


def test_places_in_the_list_of_percentiles_are_those_of_the_json():
    """The CSV names none of the eleven; the JSON of the same run does. As of 3,000 requests the p99 is not refused."""
    table = (SAMPLES / "guidellm-0.8.1-benchmarks.csv").read_text().replace(",30,0,0,30,", ",3000,0,0,3000,", 1)
    document = (SAMPLES / "guidellm-0.8.1-benchmarks-trimmed.json").read_text()
    document = document.replace('"successful": 30', '"successful": 3000').replace(
        '"successful":30', '"successful":3000'
    )

    in_table, in_document = shown(table), shown(document)
    in_document.pop("p99.9")

    assert in_table == in_document
    assert in_table["p99"] == Decimal("53.21097373962402")
