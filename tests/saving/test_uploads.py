import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from assessments.saving.uploads import check_upload, clean_filename


def picture(kind):
    out = io.BytesIO()
    Image.new("RGB", (2, 2)).save(out, kind)
    return out.getvalue()


def workbook(member="xl/workbook.xml"):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(member, "<x/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("a.png", picture("PNG"), "image/png"),
        ("a.JPG", picture("JPEG"), "image/jpeg"),
        ("a.pdf", b"%PDF-1.7\n...", "application/pdf"),
        ("a.csv", "Größe;1\n".encode(), "text/csv"),
        ("a.xlsx", workbook(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)
def test_check_upload_takes_what_is_what_it_says(name, content, content_type):
    checked = check_upload(SimpleUploadedFile(name, content))

    assert (checked.filename, checked.content_type, checked.size) == (name, content_type, len(content))
    assert checked.file.read() == content


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("page.png", b"<html><script>alert(1)</script></html>", "its content is something else"),
        ("drawing.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "its content is something else"),
        ("drawing.svg", b"<svg/>", "cannot be attached"),
        ("page.html", b"<html/>", "cannot be attached"),
        ("photo.png", picture("JPEG"), "its content is something else"),
        ("sheet.xlsx", workbook("evil.bin"), "its content is something else"),
        ("sheet.xlsx", b"PK\x03\x04 broken", "its content is something else"),
        ("binary.txt", b"a\x00b", "its content is something else"),
        ("latin.csv", "ü".encode("latin-1"), "its content is something else"),
        ("tool.exe", b"MZ\x90", "cannot be attached"),
        ("empty.pdf", b"", "is empty"),
        ("no-extension", b"hello", "cannot be attached"),
        ("...txt", b"hello", "cannot be attached"),
        (".txt", b"hello", "cannot be attached"),
    ],
)
def test_check_upload_refuses_with_the_reason(name, content, reason):
    with pytest.raises(ValidationError, match=reason):
        check_upload(SimpleUploadedFile(name, content))


def test_check_upload_refuses_what_is_too_large(settings):
    settings.EVIDENCE_MAX_BYTES = 2 * 1024**2

    with pytest.raises(ValidationError, match="The file is 3 MB; 2 MB is the most"):
        check_upload(SimpleUploadedFile("a.txt", b"x" * 3 * 1024**2))


def test_a_file_a_byte_too_large_is_not_said_to_be_as_large_as_allowed(settings):
    settings.EVIDENCE_MAX_BYTES = 2 * 1024**2

    with pytest.raises(ValidationError, match=r"The file is 2\.1 MB; 2 MB is the most"):
        check_upload(SimpleUploadedFile("a.txt", b"x" * (2 * 1024**2 + 1)))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../x", "x"),
        ("..\\..\\x.pdf", "x.pdf"),
        ("/etc/passwd", "passwd"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
        ("\u202efdp.exe", "fdp.exe"),
        ("...", "file"),
        ("", "file"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_clean_filename_keeps_a_harmless_last_part(given, kept):
    assert clean_filename(given) == kept
