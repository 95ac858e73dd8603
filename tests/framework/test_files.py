"""Frameworks on their way in and out: ZIP and workbook, and what is refused of them."""

import io
import stat
import zipfile

import pytest
from openpyxl import load_workbook

from assessments import framework
from assessments.framework import FrameworkError, files, read_framework, read_texts, workbook
from tests.frameworks import KEY, VERSION, write_bank

HOUSE = ("ai-infrastructure", "2026.2")


def zip_of(*entries):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return target.getvalue()


@pytest.fixture
def texts():
    return files.renamed(framework.texts(*HOUSE), KEY, VERSION)


def test_the_products_own_goes_out_as_the_beginning_of_ones_own(texts):
    content, house = read_texts(KEY, VERSION, texts), framework.current()

    assert (content.key, content.version, content.categories) == (KEY, VERSION, house.categories)
    assert content.handbook == house.handbook  # in its newest edition
    assert all(text.startswith("# yaml-language-server: $schema=../../schemas/") for text in texts.values())


def test_a_zip_comes_back_equal(texts):
    packed = files.zipped(texts, KEY, VERSION)

    assert files.unzipped(packed) == texts
    assert files.zipped(texts, KEY, VERSION) == packed


def test_a_workbook_comes_back_equal(texts):
    back = workbook.from_workbook(workbook.to_workbook(texts))

    assert read_texts(KEY, VERSION, back) == read_texts(KEY, VERSION, texts)


def test_what_is_written_in_the_workbook_comes_in(texts):
    book = load_workbook(io.BytesIO(workbook.to_workbook(texts)))
    rows = {row[0].value: row[2] for row in book["scorecard"].iter_rows(min_row=2)}
    rows["categories[0].question"].value = "=Which workloads?"
    rows["categories[0].question"].data_type = "s"
    rows["framework.version"].value = 7  # as a spreadsheet writes what looks like a number
    target = io.BytesIO()
    book.save(target)

    back = workbook.from_workbook(target.getvalue())

    content = read_texts(KEY, "7", back)
    assert (content.version, content.categories[0].question) == ("7", "=Which workloads?")


@pytest.mark.parametrize(
    ("place", "column", "value", "reason"),
    [
        ("categories[0].name", 1, "nowhere[", "is there a second time"),
        ("scale.max_score", 3, "many", 'must be a number, not "many"'),
    ],
)
def test_a_row_that_cannot_be_read_is_named(texts, place, column, value, reason):
    book = load_workbook(io.BytesIO(workbook.to_workbook(texts)))
    sheet = book["scorecard"]
    row = next(row[0].row for row in sheet.iter_rows(min_row=2) if row[0].value == place)
    sheet.cell(row, column).value = value if column == 3 else "framework.key"
    target = io.BytesIO()
    book.save(target)

    with pytest.raises(FrameworkError) as caught:
        workbook.from_workbook(target.getvalue())

    assert caught.value.file == "scorecard"
    assert reason in caught.value.reason


LINK = zipfile.ZipInfo("scorecard.yaml")
LINK.external_attr = (stat.S_IFLNK | 0o777) << 16


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"no zip", "cannot be read", id="no ZIP"),
        pytest.param(zip_of(("../scorecard.yaml", "x")), "leads out of it", id="a path out of it"),
        pytest.param(zip_of(("/scorecard.yaml", "x")), "leads out of it", id="an absolute path"),
        pytest.param(zip_of(("a\\..\\scorecard.yaml", "x")), "leads out of it", id="a path of Windows"),
        pytest.param(zip_of((LINK, "/etc/passwd")), 'has the link "scorecard.yaml"', id="a link"),
        pytest.param(zip_of(("scorecard.yaml", "#" * (50 * 1024 * 1024))), "too large", id="a bomb"),
        pytest.param(zip_of(*((f"{n}.yaml", "x") for n in range(41))), "has 41 files", id="many files"),
        pytest.param(zip_of(("run.py", "x")), 'has the unknown file "run.py"', id="another file"),
        pytest.param(zip_of(("a/scorecard.yaml", "x"), ("b/scorecard.yaml", "x")), "more than one", id="two versions"),
        pytest.param(zip_of(("roadmap.yaml", "x")), "has no scorecard.yaml", id="no scorecard"),
        pytest.param(zip_of(("scorecard.yaml", b"\xff\xfe")), "not written as UTF-8", id="no UTF-8"),
    ],
)
def test_what_no_framework_has_in_its_zip_is_refused(content, reason):
    with pytest.raises(FrameworkError) as caught:
        files.unzipped(content)

    assert reason in str(caught.value)


def test_the_schemas_beside_the_folder_may_lie_in_the_zip(tmp_path):
    text = (write_bank(tmp_path) / "scorecard.yaml").read_text()
    packed = zip_of(("schemas/scorecard.schema.json", "{}"), ("bank-ai/1/scorecard.yaml", text))

    assert files.unzipped(packed) == {"scorecard.yaml": text}
    assert files.heading_of({"scorecard.yaml": text}) == (KEY, VERSION)
    assert read_framework(tmp_path / KEY / VERSION).key == KEY


def test_a_zip_that_is_damaged_inside_is_refused():
    content = bytearray(zip_of(("scorecard.yaml", "x" * 50_000 + "y" * 300)))
    begins = content.index(b"scorecard.yaml") + len("scorecard.yaml")
    content[begins : begins + 12] = bytes(byte ^ 0xFF for byte in content[begins : begins + 12])

    with pytest.raises(FrameworkError, match="the ZIP: cannot be read"):
        files.unzipped(bytes(content))


def test_a_zip_with_a_file_without_a_name_is_refused():
    with pytest.raises(FrameworkError, match="has the unknown file"):
        files.unzipped(zip_of((".", "x")))
