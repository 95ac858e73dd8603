"""A reader's name on every page of a report: drawn once as a page of its own, then laid over each page."""

from io import BytesIO
from typing import IO, Any

from django.template.loader import render_to_string

from assessments.framework.translating import kept_by_language, language
from assessments.reports import pdf
from assessments.reports.choices import ENGLISH, language_tag, speaking

MARKS = {"BMC", "BDC", "EMC"}


def stamped(file: IO[bytes], name: str) -> BytesIO:
    """The PDF with the name on every page, in its language. To a screen reader the stamp is no content: it is marked as
    an artifact."""
    from pikepdf import Name, Pdf

    with Pdf.open(file) as target, _drawn(name, str(target.Root.get("/Lang", ENGLISH))) as drawn:
        stamp = target.copy_foreign(_without_marks(drawn))
        for page in target.pages:
            x0, y0, x1, y1 = (float(side) for side in page.mediabox)
            width, height = (float(side) for side in list(stamp.BBox)[2:])
            place = page.add_resource(stamp, Name.XObject, Name.ReaderStamp)
            scale = f"{(x1 - x0) / width:.5f} 0 0 {(y1 - y0) / height:.5f} {x0:.3f} {y0:.3f} cm"
            begin, end = "/Artifact <</Type /Pagination /Subtype /Watermark>> BDC q", "Q EMC"
            page.contents_add(b"q\n", prepend=True)  # what a page leaves turned or scaled does not reach the stamp
            page.contents_add(f"\nQ\n{begin} {scale} {place} Do {end}\n".encode())
        out = BytesIO()
        target.save(out, deterministic_id=True)
    out.seek(0)
    return out


def _drawn(name: str, tag: str) -> Any:
    from pikepdf import Pdf

    with speaking({"language": tag.partition("-")[0]}):
        return Pdf.open(BytesIO(_stamp(name)))


@kept_by_language(maxsize=128)
def _stamp(name: str) -> bytes:
    context = {"name": name, "language_tag": language_tag(language())}
    return pdf.render_pdf(render_to_string("reports/pdf/stamp.html", context)).content


def _without_marks(drawn: Any) -> Any:
    """The drawn page as a form, without the marks that would tie its text to a structure it leaves behind."""
    from pikepdf import Page, parse_content_stream, unparse_content_stream

    page = Page(drawn.pages[0])
    kept = [step for step in parse_content_stream(page) if str(step.operator) not in MARKS]
    page.obj.Contents = drawn.make_stream(unparse_content_stream(kept))
    form = page.as_form_xobject()
    if "/StructParents" in form:
        del form["/StructParents"]
    return form
