"""The HTML part of a mail, made of its plain text: whoever writes a mail writes text, and need do nothing else.

Paragraphs are set apart by an empty line. A line that is one of this site's addresses, alone or after "Label: ",
becomes a button, named by its label or by a short line before it. Lines that begin with "- " are a list, indented ones
an entry, with a line before it that is no sentence as its heading; a line over a row of "=" is a heading, too, and from
a line "--" on it is the foot. No other address becomes a link, and none at all in what a person wrote (`marks.quoted`).

Mail programs read little: tables, styles on the elements themselves, and one sheet for those that know dark.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _lazy

from assessments.platform.mails import marks

PRODUCT = "AI Infrastructure Scorecard"
OPEN = _lazy("Open the page")
LABEL_LENGTH = 40

_ADDRESS = re.compile(r"(?:(?P<label>[^:]+): )?(?P<address>https?://\S+)")
_COLOR = re.compile(r"#[0-9a-f]{6}")
_SERIF = "'Iowan Old Style', 'Palatino Linotype', Palatino, 'Book Antiqua', Georgia, serif"
_SANS = "-apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"

# The house's colors, as `static/css/tokens.css` has them: on light, on dark.
_COLORS = {
    "paper": ("#f8f7f4", "#11161b"),
    "sheet": ("#ffffff", "#1a2128"),
    "ink": ("#16212b", "#e8ebec"),
    "soft": ("#46525d", "#b4bdc4"),
    "rule": ("#dedddb", "#2b343c"),
    "on-accent": ("#ffffff", "#0d1a26"),
}
_ACCENT = ("#1b4b78", "#8fc0ee")


@dataclass(frozen=True, slots=True)
class Look:
    """In whose name a mail comes, and in which color."""

    name: str = PRODUCT
    light: str = _ACCENT[0]
    dark: str = _ACCENT[1]


@dataclass(slots=True)
class Paragraph:
    lines: list[str] = field(default_factory=list)
    is_quote: bool = False
    is_foot: bool = False


def dress(text: str, *, why: str = "", links: Iterable[tuple[str, str]] = ()) -> str:
    """The HTML of a mail. `why` says below why it comes, `links` are what can be done about that."""
    look, paragraphs = _read(text)
    main = "".join(_main([each for each in paragraphs if not each.is_foot], look))
    below = [*_foot([each for each in paragraphs if each.is_foot], look), *_reason(why, links, look)]
    if look.name != PRODUCT:
        below.append(_small(PRODUCT))
    return str(
        format_html(
            _PAGE,
            language=get_language() or settings.LANGUAGE_CODE,
            sheet=mark_safe(_sheet(look)),  # noqa: S308  the house's colors, and a brand's that were looked at
            bar=look.light,
            serif=_SERIF,
            sans=_SANS,
            name=look.name,
            main=mark_safe(main),  # noqa: S308  every part was escaped
            foot=mark_safe("".join(below)),  # noqa: S308  every part was escaped
        )
    )


# Reading


def _read(text: str) -> tuple[Look, list[Paragraph]]:
    look, paragraphs = Look(), [Paragraph()]
    is_quote = is_foot = is_name = False
    for line in text.replace("\r\n", "\n").split("\n"):
        if is_name:
            look, is_name = Look(marks.plain(line).strip() or PRODUCT, look.light, look.dark), False
        if marks.BRAND in line:
            look, is_name = _colored(line), True
        begins = marks.QUOTE in line
        is_quote = is_quote or begins
        is_foot = is_foot or (not is_quote and (marks.FOOT in line or marks.plain(line).rstrip() == "--"))
        last, said = paragraphs[-1], marks.plain(line).rstrip()
        if begins or (last.is_foot, last.is_quote) != (is_foot, is_quote) or not (said or is_quote):
            last = Paragraph(is_quote=is_quote, is_foot=is_foot)
            paragraphs.append(last)
        if (said or is_quote) and not (is_foot and said == "--"):
            last.lines.append(said)
        if marks.UNQUOTE in line:
            is_quote = False
    return look, [each for each in paragraphs if any(each.lines) and each.lines != [PRODUCT]]


def _colored(line: str) -> Look:
    inside = line[line.index(marks.BRAND) + 1 :].partition(marks.BRAND_END)[0]
    light, _, dark = inside.partition(",")
    is_color = _COLOR.fullmatch(light) and _COLOR.fullmatch(dark)
    return Look(light=light, dark=dark) if is_color else Look()


def own_address(line: str) -> tuple[str, str] | None:
    """The label and the address of a line that is one of this site's addresses."""
    found = _ADDRESS.fullmatch(line.strip())
    if found is None or not found["address"].startswith(f"{settings.SITE_URL}/"):
        return None
    return found["label"] or "", found["address"]


