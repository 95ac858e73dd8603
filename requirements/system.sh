#!/bin/sh
# Looks for what the project needs from the operating system, and installs what is missing where it may.
#   sh requirements/system.sh python   a Python that can make virtual environments
#   sh requirements/system.sh pdf      Pango and fonts, for WeasyPrint
#   sh requirements/system.sh browser  Chromium and Firefox, for the tests that drive a browser
set -eu

have_library() { "${PYTHON:-python3}" -c "import ctypes.util, sys; sys.exit(not ctypes.util.find_library('$1'))"; }
have_font() { command -v fc-list >/dev/null 2>&1 && [ -n "$(fc-list "$1" family 2>/dev/null)" ]; }
have_firefox() { command -v "${FIREFOX:-firefox-esr}" >/dev/null 2>&1 || command -v firefox >/dev/null 2>&1; }
have_browser() { [ -x "${CHROMIUM:-/usr/bin/chromium}" ] && have_firefox; }

case "${1:-}" in
python)
    "${PYTHON:-python3}" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
        echo "Python 3.11 or newer is needed. Name one with PYTHON=/path/to/python3.11." >&2
        exit 1
    }
    "${PYTHON:-python3}" -c 'import ensurepip, venv' 2>/dev/null && exit 0
    what="Python's venv module"
    apt="python3-venv" dnf="python3" apk="python3 py3-pip" brew="python"
    check() { "${PYTHON:-python3}" -c 'import ensurepip, venv' 2>/dev/null; }
    ;;
pdf)
    what="the libraries and fonts that make PDFs"
    apt="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig fonts-urw-base35 fonts-liberation fonts-droid-fallback"
    dnf="pango harfbuzz fontconfig urw-base35-fonts liberation-fonts google-droid-sans-fonts"
    apk="pango harfbuzz-subset fontconfig font-urw-base35 font-liberation"
    brew="pango fontconfig"
    check() {
        have_library pango-1.0 && have_library pangoft2-1.0 || return 1
        [ "$(uname -s)" = Darwin ] || have_font "P052" || have_font "Liberation Serif"
    }
    ;;
browser)
    what="Chromium and Firefox (or name them with CHROMIUM=/path/to/chromium and FIREFOX=/path/to/firefox)"
    apt="chromium firefox-esr" dnf="chromium firefox" apk="chromium firefox-esr" brew="--cask chromium firefox"
    check() { have_browser; }
    ;;
*)
    echo "usage: sh requirements/system.sh python|pdf|browser" >&2
    exit 2
    ;;
esac

check && exit 0

if command -v apt-get >/dev/null 2>&1; then
    manager=apt-get command="apt-get install -y --no-install-recommends $apt"
elif command -v dnf >/dev/null 2>&1; then
    manager=dnf command="dnf install -y $dnf"
elif command -v apk >/dev/null 2>&1; then
    manager=apk command="apk add $apk"
elif command -v brew >/dev/null 2>&1; then
    manager=brew command="brew install $brew"
else
    manager="" command=""
fi

if [ "$manager" = brew ] || { [ -n "$manager" ] && [ "$(id -u)" = 0 ]; }; then
    echo "Installing $what: $command"
    [ "$manager" != apt-get ] || apt-get update -qq
    # Word splitting is meant: the names are a list.
    DEBIAN_FRONTEND=noninteractive sh -c "$command" >/dev/null
    check && exit 0
    echo "Installed, but still not found: $what." >&2
    exit 1
fi

echo "Missing: $what." >&2
if [ -n "$command" ]; then
    echo "Install it with:  sudo $command" >&2
else
    echo "Install Pango (1.44 or newer) with the package manager of this system." >&2
fi
exit 1
