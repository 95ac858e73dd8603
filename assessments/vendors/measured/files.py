"""The file of a tool on a vendor's answer: what is in it is shown first, then taken with what it does not prove.

What is kept is a piece of evidence: the file with its secrets masked, or a page of text with the figures alone, and
beside it the figures with their source and the warnings of the time.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import translation
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext
from django_htmx.http import HttpResponseClientRedirect

from assessments.accounts.models import User
from assessments.figures import records
from assessments.figures.dropped import drops
from assessments.figures.dropped.choices import LEAST_REQUESTS, NO_DATE
from assessments.figures.dropped.forms import AskForm
from assessments.figures.dropped.previews import asks_of, head_of, is_telling, remark_of, warnings_of
from assessments.figures.dropped.refusals import Refused, refused_because
from assessments.figures.models import FigureDrop
from assessments.figures.records import Found
from assessments.figures.takes import Choice, Target
from assessments.framework.translating import number
from assessments.platform.names import clean_name
from assessments.readers import read_file
from assessments.readers.reading import LATENCIES
from assessments.saving.forms import LinkOrFileForm
from assessments.saving.proofs import file_fields
from assessments.saving.uploads import CheckedUpload
from assessments.scoring.words import capitalized, number_word
from assessments.vendors.measured.words import measured
from assessments.vendors.models import VendorAnswer, VendorEvidence

PASTED = "Pasted text.txt"
ONE_OF_BOTH = _lazy("Give either a file or what a tool printed: one piece of evidence at a time.")


class AnswerFileForm(AskForm):
    """What a file on an answer leaves open, and what to call it."""

    title = forms.CharField(
        required=False,
        max_length=200,
        error_messages={"max_length": _lazy("Name the evidence in at most 200 characters.")},
    )

    def clean_title(self) -> str:
        return clean_name(self.cleaned_data["title"])


@dataclass(frozen=True, slots=True)
class Row:
    """A figure that can be taken."""

    found: Found
    control: str
    ticked: bool
    remark: str

    @property
    def is_too_large(self) -> bool:
        return self.found.kept is None


@dataclass(slots=True)
class Preview:
    """The page of one file. `on` is the day the file bears; what it leaves open is asked for in `form`."""

    drop: FigureDrop
    head: str
    rows: tuple[Row, ...]
    refused: tuple[Refused, ...]
    warnings: tuple[str, ...]
    on: date | None
    asks: frozenset[str]
    form: AnswerFileForm
    errors: list[str] = field(default_factory=list)
    can_be_kept = True

    @property
    def headline(self) -> str:
        """Three figures can be taken. One is refused."""
        found = sum(not row.is_too_large for row in self.rows)
        if not found:
            return _("Nothing in here can be taken as a figure.")
        first = ngettext("{count} figure can be taken.", "{count} figures can be taken.", found)
        first = capitalized(first.format(count=number_word(found)))
        refused = len(self.refused)
        if not refused:
            return first
        second = ngettext("{count} is refused.", "{count} are refused.", refused)
        return f"{first} {capitalized(second.format(count=number_word(refused)))}"


def evidence_form(data: QueryDict, files: MultiValueDict) -> LinkOrFileForm:
    """The form of a piece of evidence; what a tool printed and was pasted is a file, too."""
    text = data.get("text", "")
    if not text.strip():
        return LinkOrFileForm(data, files)
    pasted = SimpleUploadedFile(PASTED, text.encode("utf-8", "replace"))
    form = LinkOrFileForm(data, MultiValueDict({"file": [pasted]}))
    if files and form.is_valid():
        form.add_error(None, ONE_OF_BOTH)
    return form


def is_read(upload: CheckedUpload) -> bool:
    """Whether a file is what a known tool wrote, so that what is in it is shown before anything is kept."""
    if not upload.content_type.startswith("text/"):
        return False
    upload.file.seek(0)
    data = upload.file.read()
    upload.file.seek(0)
    return bool(read_file(io.BytesIO(data), len(data), name=upload.filename).tool)


@dataclass(slots=True)
class Adding:
    """Takes a file in: the file of a tool is only read, by `drop`, and then has a `batch`; any other is added."""

    drop: Callable[[CheckedUpload], UUID]
    add: Callable[[str, CheckedUpload], object]
    batch: UUID | None = None

    def __call__(self, title: str, upload: CheckedUpload) -> None:
        if is_read(upload):
            self.batch = self.drop(upload)
        else:
            self.add(title, upload)


def lead_to(request: HttpRequest, page: str, form: LinkOrFileForm) -> HttpResponse:
    """To the page that shows the file of a tool, which asks what to call it, too."""
    if title := form.cleaned_data["title"]:
        page = f"{page}?{urlencode({'title': title})}"
    return HttpResponseClientRedirect(page) if getattr(request, "htmx", False) else redirect(page)


def drop_on(answer: VendorAnswer, upload: CheckedUpload, *, actor: User | None) -> UUID:
    """Read a file and keep what it says until it is taken; without an actor it is the vendor's.

    What the same person dropped on the same answer before, and did not take, goes.
    """
    who = Q(by_vendor=True) if actor is None else Q(by_vendor=False, created_by=actor)
    drops.discard(FigureDrop.objects.filter(who, vendor_answer=answer))
    return drops.keep_files(
        [upload.file],
        organization=answer.review.vendor.organization_id,
        actor=actor,
        vendor_answer=answer,
        by_vendor=actor is None,
    )


def read(drop: FigureDrop, today: date, data: QueryDict | None = None, *, title: str = "") -> Preview:
    """The page of a dropped file; `data` is what was posted on it."""
    reading, zone = drop.reading, drop.vendor_answer.review.vendor.organization.zone
    found, on = records.figures(reading), records.measured_on(reading, zone, today)
    ticked = None if data is None else data.getlist("take")
    return Preview(
        drop=drop,
        head=head_of(drop, on, zone.key),
        rows=tuple(_row(each, ticked) for each in found),
        refused=tuple(refused_because(reason, found) for reason in reading["refusals"]),
        warnings=warnings_of(reading),
        on=on,
        asks=frozenset(asks_of(reading, found, on)) if found else frozenset(),
        form=AnswerFileForm(data, prefix="file", initial={"keep": True, "title": title}),
    )


def _row(found: Found, ticked: list[str] | None) -> Row:
    control = str(found.index)
    chosen = is_telling(found.name, found.statistic) if ticked is None else control in ticked
    return Row(found, control, chosen and found.kept is not None, remark_of(found, {}))


def take(preview: Preview, add: Callable[[VendorEvidence], object]) -> bool:
    """Hand what is ticked to `add` as evidence, and throw the dropped file away; False where that was done already.

    ValidationError, in sentences, for what cannot be taken.
    """
    choices = _choices(preview)
    with transaction.atomic():
        if not FigureDrop.objects.select_for_update().filter(pk=preview.drop.pk).exists():
            return False
        add(VendorEvidence(**_fields(preview, choices)))
        drops.discard([preview.drop])
    return True


def _choices(preview: Preview) -> list[Choice]:
    form = preview.form
    if not form.is_valid():
        raise ValidationError([sentence for found in form.errors.values() for sentence in found])
    asked = form.cleaned_data
    ticked = [row.found for row in preview.rows if row.ticked]
    on = preview.on or asked["on"]
    if ticked and on is None:
        form.add_error("on", NO_DATE)
        raise ValidationError(NO_DATE)
    if not ticked and not asked["keep"]:
        raise ValidationError(_("Tick the figures to take, or keep the file."))
    choices = []
    for found in ticked:
        count = found.count if found.count is not None else asked["count"]
        least = LEAST_REQUESTS.get(found.statistic, 0)
        if found.name in LATENCIES and count is not None and count < least:
            said = _("{figure} of {count} requests is the maximum. Send {least} or more.")
            raise ValidationError(said.format(figure=found.said, count=number(count), least=number(least)))
        if found.kept is not None and on is not None:
            value, unit = found.kept
            choices.append(Choice(preview.drop, Target(), found.title, value, unit, on, found, asked))
    return choices


def _fields(preview: Preview, choices: list[Choice]) -> dict[str, Any]:
    drop, asked = preview.drop, preview.form.cleaned_data
    figures = {
        "figures": [
            {
                "title": choice.title,
                "value": f"{choice.value:f}",
                "unit": choice.unit,
                "on": choice.on.isoformat(),
                "provenance": {name: said for name, said in choice.provenance.items() if name != "warnings"},
            }
            for choice in choices
        ],
        "warnings": drop.reading["warnings"],
        "refusals": drop.reading["refusals"],
    }
    name = PASTED if drop.filename == drops.PASTED else drop.filename
    if asked["keep"]:
        data = drops.text_of(drop)
    else:
        data = _in_words(VendorEvidence(figures=figures), drop).encode()
        name = f"{PurePosixPath(name).stem[:150]}-figures.txt"
    upload = CheckedUpload(ContentFile(data), name, "text/plain", len(data))
    return {**file_fields(upload, asked["title"] or name), "figures": figures}


@translation.override("en")  # as it is kept, whoever attaches it
def _in_words(evidence: VendorEvidence, drop: FigureDrop) -> str:
    """The page of text that is kept in the file's place."""
    lines = [
        *measured(evidence),
        "",
        *(f"Know: {sentence}" for sentence in evidence.figures["warnings"]),
        *(f"Not taken: {sentence}" for sentence in evidence.figures["refusals"]),
        f"Read from {drop.filename}, {drop.size:,} bytes, SHA-256 {drop.sha256}.",
        "The file itself was not kept.",
    ]
    return "\n".join(lines) + "\n"
