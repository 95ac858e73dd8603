"""Files of tools that are attached as they are: what they say stands in their name, and their secrets are masked."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile

from assessments.figures import masking, records
from assessments.figures.dropped import previews
from assessments.platform.spreadsheets import without_unwritable
from assessments.readers import read_file
from assessments.readers.text import decode, encoding_of
from assessments.saving.uploads import CheckedUpload

TITLE_LENGTH = 200
MOST_FIGURES = 4


def with_words(title: str, upload: CheckedUpload) -> tuple[str, CheckedUpload]:
    """The title with the figures of the file behind it, and the file without its secrets; others as they are."""
    if not upload.content_type.startswith("text/"):
        return title, upload
    upload.file.seek(0)
    data = upload.file.read()
    upload.file.seek(0)
    reading = records.stored(read_file(io.BytesIO(data), len(data), name=upload.filename))
    encoding = encoding_of(data[: 256 * 1024])
    if not reading["figures"] or encoding is None:
        return title, upload
    masked = masking.mask(without_unwritable(decode(data, encoding)))
    if masked.sentences:
        data = masked.text.encode("utf-8", "replace")
        file = SimpleUploadedFile(upload.filename, data)
        upload = CheckedUpload(file, upload.filename, upload.content_type, len(data))
    return _titled(title or upload.filename, records.figures(reading)), upload


def _titled(title: str, found: tuple[records.Found, ...]) -> str:
    """As many of the telling figures as the title has room for, the percentiles first."""
    telling = [each for each in found if previews.is_telling(each.name, each.statistic)]
    telling.sort(key=lambda each: each.statistic not in ("p95", "p99"))
    named = f"{title}:" if telling else title
    for each in telling[:MOST_FIGURES]:
        words = f"{each.title} {each.shown}" + (f" ({each.rests_on})" if each.rests_on else "")
        longer = f"{named}{' ' if named.endswith(':') else '; '}{words}"
        if len(longer) > TITLE_LENGTH:
            break
        named = longer
    return named.removesuffix(":") if named == f"{title}:" else named
