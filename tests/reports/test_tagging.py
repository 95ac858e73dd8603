"""PDF/UA-1: the whole structure tree of short and full reports, and what WeasyPrint alone would leave of it."""

import json

import pikepdf
import pytest

from assessments import framework
from assessments.reports import pdf
from assessments.reports.choices import defaults, with_section
from assessments.reports.sample import sample_snapshot
from assessments.reports.services import request_report
from assessments.scorecards.models import Evidence
from tests.factories import make_organization, make_roadmap, make_scorecard, make_user, make_vendor_review
from tests.reports.snapshots import AT, HISTORY, KEYS, make_decided_snapshot, make_snapshot
from tests.reports.structure import Tree, faults

CRITICAL = [q.key for topic in framework.current().vendor.topics for q in topic.questions if q.critical]


def made_of(snapshot):
    return pdf.render_pdf(pdf.render_html(json.loads(json.dumps(snapshot)))).content


def opened(content, tmp_path):
    path = tmp_path / "report.pdf"
    path.write_bytes(content)
    return Tree(pikepdf.open(path))


def full_snapshot():
    """Vendors, a plan and the annexes: every section that a report may have."""
    organization = make_organization(owner=make_user(name="Ada Lovelace"), hosting_model="cloud")
    scorecard = make_scorecard(organization, levels=(2, 1, 0, 1, 2, 1, 2, 0), signed_off_at=AT)
    for number, vendor in enumerate(["Nimbus", "Stratus", "Cirrus", "شركة"]):
        ratings = dict.fromkeys(CRITICAL, str(number % 3))
        make_vendor_review(organization, name=vendor, ratings=ratings, complete=number == 2)
    make_roadmap(scorecard, items=7)
    return request_report(scorecard, actor=organization.created_by, choices=with_section(defaults(), "nist")).snapshot


def decided_snapshot():
    content = framework.load(version="2026.2")
    states = {category.key: (2, 1, 0) for category in content.categories}
    proof = Evidence(kind=Evidence.Kind.LINK, title="Board", url="https://wiki.example.com", on=AT.date())
    proofs = {content.categories[0].deciders[0].key: [proof]}
    return make_decided_snapshot(states, proofs=proofs, notes=dict.fromkeys(KEYS, "What was found.\n\nAnd more."))


SHORT = {
    "nothing scored": lambda: make_snapshot(levels=(None,) * 8),
    "by levels": lambda: make_snapshot((2, 1, 0, 1, 2, 1, 2, 0), history=HISTORY, notes=dict.fromkeys(KEYS, "Seen.")),
    "long notes": lambda: make_snapshot(notes=dict.fromkeys(KEYS, "What the team showed. " * 150)),
    "by deciders": decided_snapshot,
    "sample": sample_snapshot,
}


@pytest.mark.parametrize("name", SHORT)
def test_a_checker_finds_no_fault_in_a_report(name):
    assert faults(made_of(SHORT[name]())) == []


@pytest.mark.django_db
def test_a_checker_finds_no_fault_in_a_report_with_all_there_is(tmp_path):
    content = made_of(full_snapshot())

    assert faults(content) == []
    kinds = {kind for _, kind, _, _ in opened(content, tmp_path).elements}
    assert {"Figure", "TH", "L", "LI", "Lbl", "LBody", "Link", "H1", "H2", "H3"} <= kinds


def test_a_link_is_described_by_its_words(tmp_path):
    tree = opened(made_of(make_snapshot()), tmp_path)

    assert "Category by category" in tree.links()
    assert "Method and glossary" in tree.links()
    assert all(" " in link for link in tree.links())


def test_the_heads_and_feet_of_pages_are_artifacts_and_the_text_is_not(tmp_path):
    tree = opened(made_of(make_snapshot()), tmp_path)

    page = list(pikepdf.parse_content_stream(tree.document.pages[1]))
    pagination = [each for each in page if str(each.operator) == "BDC" and "/Type" in each.operands[1]]
    assert len(pagination) >= 3
    assert {str(each.operands[1].Type) for each in pagination} == {"/Pagination"}
    assert len(tree.marked[tree.document.pages[1].objgen]) > 20


def test_without_the_finisher_the_checker_finds_the_faults(monkeypatch):
    """The checker is one: WeasyPrint alone leaves these."""
    monkeypatch.setattr(pdf, "finish", None)

    found = set(faults(made_of(make_snapshot())))

    assert {"TH without Scope", "LI in Div", "Div below L", "Link in Link"} <= found
    assert any("painted or held alone" in fault for fault in found)
    assert any("off its page" in fault for fault in found)


def set_pages(body):
    return pdf.render_pdf(f"<html lang='en'><head><title>Lists</title></head><body>{body}</body></html>").content


@pytest.mark.parametrize(
    "body",
    [
        "<dl><div><dt>Term</dt><dd>What it says</dd></div></dl>",
        "<dl><div><dt>Term</dt><dd>One</dd><dd>Two</dd></div><div><dt>Other</dt></div></dl>",
        "<dl><dt>Term</dt><dd>What it says</dd></dl>",
        "<dl style='display: table'><div style='display: table-cell'><dt>Term</dt><dd>Said</dd></div></dl>",
        "<ul><li>One</li><li><p>Two</p><ul><li>Nested</li></ul></li></ul>",
        "<ul style='list-style: disc; margin: 5mm'><li>One</li><li>Two</li></ul>",
        "<ul><li style='display: table'><b style='display: table-cell'>One</b><p>Two</p></li></ul>",
        "<table><tr><th>Head</th><td>Cell</td></tr></table>",
        "<table><thead><tr><th colspan='2'>Head</th></tr></thead><tbody><tr><th></th><td></td></tr></tbody></table>",
        "<p><a href='https://example.com/a'>the <b>bold</b> words</a></p>",
        "<p>Marked <svg width='9' height='9' aria-hidden='true'><rect width='9' height='9'/></svg></p>",
        "<h2>Title</h2><h3>Part</h3><p>Text</p><h2>Next</h2>",
        "<div></div><p></p><p>Text</p><section><div><p></p></div></section>",
    ],
)
def test_whatever_a_page_is_made_of_has_a_clean_tree(body):
    assert faults(set_pages(body)) == []


def test_a_term_is_the_label_of_what_is_said_of_it(tmp_path):
    tree = opened(set_pages("<dl><div><dt>Term</dt><dd>One</dd><dd>Two</dd></div></dl>"), tmp_path)

    assert [(kind, below) for _, kind, _, below in tree.elements if kind in ("L", "LI", "Lbl", "LBody")] == [
        ("L", ["LI"]),
        ("LI", ["Lbl", "LBody"]),
        ("Lbl", ["Span"]),
        ("LBody", ["Div", "Div"]),
    ]


def test_a_link_to_another_site_says_where_it_leads(tmp_path):
    tree = opened(set_pages("<p><a href='https://example.com/a'>the <b>bold</b> words</a></p>"), tmp_path)

    assert tree.links() == ["the bold words (https://example.com/a)"]
