"""What carries a version: read with an `ETag`, changed only by who names the version that was read."""

import re

from django.http import HttpRequest, HttpResponse

from assessments.api.problems import ProblemError
from assessments.saving.parts import Outcome, State

HEADER = "If-Match"
VERSION = re.compile(r'(?:W/)?"(\d{1,9})"')  # weak, where the answer was compressed on its way
NEEDED = f'Say which version you read: {HEADER}: "3", as the ETag of the answer had it.'
NOT_ONE = f'{HEADER} names one version, such as "3".'
CHANGED = (
    "{} changed this since you read it. Both values are here; to put yours in place of theirs, send it with {}: {}."
)
IN_SCHEMA = {
    "parameters": [
        {
            "in": "header",
            "name": HEADER,
            "required": True,
            "description": "The version that was read, as the ETag of that answer had it.",
            "schema": {"type": "string", "pattern": r'^"\d{1,9}"$', "examples": ['"3"']},
        }
    ],
    "responses": {409: {"$ref": "#/components/responses/Changed"}, 428: {"$ref": "#/components/responses/Problem"}},
}


def put_etag(response: HttpResponse, version: int) -> None:
    response["ETag"] = f'"{version}"'


def version_of(request: HttpRequest) -> int:
    """The version that a change is made from; ProblemError where none is named."""
    given = request.headers.get(HEADER)
    if given is None:
        raise ProblemError(428, NEEDED)
    found = VERSION.fullmatch(given.strip())
    if found is None:
        raise ProblemError(400, NOT_ONE)
    return int(found[1])


def refuse_unsaved(outcome: Outcome, *, yours: object, theirs: object) -> None:
    """ProblemError, with both values of a conflict, where a part was not saved."""
    if outcome.state == State.INVALID:
        raise ProblemError(422, " ".join(outcome.errors))
    if outcome.state == State.CONFLICT:
        tag = f'"{outcome.current_version}"'
        raise ProblemError(
            409,
            CHANGED.format(outcome.changed_by, HEADER, tag),
            headers={"ETag": tag},
            yours=yours,
            theirs=theirs,
            changed_by=outcome.changed_by,
            changed_at=outcome.changed_at,
        )
