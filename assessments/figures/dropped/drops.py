"""Files that come in to be read: read, masked, kept for a day, thrown away."""

import hashlib
import io
from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.accounts.models import User
from assessments.figures import masking, records
from assessments.figures.models import FigureDrop
from assessments.platform.failures import why_not_stored
from assessments.platform.spreadsheets import without_unwritable
from assessments.readers import read_file
from assessments.readers.text import decode, encoding_of
from assessments.saving.uploads import clean_filename
from assessments.scorecards.models import Scorecard
from assessments.scorecards.signing.immutability import refusal

MOST_FILES = 10
KEPT = timedelta(days=1)
HEAD_LINES, HEAD_WIDTH = 6, 160
PASTED = "Pasted text"


def pasted(text: str) -> UploadedFile:
    """Text that was pasted, as if it were a file."""
    return SimpleUploadedFile(PASTED, text.encode("utf-8", "replace"))


def drop_files(
    scorecard: Scorecard,
    uploads: Sequence[UploadedFile],
    *,
    actor: User,
    category: str = "",
    decider: str = "",
    fact: str = "",
    batch: UUID | None = None,
) -> UUID:
    """Read files that were dropped on an assessment, as `keep_files` has it."""
    if scorecard.is_signed_off:
        raise ValidationError(refusal())
    about = {"category_key": category, "decider_key": decider, "fact_key": fact}
    organization = scorecard.organization_id
    return keep_files(uploads, organization=organization, actor=actor, batch=batch, scorecard=scorecard, **about)


def keep_files(
    uploads: Sequence[UploadedFile],
    *,
    organization: int,
    actor: User | None,
    batch: UUID | None = None,
    **about: object,
) -> UUID:
    """Read files and keep what they say, with `about` what they were dropped on; returns the batch they are shown as.

    ValidationError, in a sentence, where one cannot be read at all. The rest of them is not kept then, either.
    """
    if not uploads:
        raise ValidationError(_("Choose a file, or paste what it holds."))
    batch = batch or uuid4()
    there = FigureDrop.objects.filter(organization=organization, batch=batch).count()
    if there + len(uploads) > MOST_FILES:
        raise ValidationError(_("At most {most} files are read together. Take these first.").format(most=MOST_FILES))
    made = [_read(organization, upload) for upload in uploads]
    try:
        with transaction.atomic():
            for drop in made:
                for name, value in {**about, "batch": batch, "created_by": actor}.items():
                    setattr(drop, name, value)
                drop.save(force_insert=True)
    except OSError as error:
        if reason := why_not_stored(error):
            raise ValidationError(reason) from error
        raise
    return batch


def _read(organization: int, upload: UploadedFile) -> FigureDrop:
    filename = clean_filename(upload.name or "")
    size = upload.size or 0
    if size > settings.EVIDENCE_MAX_BYTES:
        limit = settings.EVIDENCE_MAX_BYTES // 1024**2
        said = _("“{file}” is larger than {most} MB. Send the summary that the tool writes.")
        raise ValidationError(said.format(file=filename, most=limit))
    upload.seek(0)
    data = upload.read()
    reading = read_file(io.BytesIO(data), len(data), name=filename)
    drop = FigureDrop(
        organization_id=organization,
        filename=without_unwritable(filename),
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        reading=records.stored(reading, data),
    )
    encoding = encoding_of(data[: 256 * 1024])
    if encoding and data.strip():
        found = masking.mask(without_unwritable(decode(data, encoding)))
        drop.masked = [*found.sentences]
        drop.reading["secrets"] = found.secrets
        drop.head = head(found.text)
        drop.file.save("drop", ContentFile(found.text.encode("utf-8", "replace")), save=False)
    return drop


def head(text: str) -> str:
    """The first lines of a file, each cut to what can be read at a glance."""
    lines = (line.rstrip() for line in text[: HEAD_LINES * 4000].split("\n"))
    shown = [line if len(line) <= HEAD_WIDTH else f"{line[:HEAD_WIDTH]}…" for line in lines if line.strip()]
    return "\n".join(shown[:HEAD_LINES])


def text_of(drop: FigureDrop) -> bytes:
    """The masked text of a dropped file; empty where it was none, or is gone."""
    if not drop.file:
        return b""
    try:
        with drop.file.open("rb") as file:
            return file.read()
    except FileNotFoundError:
        return b""


def discard(drops: Iterable[FigureDrop]) -> None:
    """Throw dropped files away."""
    with transaction.atomic():
        for drop in drops:
            drop.delete()


def purge() -> int:
    """Throw away what nobody took within a day; returns how many files that were."""
    old = list(FigureDrop.objects.filter(created_at__lt=timezone.now() - KEPT))
    discard(old)
    return len(old)
