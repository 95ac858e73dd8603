#!/bin/sh
# Looks for what the project needs from the operating system, and installs what is missing where it may.
#   sh requirements/system.sh python   a Python that can make virtual environments
#   sh requirements/system.sh pdf      Pango and fonts, for WeasyPrint. Without the fonts for Arabic, Hebrew, Devanagari,
#                                      Thai, Chinese, Japanese and Korean (50 MB) it goes on, and says so
#   sh requirements/system.sh browser  Chromium and Firefox, for the tests that drive a browser
set -eu

have_library() { "${PYTHON:-python3}" -c "import ctypes.util, sys; sys.exit(not ctypes.util.find_library('$1'))"; }
# By family, or by language as in :lang=th.
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
    apt="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig fonts-urw-base35 fonts-liberation"
    dnf="pango harfbuzz fontconfig urw-base35-fonts liberation-fonts"
    apk="pango harfbuzz-subset fontconfig font-urw-base35 font-liberation"
    brew="pango fontconfig"
    check() {
        have_library pango-1.0 && have_library pangoft2-1.0 || return 1
        [ "$(uname -s)" = Darwin ] || have_font "P052" || have_font "Liberation Serif"
    }
    wished="fonts for all scripts"
    wish_apt="fonts-noto-core fonts-wqy-microhei"
    wish_dnf="google-noto-sans-arabic-fonts google-noto-sans-hebrew-fonts google-noto-sans-devanagari-fonts google-noto-sans-thai-fonts wqy-microhei-fonts"
    wish_apk="font-noto-arabic font-noto-hebrew font-noto-devanagari font-noto-thai font-wqy-zenhei"
    granted() {
        [ "$(uname -s)" != Darwin ] || return 0
        for language in ar he hi th zh-cn ja ko; do have_font ":lang=$language" || return 1; done
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

# What is good to have: its absence is said, and stops nothing.
wished="${wished:-}"
[ -n "$wished" ] || granted() { true; }

check && granted && exit 0

if command -v apt-get >/dev/null 2>&1; then
    manager=apt-get install="apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=300" packages=$apt wish="${wish_apt:-}"
elif command -v dnf >/dev/null 2>&1; then
    manager=dnf install="dnf install -y" packages=$dnf wish="${wish_dnf:-}"
elif command -v apk >/dev/null 2>&1; then
    manager=apk install="apk add" packages=$apk wish="${wish_apk:-}"
elif command -v brew >/dev/null 2>&1; then
    manager=brew install="brew install" packages=$brew wish=""
else
    manager="" install="" packages="" wish=""
fi

if [ "$manager" = brew ] || { [ -n "$manager" ] && [ "$(id -u)" = 0 ]; }; then
    [ "$manager" != apt-get ] || apt-get update -qq
    # Word splitting is meant: the names are a list.
    if ! check; then
        echo "Installing $what: $install $packages"
        DEBIAN_FRONTEND=noninteractive sh -c "$install $packages" >/dev/null
    fi
    if ! granted && [ -n "$wish" ]; then
        echo "Installing $wished: $install $wish"
        DEBIAN_FRONTEND=noninteractive sh -c "$install $wish" >/dev/null || true
    fi
    granted || echo "Not found, and done without: $wished. A report says which letters it leaves blank." >&2
    check && exit 0
    echo "Installed, but still not found: $what." >&2
    exit 1
fi

if check; then
    echo "Done without $wished. A report says which letters it leaves blank." >&2
    [ -z "$wish" ] || echo "Install them with:  sudo $install $wish" >&2
    exit 0
fi
echo "Missing: $what." >&2
if [ -n "$install" ]; then
    echo "Install it with:  sudo $install $packages${wish:+ $wish}" >&2
else
    echo "Install Pango (1.44 or newer) with the package manager of this system." >&2
fi
exit 1
