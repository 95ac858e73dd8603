"""The framework versions on disk: found, read, checked, and kept for as long as the process lives.

What is read and worked out with a version, its handbook and calculators, may come out again in an edition of its own: a
folder with these two files, named like the version with one more number, as 2026.2.1 is for 2026.2. The newest edition
is the one that is read; what scores, asks and plans stays with the version.
"""

import re
from functools import cache
from pathlib import Path

from assessments.framework import rules
from assessments.framework.definitions import Framework
from assessments.framework.errors import FrameworkError
from assessments.framework.sources import read_sources

CONTENT = Path(__file__).parent / "content"
DEFAULT_KEY = "ai-infrastructure"


def load(key: str = DEFAULT_KEY, version: str = "2026.1") -> Framework:
    """One version of a framework. FrameworkError if it does not exist or its content breaks a rule."""
    return _load(key, version)


def current() -> Framework:
    """The newest version of the framework: the one a new scorecard uses."""
    return _load(DEFAULT_KEY, versions(DEFAULT_KEY)[-1])


@cache
def released() -> tuple[tuple[str, str], ...]:
    """The key and version of everything there is, oldest version first."""
    folders = _folders()
    return tuple((key, version) for key, version in folders if (key, _edited(version)) not in folders)


def editions() -> tuple[tuple[str, str], ...]:
    """The key and number of every edition of a version's handbook and calculators, oldest first."""
    folders = _folders()
    return tuple((key, number) for key, number in folders if (key, _edited(number)) in folders)


def _folders() -> list[tuple[str, str]]:
    return sorted(((folder.parent.name, folder.name) for folder in CONTENT.glob("*/*/")), key=_age)


def _edited(number: str) -> str:
    """The version that an edition of this number would be of."""
    return number.rpartition(".")[0]


def _age(key_and_version: tuple[str, str]) -> tuple[str, list[int]]:
    key, version = key_and_version
    return key, [int(number) for number in re.findall("[0-9]+", version)]


def versions(key: str = DEFAULT_KEY) -> tuple[str, ...]:
    """The versions of a framework, oldest first; none if there is no such framework."""
    return tuple(version for released_key, version in released() if released_key == key)


@cache
def _load(key: str, version: str) -> Framework:
    if (key, version) not in released():
        raise FrameworkError(f"{key}/{version}", "", "there is no such version of the framework")
    edited = [number for of, number in editions() if of == key and _edited(number) == version]
    return read_framework(CONTENT / key / version, CONTENT / key / edited[-1] if edited else None)


def read_framework(folder: Path, edition: Path | None = None) -> Framework:
    """Read the folder of one version and hold it to every rule, with its own handbook and with that of an edition."""
    sources = read_sources(folder)
    rules.check(sources, key=folder.parent.name, version=folder.name)
    if edition is None:
        return sources.framework()
    edited = read_sources(folder, edition)
    rules.check(edited, key=folder.parent.name, version=folder.name)
    rules.check_edition(sources, edited, edition)
    return edited.framework()
