"""Logos that come in: made anew, or refused in a sentence."""

import io
import struct
import zlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageFile

from assessments.organizations.branding.logos import JPEG, KEPT_BYTES, MOST_BYTES, PNG, SVG, read_logo
from tests.factories import make_picture

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 40 20">'
LOGO = '<rect width="40" height="20" fill="#0f5c5c"/>'


@pytest.fixture(autouse=True)
def as_in_a_web_process(monkeypatch):
    """WeasyPrint, once it is imported, makes Pillow take cut pictures; where logos come in, it never is."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", False)


def read(content, name="logo.svg"):
    return read_logo(SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode()))


def svg(inside, head=HEAD):
    return f"{head}{inside}</svg>"


def refusal(content, name="logo.svg"):
    with pytest.raises(ValidationError) as caught:
        read(content, name)
    return caught.value.messages[0]


# ---- Pictures


@pytest.mark.parametrize(("kind", "kept"), [("PNG", PNG), ("JPEG", JPEG)])
def test_a_picture_is_written_anew_and_fits(kind, kept):
    logo = read(make_picture(3000, 600, kind))

    assert (logo.content_type, logo.width, logo.height) == (kept, 1000, 200)
    with Image.open(io.BytesIO(logo.content)) as image:
        assert image.size == (1000, 200)


def test_what_a_picture_carries_beside_its_points_is_gone():
    image, target = Image.new("RGB", (60, 40), "#ff0000"), io.BytesIO()
    exif = Image.Exif()
    exif[0x010E], exif[0x8825] = "Taken at Ada's house", {1: "N"}
    image.save(target, "JPEG", exif=exif, comment=b"secret")

    kept = read(target.getvalue() + b"<script>alert(1)</script>").content

    assert not any(word in kept for word in (b"Ada", b"secret", b"script", b"Exif"))


def test_a_picture_taken_upright_stands_upright():
    image, target = Image.new("RGB", (60, 40)), io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    image.save(target, "JPEG", exif=exif)

    assert (read(target.getvalue()).width, read(target.getvalue()).height) == (40, 60)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P", "1", "LA", "I;16"])
def test_every_kind_of_png_is_taken(mode):
    target = io.BytesIO()
    Image.new(mode, (60, 40)).save(target, "PNG")

    assert read(target.getvalue()).content_type == PNG


def test_a_picture_of_noise_is_light_enough_for_a_report():
    noise = Image.effect_noise((1600, 800), 200).convert("RGB")
    target = io.BytesIO()
    noise.save(target, "PNG")

    assert len(read(target.getvalue()).content) <= KEPT_BYTES


def _claims(width, height):
    """A PNG whose head says how large it is, with next to nothing behind it."""
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("width", "height"), [(8000, 5000), (100_000, 100_000), (20_001, 1000)])
def test_a_picture_of_forty_megapixels_is_refused_by_its_head(width, height):
    said = "The logo has more than 20 million points. Make it smaller, such as 1,000 points wide."
    assert refusal(_claims(width, height), "logo.png") == said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        (_claims(300, 100), "The picture is damaged and cannot be read. Nothing was stored."),
        (make_picture()[:200], "The picture is damaged and cannot be read. Nothing was stored."),
        (b"\xff\xd8\xff\xe0 no jpeg", "The picture is damaged and cannot be read. Nothing was stored."),
        (b"GIF89a" + b"0" * 50, "Use a PNG, a JPEG or an SVG file for the logo."),
        (b"%PDF-1.7 <svg/>", "The file is called .svg, but it is no SVG that can be read. Nothing was stored."),
        (b"MZ\x90\x00", "Use a PNG, a JPEG or an SVG file for the logo."),
        (make_picture(8, 8), "The logo is smaller than 16 points. Use a larger one."),
        (make_picture(1000, 16), "The logo is a line: one side is more than twenty times the other."),
        (b"x" * (MOST_BYTES + 1), "The logo may have 5 MB; this file has more. Nothing was stored."),
    ],
)
def test_what_is_no_picture_is_refused_in_a_sentence(content, said):
    assert refusal(content, "logo.png") == said


# ---- Drawings


def test_a_drawing_keeps_what_is_drawn():
    logo = read(svg(f'<defs><linearGradient id="g"><stop offset="0" stop-color="red"/></linearGradient></defs>{LOGO}'))

    assert (logo.content_type, logo.width, logo.height) == (SVG, 1000, 500)
    assert b'fill="#0f5c5c"' in logo.content
    assert b'<stop offset="0" stop-color="red"' in logo.content


def test_the_classes_of_a_drawing_program_become_what_they_say():
    logo = read(
        svg(f'<style>.a,.b{{fill:#0f5c5c}} .b{{stroke:red;font-family:X}}</style><path class="b" d="M0 0"/>{LOGO}')
    )

    assert b'<path d="M0 0" fill="#0f5c5c" stroke="red"' in logo.content
    assert b"style" not in logo.content
    assert b"class" not in logo.content


def test_what_an_editor_left_behind_goes_without_a_word():
    inkscape = 'xmlns:i="http://www.inkscape.org/namespaces/inkscape"'
    logo = read(
        f'<?xml version="1.0"?><!-- Ada\'s --><svg xmlns="http://www.w3.org/2000/svg" {inkscape} width="40mm" '
        f'height="20mm" i:version="1"><metadata><a>Ada</a></metadata><title>Ada</title><i:view/>'
        f"<desc>Ada</desc>{LOGO}</svg>"
    )

    assert b"Ada" not in logo.content
    assert b"inkscape" not in logo.content
    assert b'viewBox="0 0 40 20"' in logo.content


BOMB = '<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
LOADS = '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
PARAMETER = '<!DOCTYPE svg [<!ENTITY % x SYSTEM "http://127.0.0.1:1/x.dtd"> %x;]>'
RING = '<linearGradient id="{}" xlink:href="#{}"/>'
HOSTILE = {
    "script": svg("<script>alert(1)</script>"),
    "script with a prefix": '<s:svg xmlns:s="http://www.w3.org/2000/svg"><s:script>1</s:script></s:svg>',
    "handler": svg('<rect onload="alert(1)"/>'),
    "handler of the root": svg(LOGO, HEAD.replace("<svg", '<svg onload="alert(1)"')),
    "handler with a prefix": svg('<rect xmlns:a="a" a:onclick="alert(1)"/>'),
    "page": svg("<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'><script/></body></foreignObject>"),
    "picture": svg('<image href="http://127.0.0.1:1/x.png" width="5" height="5"/>'),
    "picture inside": svg('<image xlink:href="data:image/png;base64,AAAA"/>'),
    "use of elsewhere": svg('<use href="http://127.0.0.1:1/x.svg#a"/>'),
    "use of itself": svg('<g id="a"><use xlink:href="#a"/></g>'),
    "link": svg('<a href="javascript:alert(1)"><rect/></a>'),
    "animation": svg('<rect><animate attributeName="href" values="javascript:alert(1)"/></rect>'),
    "set": svg('<rect><set attributeName="onload" to="alert(1)"/></rect>'),
    "filter": svg('<filter id="f"><feImage href="file:///etc/passwd"/></filter>'),
    "pattern": svg('<pattern id="p"/>'),
    "mask": svg('<mask id="m"/>'),
    "text": svg("<text>Firm</text>"),
    "style that loads": svg("<style>@import url(http://127.0.0.1:1/x.css);</style>"),
    "style with an address": svg("<style>.a{fill:url(http://127.0.0.1:1/x.svg#a)}</style><rect class='a'/>"),
    "style with a font": svg("<style>@font-face{src:url(x)}</style>"),
    "style of everything": svg("<style>*{fill:red}</style>"),
    "style escaped": svg(r"<rect style='background:\75rl(http://127.0.0.1:1/)'/>"),
    "style attribute": svg("<rect style='fill:url(http://127.0.0.1:1/x.svg)'/>"),
    "style unknown": svg("<rect style='background-image:url(http://127.0.0.1:1/x.svg)'/>"),
    "fill elsewhere": svg('<rect fill="url(http://127.0.0.1:1/x.svg#a)"/>'),
    "fill with a space": svg('<rect fill="URL (data:image/svg+xml,x)"/>'),
    "fill then": svg('<rect fill="url(#a) url(http://127.0.0.1:1/)"/>'),
    "path with markup": svg('<path d="M0 0&quot;&gt;&lt;script&gt;"/>'),
    "color of elsewhere": svg('<linearGradient id="a" xlink:href="http://127.0.0.1:1/x.svg#a"/>'),
    "colors in a ring": svg(RING.format("a", "b") + RING.format("b", "a")),
    "color of itself": svg(RING.format("a", "a")),
    "reference on a shape": svg('<rect xlink:href="http://127.0.0.1:1/"/>'),
    "entities": BOMB + svg("<title>&b;</title>"),
    "file": LOADS + svg("<title>&x;</title>"),
    "parameter": PARAMETER + svg(LOGO),
    "too deep": svg("<g>" * 40 + "</g>" * 40),
    "too many": svg("<g/>" * 4000),
    "too large": svg(f"<path d='{'M0 0' * 60_000}'/>"),
    "no size": '<svg xmlns="http://www.w3.org/2000/svg"><rect/></svg>',
    "size in percent": '<svg xmlns="http://www.w3.org/2000/svg" width="100%" height="100%"><rect/></svg>',
    "size of nothing": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 0 0"><rect/></svg>',
    "size without end": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1e99 1"><rect/></svg>',
    "another language": '<svg xmlns="http://example.com/not-svg" viewBox="0 0 1 1"/>',
    "a page": "<html><svg xmlns='http://www.w3.org/2000/svg'/></html>",
    "cut": svg(LOGO)[:-9],
    "another encoding": svg("<script>1</script>").encode("utf-16"),
    "claimed encoding": b'<?xml version="1.0" encoding="utf-7"?>' + svg(LOGO).encode(),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_drawing_that_does_more_than_draw_is_refused_in_a_sentence(name):
    said = refusal(HOSTILE[name])

    assert said.endswith(".")
    assert "127.0.0.1" not in said or "is not taken" in said


def test_nothing_of_a_clip_clips_itself():
    ring = '<clipPath id="c" clip-path="url(#c)"><rect clip-path="url(#c)" width="4" height="4"/></clipPath>'

    kept = read(svg(f'{ring}<rect clip-path="url(#c)" width="9" height="9"/>')).content

    assert kept.count(b"url(#c)") == 1


def test_an_unknown_attribute_goes_without_a_word():
    kept = read(svg('<rect width="4" height="4" data-x="javascript:1" requiredExtensions="x"/>')).content

    assert b"data-x" not in kept
    assert b"requiredExtensions" not in kept
