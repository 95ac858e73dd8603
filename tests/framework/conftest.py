"""A copy of the released content that a test may break."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from assessments.framework import FrameworkError, read_framework
from assessments.framework.loader import CONTENT


class WrittenOut(yaml.SafeDumper):
    """Writes what stands in a tree twice out twice, as the content has no aliases."""

    def ignore_aliases(self, data: object) -> bool:
        return True


class BreakableContent:
    """One version's folder, with its files as text to be replaced."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def replace(self, file: str, old: str, new: str) -> None:
        """Replace the first `old` of a file, which must be there."""
        path = self.folder / file
        before, found, after = path.read_text(encoding="utf-8").partition(old)
        assert found == old
        path.write_text(before + new + after, encoding="utf-8")

    def change(self, file: str, change: Callable[[dict[str, Any]], object]) -> None:
        """Change what a file holds, as a tree of plain values."""
        path = self.folder / file
        tree = yaml.safe_load(path.read_text(encoding="utf-8"))
        change(tree)
        path.write_text(yaml.dump(tree, Dumper=WrittenOut, sort_keys=False), encoding="utf-8")

    def error(self) -> tuple[str, str, str]:
        """File, place and reason of the error that loading the folder raises."""
        with pytest.raises(FrameworkError) as caught:
            read_framework(self.folder)
        return caught.value.file, caught.value.place, caught.value.reason


@pytest.fixture
def content(tmp_path: Path) -> BreakableContent:
    return copied(tmp_path, "2026.1")


@pytest.fixture
def content_with_deciders(tmp_path: Path) -> BreakableContent:
    return copied(tmp_path, "2026.2")


def copied(tmp_path: Path, version: str) -> BreakableContent:
    folder = tmp_path / "ai-infrastructure" / version
    shutil.copytree(CONTENT / "ai-infrastructure" / version, folder)
    return BreakableContent(folder)
