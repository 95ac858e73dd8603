#!/bin/sh
# sysstat 12.6.1 (Debian 12.6.1-1): the "date" in the JSON of iostat is written in the locale of the machine.
#
# The numbers keep their point in every locale, the date does not: one file says 11/12/26 for the 12th of November,
# another 12.11.2026, a third 12/11/26 for the 12th too. S_TIME_FORMAT=ISO, or sadf -j, is safe.
#
# Seen:  C            "date": "11/29/26"
#        de_DE.UTF-8  "date": "29.11.2026"
#        en_GB.UTF-8  "date": "29/11/26"
# Valid input: iostat -o JSON, one report. Needs Debian 12 with apt; fails if the form or the version changes.
set -eu
version=12.6.1-1
have=$(dpkg-query -W -f '${Version}' sysstat 2>/dev/null || true)
[ "$have" = "$version" ] || apt-get install -y --no-install-recommends "sysstat=$version" >/dev/null
[ -e /usr/share/i18n/locales/de_DE ] || apt-get install -y --no-install-recommends locales >/dev/null
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for language in de_DE en_GB; do
    localedef -i "$language" -f UTF-8 "$work/$language.UTF-8" >/dev/null 2>&1 || [ -d "$work/$language.UTF-8" ]
done
day() { LOCPATH=$work LC_ALL=$1 iostat -o JSON 1 1 | sed -n 's/.*"date": "\([^"]*\)".*/\1/p'; }

c=$(day C)
german=$(day de_DE.UTF-8)
british=$(day en_GB.UTF-8)
iso=$(S_TIME_FORMAT=ISO LC_ALL=C iostat -o JSON 1 1 | sed -n 's/.*"date": "\([^"]*\)".*/\1/p')
echo "C $c, de_DE $german, en_GB $british, ISO $iso"
[ "$c" = "$(date +%m/%d/%y)" ]
[ "$german" = "$(date +%d.%m.%Y)" ]
[ "$british" = "$(date +%d/%m/%y)" ]
[ "$iso" = "$(date +%Y-%m-%d)" ]
echo "One day, three ways, no word on which: holds."
