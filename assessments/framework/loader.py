"""The framework versions that there are: found, read, checked, and kept for as long as the process lives.

What is read and worked out with a version, its handbook and calculators, may come out again in an edition of its own: a
folder with these two files, named like the version with one more number, as 2026.2.1 is for 2026.2. The newest edition
is the one that is read; what scores, asks and plans stays with the version.

Beside the product's own there are frameworks of one's own: in folders that are laid out as `content` is
(`add_folders`), and in what a site keeps itself (`keep_in`).
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from assessments.framework import overlays, rules, translating
from assessments.framework.definitions import KEY_FORM, VERSION_FORM, Framework
from assessments.framework.errors import FrameworkError
from assessments.framework.files import texts_of
from assessments.framework.sources import read_own_sources, read_sources

CONTENT = Path(__file__).parent / "content"
DEFAULT_KEY = "ai-infrastructure"

_added: list[Path] = []


class Kept(Protocol):
    """Where a site keeps the versions it uses, so that all processes have them, whatever becomes of a folder."""

    def versions(self) -> Mapping[tuple[str, str], bool]:
        """The key and version of everything that is kept, and whether it is retired: used for nothing new."""

    def files(self, key: str, version: str) -> Mapping[str, str] | None:
        """The text of each file of a version by its name; None if it is not kept."""


class _NothingKept:
    def versions(self) -> Mapping[tuple[str, str], bool]:
        return {}

    def files(self, key: str, version: str) -> Mapping[str, str] | None:
        return None


_kept: Kept = _NothingKept()


def add_folders(*folders: Path) -> None:
    """Read frameworks from these folders, too, each with a folder for every key and in it one for every version."""
    _added[:] = folders
    forget()


def keep_in(kept: Kept) -> None:
    global _kept
    _kept = kept
    forget()


def forget() -> None:
    """Read everything anew when it is asked for next."""
    released.cache_clear()
    _in.cache_clear()


def load(key: str = DEFAULT_KEY, version: str = "2026.1") -> Framework:
    """One version of a framework. FrameworkError if it does not exist or its content breaks a rule."""
    return _in(translating.language(), key, version)


def current(key: str = "") -> Framework:
    """The newest version of a framework, the product's own if no key is given: the one a new scorecard uses."""
    return load(key or DEFAULT_KEY, versions(key or DEFAULT_KEY)[-1])


def find_current(key: str = "") -> Framework:
    """The newest version of a framework; the product's own where there is none of this key any more."""
    return current(key if not key or versions(key) else "")


def find_known(key: str = "") -> Framework:
    """The newest version of a framework for what is scored by it already, retired or not; else the product's own."""
    found = known_versions(key or DEFAULT_KEY)
    return load(key or DEFAULT_KEY, found[-1]) if found else current()


@cache
def released() -> tuple[tuple[str, str], ...]:
    """The key and version of everything there is in folders, oldest version first."""
    folders = _folders()
    edited = _editions(folders)
    return tuple(each for each in folders if each not in edited)


def editions() -> tuple[tuple[str, str], ...]:
    """The key and number of every edition of a version's handbook and calculators, oldest first."""
    return _editions(_folders())


