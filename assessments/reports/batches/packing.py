"""One ZIP of the reports of a batch, written to disk piece by piece; the same reports give the same bytes."""

import hashlib
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO

from django.core.files import File
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.organizations.models import Organization
from assessments.reports.batches.models import ReportBatch, ReportBatchItem, batch_path
from assessments.reports.filenames import report_filename
from assessments.reports.models import Report

CHUNK = 1024 * 1024
NAME_BYTES = 180  # with its ending and a number, what every system can unpack


@dataclass(frozen=True, slots=True)
class Packed:
    number: int
    size: int
    sha256: str


def pack(batch: ReportBatch, alive: Callable[[], None], note: Callable[..., None]) -> Packed:
    """Store the ZIP of what is made. `alive` is called while it goes on, `note` takes the name before it is stored."""
    with TemporaryFile() as file:
        number = _write(batch, file, alive)
        if not number:
            note(file="")
            return Packed(0, 0, "")
        size = file.tell()
        digest = _digest(file, alive)
        file.seek(0)
        storage, name = batch.file.storage, batch_path(batch, "")
        note(file=name)
        storage.save(name, File(file, name))
    return Packed(number, size, digest)


def _write(batch: ReportBatch, to: IO[bytes], alive: Callable[[], None]) -> int:
    at = timezone.localtime(batch.requested_at).timetuple()[:6]
    contents = _("Contents.txt")
    names: set[str] = {contents.casefold()}
    lines, number = [], 0
    not_in = _("{organization}: not in here. {why}")
    with zipfile.ZipFile(to, "w", zipfile.ZIP_STORED) as archive:  # a PDF is compressed already
        for item in _items(batch):
            alive()
            place = _written(archive, item, names, at) if item.report_id else ""
            number += bool(place)
            lines.append(place or not_in.format(organization=item.organization.name, why=_why_not(item)))
            ReportBatchItem.objects.filter(pk=item.pk).update(is_packed=bool(place), skipped=item.skipped)
        archive.writestr(zipfile.ZipInfo(contents, at), "\n".join(lines) + "\n")
    return number


def _items(batch: ReportBatch) -> Iterator[ReportBatchItem]:
    """In the order of the names. What its person may not open any more is left out without a word."""
    person = batch.requested_by
    visible = (
        Organization.objects.visible_to(person).values("pk") if person else Organization.objects.none().values("pk")
    )
    batch.items.exclude(organization__in=visible).update(is_packed=False)
    items = batch.items.filter(organization__in=visible).select_related("organization", "report")
    return items.defer("report__snapshot").order_by("organization__name_sort", "pk").iterator(chunk_size=100)


def _written(archive: zipfile.ZipFile, item: ReportBatchItem, names: set[str], at: tuple[int, ...]) -> str:
    """The name under which the report's file went in; none where there is no file."""
    report = item.report
    if report is None or report.status != Report.Status.DONE:
        return ""
    try:
        source = report.file.open("rb")
    except FileNotFoundError:
        item.skipped = ReportBatchItem.Skipped.GONE
        return ""
    name = _free_name(report_filename(report, item.organization), names)
    with source, archive.open(zipfile.ZipInfo(name, at), "w", force_zip64=True) as target:  # type: ignore[arg-type]
        while chunk := source.read(CHUNK):
            target.write(chunk)
    return name


def _free_name(wanted: str, names: set[str]) -> str:
    """A plain name that none has yet, whatever the case: some systems do not tell Ä from ä."""
    stem, _, ending = wanted.rpartition(".")
    stem = stem.encode()[:NAME_BYTES].decode(errors="ignore").rstrip(" .")
    number, name = 1, f"{stem}.{ending}"
    while name.casefold() in names:
        number += 1
        name = f"{stem} ({number}).{ending}"
    names.add(name.casefold())
    return name


def _why_not(item: ReportBatchItem) -> str:
    if item.skipped:
        return str(item.get_skipped_display())
    if item.report is None:
        return str(ReportBatchItem.Skipped.GONE.label)
    return _("Its report could not be made.")


def _digest(file: IO[bytes], alive: Callable[[], None]) -> str:
    file.seek(0)
    found = hashlib.sha256()
    while chunk := file.read(CHUNK):
        found.update(chunk)
    alive()
    return found.hexdigest()
