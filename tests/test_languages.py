"""Everything that people read is there in every language: in the catalogs, on the pages, in numbers."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import translation

from assessments.framework.translating import kept_by_language
from assessments.management import catalogs
from tests import pages, pseudo
from tests.literals import literals, templates

TEMPLATES = settings.BASE_DIR / "templates"
FOR_MACHINES = ("api",)
OF_ITS_OWN = ("api_document_detail", "report_share_detail")  # English; that of the report
CODES = [code for code, _ in settings.LANGUAGES]
WRAPPED = re.compile(r"\{%\s*(?:blocktrans(?:late)?|trans(?:late)?)\b")
# Attributes that a browser reads as numbers: a decimal comma in one of them is no number.
MEASURES = re.compile(
    r'\s(?:x|y|x1|x2|y1|y2|cx|cy|r|rx|ry|width|height|min|max|low|high|optimum|step|colspan|rowspan)="\d+,\d+[^"]*"'
    r'|style="[^"]*\d,\d[^"]*"|<(?:progress|meter|data)[^>]*\svalue="\d+,\d+"'
)


@pytest.mark.once
def test_no_template_has_text_outside_gettext():
    found = []
    for path in templates(TEMPLATES):
        name = path.relative_to(TEMPLATES)
        if name.parts[0] not in FOR_MACHINES:
            texts = literals(path.read_text(encoding="utf-8"), is_html=path.suffix == ".html")
            found += [f"{name}:{line}: {text}" for line, text in texts]

    assert found == []


@pytest.mark.once
@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Save it</p>", ["Save it"]),
        ('<p>{% translate "Save it" %}</p>', []),
        ("<p>{% blocktranslate trimmed %}\nSave <b>it</b>\n{% endblocktranslate %}</p>", []),
        ('<a aria-label="Back" href="/x">{{ name }}</a>', ["Back"]),
        ('<input type="submit" value="Send">', ["Send"]),
        ('<input type="hidden" value="Send" name="Whose">', []),
        ("{% block title %}People{% endblock %}", ["People"]),
        ("{% block pageclass %}form wide{% endblock %}", []),
        ("<p>{{ n }} of {{ m }}</p>", ["of"]),
        ("<code>pip install</code> {# A note #}", []),
    ],
)
def test_text_outside_gettext_is_found(source, found):
    assert [text for _, text in literals(source)] == found


@pytest.mark.once
def test_every_message_of_a_template_is_read_into_the_catalogs():
    read = {}
    for path in templates(TEMPLATES):
        source = path.read_text(encoding="utf-8")
        written = len(WRAPPED.findall(re.sub(r"\{%\s*comment.*?endcomment\s*%\}|\{#.*?#\}", "", source, flags=re.S)))
        extracted = len(catalogs.calls(source))
        if extracted < written:
            read[path.relative_to(TEMPLATES)] = (written, extracted)

    assert read == {}


@pytest.mark.once
def test_everything_is_translated_with_its_placeholders_and_its_markup():
    assert catalogs.problems() == []


@pytest.mark.once
@pytest.mark.parametrize(
    ("text", "said", "reason"),
    [
        ("Saved {count} of %(all)s", "{count} von %(all)s gespeichert", ""),
        ("Saved {count}", "{anzahl} gespeichert", "placeholders differ"),
        ("Saved %(count)s", "Gespeichert", "placeholders differ"),
        ('<a href="%(url)s">Open</a>', "%(url)s öffnen", "markup differs"),
        ("Saved\n", "Gespeichert", "begins or ends otherwise"),
        ("Saved", "", "not translated"),
    ],
)
def test_what_is_wrong_with_a_translation_is_found(text, said, reason):
    catalog = catalogs.Catalog(locale="de")
    catalog.add(text, said)

    assert [why for why, _ in catalogs.wrong(catalog[text], text)] == ([reason] if reason else [])


@pytest.mark.once
@pytest.mark.parametrize("language", catalogs.LANGUAGES)
def test_the_same_texts_make_the_same_file(language, tmp_path, monkeypatch):
    before = catalogs.path_of(language).read_bytes()
    monkeypatch.setattr(catalogs, "FOLDER", tmp_path)

    catalogs.write(language, _read(before, tmp_path))

    assert catalogs.path_of(language).read_bytes() == before


def _read(content: bytes, folder: Path):
    path = folder / "before.po"
    path.write_bytes(content)
    with path.open("rb") as file:
        return catalogs.pofile.read_po(file, locale="de")


@pytest.mark.long
def test_pages_are_whole_in_every_language_and_numbers_for_machines_stay_numbers(db, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    pages.load()
    with monkeypatch.context() as at_once:  # a test's transaction ends with none
        at_once.setattr(transaction, "on_commit", lambda do, **_: do())
        strangers = pages.strangers()

    found = {code: pages.found(1, language=code, of_strangers=strangers) for code in CODES}

    assert min(len(each) for each in found.values()) > 100
    for code, shown in found.items():
        wrong = {
            address: [f"lang is not {code}"] * (f'<html lang="{code}' not in html) + MEASURES.findall(html)
            for address, (name, html, _) in shown.items()
            if name not in OF_ITS_OWN and (MEASURES.search(html) or f'<html lang="{code}' not in html)
        }
        assert wrong == {}, code
    assert all({*each} == {*found["en"]} for each in found.values())


def test_a_measure_with_a_comma_would_be_found():
    assert MEASURES.search('<rect x="1,5" y="2">')
    assert MEASURES.search('<i style="inset-inline-start: 12,5%">')
    assert not MEASURES.search('<rect x="1.5"><path d="M1,5 L2,6"><td>1,5</td>')


def test_what_gettext_does_not_see_stays_plain_in_the_made_up_language():
    with pseudo.speaking(), translation.override("de"):
        said = translation.gettext("Save {count} <b>items</b>")

    assert said == "Sävë {count} <b>ïtëms</b>"


def test_what_the_made_up_language_has_kept_is_not_said_in_german():
    @kept_by_language()
    def kept():
        return translation.gettext("All saved")

    with translation.override("de"):
        german = kept()
    with pseudo.speaking(), translation.override("de"):
        assert kept() == "Äll sävëd"
    with translation.override("de"):
        assert kept() == german
