"""The framework versions on disk: found, read, checked, and kept for as long as the process lives."""

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
    return tuple(sorted(((folder.parent.name, folder.name) for folder in CONTENT.glob("*/*/")), key=_age))


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
    return read_framework(CONTENT / key / version)


def read_framework(folder: Path) -> Framework:
    """Read the folder of one version and hold it to every rule."""
    sources = read_sources(folder)
    rules.check(sources, key=folder.parent.name, version=folder.name)
    return sources.framework()
