"""Style sheets as they are served: without what only people read in them."""

import re
from collections.abc import Iterator
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage

_TEXT = r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'"
_APART = re.compile(rf"({_TEXT})|/\*.*?\*/|\s+", re.DOTALL)
_EDGES = re.compile(rf"({_TEXT})|\s?([{{}};])\s?|(,)\s")


def squeezed(css: str) -> str:
    """The same rules without comments and without white space that nothing depends on; what stands in quotes stays."""
    css = _APART.sub(lambda found: found[1] or " ", css)
    css = _APART.sub(lambda found: found[1] or " ", css)  # a comment between two blanks leaves three
    return _EDGES.sub(lambda found: found[1] or found[2] or ",", css).strip()


class SqueezedStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Squeezes the site's own style sheets where they were collected, before they are hashed and compressed."""

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        for name in paths if not dry_run else ():
            if name.startswith("css/") and name.endswith(".css"):
                with self.open(name) as file:
                    css = file.read().decode()
                with open(self.path(name), "w", encoding="utf-8") as file:
                    file.write(squeezed(css))
        yield from super().post_process(paths, dry_run, **options)

    def compress_files(self, paths: set[str]) -> Iterator[tuple[str, str]]:
        """Only what pages link, which is by its hash: to compress each twice would take half of the first start."""
        yield from super().compress_files(paths & set(self.hashed_files.values()))
