"""What the site of the documentation takes from files outside this folder, and how links between them lead."""

import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parent.parent
TAKEN = {"SECURITY.md": "security.md", "CONTRIBUTING.md": "development.md", "CHANGELOG.md": "changes.md"}


def on_files(files: Files, config: Any) -> Files:
    for name, page in TAKEN.items():
        files.append(File.generated(config, page, content=(ROOT / name).read_text()))
    files.append(File.generated(config, "settings.md", content=settings((ROOT / ".env.example").read_text())))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Links between the pages as the site has them; what lies in the code alone is a name."""
    markdown = re.sub(r"\]\((?:\.\./)?docs/(\w+\.md)", r"](\1", markdown)
    for name, page in TAKEN.items():
        markdown = re.sub(rf"\]\((?:\.\./)?{name}", f"]({page}", markdown)
    return re.sub(r"\[([^\]]+)\]\((?:\.\./|assessments/|\.env|LICENSE|findings)[^)]*\)", r"\1", markdown)


def settings(text: str) -> str:
    """A section a setting, from the file that has them all."""
    parts = ["# Settings", "Each is a variable of the environment, or a line in `.env` beside `manage.py`."]
    said: list[str] = []
    for line in text.splitlines():
        if line.startswith("# --- "):
            parts.append(f"## {line[6:]}")
            said = []
        elif found := re.fullmatch(r"# ([A-Z_]+)=(.*)", line):
            parts += [f"### `{found[1]}`", "\n".join(said)]
            said = []
        elif line.startswith("# "):
            said.append(line[2:])
        else:
            said = []
    return "\n\n".join(parts) + "\n"
