"""Office files are ZIPs that carry the clock: in every entry, in their properties, in the workbooks inside them.

`settled` writes the same parts in one order with one day, so that the same snapshot gives the same bytes.
"""

import io
import re
import zipfile
from datetime import date

EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first moment a ZIP can name
LEVEL = 6
FIRST = "[Content_Types].xml"
STAMP = re.compile(rb"(<dcterms:(created|modified)\b[^>]*>)[^<]*(</dcterms:\2>)")


def settled(package: bytes, on: date) -> bytes:
    """The package as if it had been made at the first minute of `on`, and nothing else changed."""
    stamp = rb"\g<1>" + f"{on.isoformat()}T00:00:00Z".encode() + rb"\g<3>"
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as parts, zipfile.ZipFile(written, "w") as archive:
        for name in sorted(parts.namelist(), key=lambda name: (name != FIRST, name)):
            content = parts.read(name)
            if name == "docProps/core.xml":
                content = STAMP.sub(stamp, content)
            elif name.endswith(".xlsx"):
                content = settled(content, on)
            entry = zipfile.ZipInfo(name, EARLIEST)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o600 << 16
            archive.writestr(entry, content, compresslevel=LEVEL)
    return written.getvalue()
