"""Frameworks of one's own on the command line: checked, compared, exported and brought in."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assessments import framework
from assessments.framework import FrameworkError, files, peers, schema, workbook
from assessments.framework.differing import difference
from assessments.framework.files import Texts


class Command(BaseCommand):
    help = "Check, compare, export and bring in frameworks of one's own; docs/frameworks.md says how they are written."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        check = actions.add_parser("check", help="Hold a folder to every rule.")
        check.add_argument("folder", type=Path, help="The folder of a version, such as frameworks/bank-ai/1.")
        diff = actions.add_parser("diff", help="Say what one version asks otherwise than another.")
        for name in ("was", "now"):
            diff.add_argument(name, help="The folder of a version, or KEY/VERSION of one that the site has.")
        export = actions.add_parser("export", help="Write a version as a folder, a ZIP or a workbook.")
        export.add_argument("source", help="The folder of a version, or KEY/VERSION of one that the site has.")
        export.add_argument("--to", type=Path, required=True, help="A folder for frameworks, or a file .zip or .xlsx.")
        export.add_argument("--as", dest="key", default="", help="The key of the framework that it begins.")
        export.add_argument("--version", dest="number", default="", help="The version that it becomes.")
        bring = actions.add_parser("import", help="Make a folder of a ZIP, a workbook or a CISO Assistant library.")
        bring.add_argument("file", type=Path, help="A file .zip, .xlsx or .yaml.")
        bring.add_argument("--to", type=Path, required=True, help="The folder for frameworks.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['action']}")(options)
        except (FrameworkError, OSError) as error:
            raise CommandError(str(error)) from error

    def _check(self, options: dict[str, Any]) -> None:
        content = framework.read_framework(options["folder"].resolve())
        self._say(content)

    def _diff(self, options: dict[str, Any]) -> None:
        found = difference(_content(options["was"]), _content(options["now"]))
        for line in found.lines():
            self.stdout.write(line)

    def _export(self, options: dict[str, Any]) -> None:
        texts, content = _texts(options["source"]), _content(options["source"])
        key, version = options["key"] or content.key, options["number"] or content.version
        texts = files.renamed(texts, key, version)
        target: Path = options["to"]
        if target.suffix == ".zip":
            target.write_bytes(files.zipped(texts, key, version))
        elif target.suffix == ".xlsx":
            target.write_bytes(workbook.to_workbook(texts))
        else:
            target = self._write(texts, target, key, version)
        self.stdout.write(f"Written: {target}")

    def _import(self, options: dict[str, Any]) -> None:
        source: Path = options["file"]
        left: tuple[str, ...] = ()
        if source.suffix == ".xlsx":
            texts = workbook.from_workbook(source.read_bytes())
        elif source.suffix == ".zip":
            texts = files.unzipped(source.read_bytes())
        else:
            texts, left = peers.read_library(source)
        key, version = files.heading_of(texts)
        content = framework.read_texts(key, version, texts)
        folder = self._write(files.renamed(texts, key, version), options["to"], key, version)
        self._say(content)
        for line in left:
            self.stdout.write(f"Not carried: {line}")
        self.stdout.write(f"Written: {folder}")

    def _write(self, texts: Texts, root: Path, key: str, version: str) -> Path:
        folder = root / key / version
        if folder.exists():
            raise CommandError(f"{folder} is there already, and a version never changes. Nothing was written.")
        files.write(texts, folder)
        (root / "schemas").mkdir(exist_ok=True)
        for name, made in schema.schemas().items():
            (root / "schemas" / f"{name}.schema.json").write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
        return folder

    def _say(self, content: framework.Framework) -> None:
        questions = sum(len(topic.questions) for topic in content.vendor.topics)
        self.stdout.write(
            f"{content.title}, {content.key} {content.version}: {len(content.categories)} categories, "
            f"{content.maximum} points, the line at {content.line}, {questions} vendor questions. It holds every rule."
        )


def _content(source: str) -> framework.Framework:
    if Path(source).is_dir():
        return framework.read_framework(Path(source).resolve())
    key, _, version = source.partition("/")
    return framework.load(key, version)


def _texts(source: str) -> Texts:
    if Path(source).is_dir():
        return files.texts_of(Path(source))
    key, _, version = source.partition("/")
    return framework.texts(key, version)
