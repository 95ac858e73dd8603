"""The PDF itself: tagged, navigable, whole, the same bytes each time, and deaf to every address but its stylesheet."""

import hashlib
import io
import json
import os
import re
import subprocess
import sys
from xml.etree.ElementTree import fromstring

import pikepdf
import pytest
from django.conf import settings
from pypdf import PdfReader

from assessments import framework
from assessments.reports import pdf
from tests.reports.snapshots import AT, HISTORY, KEYS, make_decided_snapshot, make_snapshot

CATEGORIES = framework.load(version="2026.1").categories
LEVELS = (2, 1, 0, 1, 2, 1, 2, 0)
# In points from the foot and from the left edge of a page.
FOOTER_TOP, TEXT_LEFT = 58, 125
SECTIONS = [
    "Board summary",
    "Scorecard at a glance",
    "Red flags",
    "Category by category",
    "What to do, in which order",
    "Method and glossary",
]
HOSTILE = '<img src="http://127.0.0.1:1/x.png"><script>alert(1)</script>{{ settings.SECRET_KEY }}&lt;b&gt;'


def make_pdf(**values):
    return pdf.render_pdf(pdf.render_html(make_snapshot(**values)))


@pytest.fixture(scope="module")
def snapshot():
    return make_snapshot(
        LEVELS,
        was=(1, 1, 0, 0, 1, 1, 2, 0),
        history=HISTORY,
        signed_off_at=AT,
        notes=dict.fromkeys(KEYS, "What the team showed, in a sentence or two. " * 3),
        metrics={KEYS[0]: ("Live share", "61")},
    )


@pytest.fixture(scope="module")
def html(snapshot):
    return pdf.render_html(snapshot)


@pytest.fixture(scope="module")
def made(html):
    return pdf.render_pdf(html)


@pytest.fixture(scope="module")
def reader(made):
    return PdfReader(io.BytesIO(made.content))


@pytest.fixture(scope="module")
def document(made):
    with pikepdf.open(io.BytesIO(made.content)) as opened:
        yield opened


def squeezed(text):
    """Without white space: where lines break is the typesetter's business."""
    return re.sub(r"\s+", "", text)


def last_line_of(page):
    """The last line above the footer; the levels at the left of the categories stand beside the text, not in it."""
    left = TEXT_LEFT if lines_of(page)[0][1].endswith("Categorybycategory") else 0
    return [text for place, text in lines_of(page, left) if place > FOOTER_TOP][-1]


def text_of(made):
    return squeezed("".join(page.extract_text() for page in PdfReader(io.BytesIO(made.content)).pages))


def lines_of(page, left=0):
    """The lines of a page right of `left`, from the top down: each as its place from the foot, and its text."""
    found = {}

    def visit(text, matrix, text_matrix, font, size):
        if text.strip() and text_matrix[4] * matrix[0] + matrix[4] >= left:
            place = round(text_matrix[5] * matrix[3] + matrix[5])
            found.setdefault(place, []).append(text)

    page.extract_text(visitor_text=visit)
    return [(place, squeezed("".join(parts))) for place, parts in sorted(found.items(), reverse=True)]


def elements(document):
    """Every element of the structure tree."""

    def walk(node):
        if isinstance(node, pikepdf.Array):
            for item in node:
                yield from walk(item)
        elif isinstance(node, pikepdf.Dictionary):
            if "/S" in node:
                yield node
            if "/K" in node:
                yield from walk(node.K)

    return list(walk(document.Root.StructTreeRoot))


# ---- What a screen reader needs


def test_the_pdf_is_tagged_and_says_so(document):
    assert bool(document.Root.MarkInfo.Marked) is True
    assert str(document.Root.Lang) == "en-US"
    assert bool(document.Root.ViewerPreferences.DisplayDocTitle) is True
    with document.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"


def test_the_pdf_has_its_title_and_its_author(reader):
    assert reader.metadata.title == "Kestrel Logistics: AI infrastructure readiness, Q3 assessment"
    assert reader.metadata.author == "Ines Halvorsen"
    assert reader.metadata.subject == (
        "Board report on AI infrastructure readiness: One point below the line: AI spending risk."
    )


def test_every_drawing_has_a_text_in_its_place(document, html):
    drawings = [element for element in elements(document) if element.S == "/Figure"]

    assert len(drawings) == html.count("<svg") == 3
    assert all(str(element.get("/Alt", "")) for element in drawings)


def test_only_tables_of_data_are_tagged_as_tables_and_their_cells_know_their_heads(document, html):
    tags = elements(document)

    assert sum(element.S == "/Table" for element in tags) == html.count("<table")
    assert sum(element.S == "/TH" for element in tags) == html.count("<th ")
    cells = [element for element in tags if element.S == "/TD"]
    assert {len(cell.A.Headers) for cell in cells} == {2}


