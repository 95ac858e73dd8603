"""Files that come in as evidence: how large they may be, what they may be, and what they are called."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from pathlib import Path, PurePosixPath
from tempfile import gettempdir
from typing import Any

import filetype
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, TemporaryFileUploadHandler
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.framework.translating import number
from assessments.platform.failures import is_disk_full
from assessments.platform.storage import refuse_without_room

IMAGES = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "webp": "image/webp"}
OFFICE = {  # extension -> (content type, a member every such ZIP file has)
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "word/document.xml"),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xl/workbook.xml"),
    "pptx": ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "ppt/presentation.xml"),
}
TEXT = {
    "txt": "text/plain",
    "csv": "text/csv",
    "md": "text/markdown",
    "log": "text/plain",
    **dict.fromkeys(("json", "jsonl", "tsv", "out"), "text/plain"),
}
UNPACKED_MAX_BYTES = 500 * 1024**2  # what an Office file may grow to in the program that opens it
ALLOWED = _lazy("PDF, PNG, JPEG, WebP, Word, Excel, PowerPoint, CSV, JSON or plain text")


@dataclass(frozen=True, slots=True)
class CheckedUpload:
    """A file whose content is what its name says. `size` is in bytes."""

    file: "UploadedFile[bytes]"
    filename: str
    content_type: str
    size: int


class LimitedUploadHandler(FileUploadHandler):
    """Reads past files over the limit without storing a byte of them, so that a huge upload costs no disk.

    The request then carries `too_large_upload`, the length in bytes that the client announced.
    """

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):  # type: ignore[no-untyped-def]
        self.announced = content_length

    def new_file(self, *args: object, **kwargs: object) -> None:
        if self.announced > settings.EVIDENCE_MAX_BYTES + 1024 * 1024:
            self.request.too_large_upload = self.announced  # type: ignore[union-attr]  # our own mark on it
            raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


class SpoolingUploadHandler(TemporaryFileUploadHandler):
    """Writes a large file to the folder for temporary files, unless that would take the room that is kept free.

    The request then carries `has_no_room`, and the file is read past.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._or_skip(lambda: refuse_without_room(Path(gettempdir()), self.content_length or 0))

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._or_skip(lambda: self.file.write(raw_data))

    def file_complete(self, file_size: int) -> Any:
        return None if hasattr(self.request, "has_no_room") else super().file_complete(file_size)

    def _or_skip(self, action: Callable[[], object]) -> None:
        try:
            action()
        except OSError as error:
            if not is_disk_full(error):
                raise
            self.request.has_no_room = True  # type: ignore[union-attr]  # our own mark on it
            raise SkipFile from error


def check_upload(upload: "UploadedFile[bytes]") -> CheckedUpload:
    """Refuse, in a sentence, what is empty, too large, or not of the type its name claims."""
    filename = clean_filename(upload.name or "")
    size = upload.size or 0
    if size == 0:
        raise ValidationError(_("“{name}” is empty.").format(name=filename))
    if size > settings.EVIDENCE_MAX_BYTES:
        raise ValidationError(too_large(size))
    return CheckedUpload(upload, filename, _content_type(upload, filename), size)


def too_large(size: int) -> str:
    limit, megabytes = settings.EVIDENCE_MAX_BYTES // 1024**2, size / 1024**2
    tenths = ceil(megabytes * 10) / 10
    shown = number(megabytes, 0) if round(megabytes) > limit else number(tenths, 0 if tenths.is_integer() else 1)
    return _("The file is {size} MB; {most} MB is the most. Nothing was stored. Attach a link instead.").format(
        size=shown, most=limit
    )


def clean_filename(name: str) -> str:
    """The last part of the name, without control characters, at most 200 characters, never empty."""
    last = PurePosixPath(name.replace("\\", "/")).name
    shown = "".join(c for c in last if c.isprintable()).strip(" .")
    if len(shown) > 200:
        stem, dot, extension = shown.rpartition(".")
        shown = stem[: 199 - len(extension)] + dot + extension if dot and len(extension) < 10 else shown[:200]
    return shown or "file"


def _content_type(upload: "UploadedFile[bytes]", filename: str) -> str:
    extension = filename.rpartition(".")[2].lower() if "." in filename else ""
    upload.seek(0)
    head = upload.read(8192)
    upload.seek(0)
    guess = filetype.guess(head)
    found: str | None = guess.mime if guess else None
    if extension == "pdf" and found == "application/pdf":
        return found
    if extension in IMAGES and found == IMAGES[extension]:
        return found
    if extension in OFFICE and (unpacked := _unpacked_office(upload, OFFICE[extension][1])):
        if unpacked > UNPACKED_MAX_BYTES:
            raise ValidationError(
                _("“{name}” unpacks to {size} MB; {most} MB is the most. It was not stored.").format(
                    name=filename, size=number(unpacked / 1024**2, 0), most=UNPACKED_MAX_BYTES // 1024**2
                )
            )
        return OFFICE[extension][0]
    if extension in TEXT and found is None and _is_text(upload):
        return TEXT[extension]
    known = {"pdf", *IMAGES, *OFFICE, *TEXT}
    if extension in known:
        raise ValidationError(
            _("“{name}” is called .{extension}, but its content is something else. It was not stored.").format(
                name=filename, extension=extension
            )
        )
    raise ValidationError(
        _("“{name}” cannot be attached. Use {allowed}, or a link.").format(name=filename, allowed=ALLOWED)
    )


def _unpacked_office(upload: "UploadedFile[bytes]", member: str) -> int:
    """How many bytes an Office file says it unpacks to; 0 if it is none. Nothing is unpacked for it."""
    try:
        with zipfile.ZipFile(upload) as archive:
            return sum(entry.file_size for entry in archive.infolist()) if member in archive.namelist() else 0
    except zipfile.BadZipFile:
        return 0
    finally:
        upload.seek(0)


def _is_text(upload: "UploadedFile[bytes]") -> bool:
    try:
        for line in io.TextIOWrapper(io.BytesIO(upload.read()), encoding="utf-8-sig"):
            if "\x00" in line:
                return False
    except UnicodeDecodeError:
        return False
    finally:
        upload.seek(0)
    return True
