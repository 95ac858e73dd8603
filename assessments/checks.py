"""System checks: what must be right before the application starts."""

from typing import Any

from django.core import checks

from assessments import framework
from assessments.framework import FrameworkError


@checks.register
def check_framework(**kwargs: Any) -> list[checks.CheckMessage]:
    """Load every version of every framework, as any scorecard may need it."""
    if not framework.released():
        return [checks.Error("The framework's content is missing.", id="assessments.E001")]
    errors: list[checks.CheckMessage] = []
    for key, version in framework.released():
        try:
            if key == framework.DEFAULT_KEY:
                framework.load(key, version)
            else:
                framework.read_framework(framework.folder_of(key, version))
        except FrameworkError as error:
            errors.append(checks.Error(str(error), id="assessments.E002"))
    return errors