def test_the_bookmarks_are_the_sections_with_categories_and_phases(reader):
    outline = {}
    for entry in reader.outline:
        if isinstance(entry, list):
            outline[list(outline)[-1]] = [child.title for child in entry]
        else:
            outline[entry.title] = []

    assert list(outline) == SECTIONS
    assert outline["Category by category"] == [category.name for category in CATEGORIES]
    assert outline["Method and glossary"] == ["Glossary"]


def test_every_font_is_in_the_file(document):
    def fonts():
        for page in document.pages:
            yield from page.get("/Resources", {}).get("/Font", {}).values()

    found = list(fonts())
    assert found
    for font in found:
        descriptor = font.DescendantFonts[0].FontDescriptor
        assert any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))


# ---- What a reader needs


def test_all_pages_but_the_cover_have_a_header_and_are_counted(reader, made):
    cover, *others = [lines_of(page) for page in reader.pages]

    assert len(reader.pages) == made.pages
    assert "1of" not in "".join(text for place, text in cover if place < FOOTER_TOP)
    for number, lines in enumerate(others, 2):
        assert lines[0][1].startswith("KestrelLogistics")
        foot = "".join(text for place, text in lines if place < FOOTER_TOP)
        assert f"{number}of{made.pages}" in foot
        assert "Confidentialtotheboard" in foot


def test_the_report_is_about_as_long_as_its_model(made):
    assert made.pages == 8
    assert len(made.content) < 150_000


def test_the_table_of_contents_names_the_pages_the_sections_are_on(reader):
    starts = {entry.title: reader.get_destination_page_number(entry) + 1 for entry in flat(reader.outline)}
    contents = [sorted(line) for _, line in lines_of(reader.pages[0])]

    for section in SECTIONS[1:]:
        assert sorted(f"{squeezed(section)}{starts[section]}") in contents


def flat(outline):
    return [entry for entry in outline if not isinstance(entry, list)]


@pytest.mark.parametrize("levels", [LEVELS, (None,) * 8])
def test_all_three_statements_of_all_eight_categories_are_in_the_annex(levels):
    snapshot = make_snapshot(levels=levels)
    snapshot["choices"]["sections"].append("rubric")
    text = text_of(pdf.render_pdf(pdf.render_html(snapshot)))

    for category in CATEGORIES:
        for level in category.levels:
            assert squeezed(level.statement) in text


def test_all_deciders_of_all_eight_categories_are_in_a_report_by_deciders():
    snapshot = make_decided_snapshot({category.key: (0, 0, 0) for category in framework.current().categories})
    text = text_of(pdf.render_pdf(pdf.render_html(snapshot)))

    for category in framework.current().categories:
        for decider in category.deciders:
            assert squeezed(decider.short) in text
            assert squeezed(decider.goal) in text


def test_everything_said_of_a_category_is_in_the_report():
    text = text_of(
        make_pdf(
            notes={KEYS[2]: "Finance sees one invoice."},
            evidence={KEYS[2]: [("Invoice of July", "https://billing.example.com/7")]},
            metrics={KEYS[2]: ("Share without an owner", "41.5")},
        )
    )

    action = CATEGORIES[2].to_1[0]
    for said in [
        "Finance sees one invoice.",
        "Invoice of July (billing.example.com)",
        "Share without an owner: 41.5 percent, 17 Aug 2026",
        f"{action.title}. Done when: {action.done_when}",
    ]:
        assert squeezed(said) in text


