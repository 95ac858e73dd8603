"""A logo that comes in: a picture or a drawing by its content, not by its name, and made anew before it is kept."""

import hashlib
import io
import warnings
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from PIL import Image, ImageOps, UnidentifiedImageError

from assessments.organizations.branding.drawings import UnsafeDrawingError, clean_svg

MOST_BYTES = 5 * 1024 * 1024
TOO_LARGE = format_lazy(
    _lazy("The logo may have {most} MB; this file has more. Nothing was stored."), most=MOST_BYTES // 1024**2
)
MOST_PIXELS = 20_000_000
TOO_MANY = format_lazy(
    _lazy("The logo has more than {most} million points. Make it smaller, such as 1,000 points wide."),
    most=MOST_PIXELS // 10**6,
)
# As large as it is printed at 300 dots an inch, and as light as a report can carry it.
WIDTH, HEIGHT = 1000, 500
KEPT_BYTES = 160 * 1024
LEAST_SIDE = 16
MOST_RATIO = 20  # a line is no logo
SVG, PNG, JPEG = "image/svg+xml", "image/png", "image/jpeg"
EXTENSIONS = {SVG: "svg", PNG: "png", JPEG: "jpg"}


@dataclass(frozen=True, slots=True)
class Logo:
    content: bytes
    content_type: str
    width: int
    height: int

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def read_logo(upload: UploadedFile) -> Logo:
    """The logo as it is kept; a ValidationError says what is wrong with the file."""
    if upload.size > MOST_BYTES:
        raise ValidationError(TOO_LARGE)
    upload.seek(0)
    content = upload.read(MOST_BYTES + 1)
    if not content:
        raise ValidationError(_("The file is empty."))
    logo = _picture(content) if content.startswith((b"\x89PNG", b"\xff\xd8\xff")) else _drawing(content)
    if not 1 / MOST_RATIO <= logo.width / logo.height <= MOST_RATIO:
        raise ValidationError(_("The logo is a line: one side is more than twenty times the other."))
    return logo


def _drawing(content: bytes) -> Logo:
    if b"<svg" not in content[:4096] and b":svg" not in content[:4096]:
        raise ValidationError(_("Use a PNG, a JPEG or an SVG file for the logo."))
    try:
        cleaned, width, height = clean_svg(content)
    except UnsafeDrawingError as error:
        raise ValidationError(_("{why}. Nothing was stored.").format(why=str(error).rstrip("."))) from None
    scale = HEIGHT / max(width / 2, height)
    return Logo(cleaned, SVG, max(1, round(width * scale)), max(1, round(height * scale)))


def _picture(content: bytes) -> Logo:
    """Decoded and written anew, so that nothing but its points is left of the file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the limit here is lower
        try:
            with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as image:
                if image.width * image.height > MOST_PIXELS:  # its head tells, nothing is decoded for it
                    raise ValidationError(TOO_MANY)
                if min(image.size) < LEAST_SIDE:
                    refused = _("The logo is smaller than {least} points. Use a larger one.")
                    raise ValidationError(refused.format(least=LEAST_SIDE))
                image.draft("RGB", (WIDTH, HEIGHT))
                image.load()
                has_alpha = "A" in image.getbands() or "transparency" in image.info
                kind = JPEG if image.format == "JPEG" else PNG
                drawn = ImageOps.exif_transpose(image).convert("RGBA" if has_alpha else "RGB")
        except Image.DecompressionBombError:
            raise ValidationError(TOO_MANY) from None
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError):
            raise ValidationError(_("The picture is damaged and cannot be read. Nothing was stored.")) from None
    drawn.info = {}  # a comment would be written with it
    drawn.thumbnail((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    while True:
        written = _written(drawn, kind)
        if len(written) <= KEPT_BYTES:
            return Logo(written, kind, *drawn.size)
        drawn = drawn.resize((max(1, drawn.width * 3 // 4), max(1, drawn.height * 3 // 4)), Image.Resampling.LANCZOS)


def _written(image: Image.Image, kind: str) -> bytes:
    target = io.BytesIO()
    if kind == JPEG:
        image.convert("RGB").save(target, "JPEG", quality=88, optimize=True)
    else:
        image.save(target, "PNG", optimize=True)
    return target.getvalue()
