"""A framework's files on their way in and out: as texts by name, as a ZIP, as a folder."""

import io
import lzma
import re
import stat
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from assessments.framework.documents import MOST_BYTES
from assessments.framework.errors import FrameworkError
from assessments.framework.rules import FILES
from assessments.framework.schema import editor_line

MOST_ENTRIES = 40
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError),
    *(NotImplementedError, EOFError, OSError, RuntimeError, ValueError),
)
EPOCH = (2026, 1, 1, 0, 0, 0)
HEADING = re.compile(r"^(  key: ).*\n(  version: ).*$", re.MULTILINE)

Texts = dict[str, str]


def texts_of(folder: Path, edition: Path | None = None) -> Texts:
    """The text of each file of a version; those of an edition take the place of its own."""
    found = {path.name: path for place in (folder, edition) if place for path in sorted(place.glob("*.yaml"))}
    return {name: found[name].read_text(encoding="utf-8") for name in FILES if name in found}


def renamed(texts: Mapping[str, str], key: str, version: str) -> Texts:
    """The same as another framework or version, each with the line by which editors find its schema."""
    named = dict(texts)
    heading = rf'\g<1>{key}\n\g<2>"{version}"'
    named["scorecard.yaml"] = HEADING.sub(heading, named["scorecard.yaml"], count=1)
    lines = {name: editor_line(name.removesuffix(".yaml")) for name in named}
    return {name: text if text.startswith(lines[name]) else lines[name] + text for name, text in named.items()}


def zipped(texts: Mapping[str, str], key: str, version: str) -> bytes:
    """A ZIP with the folder of one version; the same texts make the same bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in texts.items():
            archive.writestr(zipfile.ZipInfo(f"{key}/{version}/{name}", EPOCH), text.encode(), zipfile.ZIP_DEFLATED)
    return target.getvalue()


def unzipped(content: bytes) -> Texts:
    """The texts of a ZIP of one version, in whichever folder. FrameworkError for what no framework has in it."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _read(archive)
    except BROKEN as error:
        raise FrameworkError("the ZIP", "", f"cannot be read: {error}") from error


def _read(archive: zipfile.ZipFile) -> Texts:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > MOST_ENTRIES:
        raise FrameworkError("the ZIP", "", f"has {len(entries)} files; {MOST_ENTRIES} are the most")
    texts: Texts = {}
    folders = set()
    for entry in entries:
        path = PurePosixPath(entry.filename)
        if path.is_absolute() or ".." in path.parts or "\\" in entry.filename:
            raise FrameworkError("the ZIP", "", f'has the path "{entry.filename[:80]}", which leads out of it')
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise FrameworkError("the ZIP", "", f'has the link "{entry.filename[:80]}"; put in the file itself')
        if path.parts[:1] in (("schemas",), ("__MACOSX",)) or path.name == ".DS_Store":
            continue
        if path.name not in FILES:
            reason = f'has the unknown file "{entry.filename[:80]}"; a framework has {", ".join(FILES)}'
            raise FrameworkError("the ZIP", "", reason)
        folders.add(path.parent)
        if len(folders) > 1 or path.name in texts:
            raise FrameworkError("the ZIP", "", "has more than one version; put in one folder only")
        texts[path.name] = _text(archive, entry)
    if "scorecard.yaml" not in texts:
        raise FrameworkError("the ZIP", "", "has no scorecard.yaml")
    return texts


def _text(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> str:
    """What a file says, whatever the ZIP claims of its size."""
    with archive.open(entry) as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise FrameworkError(entry.filename[-80:], "", f"the file is too large; {MOST_BYTES:,} bytes are the most")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FrameworkError(entry.filename[-80:], "", "the file is not written as UTF-8") from error


def heading_of(texts: Mapping[str, str]) -> tuple[str, str]:
    """The key and the version that a scorecard.yaml states, before it is checked; empty where it states none."""
    found = [
        re.search(rf"^  {name}: *[\"']?([^\"'\n]+?)[\"']? *$", texts["scorecard.yaml"], re.MULTILINE)
        for name in ("key", "version")
    ]
    key, version = (match[1].strip() if match else "" for match in found)
    return key, version


def write(texts: Mapping[str, str], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