@pytest.mark.parametrize("length", [0, 14, 36, 40])  # the last three break in a heading where nothing keeps it
def test_no_heading_stands_alone_at_the_foot_of_a_page(length):
    notes = {key: "What the team showed, with the numbers in it. " * (length + 2 * n) for n, key in enumerate(KEYS)}
    evidence = {key: [(f"Proof {n}", "https://wiki.example.com")] * (1 + n * length // 8) for n, key in enumerate(KEYS)}
    answers = ["An answer with its numbers. " * length or "Yes."] * 3
    html = pdf.render_html(make_snapshot(notes=notes, evidence=evidence, answers=answers))
    headings = [squeezed(re.sub("<[^>]+>", "", text)) for text in re.findall(r"<h[1-3][^>]*>(.*?)</h[1-3]>", html)]
    headings.append("ActionCategoryandownerDonewhen")

    made = pdf.render_pdf(html)

    for page in PdfReader(io.BytesIO(made.content)).pages:
        last = last_line_of(page)
        assert not any(heading.endswith(last) for heading in headings), last


@pytest.mark.parametrize(
    "name", ["K", "Consolidated Freight and Overland Distribution of Greater Rotterdam " * 3, "K" * 200, "شركة كيسترل"]
)
def test_a_name_of_any_length_leaves_the_cover_on_one_page(name):
    reader = PdfReader(io.BytesIO(make_pdf(name=name.strip()[:200]).content))

    assert reader.get_destination_page_number(reader.outline[0]) == 1


def test_characters_that_no_font_has_are_one_line_in_the_log_that_does_not_spell_them(caplog):
    assert make_pdf(notes={KEYS[0]: "\U000f1234\U000f1235"}).blanks == 2

    [record] = [record for record in caplog.records if "font" in record.getMessage()]
    assert record.levelname == "WARNING"
    assert "F1234" not in caplog.text.upper()


# ---- The same snapshot, the same bytes


def test_the_same_snapshot_gives_the_same_bytes(snapshot, made):
    copy = json.loads(json.dumps(snapshot))

    assert pdf.render_pdf(pdf.render_html(copy)).content == made.content


def test_the_same_snapshot_gives_the_same_bytes_in_another_process(snapshot, made, tmp_path):
    code = (
        "import sys, json, hashlib, django; django.setup(); from assessments.reports import pdf\n"
        "made = pdf.render_pdf(pdf.render_html(json.load(sys.stdin)))\n"
        "print(hashlib.sha256(made.content).hexdigest())"
    )
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "scorecard.settings",
        "DATA_DIR": str(tmp_path),
        "PYTHONHASHSEED": "4711",
        "TZ": "Pacific/Auckland",
        "LC_ALL": "C",
    }

    done = subprocess.run(
        [sys.executable, "-c", code],
        input=json.dumps(snapshot),
        env=environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.split()[-1] == hashlib.sha256(made.content).hexdigest()


def test_our_pages_are_well_formed_and_read_as_xml_give_the_same_bytes(snapshot):
    """Whoever writes a template closes what it opens."""
    snapshot = {**snapshot, "choices": {**snapshot["choices"], "has_letter": True, "is_draft": True}}
    snapshot["choices"]["sections"] = [*snapshot["choices"]["sections"], "rubric"]
    html = pdf.render_html(snapshot)

    assert fromstring(html).tag == "html"
    by_the_rules_of_html = pdf.render_pdf(html.replace("<!DOCTYPE html>", "<!doctype html>"))
    assert pdf.render_pdf(html).content == by_the_rules_of_html.content


def test_another_snapshot_gives_other_bytes(made):
    assert make_pdf(by="Tom Okafor").content != made.content


# ---- Nothing leaks in or out


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "http://127.0.0.1:1/pixel.png",
        "https://example.com/pixel.png",
        "ftp://example.com/pixel.png",
        "data:image/png;base64,iVBORw0KGgo=",
        "../tokens.css",
        "../../../scorecard/settings.py",
        "/etc/passwd",
        "report.css/../../tokens.css",
        "%2e%2e%2ftokens.css",
        "sub/report.css",
    ],
)
@pytest.mark.parametrize(
    "markup",
    [
        '<img src="{}">',
        '<link rel="stylesheet" href="{}">',
        '<style>@import "{}";</style>',
        '<style>p {{ background: url("{}") }}</style><p>x</p>',
        '<svg width="10" height="10"><image href="{}" width="5" height="5"/></svg>',
    ],
)
def test_any_address_but_the_print_styles_is_refused(markup, address):
    with pytest.raises(pdf.PdfError):
        pdf.render_pdf(f"<html lang='en'><title>x</title>{markup.format(address)}")


@pytest.mark.parametrize("address", ["file:///etc/passwd", "../tokens.css", "sub/report.css", "report.scss"])
def test_a_page_of_our_own_has_no_sheets_from_elsewhere_either(address):
    page = f'<html lang="en"><head><title>x</title><link rel="stylesheet" href="{address}"/></head><body/></html>'

    with pytest.raises(pdf.PdfError):
        pdf.render_pdf(f"{pdf.OWN}{page}")


def test_an_attachment_is_refused():
    with pytest.raises(pdf.PdfError):
        pdf.render_pdf("<html lang='en'><title>x</title><link rel='attachment' href='file:///etc/passwd'>")


def test_markup_in_what_people_wrote_is_text():
    made = make_pdf(
        name=HOSTILE,
        title=HOSTILE,
        by=HOSTILE,
        notes={KEYS[0]: HOSTILE},
        evidence={KEYS[0]: [(HOSTILE, "")]},
        metrics={KEYS[0]: (HOSTILE, "1")},
        answers=(HOSTILE, HOSTILE, ""),
    )

    text = text_of(made)
    assert text.count(squeezed("<script>alert(1)</script>{{ settings.SECRET_KEY }}&lt;b&gt;")) >= 7
    assert text.count('<imgsrc="http://127.0.0.1:1/x.png">') >= 7


def test_odd_characters_make_a_report_all_the_same():
    odd = "a\x01b\x7f\ufffe\ufeff\u202e\u0000 \N{GRINNING FACE}" + "\N{COMBINING ACUTE ACCENT}" * 50

    assert make_pdf(name=odd, notes=dict.fromkeys(KEYS, odd), answers=(odd, odd, odd)).pages >= 7
