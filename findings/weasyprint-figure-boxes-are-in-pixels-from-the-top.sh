#!/bin/sh
# WeasyPrint 70.0 (PyPI): the box of a tagged picture is written in CSS pixels from the top of the page.
#
# A PDF measures in points from the foot. The BBox that PDF/UA asks of every Figure says of a picture at the top of an A4
# page that it stands at the foot, and of one at the foot that it lies below the sheet: its edge is 990 on a page of 842.
#
# Seen:  page 595 x 842, BBox [100, 890, 400, 990]      where it is painted: [75, 99, 300, 174]
# Valid input: one picture 100 px from the left and 890 px from the top. Fails if the box is right, or the version changes.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check weasyprint==70.0 pikepdf==10.18.0 2>"$work/pip.log" || { cat "$work/pip.log"; exit 1; }
cd "$work"
cat >run.py <<'PYTHON'
import io

import pikepdf
import weasyprint

HTML = """<html lang="en"><head><title>One picture</title><style>@page { size: A4; margin: 0 } body { margin: 0 }
svg { position: absolute; left: 100px; top: 890px; width: 300px; height: 100px }</style></head><body><p>Text</p>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 100"><title>A bar</title><rect width="300" height="100"/></svg>
</body></html>"""


def figures(node):
    for kid in node.K if isinstance(node.K, pikepdf.Array) else [node.K]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            if kid.S == "/Figure":
                yield kid
            yield from figures(kid)


assert weasyprint.__version__ == "70.0"
document = pikepdf.open(io.BytesIO(weasyprint.HTML(string=HTML).write_pdf(pdf_variant="pdf/ua-1")))
page = document.pages[0]
height = float(page.MediaBox[3])
[figure] = figures(document.Root.StructTreeRoot.K[0])
box = [round(float(value)) for value in figure.A.BBox]
print(f"page {float(page.MediaBox[2]):.0f} x {height:.0f}, BBox {box}")
right = [75, round(height - 990 * 0.75), 300, round(height - 890 * 0.75)]
print(f"in points from the foot it would be {right}")
assert box == [100, 890, 400, 990]
assert box[3] > height
PYTHON
venv/bin/python run.py
echo "The box is in pixels from the top: holds."