def _label(lead: str) -> str:
    """What a line before an address calls it, as "Choose one here" of "Choose one here; it works once:"."""
    label = lead.partition(";")[0].strip().rstrip(":")
    return label if len(label) <= LABEL_LENGTH and "://" not in label else ""


# Writing


def _main(paragraphs: list[Paragraph], look: Look) -> Iterator[SafeString]:
    has_button = False
    for place, paragraph in enumerate(paragraphs):
        lines = paragraph.lines
        following = paragraphs[place + 1] if place + 1 < len(paragraphs) else Paragraph()
        if paragraph.is_quote:
            yield _quote(lines)
        elif len(lines) == 2 and lines[1] and not lines[1].strip("="):
            yield format_html('<h2 style="{}">{}</h2>', f"{_H2}font-family:{_SERIF};", lines[0])
        elif all(line.startswith("  ") for line in lines):
            yield _entry(lines, look)
        elif _is_head(lines) and following.lines and all(line.startswith("  ") for line in following.lines):
            yield format_html('<h3 class="ink" style="{}">{}</h3>', _H3, lines[0])
        else:
            for part in _parts(lines, look, has_button):
                has_button = has_button or "<table" in part
                yield part


def _is_head(lines: list[str]) -> bool:
    return len(lines) == 1 and not lines[0].endswith((".", ":"))


def _parts(lines: list[str], look: Look, has_button: bool) -> Iterator[SafeString]:
    """A paragraph line by line: text, list, buttons."""
    said: list[str] = []
    for line in lines:
        address = own_address(line)
        if address is None:
            said.append(line)
            continue
        label, url = address
        if not label and said and (label := _label(said[-1])) == said[-1].rstrip(":"):
            said.pop()
        yield from _text(said)
        said = []
        yield _button(label or str(OPEN), url, look, is_first=not has_button)
        has_button = True
    yield from _text(said)


def _text(lines: list[str]) -> Iterator[SafeString]:
    texts: list[str] = []
    points: list[str] = []
    for line in lines:
        if line.startswith("- "):
            points.append(line[2:])
        else:
            if points:
                yield _list(points)
                points = []
            texts.append(line)
        if texts and points:
            yield _paragraph(texts)
            texts = []
    if texts:
        yield _paragraph(texts)
    if points:
        yield _list(points)


_P = "margin:0 0 16px;font-size:16px;line-height:24px;color:#16212b;overflow-wrap:anywhere;"
_H2 = "margin:24px 0 12px;font-size:20px;line-height:26px;font-weight:600;color:#16212b;"
_H3 = "margin:20px 0 8px;font-size:14px;line-height:20px;font-weight:700;color:#16212b;"
_SMALL = "margin:0 0 8px;font-size:13px;line-height:20px;color:#46525d;overflow-wrap:anywhere;word-break:break-word;"


def _broken(lines: Iterable[str]) -> SafeString:
    return format_html_join(mark_safe("<br>"), "{}", ((line,) for line in lines))


def _paragraph(lines: list[str]) -> SafeString:
    return format_html('<p class="ink" style="{}">{}</p>', _P, _broken(lines))


def _small(words: str | SafeString) -> SafeString:
    return format_html('<p class="soft" style="{}">{}</p>', _SMALL, conditional_escape(words))


def _list(points: list[str]) -> SafeString:
    inside = format_html_join("", '<li style="margin:0 0 8px;">{}</li>', ((point,) for point in points))
    return format_html('<ul class="ink" style="{}padding:0 0 0 20px;">{}</ul>', _P, inside)


def _quote(lines: list[str]) -> SafeString:
    while lines and not lines[-1]:
        lines = lines[:-1]
    return format_html(
        '<blockquote class="quote ink" style="{}padding:0 0 0 14px;border-left:3px solid #dedddb;">{}</blockquote>',
        _P,
        _broken(lines),
    )