def _editions(folders: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Of the product's own alone: of one's own 1.1 is a version of its own beside 1."""
    own = [(key, number) for key, number in folders if key == DEFAULT_KEY]
    return tuple((key, number) for key, number in own if (key, _edited(number)) in own)


def _folders() -> list[tuple[str, str]]:
    own = {(folder.parent.name, folder.name) for folder in CONTENT.glob("*/*/")}
    others = {(f.parent.name, f.name) for root in _added for f in root.glob("*/*/") if f.parent.name != DEFAULT_KEY}
    return sorted(own | others, key=_age)


def folder_of(key: str, version: str) -> Path | None:
    """Where a version lies; None if it is in no folder."""
    roots = [CONTENT] if key == DEFAULT_KEY else _added
    return next((root / key / version for root in roots if (root / key / version).is_dir()), None)


def _edited(number: str) -> str:
    """The version that an edition of this number would be of."""
    return number.rpartition(".")[0]


def _age(key_and_version: tuple[str, str]) -> tuple[str, list[int]]:
    key, version = key_and_version
    return key, [int(number) for number in re.findall("[0-9]+", version)]


def versions(key: str = DEFAULT_KEY) -> tuple[str, ...]:
    """The versions of a framework that something new may use, oldest first; none if there is no such framework."""
    if key == DEFAULT_KEY:
        return tuple(version for released_key, version in released() if released_key == key)
    return tuple(version for usable_key, version in _usable() if usable_key == key)


def known_versions(key: str) -> tuple[str, ...]:
    """The versions of a framework that something may be scored by, retired ones too, oldest first."""
    if key == DEFAULT_KEY:
        return versions()
    return tuple(version for known_key, version in sorted(_known(), key=_age) if known_key == key)


def usable_keys() -> tuple[str, ...]:
    """The frameworks that something new may use, the product's own first."""
    return (DEFAULT_KEY, *dict.fromkeys(key for key, _ in _usable()))


def _usable() -> list[tuple[str, str]]:
    """The key and version of everything but the product's own that is not retired, oldest version first."""
    kept = _kept.versions()
    return sorted((each for each in _known() if not kept.get(each)), key=_age)


def _known() -> set[tuple[str, str]]:
    """The key and version of everything but the product's own."""
    return {*_kept.versions(), *(each for each in released() if each[0] != DEFAULT_KEY)}


@cache
def _in(language: str, key: str, version: str) -> Framework:
    """A version in a language; in English where it has no files of that."""
    if key != DEFAULT_KEY and (files := _kept.files(key, version)) is not None:
        return read_texts(key, version, files, language)
    if (key, version) not in released():
        raise FrameworkError(f"{key}/{version}", "", "there is no such version of the framework")
    folder = folder_of(key, version)
    assert folder is not None  # noqa: S101  it was released
    edited = [number for of, number in editions() if of == key and _edited(number) == version]
    return read_framework(folder, folder.with_name(edited[-1]) if edited else None, language)


def texts(key: str, version: str) -> Mapping[str, str]:
    """The text of each file of a version that there is, the handbook and the calculators in their newest edition."""
    if key != DEFAULT_KEY and (files := _kept.files(key, version)) is not None:
        return files
    folder = folder_of(key, version)
    if folder is None:
        raise FrameworkError(f"{key}/{version}", "", "there is no such version of the framework")
    edited = [number for of, number in editions() if of == key and _edited(number) == version]
    return texts_of(folder, folder.with_name(edited[-1]) if edited else None)


def read_texts(key: str, version: str, files: Mapping[str, str], language: str = translating.ENGLISH) -> Framework:
    """A version out of the texts of its files by name. FrameworkError as for a folder.

    What names the folder may be somebody else's: nothing is written before it is known to be a name.
    """
    for form, value in ((KEY_FORM, key), (VERSION_FORM, version)):
        if not re.fullmatch(form.pattern, value) or len(value) > form.longest:
            raise FrameworkError("scorecard.yaml", "", f'the key and the version must look like "{form.like}"')
    if unknown := next((name for name in files if name not in rules.FILES), ""):
        raise FrameworkError(unknown[:80], "", f"unknown file; a framework has {', '.join(rules.FILES)}")
    with TemporaryDirectory() as temporary:
        folder = Path(temporary) / key / version
        folder.mkdir(parents=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
        return read_framework(folder, language=language)


def read_framework(folder: Path, edition: Path | None = None, language: str = translating.ENGLISH) -> Framework:
    """Read the folder of one version and hold it to every rule, with its own handbook and with that of an edition.

    Rules hold what is written in English; a language replaces what is read of it (`overlays`).
    """
    if folder.parent.name != DEFAULT_KEY:
        return _read_own(folder, language)
    sources = read_sources(folder)
    rules.check(sources, key=folder.parent.name, version=folder.name)
    if edition is None:
        return sources.spoken(folder, folder, language).framework()
    edited = read_sources(folder, edition)
    rules.check(edited, key=folder.parent.name, version=folder.name)
    rules.check_edition(sources, edited, edition)
    return edited.spoken(folder, edition, language).framework()


def _read_own(folder: Path, language: str) -> Framework:
    """A framework of one's own, without editions. What it takes from the product is translated with the product."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.name not in rules.FILES and not (path.is_dir() and path.name in overlays.LANGUAGES):
            reason = f"unknown file; a framework has {', '.join(rules.FILES)}"
            raise FrameworkError(f"{folder.parent.name}/{folder.name}/{path.name}", "", reason)
    house = CONTENT / DEFAULT_KEY / versions()[-1]
    edition = [number for key, number in editions() if key == DEFAULT_KEY and _edited(number) == house.name]
    sources = read_own_sources(folder, house, house.with_name(edition[-1]) if edition else house, language)
    rules.check(sources, key=folder.parent.name, version=folder.name)
    return sources.spoken(folder, folder, language).framework()
