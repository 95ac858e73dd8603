"""The one error of the framework's content."""


class FrameworkError(Exception):
    """The content is not usable. `file` is relative to the content folder, `place` a line and a path within it."""

    def __init__(self, file: str, place: str, reason: str) -> None:
        super().__init__(file, place, reason)
        self.file = file
        self.place = place
        self.reason = reason

    def __str__(self) -> str:
        where = f"{self.file}, {self.place}" if self.place else self.file
        return f"{where}: {self.reason}"