def _entry(lines: list[str], look: Look) -> SafeString:
    """An indented entry: its first line names it, an address of ours at its end is what the name leads to.

    What stands between may be a person's words.
    """
    found = own_address(lines[-1]) if len(lines) > 1 else None
    urls = [found[1]] if found else []
    rest = [line.strip() for line in (lines[:-1] if found else lines)]
    name = _link(rest[0], urls[0], look) if urls else format_html("{}", rest[0])
    said = format_html('<br><span class="soft" style="color:#46525d;">{}</span>', _broken(rest[1:])) if rest[1:] else ""
    where = format_html('<br><span class="soft" style="{}">{}</span>', _SMALL, urls[0]) if urls else ""
    return format_html('<p class="ink" style="{}padding:0 0 0 14px;">{}{}{}</p>', _P, name, said, where)


def _link(words: str, url: str, look: Look) -> SafeString:
    return format_html('<a class="link" href="{}" style="color:{};">{}</a>', url, look.light, words)


def _button(label: str, url: str, look: Look, *, is_first: bool) -> SafeString:
    """The first is what the mail is for; the others are drawn as less."""
    back, ink = (look.light, "#ffffff") if is_first else ("#ffffff", look.light)
    return format_html(
        '<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:0 0 6px;"><tr>'
        '<td class="{}" bgcolor="{}" style="background:{};border:1px solid {};border-radius:3px;">'
        '<a class="{}" href="{}" style="display:inline-block;padding:10px 18px;font-size:16px;line-height:22px;'
        'font-weight:600;color:{};text-decoration:none;">{}</a></td></tr></table>{}',
        "button" if is_first else "button2",
        back,
        back,
        look.light,
        "button-ink" if is_first else "link",
        url,
        ink,
        label,
        format_html('<p class="soft" style="{}margin-bottom:20px;">{}</p>', _SMALL, _link(url, url, look)),
    )


def _foot(paragraphs: list[Paragraph], look: Look) -> Iterator[SafeString]:
    for paragraph in paragraphs:
        lines = []
        for line in paragraph.lines:
            address = own_address(line) if not paragraph.is_quote else None
            lines.append(_link(address[0] or address[1], address[1], look) if address else line)
        yield _small(_broken(lines))


def _reason(why: str, links: Iterable[tuple[str, str]], look: Look) -> Iterator[SafeString]:
    if why:
        yield _small(why)
    if drawn := [(_link(words, url, look),) for words, url in links]:
        yield _small(format_html_join(" · ", "{}", drawn))


def _sheet(look: Look) -> str:
    """What dark changes. A mail program without it shows the light one."""
    dark = {name: colors[1] for name, colors in _COLORS.items()}
    return (
        f".paper{{background:{dark['paper']}!important}}"
        f".sheet{{background:{dark['sheet']}!important}}"
        f".ink,h2{{color:{dark['ink']}!important}}"
        f".soft{{color:{dark['soft']}!important}}"
        f".rule{{border-color:{dark['rule']}!important}}"
        f".quote{{border-color:{dark['rule']}!important}}"
        f".bar,.button{{background:{look.dark}!important;border-color:{look.dark}!important}}"
        f".button2{{background:{dark['sheet']}!important;border-color:{look.dark}!important}}"
        f".button-ink{{color:{dark['on-accent']}!important}}"
        f".link{{color:{look.dark}!important}}"
    )


_PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{name}</title>
<style>@media (prefers-color-scheme: dark) {{{sheet}}}</style>
</head>
<body class="paper" style="margin:0;padding:0;background:#f8f7f4;">
<table role="presentation" class="paper" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="#f8f7f4" \
style="background:#f8f7f4;"><tr><td align="center" style="padding:24px 12px;">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" \
style="max-width:600px;text-align:left;font-family:{sans};">
<tr><td class="bar" height="4" bgcolor="{bar}" style="height:4px;line-height:4px;font-size:0;background:{bar};">\
&nbsp;</td></tr>
<tr><td class="sheet" bgcolor="#ffffff" style="padding:20px 24px 8px;background:#ffffff;">
<p class="ink rule" style="margin:0 0 20px;padding:0 0 14px;border-bottom:1px solid #dedddb;font-family:{serif};\
font-size:17px;line-height:24px;font-weight:600;color:#16212b;">{name}</p>
{main}
</td></tr>
<tr><td style="padding:16px 24px 0;">{foot}</td></tr>
</table>
</td></tr></table>
</body>
</html>
"""
