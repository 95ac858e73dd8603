"""Pages set with less work are the pages that WeasyPrint sets by itself, byte for byte."""

from contextlib import nullcontext

import pytest

from assessments.reports import pdf, thrift
from tests.reports.snapshots import AT, HISTORY, KEYS, make_decided_snapshot, make_snapshot

ODD = """<html lang="en"><head><title>Odd</title><style>
  p { margin: 2% 1em; padding: 1mm; width: 60mm; box-sizing: border-box; border: 1pt solid }
  .small { max-width: 40%; min-width: 3em; font-size: 80%; letter-spacing: 1pt; word-spacing: 3pt }
  .lines { white-space: pre-line; text-align: justify } .one { white-space: nowrap; overflow: hidden;
  text-overflow: ellipsis; width: 20mm } u { text-decoration: underline } table { border-collapse: collapse }
  td { border: 1pt solid; width: 30% } li::marker { color: red } .caps { font-variant-caps: small-caps }
  .fl::first-line { font-weight: bold; font-size: 120% } .fl::first-letter { font-size: 300%; float: left }
  .logical { margin-inline-start: 3em; padding-block: 4mm } q { font-style: italic }
</style></head><body><p>Plain words that go on for more than one line of this narrow column, <b>some bold</b>.</p>
<p class="small">In a small box <u>underlined</u>, <span class="caps">small capitals</span> and a <q>quotation</q>.</p>
<p class="lines">First line
Second line after a break, long enough to be justified over the width of the column that it has.

After an empty one.\tA tab.</p><p class="one">Cut off with an ellipsis because it is too long</p>
<p lang="de">Donaudampf\u00adschifffahrts\u00adgesellschafts\u00adkapitäns\u00admütze am Haken</p>
<p dir="rtl" lang="ar">تقرير عن جاهزية البنية التحتية للذكاء الاصطناعي في هذه المؤسسة</p>
<p lang="ja">人工知能の基盤の準備状況に関する報告書です。</p>
<p class="fl">The first letter is large and the first line is bold, the others are not, whatever they say.</p>
<ul><li>One<li>Two<ol><li>Inner</ol></ul><p class="logical">Logical margins &amp; paddings</p>
<table><tr><td>A<td>A longer cell that breaks</tr><tr><td style="margin: 4%">C<td style="padding: 5%">D</tr></table>
<svg width="200" height="40"><text x="5" y="20" font-size="12" text-decoration="underline">In a picture</text></svg>
</body></html>"""


def reports():
    notes = dict.fromkeys(KEYS, "What the team showed, in a sentence or two. " * 9)
    long_word = dict.fromkeys(KEYS, "Grafikkartenbeschaffungsgenehmigungsverfahrensordnung" * 3)
    yield "chosen", pdf.render_html(make_snapshot((2, 1, 0, 1, 2, 1, 2, 0), history=HISTORY, notes=notes))
    yield "decided", pdf.render_html(make_decided_snapshot(dict.fromkeys(KEYS, (0, 1, 2)), signed_off_at=AT))
    yield "long words", pdf.render_html(make_snapshot(notes=long_word))
    yield "not ours", ODD


PAGES = dict(reports())


@pytest.mark.parametrize("name", PAGES)
def test_the_pages_are_those_of_the_library(name, monkeypatch):
    html = PAGES[name]
    ours = pdf.render_pdf(html)
    monkeypatch.setattr(pdf, "thrift", nullcontext)

    assert pdf.render_pdf(html) == ours


def test_what_was_replaced_is_put_back():
    before = [getattr(owner, name) for owner, name, *_ in thrift._replaced()]

    with pytest.raises(ZeroDivisionError), thrift.thrift():
        within = [getattr(owner, name) for owner, name, *_ in thrift._replaced()]
        _ = 1 / 0

    assert not set(map(id, within)) & set(map(id, before))
    assert [getattr(owner, name) for owner, name, *_ in thrift._replaced()] == before


def test_glyphs_of_a_line_are_found_once_for_setting_and_drawing():
    from weasyprint import HTML
    from weasyprint.text.line_break import Layout

    kept = []
    with thrift.thrift():
        wake = Layout.reactivate
        Layout.reactivate = lambda self, style: kept.append(self.is_kept) or wake(self, style)
        HTML(string="<html lang='en'><title>x</title><p>One line</p><p>Another</p>").write_pdf()

    assert kept == [True, True]


def test_another_version_of_the_library_is_left_alone(monkeypatch):
    monkeypatch.setattr(thrift, "VERSION", "0.1")
    thrift._replaced.cache_clear()

    assert thrift._replaced() == []

    thrift._replaced.cache_clear()
