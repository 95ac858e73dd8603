"""Links and files that prove something: taken in from a form, kept without leftovers, handed out as downloads."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.http import FileResponse, Http404, HttpRequest

from assessments.platform.failures import why_not_stored
from assessments.platform.storage import NO_ROOM
from assessments.saving.forms import LinkOrFileForm
from assessments.saving.models import Proof
from assessments.saving.uploads import CheckedUpload, too_large


def file_fields(upload: CheckedUpload, title: str) -> dict[str, Any]:
    """The fields of a proof that is a file, already checked by `uploads.check_upload`."""
    return {
        "title": title or upload.filename,
        "file": File(upload.file, name="evidence"),
        "filename": upload.filename,
        "content_type": upload.content_type,
        "size": upload.size,
    }


@contextmanager
def without_leftovers(proof: Proof) -> Iterator[None]:
    """While a proof is saved: its file is stored before its row, and goes again if the row is refused.

    Without room, or without the place where files are kept, it is a ValidationError for whoever attached the file.
    """
    try:
        yield
    except Exception as error:
        if proof.file.name and proof.file._committed:  # type: ignore[attr-defined]
            proof.file.storage.delete(proof.file.name)
        if reason := why_not_stored(error):
            raise ValidationError(reason) from error
        raise


def link_or_file_form(request: HttpRequest) -> LinkOrFileForm:
    return LinkOrFileForm(request.POST, request.FILES) if request.method == "POST" else LinkOrFileForm()


def add_from_form(
    request: HttpRequest,
    form: LinkOrFileForm,
    *,
    add_link: Callable[[str, str], object],
    add_file: Callable[[str, CheckedUpload], object],
) -> bool:
    """Add what the form holds by `add_link(title, url)` or `add_file(title, upload)`.

    Where that cannot be, the reason is put on the form.
    """
    valid = form.is_valid()
    if is_refused(request, form) or not valid:
        return False
    title, url, upload = (form.cleaned_data[name] for name in ("title", "url", "file"))
    try:
        if upload:
            add_file(title, upload)
        else:
            add_link(title or url[:200], url)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


def is_refused(request: HttpRequest, form: LinkOrFileForm) -> bool:
    """Whether the file was read past, which the form then says; what it made of the other fields does not matter."""
    if hasattr(request, "too_large_upload"):
        reason = too_large(request.too_large_upload)
    elif hasattr(request, "has_no_room"):
        reason = str(NO_ROOM)
    else:
        return False
    form.errors.clear()
    form.add_error("file", reason)
    return True


def form_status(request: HttpRequest, form: LinkOrFileForm) -> int:
    """The status of the answer that shows the form."""
    return 413 if hasattr(request, "too_large_upload") else 422 if form.errors else 200


def open_file(proof: Proof) -> FileResponse:
    """A file, only ever as a download: it never runs or shows in this site's name. Http404 if there is none."""
    if not proof.file:
        raise Http404
    try:
        opened = proof.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(opened, as_attachment=True, filename=proof.filename, content_type=proof.content_type)
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "sandbox"
    return response
