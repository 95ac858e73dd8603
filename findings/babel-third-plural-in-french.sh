#!/bin/sh
# Babel 2.19.0, on Python 3.11: a French, Spanish or Italian message with its two plural forms is said in English for 2.
#
# `Catalog(locale="fr")` has the plural rule of CLDR, whose "many" for whole millions is a third form, and between the other
# two: one, many, other. gettext's own tools, Django and editors of catalogs go by two forms, as Babel 2.17.0 did. Whoever gives
# a message its two forms has them taken for "one" and "many"; `write_mo` writes that without a word, and at run time 1 is French
# while 2 falls back to the English of the source. Only `catalog.check()`, if it is called, says so.
#
# Seen:  fr: 3 forms, "1 A", "2 points earned"; de: 2 forms, "1 A", "2 B"
# Valid input: one message with a singular and a plural. Needs the network for pip; fails if 2 is said in French.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check babel==2.19.0
cat > "$folder/try.py" <<'PY'
import gettext
import io

from babel import __version__
from babel.messages import mofile
from babel.messages.catalog import Catalog


def said(language: str) -> list[str]:
    catalog = Catalog(locale=language)
    catalog.add(("%(n)s point earned", "%(n)s points earned"), ("%(n)s A", "%(n)s B"))
    problems = [error for _, errors in catalog.check() for error in errors]
    file = io.BytesIO()
    mofile.write_mo(file, catalog)
    file.seek(0)
    spoken = gettext.GNUTranslations(file)
    forms = [spoken.ngettext("%(n)s point earned", "%(n)s points earned", n) % {"n": n} for n in (1, 2, 5)]
    return [f"{catalog.num_plurals} forms", f"{len(problems)} problems", *forms]


print("Babel", __version__)
for language in ("de", "fr", "es", "it"):
    print(language, said(language))
wrong = [language for language in ("fr", "es", "it") if said(language)[3] == "2 B"]
assert said("de")[2:] == ["1 A", "2 B", "5 B"], "German has two forms, and both are said"
assert not wrong, f"said as one would expect now: {wrong}"
PY
"$folder/venv/bin/python" "$folder/try.py"
